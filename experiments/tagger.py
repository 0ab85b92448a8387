"""Trains the tagger of ``tts/english/tagger.py``: ``python -m experiments.tagger TEXTS``, see recipes/tagger.

The averaged perceptron: where the best tag is wrong, the weights of the features present rise for the right tag and
fall for the other, and the mean over all steps is kept. Then the weakest features are dropped, and the rest learn on.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import chain
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from experiments import command
from wavenet import atomic
from wavenet.errors import UsageError
from wavenet.tts.english import entries, heteronyms, tagger

LEAST = 3
"""minimum number of times that a feature occurs"""
FIRST_EPOCHS = 1
"""before the weakest features are dropped"""
OTHERS = 4
"""one sentence of so many is kept where no word has several roles"""
HELD_OUT = 50
"""one sentence of so many measures"""

Floats = NDArray[np.float64]
Sentence = tuple[list[str], list[int]]
"""words, and the indices of their tags"""


class Training:
    """Weights under training, of features that have rows; row 0 belongs to all others and stays zero."""

    def __init__(self, rows: dict[int, int]) -> None:
        self.rows = rows
        self.weights: Floats = np.zeros((len(rows) + 1, len(tagger.TAGS)))
        self._sums: Floats = np.zeros_like(self.weights)
        self._step = 1

    def sentence(self, words: Sequence[str], static: Sequence[Sequence[int]], tags: Sequence[int]) -> int:
        """Learn from a sentence; return how many words were tagged rightly."""
        right, before, last = 0, len(tagger.TAGS), len(tagger.TAGS)
        for i, tag in enumerate(tags):
            more = [self.rows.get(key, 0) for key in tagger.following(words, i, before, last)]
            rows = [row for row in chain(static[i], more) if row]
            found = int(self.weights[rows].sum(0).argmax())
            if found == tag:
                right += 1
            else:
                for index, change in ((tag, 1.0), (found, -1.0)):
                    self.weights[rows, index] += change
                    self._sums[rows, index] += change * self._step
            self._step += 1
            before, last = last, found
        return right

    def mean(self) -> Floats:
        """The mean of the weights over all steps."""
        mean: Floats = self.weights - self._sums / self._step
        return mean


def sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a file of tagged words.

    Raises:
        UsageError: a tag is unknown.
    """
    index = {tag: i for i, tag in enumerate(tagger.TAGS)}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            pairs = [pair.rpartition("/")[::2] for pair in line.split()]
            try:
                yield [word for word, _ in pairs], [index[tag] for _, tag in pairs]
            except KeyError as error:
                raise UsageError(f"{path}, line {number}: unknown tag {error}; tag the texts again") from None


def useful(texts: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences with words whose role decides how they are said, and some of the others."""
    roles: dict[str, set[str]] = defaultdict(set)
    for word, pronunciation in entries.all_shipped():
        roles[word].add(pronunciation.role)
    several = {word for word, found in roles.items() if len(found) > 1} - heteronyms.FIXED
    for words, tags in texts:
        if several.intersection(words) or crc32(" ".join(words).encode()) % OTHERS == 0:
            yield words, tags


def counted(texts: Sequence[Sentence]) -> dict[int, int]:
    """A row for each feature that occurs often enough."""
    counts: Counter[int] = Counter()
    for words, tags in texts:
        padded = [len(tagger.TAGS)] * 2 + tags
        for i, static in enumerate(tagger.static(words)):
            counts.update(static)
            counts.update(tagger.following(words, i, padded[i], padded[i + 1]))
    kept = sorted(key for key, count in counts.items() if count >= LEAST)
    return {key: row for row, key in enumerate(kept, 1)}


def train(texts: Sequence[Sentence], rows: dict[int, int], epochs: int, seed: int) -> Floats:
    """Weights of the rows after some epochs."""
    training, order = Training(rows), random.Random(seed)
    static = [[[rows.get(key, 0) for key in keys] for keys in tagger.static(words)] for words, _ in texts]
    for epoch in range(epochs):
        indices = list(range(len(texts)))
        order.shuffle(indices)
        right = sum(training.sentence(texts[i][0], static[i], texts[i][1]) for i in indices)
        print(f"epoch {epoch + 1}: {right / sum(len(tags) for _, tags in texts):.2%} of the words", flush=True)
    return training.mean()


def strongest(rows: dict[int, int], weights: Floats, most: int) -> dict[int, int]:
    """New rows for the features with the greatest weights."""
    strength = np.ptp(weights, axis=1)
    kept = sorted(sorted(rows, key=lambda key: -strength[rows[key]])[:most])
    return {key: row for row, key in enumerate(kept, 1)}


def packed(rows: dict[int, int], weights: Floats) -> bytes:
    """The file that ``Tagger`` reads."""
    scale = 127 / np.abs(weights).max()
    ordered = np.round(weights[[rows[key] for key in rows]] * scale)
    buffer = BytesIO()
    np.savez_compressed(buffer, features=np.array(list(rows), np.uint32), weights=ordered.astype(np.int8))
    return buffer.getvalue()


def accuracy(texts: Sequence[Sentence], path: Path) -> float:
    """The share of words whose tag is right."""
    shipped = tagger.Tagger(path)
    right = [(shipped.scores(words).argmax(1) == tags).mean() * len(tags) for words, tags in texts]
    return float(sum(right) / sum(len(tags) for _, tags in texts))


def run(arguments: argparse.Namespace) -> None:
    """Train, measure and ship."""
    texts = list(useful(sentence for path in arguments.texts for sentence in sentences(path)))
    held_out = [text for text in texts if crc32(" ".join(text[0]).encode()) % HELD_OUT == 0]
    learned = [text for text in texts if crc32(" ".join(text[0]).encode()) % HELD_OUT]
    rows = counted(learned)
    print(f"{len(learned)} sentences, {len(rows)} features", flush=True)
    kept = strongest(rows, train(learned, rows, FIRST_EPOCHS, arguments.seed), arguments.features)
    weights = train(learned, kept, arguments.epochs, arguments.seed)
    with atomic.writing(arguments.output) as temporary:
        temporary.write_bytes(packed(kept, weights))
    print(f"{arguments.output}: {arguments.output.stat().st_size} bytes, {accuracy(held_out, arguments.output):.2%}")


def main() -> None:
    """The command."""
    parser = command.parser("tagger", __doc__)
    parser.add_argument("texts", type=Path, nargs="+", help="files of scripts/tagger/texts.py")
    parser.add_argument("-o", "--output", type=Path, default=tagger.WEIGHTS)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--features", type=int, default=80_000)
    parser.add_argument("--seed", type=int, default=1)
    command.main(parser, run)


if __name__ == "__main__":
    main()
