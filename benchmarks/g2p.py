"""Letter-to-phone conversion of words outside the training data: the shipped network, the CRF of gruut, the ending
rules.

    pip install gruut-lang-en==2.0.1 python-crfsuite && python benchmarks/g2p.py        # about a minute

The CRF was trained on these words too, so its numbers are too good. The rules are asked for words of the lexicon as if
these were unknown, for all of them and for those that the network was not trained on.
"""

import base64
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from importlib import import_module
from importlib.resources import files
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))  # for experiments, which is not installed

from experiments.pronunciation import Phones, held_out_words, score
from wavenet.tts.english import entries, g2p, phones
from wavenet.tts.english.inflection import inflected

SEEN = 3
"""letters on each side that the CRF uses"""


def main() -> None:
    """Print one JSON line per system."""
    unseen = held_out_words()
    report("network", g2p.shipped().phones, unseen)
    report("CRF", crf(), unseen)
    for ending in ("s", "ed", "ing"):
        words = {word: said for word, said in unseen.items() if word.endswith(ending) and rule(word)}
        report(f"rule -{ending}", lambda word: rule(word) or (), words)
        report(f"network, words of the rule -{ending}", g2p.shipped().phones, words)


def report(name: str, guess: Callable[[str], Phones], truth: Mapping[str, Sequence[Phones]]) -> None:
    """Print the scores of a system on some words, and milliseconds per word."""
    began = time.perf_counter()
    for word in truth:
        guess(word)
    spent = (time.perf_counter() - began) * 1000 / len(truth)
    print(json.dumps({"system": name, **asdict(score(guess, truth)), "ms": round(spent, 3)}), flush=True)


def rule(word: str) -> Phones | None:
    """The result of the ending rules for a word that is treated as unknown."""
    return inflected(word, partial(_known, word))


def _known(unknown: str, word: str, role: str | None) -> Phones | None:
    found = entries.shipped(word) if word != unknown else ()
    return next((one.phones for one in found if one.role == role), found[0].phones) if found else None


def crf() -> Callable[[str], Phones]:
    """The conditional random field in gruut's data."""
    tagger = import_module("pycrfsuite").Tagger()
    tagger.open(str(files("gruut_lang_en") / "g2p" / "model.crf"))

    def guess(word: str) -> Phones:
        tags = (base64.b64decode(tag).decode() for tag in tagger.tag([_context(word, i) for i in range(len(word))]))
        symbols = " ".join(tag.replace("|", " ") for tag in tags if tag != "_")
        return phones.parse(symbols, "ipa")

    return guess


def _context(word: str, at: int) -> dict[str, str | bool | float]:
    """The letter and its neighbours, with the names and codes of the CRF."""
    seen: dict[str, str | bool | float] = {"bias": 1.0}
    for offset in range(-SEEN, SEEN + 1):
        if 0 <= at + offset < len(word):
            coded = base64.b64encode(word[at + offset].encode()).decode()
            seen["grapheme" + (f"{offset:+d}" if offset else "")] = coded
    ends = {"begin": at == 0, "end": at == len(word) - 1}
    return seen | {name: True for name, here in ends.items() if here}


if __name__ == "__main__":
    main()
