"""How much there is of each prepared corpus: recordings and minutes of each split, and of those with phone labels.

make data && python benchmarks/corpora.py data/english_prompts data/voices
"""

import argparse
import json
from pathlib import Path

import numpy as np

from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError

SPLITS = ("train", "validation", "test")


def labelled(folder: Path) -> set[str]:
    """The recordings in ``labels.jsonl`` of a corpus, behind its first line; none without it."""
    path = folder / "labels.jsonl"
    lines = path.read_text("utf-8").splitlines()[1:] if path.exists() else []
    return {json.loads(line)["id"] for line in lines}


def amounts(folder: Path) -> list[str]:
    """One row of the table for each split: all recordings, then those with labels."""
    corpus, known = PreparedCorpus(folder), labelled(folder)
    rows = []
    for split in SPLITS:
        try:
            utterances = corpus.split(split)
        except UsageError:  # no recording is in it
            continue
        chosen = np.array([name in known for name in utterances.ids], bool)
        cells = [folder.name, split]
        for lengths in (utterances.lengths, utterances.lengths[chosen]):
            cells += [str(len(lengths)), f"{lengths.sum() / corpus.sample_rate / 60:.1f}"]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    print("| corpus | split | recordings | minutes | with labels | minutes of them |\n|---|---|---|---|---|---|")
    for folder in parser.parse_args().corpora:
        print("\n".join(amounts(folder)))


if __name__ == "__main__":
    main()
