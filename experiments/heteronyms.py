"""Measures how words that are said in two ways are read: ``python -m experiments.heteronyms``, see recipes/tagger.

Each line of a set has a word, its phones, and a sentence in which it is said so.
"""

import argparse
import csv
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from experiments import command
from wavenet.tts.english import heteronyms, normalise
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Token, Word

SETS = (Path("recipes/tagger/development.tsv"), Path("recipes/tagger/held_out.tsv"))


@dataclass(frozen=True)
class Case:
    """A word of a sentence, and how it is said there."""

    word: str
    phones: str
    sentence: str


def cases(path: Path) -> list[Case]:
    """The lines of a set."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(row["word"], row["phones"], row["sentence"]) for row in rows]


def said(case: Case, lexicon: Lexicon) -> str:
    """How the front end says the word: where it occurs first."""
    for sentence in normalise.sentences(case.sentence, lexicon.__contains__):
        found = heteronyms.chosen(sentence, lexicon)
        for i, token in enumerate(sentence):
            if isinstance(token, Word) and token.spoken == case.word:
                return " ".join(found[i].phones if i in found else lexicon.phones(token.spoken))
    return ""


def commonest(found: Sequence[Case]) -> dict[str, str]:
    """How each word is said most often in a set."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case in found:
        counts[case.word][case.phones] += 1
    return {word: count.most_common(1)[0][0] for word, count in counts.items()}


def share(found: Sequence[Case], say: Callable[[Case], str]) -> str:
    """The share of a set that is right."""
    right = sum(say(case) == case.phones for case in found)
    return f"{100 * right / len(found):.1f} %"


def _usual(usual: Mapping[str, str], case: Case) -> str:
    return usual[case.word]


def seconds(sentences: Sequence[Sequence[Token]], lexicon: Lexicon) -> float:
    """What choosing costs for each word of the sentences."""
    began = time.process_time()
    for sentence in sentences:
        heteronyms.chosen(sentence, lexicon)
    return (time.process_time() - began) / sum(isinstance(token, Word) for each in sentences for token in each)


def run(arguments: argparse.Namespace) -> None:
    """Print a table of the shares of each set that are right."""
    lexicon = Lexicon()
    print("| set | sentences | words | the lexicon's first | the commonest of the set | chosen | µs a word |")
    print("|---|---|---|---|---|---|---|")
    for path in arguments.sets:
        found = cases(path)
        usual = commonest(found)
        shares = (
            share(found, lambda case: " ".join(lexicon.phones(case.word))),
            share(found, partial(_usual, usual)),
            share(found, lambda case: said(case, lexicon)),
        )
        sentences = [each for case in found for each in normalise.sentences(case.sentence, lexicon.__contains__)]
        cost = f"{1e6 * seconds(sentences, lexicon):.0f}"
        print(f"| {path.stem} | {len(found)} | {len(usual)} | {' | '.join(shares)} | {cost} |")
        if arguments.list:
            _print_wrong(found, lexicon)


def _print_wrong(found: Sequence[Case], lexicon: Lexicon) -> None:
    for case in found:
        if (phones := said(case, lexicon)) != case.phones:
            print(f"    {case.word}: {phones}, not {case.phones}: {case.sentence}")


def main() -> None:
    """The command."""
    parser = command.parser("heteronyms", __doc__)
    parser.add_argument("sets", type=Path, nargs="*", default=SETS)
    parser.add_argument("--list", action="store_true", help="show what is wrong")
    command.main(parser, run)


if __name__ == "__main__":
    main()
