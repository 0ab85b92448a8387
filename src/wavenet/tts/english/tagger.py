"""The part of speech of each word of a sentence: an averaged perceptron, from left to right, in numpy.

The score of a tag is the sum of the weights of the features that a word has: itself, its ending, its neighbours and
the two tags before it. ``experiments/tagger.py`` trains it; recipes/tagger tells what it learned from.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import ModelFolderError

WEIGHTS = Path(__file__).parent / "data" / "tagger.npz"
TAGS = (
    ", . CC CD CL DT IN JJ MD NN NNP NNS POS PRP PRP$ RB RP TO UH VB VBD VBG VBN VBP VBZ W".split()  # noqa: SIM905
)
"""those of the Penn Treebank, some in one: W what asks, CL a pronoun with a verb, POS a word with 's"""
CAPITAL = "^"
"""before a word that begins with a capital and not the sentence"""

Array = NDArray[np.float32]

_EDGE = ("", "")


class Tagger:
    """The weights, and the features that they belong to."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        """Read the weights.

        Raises:
            ModelFolderError: they cannot be read.
        """
        import zipfile  # which texts without heteronyms do not need

        try:
            with path.open("rb") as file, np.load(file) as stored:
                self._rows = {int(key): row for row, key in enumerate(stored["features"])}
                self._weights: Array = stored["weights"].astype(np.float32)
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ModelFolderError(f"{path}: is not a tagger: {error}; reinstall the package") from None

    def scores(self, words: Sequence[str]) -> Array:
        """The score of each tag for each word: (words, tags).

        Args:
            words: in small letters, ``CAPITAL`` before some; and the marks ``,`` ``.`` ``?`` ``!``.
        """
        scores = np.zeros((len(words), len(TAGS)), np.float32)
        before, last = len(TAGS), len(TAGS)
        for i, features in enumerate(static(words)):
            keys = features + following(words, i, before, last)
            rows = [row for key in keys if (row := self._rows.get(key)) is not None]
            scores[i] = self._weights[rows].sum(0)
            before, last = last, int(scores[i].argmax())
        return scores


@lru_cache(1)
def shipped() -> Tagger:
    """The tagger of this package, read once."""
    return Tagger()


def static(words: Sequence[str]) -> Iterator[list[int]]:
    """The features of each word that no tag has a part in."""
    padded = [*_EDGE, *words, *_EDGE]
    for i, word in enumerate(words):
        before2, before, _, after, after2 = padded[i : i + 5]
        yield [
            _key(f"0{word}"),
            _key(f"1{word[-3:]}"),
            _key(f"2{word[-2:]}"),
            _key(f"3{word[:1]}{i == 0}"),
            _key(f"4{before}"),
            _key(f"5{after}"),
            _key(f"6{before2}"),
            _key(f"7{after2}"),
            _key(f"8{before} {word}"),
            _key(f"9{word} {after}"),
            _key(f"a{after[-3:]}"),
            _key(f"b{before[-3:]}"),
            _key(f"c{before} {after}"),
            _key(f"d{after} {after2}"),
            _key(f"e{before2} {before}"),
        ]


def following(words: Sequence[str], i: int, before: int, last: int) -> list[int]:
    """The features of a word with the tags of the two words before it."""
    word, after = words[i], words[i + 1] if i + 1 < len(words) else ""
    return [
        _key(f"f{last}"),
        _key(f"g{before} {last}"),
        _key(f"h{last} {word}"),
        _key(f"i{last} {after}"),
        _key(f"j{last} {word[-3:]}"),
        _key(f"k{last} {after[-3:]}"),
    ]


def _key(feature: str) -> int:
    return crc32(feature.encode())
