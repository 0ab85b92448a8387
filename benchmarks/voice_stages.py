"""The cost of each stage of a voice: its errors, and the audio with natural inputs instead of predicted ones.

    make data eval && python benchmarks/voice_stages.py english data/english_prompts data/english_prompts/labels.jsonl

The recordings of a split are generated again: first from their own durations, F0 and, if the voice uses it, log-mel;
then with one stage after another predicting these, and finally only from the phones of their texts.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.append(str(Path(__file__).parents[1]))  # for experiments, which is not installed

from experiments import prosody
from instrument import table
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.evaluation.perception import source
from wavenet.evaluation.perception.clip import Clip
from wavenet.evaluation.perception.judge import METRICS, judge
from wavenet.tts import examples
from wavenet.tts.examples import Example
from wavenet.tts.labels import Labels
from wavenet.tts.speech import Sentence
from wavenet.tts.voice import Voice

GIVEN = {
    "natural log-mel": ("durations", "pitch", "mel"),
    "natural durations and F0": ("durations", "pitch"),
    "natural durations": ("durations",),
    "nothing natural": (),
}


def planned(voice: Voice, example: Example, given: Sequence[str]) -> Sentence:
    """The conditioning of a sentence, part of which is taken from the recording."""
    durations = example.durations if "durations" in given else None
    contour = example.pitch if "pitch" in given else None
    natural = np.concatenate([example.mel, example.pitch], 1) if voice.settings.uses_pitch else example.mel
    sentence = voice.sentence(example.segments, durations=durations, contour=contour)
    return sentence._replace(parts=lambda: iter([natural])) if "mel" in given else sentence


def spoken(voice: Voice, sentences: Sequence[Sentence], seed: int, temperature: float | None) -> NDArray[np.float32]:
    """The waveform (T,)."""
    return np.concatenate(list(voice.speak(sentences, seed=seed, temperature=temperature, block=160_000, threads=1)))


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("voice", help="the folder of a voice, or the name of a shipped one")
    parser.add_argument("data", help="a prepared corpus")
    parser.add_argument("labels", type=Path, help="the file that wavenet align wrote for it")
    parser.add_argument("--split", default="test")
    parser.add_argument("--metrics", default="naturalness,intelligibility,f0")
    parser.add_argument("--temperature", type=float, help="default: the voice's own")
    parser.add_argument("--only", nargs="*", choices=list(GIVEN), default=list(GIVEN), help="the natural inputs")
    parser.add_argument("--prosody", action="store_true", help="only the errors of the stages")
    parser.add_argument("--json", type=Path, help="a file for all scores")
    args = parser.parse_args()
    voice = Voice.open(args.voice)
    corpus = PreparedCorpus(args.data)
    settings = voice.generator.model.features
    known = examples.read(corpus, args.split, None, Labels.read(args.labels), settings)
    errors = prosody.measure(voice, known)
    for name, value in asdict(errors).items():
        print(f"{name:22} {value if value is None else round(value, 4)}")
    if args.prosody:
        return
    of_recording: dict[str, list[Example]] = defaultdict(list)
    for example in known:
        of_recording[example.utterance].append(example)
    clips = source.clips(args.data, split=args.split)
    natural = [replace(clip, reference=clip.waveform) for clip in clips if clip.name in of_recording]
    metrics = args.metrics.split(",")
    found = {"natural": judge(natural, metrics, progress=True)}
    for name in args.only:
        if "mel" in GIVEN[name] and not voice.settings.uses_mel:
            continue
        made: list[Clip] = []
        for seed, clip in enumerate(natural):
            sentences = [planned(voice, example, GIVEN[name]) for example in of_recording[clip.name]]
            made.append(replace(clip, waveform=spoken(voice, sentences, seed, args.temperature)))
        timed = "durations" in GIVEN[name]  # otherwise nothing is aligned in time with the recording
        found[name] = judge(made, [m for m in metrics if timed or METRICS[m].needs != "reference"], progress=True)
    print(table(found))
    if args.json:
        numbers = {name: judgement.to_json() for name, judgement in found.items()}
        args.json.write_text(json.dumps({"prosody": asdict(errors)} | numbers, indent=1))


if __name__ == "__main__":
    main()
