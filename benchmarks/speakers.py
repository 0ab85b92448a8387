"""Does a model of many speakers sound like the requested one?

    make data eval && python benchmarks/speakers.py many_speakers data/voices --out clips    # some minutes

Several clips of five seconds are generated for every speaker; each is compared with the voices of all real speakers
(Resemblyzer, the centroid of a dozen of their recordings): how often the nearest is the requested one, and the mean
cosine with it and with the others. The same for real recordings outside the centroids, which is the best possible.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from wavenet import atomic
from wavenet.audio import files
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.evaluation.perception.clip import Waveform
from wavenet.evaluation.perception.similarity import Embedding, centroid, nearest
from wavenet.generator import Generator
from wavenet.safe_paths import below

SECONDS = 5.0
PRESENT = 12
"""number of recordings in a centroid"""
BATCH = 16


def recordings(corpus: PreparedCorpus, split: str, speaker: str, count: int) -> list[Waveform]:
    """The longest ones, at most ``SECONDS`` of each."""
    utterances = corpus.split(split, speaker)
    longest = np.argsort(-utterances.lengths, kind="stable")[:count]
    return [corpus.waveform(utterances, int(i), 0, int(SECONDS * corpus.sample_rate)) for i in longest]


def generated(model: Generator, speaker: str, count: int, temperature: float) -> list[Waveform]:
    """Clips of ``SECONDS``, each with its own seed."""
    made: list[Waveform] = []
    for first in range(0, count, BATCH):
        seeds = range(first, min(first + BATCH, count))
        streams = [model.start(seed=seed, speaker=speaker, temperature=temperature) for seed in seeds]
        made += model.advance(streams, int(SECONDS * model.sample_rate))
    return made


def confusion(clips: Iterable[Waveform], voices: dict[str, Embedding], rate: int) -> dict[str, list[float]]:
    """The nearest speaker of each clip (-1: it contains no voice), and the cosines of those that contain one."""
    rows: dict[str, list[float]] = {"nearest": [], **{name: [] for name in voices}}
    for clip in clips:
        name, cosines = nearest(clip, voices, rate)
        rows["nearest"].append(list(voices).index(name) if name else -1)
        for voice, cosine in cosines.items():
            rows[voice].append(cosine)
    return rows


def line(speaker: str, rows: dict[str, list[float]], voices: dict[str, Embedding]) -> tuple[str, int, int]:
    """One row of the table, the number of correct clips, and the number of clips."""
    hits = [i == list(voices).index(speaker) for i in rows["nearest"]]
    own = np.mean(rows[speaker])
    others = np.mean([rows[name] for name in voices if name != speaker])
    return f"| {speaker} | {sum(hits)} of {len(hits)} | {own:.3f} | {others:.3f} |", sum(hits), len(hits)


def main() -> None:
    """Generate, compare, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", help="a model folder, or the name of a shipped model")
    parser.add_argument("data", help="a prepared corpus that names its speakers")
    parser.add_argument("--clips", type=int, default=12, help="of each speaker")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--out", type=Path, help="a folder for the clips")
    parser.add_argument("--json", type=Path, help="a file for all scores")
    args = parser.parse_args()
    model, corpus = Generator.open(args.model), PreparedCorpus(args.data)
    voices = {s: centroid(recordings(corpus, "train", s, PRESENT), corpus.sample_rate) for s in model.speakers}
    found = {}
    if args.out:
        atomic.make_folder(args.out)
    for what in ("real, held out", "generated"):
        print(f"| {what} | nearest is the requested one | cosine with it | with the others |\n|---|---|---|---|")
        right = total = 0
        for speaker in model.speakers:
            if what == "generated":
                clips = generated(model, speaker, args.clips, args.temperature)
                for i, clip in enumerate(clips if args.out else []):
                    files.write(below(args.out, f"{speaker}-{i:02}", ".wav"), clip, model.sample_rate)
            else:
                clips = recordings(corpus, "validation", speaker, args.clips)
            rows = found[f"{what}: {speaker}"] = confusion(clips, voices, corpus.sample_rate)
            text, hits, of = line(speaker, rows, voices)
            print(text, flush=True)
            right, total = right + hits, total + of
        print(f"| all | {right} of {total}: {right / total:.0%} (chance {1 / len(voices):.0%}) | | |\n")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
