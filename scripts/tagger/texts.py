"""Tag the example sentences and definitions of WordNet: python scripts/tagger/texts.py WORDNET MODEL OUTPUT.

spaCy tags them with an English model; where an example shows a word of its entry, the entry's part of speech decides.
Each line of the output is a sentence: words as the front end says them, each with ``/`` and its tag, and marks.
recipes/tagger tells where the model comes from.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import spacy
from spacy.tokens import Doc, Token

PARTS = {"n": ("NN", "NNS", "NNP", "NNPS"), "v": ("VB", "VBP", "VBD", "VBN", "VBG", "VBZ"), "r": ("RB", "RBR", "RBS")}
ADJECTIVES = ("JJ", "JJR", "JJS", "VBN", "VBG")
MERGED = {
    "NNPS": "NNP", "JJR": "JJ", "JJS": "JJ", "RBR": "RB", "RBS": "RB", "PDT": "DT",
    "EX": "PRP", "WP": "W", "WDT": "W", "WRB": "W", "WP$": "PRP$", "AFX": "JJ", "ADD": "NN", "FW": "NN",
    "SYM": "NN", "LS": "CD", "XX": "NN", "NFP": ",", "$": "NN",
    "HYPH": "", "_SP": "", "``": "", "''": "", "-LRB-": ",", "-RRB-": ",", ":": ",", ".": ".",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*'?|'[a-z]+")

Shown = tuple[str, frozenset[str]]
"""a part of speech, and the words that an example shows in it"""


def main() -> None:
    """Tag everything that reads as a text."""
    folder, model, output = map(Path, sys.argv[1:])
    language = spacy.load(model, exclude=["parser", "ner", "lemmatizer", "attribute_ruler", "senter"])
    tagger = language.get_pipe("tagger")
    tags = np.array(tagger.labels)
    kept = 0
    with output.open("w", encoding="utf-8") as file:
        for doc, shown in language.pipe(texts(folder), as_tuples=True, batch_size=512):
            if len(doc) < 3:
                continue
            correct(doc, shown, tagger.model.predict([doc])[0] if shown else None, tags)
            file.write(" ".join(f"{word}/{tag}" for word, tag in joined(doc)) + "\n")
            kept += 1
    print(f"{kept} sentences", file=sys.stderr)


def texts(folder: Path) -> Iterator[tuple[str, Shown | None]]:
    """All examples and definitions."""
    for name in ("data.noun", "data.verb", "data.adj", "data.adv"):
        with (folder / name).open(encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith(" "):
                    yield from entry(line)


def entry(line: str) -> Iterator[tuple[str, Shown | None]]:
    """The examples and the definition of a line of WordNet."""
    data, _, gloss = line.partition(" | ")
    _, _, part, count, *words = data.split()
    names = (re.sub(r"\(.*\)", "", word).lower() for word in words[: 2 * int(count, 16) : 2])
    shown = ("a" if part == "s" else part, frozenset(name.split("_")[0] if part == "v" else name for name in names))
    for example in re.findall(r'"([^"]*)"', gloss):
        if len(example.split()) >= 3:
            yield example[:1].upper() + example[1:].rstrip(" ;,") + ("" if example[-1:] in ".!?" else "."), shown
    for meaning in gloss.partition('"')[0].split(";"):
        meaning = re.sub(r"\([^)]*\)", "", meaning).strip()
        if len(meaning.split()) >= 5:
            yield ("To " if part == "v" and not meaning.startswith("to ") else "") + meaning + ".", None


def correct(doc: Doc, shown: Shown | None, scores: np.ndarray | None, tags: np.ndarray) -> None:
    """Give the word that the example shows a tag of its part of speech, if it occurs once."""
    if shown is None or scores is None:
        return
    part, words = shown
    found = [token for token in doc if shows(token.lower_, words)]
    if len(found) == 1 and found[0].tag_ not in (allowed := PARTS.get(part, ADJECTIVES)):
        own = scores[found[0].i]
        found[0].tag_ = max(allowed, key=lambda tag: own[np.flatnonzero(tags == tag)[0]] if tag in tags else -1e9)


def shows(text: str, words: frozenset[str]) -> bool:
    """Whether a token is a form of one of the words."""
    if text in words:
        return True
    bases = {text.removesuffix(end) for end in ("s", "es", "ed", "d", "ing") if text.endswith(end)}
    bases |= {base + "e" for base in bases} | {
        base[:-1] for base in bases if len(base) > 3 and base[-1:] == base[-2:-1]
    }
    return any(len(base) > 2 and base in words for base in bases)


def joined(doc: Doc) -> Iterator[tuple[str, str]]:
    """Words and tags as the front end has them: contractions in one, no quotes and hyphens."""
    words: list[tuple[str, str]] = []
    for token in doc:
        text, tag = token.lower_.replace("’", "'"), MERGED.get(token.tag_, token.tag_)
        if tag == "" or (not any(c.isalnum() for c in text) and text not in ",.;:!?()-–—"):
            continue
        if glued(token) and words and text in ("'s", "'", "n't", "'ll", "'re", "'ve", "'d", "'m", "not"):
            words[-1] = (
                words[-1][0] + text,
                "POS" if token.tag_ == "POS" else "MD" if text in ("n't", "not") else "CL",
            )
        elif text.replace(",", "").replace(".", "").isdigit():
            words.append(("three", "CD"))
        elif text in ".?!":
            words.append((text, "."))
        elif tag == "," or text in ",;:()-–—":
            words.append((",", ","))
        elif _WORD.fullmatch(text):
            words.append((("^" if token.text[0].isupper() and token.i else "") + text, tag))
        else:
            words += [(part, tag) for part in re.findall("[a-z]+", text)]
    yield from words


def glued(token: Token) -> bool:
    """Whether there is no space before a token."""
    return token.i > 0 and not token.doc[token.i - 1].whitespace_


if __name__ == "__main__":
    main()
