"""English words to phones: from the user's lexicon files, then the shipped one, then by rules, then letter by letter.

If a word has several pronunciations, the first one is used unless a role selects another: without a role, 'read' is
always that of 'to read'. The sentence around a word is considered in ``heteronyms.py``.
"""

import unicodedata
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from wavenet.errors import UsageError, suggestion
from wavenet.patterns import late
from wavenet.tts.english import entries, g2p
from wavenet.tts.english.entries import ROLES, Pronunciation
from wavenet.tts.english.inflection import clitic, inflected

Phones = tuple[str, ...]

_DRAWN = late(r"([a-z])\1\1+")
_LETTERS = {"æ": "ae", "ð": "d", "ø": "o", "þ": "th", "ß": "ss", "đ": "d", "ł": "l", "œ": "oe", "ı": "i"}


class Lexicon:
    """The pronunciations of words. The shipped files are read only when a word first needs them."""

    def __init__(self, files: Iterable[str | Path] = ()) -> None:
        """Read the user's files; if several contain a word, the first counts.

        Raises:
            UsageError: a file or a line cannot be used; the message names it.
        """
        self._own: dict[str, tuple[Pronunciation, ...]] = {}
        for path in files:
            found: dict[str, tuple[Pronunciation, ...]] = {}
            for word, pronunciation in entries.read(Path(path)):
                found[word] = (*found.get(word, ()), pronunciation)
            self._own = found | self._own

    def known(self, word: str) -> tuple[Pronunciation, ...]:
        """All pronunciations of a word, from the user's lexicons or else the shipped one; empty if it is unknown."""
        word = entries.plain(word)
        return self._own.get(word) or entries.shipped(word)

    def __contains__(self, word: str) -> bool:
        """Whether a lexicon contains exactly this word."""
        return bool(self.known(word))

    def phones(self, word: str, role: str | None = None) -> Phones:
        """The phones of a word: ``pronounce`` without its source."""
        return self.pronounce(word, role).phones

    def pronounce(self, word: str, role: str | None = None) -> Pronunciation:
        """The pronunciation of a word; capitals do not matter.

        Args:
            word: without spaces; it may have apostrophes, hyphens, accents.
            role: one of ``ROLES``, to choose among several pronunciations in a lexicon.

        Raises:
            UsageError: the word has no letters, or letters that are not English; or there is no such role.
        """
        if role is not None and role not in ROLES:
            raise UsageError(f"unknown role {role!r}{suggestion(role, ROLES)}")
        text = entries.plain(word)
        # 's after a user's word, before a lexicon contains it as a whole
        if text not in self._own and text.rpartition("'")[0] in self._own and (own := clitic(text, self.phones)):
            return Pronunciation(own, "rule")
        for spelling in dict.fromkeys((text, text.strip("'"), latin(text), *_shortened(text))):
            if known := self.known(spelling):
                return _chosen(known, role)
        parts = latin(text).replace("-", " ").replace(".", " ").split()
        if len(parts) > 1:
            said = (self.phones(part, "letter" if len(part) == 1 else None) for part in parts)  # of 'u.s.a.'
            return Pronunciation(tuple(chain.from_iterable(said)), "parts")
        return self._unknown("".join(parts), word)

    def spell(self, letters: str) -> Phones:
        """The names of the letters a … z, one after another; apostrophes are skipped."""
        return tuple(chain.from_iterable(self.phones(letter, "letter") for letter in letters if letter != "'"))

    def _unknown(self, text: str, word: str) -> Pronunciation:
        """The pronunciation of a word that is in no lexicon, without accents."""
        foreign = next((letter for letter in text if letter != "'" and not "a" <= letter <= "z"), None)
        if foreign:
            way_out = "write it in English letters, or add the word to a lexicon file"
            raise UsageError(f"cannot say {word!r}: {foreign!r} has no English phones; {way_out}")
        if not text.strip("'"):
            raise UsageError(f"cannot say {word!r}: it has no letters; leave it out, or add it to a lexicon file")
        if known := self.known(text):
            return known[0]
        # longer ones are not words, and 's on 's on 's exceeds Python's recursion limit
        if len(text) <= g2p.LONGEST and (found := clitic(text, self.phones) or inflected(text, self._in_role)):
            return Pronunciation(found, "rule")
        if not set(text) & set("aeiouy"):
            return Pronunciation(self.spell(text), "spelled")
        return Pronunciation(g2p.guess(text), "guess")

    def _in_role(self, word: str, role: str | None) -> Phones | None:
        known = self.known(word)
        return _chosen(known, role).phones if known else None


def latin(word: str) -> str:
    """A word without accents, and without apostrophes around it: ``cafe`` for ``café``."""
    bare = (c for c in unicodedata.normalize("NFKD", word) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", "".join(_LETTERS.get(c, c) for c in bare)).strip("'")


def _shortened(word: str) -> tuple[str, ...]:
    """Candidates for what ``shhhhh`` or ``yesss`` means: no English word has a letter three times in a row."""
    if not _DRAWN.search(word):
        return ()
    return _DRAWN.sub(r"\1\1", word), _DRAWN.sub(r"\1", word)


def _chosen(known: tuple[Pronunciation, ...], role: str | None) -> Pronunciation:
    return next((one for one in known if one.role == role), known[0])
