"""The texts for the voice "heart": the example sentences of WordNet, and what they lack; JSON lines on stdout.

usage: texts.py WORDNET ENGLISH_PROMPTS SENTENCES > texts.jsonl

    WORDNET          the folder of data.noun, data.verb …
    ENGLISH_PROMPTS  the prepared corpus whose held-out prompts must never be spoken
    SENTENCES        the file of sentences that must never be spoken

A line is {"id", "text", "sentences"}: the text as written, and as the front end of this package reads it, sentence by
sentence in words. The id is a hash of the text, so the split that follows from it is one of texts. The order is that of
the ids: the first lines of the file are a sample of all.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import templates
import wordnet
from tqdm import tqdm

from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError
from wavenet.tts.english import normalise
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Mark, Token, Word

PART = 4
"""number of consecutive words that a text may not share with one that is kept for tests, if it has that many"""


def written_out(sentence: list[Token]) -> str:
    """A sentence as words and punctuation; a word that is written as it is spoken keeps its capitals."""
    said = ""
    for token in sentence:
        if isinstance(token, Mark):
            said += token.sign
        elif isinstance(token, Word):
            same = token.written.lower() == token.spoken
            said += f" {token.written if same else token.spoken}"
    return said.strip()


def words(text: str, lexicon: Lexicon) -> list[str]:
    """The words of a text."""
    found = normalise.sentences(text, lexicon.__contains__)
    return [token.spoken for sentence in found for token in sentence if isinstance(token, Word)]


class Kept:
    """Texts that are kept for tests."""

    def __init__(self, texts: list[str], lexicon: Lexicon) -> None:
        told = [words(text, lexicon) for text in texts]
        self._whole = {" ".join(each) for each in told}
        self._parts = {part for each in told for part in _parts(each)}

    def has(self, said: list[str]) -> bool:
        """Whether a text is one of them, or shares a part with one."""
        return " ".join(said) in self._whole or any(part in self._parts for part in _parts(said))


def _parts(said: list[str]) -> Iterator[str]:
    return (" ".join(said[i : i + PART]) for i in range(len(said) - PART + 1))


def main(folder: str, prompts: str, sentences: str) -> None:
    """Write all texts."""
    lexicon = Lexicon()
    kept_texts = [row.text for row in PreparedCorpus(prompts).rows("test") if row.text]
    kept_texts += filter(None, Path(sentences).read_text("utf-8").split("\n"))
    kept = Kept(kept_texts, lexicon)
    entries = list(wordnet.entries(Path(folder)))
    texts = {*wordnet.examples(entries), *templates.texts(entries)}
    by_id = {hashlib.sha256(text.encode()).hexdigest()[:12]: text for text in texts}
    left_out = 0
    for name, text in tqdm(sorted(by_id.items()), "texts", unit=" texts", delay=1):
        try:
            read = list(normalise.sentences(text, lexicon.__contains__))
        except UsageError:
            left_out += 1
            continue
        if kept.has([token.spoken for sentence in read for token in sentence if isinstance(token, Word)]):
            left_out += 1
            continue
        spoken = list(filter(None, map(written_out, read)))
        print(json.dumps({"id": name, "text": text, "sentences": spoken}, ensure_ascii=False))
    print(f"{len(by_id) - left_out} texts; {left_out} left out", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
