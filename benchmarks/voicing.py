"""Measures the voicing decisions of each pitch method against phone labels, and how fast they are.

usage: voicing.py CORPUS LABELS [--recordings N] [--methods M …]

    CORPUS  a prepared corpus, such as data/english_prompts
    LABELS  what wavenet align wrote for it

A frame counts if both its neighbours belong to the same phone: labels are no more exact. HH is left out of the
voiceless consonants, because between vowels English voices it. Where a frame is 40 dB below the loud parts of its
recording, labels that say vowel are wrong: they lie in closures and pauses. The first column leaves these frames out.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import features
from wavenet.config import FeatureConfig
from wavenet.corpora.prepared import SPLITS, PreparedCorpus
from wavenet.tts.labels import Labelled, Labels

CLASSES = {
    "vowels": {"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"},
    "voiceless consonants": {"P", "T", "K", "CH", "F", "TH", "S", "SH"},
    "pauses": {"SIL"},
}


def inner(row: Labelled) -> NDArray[np.str_]:
    """The phone of each frame; empty where a neighbour has another."""
    phones = np.repeat([segment.phone for segment in row.segments], row.durations)
    same = phones[1:] == phones[:-1]
    return np.where(np.append(True, same) & np.append(same, True), phones, "")


def shares(voiced: NDArray[np.bool_], phones: NDArray[np.str_]) -> list[float]:
    """How many of the frames of each class of phones are voiced."""
    return [float(voiced[np.isin(phones, [*group])].mean()) for group in CLASSES.values()]


def audible(waveform: NDArray[np.floating], hop_length: int) -> NDArray[np.bool_]:
    """Which frames are at most 40 dB below the loud parts of the recording."""
    padded = np.pad(np.asarray(waveform, np.float64), (0, -len(waveform) % hop_length))
    power = np.square(padded).reshape(-1, hop_length).mean(1)
    least = 1e-4 * float((power**2).sum()) / max(float(power.sum()), 1e-12)
    found: NDArray[np.bool_] = power >= least
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--recordings", type=int, default=150, help="drawn at random with a fixed seed")
    parser.add_argument("--methods", nargs="+", default=["correlation", "harvest"])
    args = parser.parse_args()
    corpus, labels = PreparedCorpus(args.corpus), {row.id: row for row in Labels.read(args.labels).rows}
    known = [
        (utterances, i, labels[identity])
        for utterances in map(corpus.split, SPLITS)
        for i, identity in enumerate(utterances.ids)
        if identity in labels
    ]
    drawn = [known[i] for i in np.random.default_rng(0).permutation(len(known))[: args.recordings]]
    phones = np.concatenate([inner(row) for _, _, row in drawn])
    heard = sum(int(utterances.lengths[i]) for utterances, i, _ in drawn) / corpus.sample_rate
    heard_in = np.concatenate([audible(corpus.waveform(u, i), 160) for u, i, _ in drawn])
    heads = ["audible vowels", *CLASSES]
    print(f"| method | {' | '.join(f'{name} voiced' for name in heads)} | times real time on one core |")
    print("|---" * (len(heads) + 2) + "|")
    for method in args.methods:
        settings = FeatureConfig(kinds=("pitch",), pitch_method=method)
        begun = time.process_time()
        found = [features.pitch(corpus.waveform(u, i), corpus.sample_rate, settings)[:, 1] for u, i, _ in drawn]
        speed = heard / (time.process_time() - begun)
        voiced = np.concatenate(found) > 0
        shown = [shares(voiced[heard_in], phones[heard_in])[0], *shares(voiced, phones)]
        cells = [f"{share:.1%}".replace("%", " %") for share in shown]
        print(f"| {' | '.join([method, *cells, f'{speed:.0f}'])} |", flush=True)


if __name__ == "__main__":
    main()
