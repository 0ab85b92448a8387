"""Letters, digits and signs of every kind → the few that the rest of the front end knows.

- Accents are removed (café), ligatures and full-width forms are replaced by plain ones, digits of any script by 0 … 9.
- Soft hyphens and zero-width characters are removed; control characters separate words.
- All kinds of apostrophes, quotes, dashes and brackets are replaced by one kind each.
- An emoji is spoken by a short form of its Unicode name, between commas, and once if it is repeated; so are
  mathematical signs and currencies. Other pictures (boxes, ornaments, private characters) are silent.
- Letters whose sound no English reader would know (Korean, Cyrillic, Greek …) are refused, except the μ and Ω of units.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import takewhile

from wavenet.errors import UsageError
from wavenet.patterns import late
from wavenet.tts.traced import mapped, normalized, sub

_INVISIBLE = [0xAD, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
              *range(0xFE00, 0xFE10), *range(0xE0000, 0xE0200)]  # fmt: skip
_FIRST: dict[int, str | None] = {
    **dict.fromkeys([*range(9), *range(0x0E, 0x20), *range(0x7F, 0xA0)], " "),
    **dict.fromkeys(_INVISIBLE),
}
_EARLY = {"№": "No.", "º": "°", "˚": "°", "´": "'", "™": "", "℠": "", "®": "", "ﬆ": "st", "µ": "μ"}
_SIGNS = {
    **dict.fromkeys("‘’‚‛ʹʻʼʽˈ΄՚׳＇`′‵‹›", "'"),
    **dict.fromkeys("“”„‟«»″‶〝〞ʺ״", '"'),
    **dict.fromkeys("‐‑⁃", "-"),
    **dict.fromkeys("‒–", "–"),
    **dict.fromkeys("—―⸺⸻〜", "—"),
    **dict.fromkeys("⁄∕", "/"),
    **dict.fromkeys("→⇒⟶➔➜", "→"),
    **dict.fromkeys("、،", ","),
    **dict.fromkeys("。।", "."),
    "♭": " flat ", "♯": " sharp ", "♮": " natural ",
    "؟": "?", "；": ";", "؛": ";", "⋅": "×", "∗": "*", "∼": "~", "¦": "|", "∶": ":",
}  # fmt: skip
_SIGNS["′"], _SIGNS["″"] = "′", "″"  # they measure feet and minutes
_KEPT = frozenset("·°×÷±≈≠≤≥√∞§¶©‰−¬…€£¥₹₽₩₿¢₺₪₱฿₫₴₦∑")
_LETTERS = {
    "ß": "ss", "ẞ": "SS", "þ": "th", "Þ": "Th", "ð": "th", "Ð": "Th", "ŋ": "ng", "Ŋ": "Ng", "ı": "i", "ȷ": "j",
    "μ": "mu", "Ω": "omega",
}  # fmt: skip
_PLAIN_LETTERS = (
    "LATIN SMALL LETTER", "LATIN CAPITAL LETTER", "LATIN LETTER SMALL CAPITAL", "LATIN SMALL LIGATURE",
    "LATIN CAPITAL LIGATURE",
)  # fmt: skip
_SHOWN = 20
_PRIMES = late("′′")
_LINES = late(r"-{2,}")
_DOTS = late(r"\.{3,}|\.\.(?!/)|(?<=\S)\.\.")
_REPEATED = late(r"([\u2190-\u2bff\U0001f000-\U0001faff])\1+")
_RATING = late("(★{1,9})☆{1,9}")
_EMOJI = late(r"[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff]")


def visible(text: str) -> str:
    """The text without zero-width characters, with spaces for control characters; character by character."""
    seen = text.translate(_FIRST)
    return text if seen == text else mapped(text, (c.translate(_FIRST) for c in text))


def clean(text: str) -> str:
    """A text without spaces, in plain characters; spaces may be inserted. Accents are kept, to be displayed.

    Raises:
        UsageError: it contains letters that are not Latin.
    """
    if not text.isascii():
        text = sub(_RATING, lambda stars: f" {len(stars[1])} out of {len(stars[0])} stars ", text)
        text = sub(_REPEATED, lambda many: many[1], text)
        text = mapped(text, (_early(before, c) for before, c in zip(f" {text}", text, strict=False)))
        text = sub(_PRIMES, "″", normalized("NFKC", text))
        check(text)
        text = mapped(text, map(_plain, text))
    if "--" in text:
        text = sub(_LINES, "—", text)
    return sub(_DOTS, "…", text) if ".." in text else text


def fold(letters: str) -> str:
    """Letters that pass ``check``, without accents, in ASCII."""
    return letters if letters.isascii() else "".join(map(_latin, letters))


def check(text: str) -> None:
    """Raise UsageError if a text contains characters that this voice cannot speak in any way."""
    if text.isascii():
        return
    strange = {c for c in set(text) if not _speakable(c)}
    if strange:
        raise _refusal(text, strange)


def _refusal(text: str, strange: set[str]) -> UsageError:
    start = next(i for i, c in enumerate(text) if c in strange)
    first = "".join(takewhile(strange.__contains__, text[start : start + _SHOWN]))
    symbol = repr(first) if first.isprintable() else " ".join(f"U+{ord(c):04X}" for c in first)
    scripts = sorted({unicodedata.name(c, "bytes that are no text").split(" ")[0].lower() for c in strange})
    return UsageError(
        f"cannot say {symbol} ({', '.join(scripts)}): this voice speaks English; write it in Latin letters, or give "
        'its sound by <phoneme ph="…">'
    )


@lru_cache(maxsize=4096)
def _speakable(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind == "Cs":
        return False
    if character in _SIGNS:
        return True
    plain = unicodedata.normalize("NFKC", character)
    return all(_latin(c).isascii() for c in plain if unicodedata.category(c)[0] == "L")


def _early(before: str, character: str) -> str:
    """Replace what compatibility decomposition would corrupt: m² is not m2, 2½ is not 21/2, 1ª (first) is not 1a."""
    if character in _EARLY:
        return _EARLY[character]
    form = unicodedata.decomposition(character)
    if character == "ª" and before.isdecimal():
        return "th"
    if form.startswith("<super>") and (unicodedata.category(character) == "No" or character in "⁻⁺ⁿˣ"):
        return ("" if unicodedata.decomposition(before).startswith("<super>") else "^") + character
    if form.startswith("<fraction>") and before.isalnum():
        return " " + character
    return character


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """The plain replacement of a character."""
    if character.isascii() or character in _KEPT:
        return character
    if character in _SIGNS:
        return _SIGNS[character]
    kind = unicodedata.category(character)
    if kind[0] == "L":
        return character
    if kind[0] == "N":
        value = unicodedata.numeric(character)
        return f"{value:.0f}" if value.is_integer() else ""
    if 0x1F1E6 <= ord(character) <= 0x1F1FF:  # two of these are a flag
        return f" {chr(ord(character) - 0x1F1E6 + ord('A'))} "
    if kind in ("Sm", "Sc"):
        return f" {_name(character)} "
    if _EMOJI.match(character) and kind != "Sk":
        return f" ({_name(character)}) "
    return {"Pd": "—", "Ps": "(", "Pe": ")", "Pi": '"', "Pf": '"', "Pc": "_", "Zs": " ", "Zl": " ", "Zp": " "}.get(
        kind, ""
    )


def _name(character: str) -> str:
    """A short form of a picture's name: ``SMILING FACE WITH OPEN MOUTH`` is a smiling face."""
    name = unicodedata.name(character, "").lower()
    head, joined, _ = name.partition(" with ")
    if joined and " " in head:
        name = head
    words = re.sub("[^a-z]+", " ", name).split()
    return " ".join([w for w in words if w not in ("heavy", "black", "white", "sign", "symbol", "suit")] or words)


@lru_cache(maxsize=4096)
def _latin(character: str) -> str:
    """ASCII letters for a Latin one; other characters are returned unchanged."""
    if character in _LETTERS:
        return _LETTERS[character]
    base = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return "".join(c if c.isascii() else _by_name(c) for c in base)


def _by_name(letter: str) -> str:
    """Read the letter from its Unicode name: ø is a small O with a stroke, æ a small AE."""
    if letter in _LETTERS:
        return _LETTERS[letter]
    kind, _, name = unicodedata.name(letter, "").partition(" WITH ")[0].rpartition(" ")
    if kind in _PLAIN_LETTERS and len(name) <= 2 and name.isalpha():
        return name if kind.startswith("LATIN CAPITAL") else name.lower()
    return letter
