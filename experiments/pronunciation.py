"""Scores pronunciations that are guessed against the shipped lexicon, on words that no training used."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from wavenet.tts.english import entries

Phones = tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """If a word has several pronunciations, the nearest counts."""

    words: int
    right: float
    """fraction of words without an error"""
    right_without_stress: float
    phone_errors: float
    """phones to insert, delete or replace, as a fraction of all phones; a wrong stress is an error"""
    phone_errors_without_stress: float


def score(guess: Callable[[str], Phones], truth: Mapping[str, Sequence[Phones]]) -> Score:
    """Score the guesses for words whose pronunciations are known."""
    totals = np.zeros((2, 3))  # with stress and without: correct words, errors, phones
    for word, known in truth.items():
        guessed = guess(word)
        for row, simplified in zip(totals, (_whole, _bare), strict=True):
            found = ((distance(simplified(guessed), simplified(phones)), len(phones)) for phones in known)
            wrong, phone_count = min(found, key=itemgetter(0))
            row += (wrong == 0, wrong, phone_count)
    (right, bare_right), (errors, bare_errors), (length, bare_length) = totals.T.tolist()
    return Score(len(truth), right / len(truth), bare_right / len(truth), errors / length, bare_errors / bare_length)


def distance(a: Sequence[str], b: Sequence[str]) -> int:
    """The minimum number of phones to insert, delete or replace (Levenshtein)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def held_out(word: str) -> bool:
    """Whether a word is in the tenth that no training uses, together with its possessive."""
    return zlib.crc32(word.removesuffix("'s").encode()) % 10 == 0


def held_out_words() -> dict[str, list[Phones]]:
    """The words of the shipped lexicon that no training uses, of plain letters, with all their pronunciations."""
    found: dict[str, list[Phones]] = {}
    for word, pronunciation in entries.all_shipped():
        if held_out(word) and word.replace("'", "").isascii() and word.replace("'", "").isalpha():
            found.setdefault(word, []).append(pronunciation.phones)
    return found


def _whole(phones: Phones) -> Phones:
    return phones


def _bare(phones: Phones) -> Phones:
    return tuple(phone.rstrip("012") for phone in phones)
