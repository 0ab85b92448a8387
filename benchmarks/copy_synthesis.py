"""Copy synthesis: models compared with natural speech, its coding, and Griffin-Lim from the same features.

    make data eval && python benchmarks/copy_synthesis.py vocoder            # the shipped vocoder; some minutes
    python benchmarks/copy_synthesis.py vocoder --data data/unseen/manifest.csv  # a speaker outside its training data

Every system copies the same recordings, which have texts. Griffin-Lim (the floor) gets the log-mel frames of the first
model, and estimates the phases in 60 iterations; white noise passes through the linear prediction filters of these
frames, instead of the excitation that a network draws.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from instrument import MODEL, PREDICTED, coded, table
from wavenet.audio import features
from wavenet.audio.front_end import FrontEnd
from wavenet.config import AudioConfig
from wavenet.engine import native
from wavenet.evaluation.perception import source
from wavenet.evaluation.perception.clip import Clip, Waveform
from wavenet.evaluation.perception.copies import copies
from wavenet.evaluation.perception.judge import judge
from wavenet.evaluation.perception.packages import needed
from wavenet.generator import Generator

ROUNDS = 60


def griffin_lim(model: Generator, waveform: Waveform) -> Waveform:
    """A waveform (T,) from its log-mel frames only."""
    with needed("Griffin-Lim"):
        import librosa
    settings, rate = model.model.features, model.sample_rate
    mel = features.amplitudes(features.log_mel(waveform, rate, settings))
    bands = features.bands(rate, settings)
    spectrum = np.maximum(librosa.util.nnls(bands.T, mel.T), 0) * settings.win_length / 4
    made = librosa.griffinlim(
        spectrum,
        n_iter=ROUNDS,
        hop_length=settings.hop_length,
        win_length=settings.win_length,
        n_fft=settings.n_fft,
        random_state=0,
    )
    # its frames begin at the first sample, ours half a hop later
    return np.pad(np.asarray(made, np.float32), (settings.hop_length // 2, len(waveform)))[: len(waveform)]


def filtered_noise(waveform: Waveform) -> Waveform:
    """White noise with the envelope and level of a waveform (T,): the output before a network contributes anything."""
    by = FrontEnd(PREDICTED, MODEL).filters_of(waveform)
    noise = np.random.default_rng(0).standard_normal(len(waveform))
    return np.asarray(native.synthesise(by, noise, 0, np.zeros(by.order))[by.order :].clip(-1, 1), np.float32)


def systems(models: Sequence[str], precision: str, seed: int) -> dict[str, Callable[[list[Clip]], list[Clip]]]:
    """Functions that make clips from natural ones, by name."""

    def each(code: Callable[[Waveform], Waveform], clips: list[Clip]) -> list[Clip]:
        return [replace(clip, waveform=code(clip.waveform), reference=clip.waveform) for clip in clips]

    opened = {name: Generator.open(name, precision) for name in models}  # type: ignore[arg-type]
    found: dict[str, Callable[[list[Clip]], list[Clip]]] = {"natural": partial(each, np.asarray)}
    found["μ-law 256"] = partial(each, partial(coded, AudioConfig()))
    found["μ-law 256, pre-emphasis"] = partial(each, partial(coded, AudioConfig(pre_emphasis=0.85, gain=2.0)))
    found["μ-law 256, linear prediction"] = partial(each, partial(coded, PREDICTED))
    found["the same, lowest quarter of the band"] = partial(each, partial(coded, PREDICTED, decimation=4))
    for name, model in opened.items():
        found[name] = partial(copies, model, seed=seed, progress=True)
    found["white noise, filtered"] = partial(each, filtered_noise)
    found["Griffin-Lim"] = partial(each, partial(griffin_lim, opened[models[0]]))
    return found


def main() -> None:
    """Measure each system and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("models", nargs="+", help="model folders, or names of shipped models")
    parser.add_argument("--data", default="data/english_prompts", help="a prepared corpus, or recordings")
    parser.add_argument("--metrics", default="naturalness,intelligibility,pesq,stoi")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only_models", action="store_true", help="leave out what does not depend on the models")
    parser.add_argument("--json", type=Path, help="a file for all scores")
    args = parser.parse_args()
    natural = source.clips(args.data, progress=True)
    made = systems(args.models, args.precision, args.seed)
    names = ["natural", *args.models] if args.only_models else list(made)
    found = {name: judge(made[name](natural), args.metrics.split(","), progress=True) for name in names}
    print(table(found))
    if args.json:
        args.json.write_text(json.dumps({name: judgement.to_json() for name, judgement in found.items()}, indent=1))


if __name__ == "__main__":
    main()
