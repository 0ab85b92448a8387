"""A check of the metrics: do they distinguish natural speech from the same speech after coding?

    make data eval && python benchmarks/instrument.py     # 24 held-out prompts; 9 minutes on a thread beside other work

Natural recordings are scored, then the same after this project's codec, quantised and back without any network: the
output of a perfect model of those classes. Prints each metric's mean, and its difference from the natural one, with
95 % intervals over clips. No model and no setting is chosen by these clips.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from wavenet.audio.front_end import FrontEnd
from wavenet.config import AudioConfig, FeatureConfig, ModelConfig
from wavenet.engine.decoder import Decoder
from wavenet.evaluation.perception import source
from wavenet.evaluation.perception.clip import Clip, Waveform, standard
from wavenet.evaluation.perception.judge import METRICS, Judgement, judge

MODEL = ModelConfig(features=FeatureConfig(kinds=("log_mel",)))
PREDICTED = AudioConfig(lpc_order=40, gain=0.1)


def coded(audio: AudioConfig, waveform: Waveform, decimation: int = 1) -> Waveform:
    """A waveform (T,) after encoding to classes and decoding."""
    front_end = FrontEnd(audio, replace(MODEL, decimation=decimation))
    frames = front_end.features(waveform)
    decoder = Decoder(front_end)
    decoder.feed(frames)
    return decoder.decode(front_end.encode(waveform, frames), len(waveform))


def quiet_coded(waveform: Waveform) -> Waveform:
    """The same at -26 dBFS, where the quantiser's steps are coarser relative to the signal."""
    return coded(AudioConfig(), standard(waveform))


SYSTEMS: dict[str, Callable[[Waveform], Waveform]] = {
    "natural": np.asarray,
    "μ-law 256": partial(coded, AudioConfig()),
    "μ-law 256 at -26 dBFS": quiet_coded,
    "μ-law 256, pre-emphasis 0.85, gain 2": partial(coded, AudioConfig(pre_emphasis=0.85, gain=2.0)),
    "μ-law 256, linear prediction of order 40, gain 0.1": partial(coded, PREDICTED),
    "the same of the lowest quarter of the band": partial(coded, PREDICTED, decimation=4),
}


def measure(natural: list[Clip], metrics: list[str], progress: bool = False) -> dict[str, Judgement]:
    """The scores of each system; the natural recordings are the references."""
    found = {}
    for name, code in SYSTEMS.items():
        clips = [replace(clip, waveform=code(clip.waveform), reference=clip.waveform) for clip in natural]
        found[name] = judge(clips, metrics, progress=progress)
    return found


def table(found: dict[str, Judgement]) -> str:
    """A Markdown table: means, and differences from natural with their intervals."""
    natural, *coded_names = found
    metrics = list(found[natural].scores)
    rows = [["", *metrics], ["---"] * (len(metrics) + 1)]
    for name in (natural, *coded_names):
        cells = []
        for metric in metrics:
            if metric not in found[name].scores:
                cells.append("-")
                continue
            scores, form = found[name].scores[metric], METRICS[metric].form
            cell = f"{scores.mean:{form}}"
            if name != natural and METRICS[metric].needs != "reference":
                difference, interval, _ = scores.minus(found[natural].scores[metric])
                ends = " to ".join(f"{end:+{form}}" for end in interval or ())
                cell += f" ({difference:+{form}}; {ends})"
            cells.append(cell)
        rows.append([name, *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Measure each system and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", nargs="?", default="data/english_prompts", help="a prepared corpus with texts")
    parser.add_argument("--metrics", default=",".join(METRICS))
    parser.add_argument("--json", type=Path, help="a file for all scores")
    args = parser.parse_args()
    found = measure(source.clips(args.data, progress=True), args.metrics.split(","), progress=True)
    print(table(found))
    if args.json:
        args.json.write_text(json.dumps({name: judgement.to_json() for name, judgement in found.items()}, indent=1))


if __name__ == "__main__":
    main()
