"""``<say-as>`` in English: a text that is told to be a date, a number, letters … → one that is read as such."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, pairwise

from wavenet.patterns import late
from wavenet.tts.english.numbers import cardinal, digits, ordinal, year
from wavenet.tts.markup import Break, Span
from wavenet.tts.traced import instead, normalized

SPELLED = ("characters", "spell-out", "verbatim")
KINDS = (
    *SPELLED, "digits", "telephone", "cardinal", "number", "ordinal", "fraction", "date", "time", "unit", "currency",
    "address", "name",
)  # fmt: skip
"""those that have no function here are read as they stand"""
_SIGNS = {
    ".": "dot", ",": "comma", "-": "dash", "/": "slash", "\\": "backslash", "_": "underscore", ":": "colon",
    ";": "semicolon", "@": "at", "#": "hash", "&": "and", "+": "plus", "=": "equals", "*": "star", "%": "percent",
    "$": "dollar", "!": "exclamation mark", "?": "question mark", "'": "apostrophe", '"': "quote",
    "(": "left parenthesis", ")": "right parenthesis", "<": "less than", ">": "greater than", "~": "tilde",
    "^": "caret", "|": "bar", "[": "left bracket", "]": "right bracket", "{": "left brace", "}": "right brace",
}  # fmt: skip
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


_NUMBER = late(r"([-+]?)(\d[\d,]*)")


def said_as(items: Iterable[Span | Break | None], phones: Callable[[str], str]) -> Iterator[Span | Break | None]:
    """The items, none of a kind; ``phones`` tells those of a letter's name, in ARPAbet."""
    for item in items:
        if not isinstance(item, Span) or not item.kind:
            yield item
            continue
        kind, _, form = item.kind.partition(" ")
        plain = item._replace(kind="")
        if kind in SPELLED:
            yield from _spelled(plain, phones)
        else:
            said = _read(item.text, form if kind == "number" and form else kind, form)
            yield plain._replace(text=" " + instead(said, item.text) + " ")


def _spelled(span: Span, phones: Callable[[str], str]) -> Iterator[Span]:
    """Character by character; what has no name is silent."""
    characters = normalized("NFKD", span.text)
    for character in (characters[i] for i in range(len(characters))):
        letter = character.lower()
        if "a" <= letter <= "z":
            yield Span(instead(letter, character), span.manner._replace(alphabet="x-arpabet", phones=phones(letter)))
        elif character.isdecimal():
            yield span._replace(text=instead(f" {digits(str(int(character)))[0]} ", character))
        elif character in _SIGNS:
            yield span._replace(text=instead(f" {_SIGNS[character]} ", character))


def _read(text: str, kind: str, form: str) -> str:
    """A text of a kind; as it stands if it has another form."""
    if kind in ("digits", "telephone"):
        groups = re.findall(r"\d+", text)
        return (", " if kind == "telephone" else " ").join(" ".join(digits(group)) for group in groups) or text
    if kind == "date":
        return _date(text, form) or text
    number = _NUMBER.fullmatch(text)
    if not number or kind not in ("cardinal", "number", "ordinal"):
        return text
    words = (ordinal if kind == "ordinal" else cardinal)(number[2].replace(",", ""))
    return " ".join([*{"-": ["minus"], "+": ["plus"]}.get(number[1], []), *words])


def _date(text: str, form: str) -> str | None:
    """A date in figures, in the order that its form tells, such as ``dmy``."""
    parts = re.findall(r"\d+", text)
    if len(parts) == 1 and len(text) == 8 and len(form) == 3:  # with nothing between
        ends = [*accumulate((4 if part == "y" else 2 for part in form), initial=0)]
        parts = [text[a:b] for a, b in pairwise(ends)]
    if not form or len(parts) != len(form) or sorted(set(form)) != sorted(form) or set(form) - set("dmy"):
        return None
    told = dict(zip(form, parts, strict=True))
    if not 1 <= int(told.get("m", 1)) <= 12 or not 1 <= int(told.get("d", 1)) <= 31:
        return None
    words = [_MONTHS[int(told["m"]) - 1]] if "m" in told else []
    words += ordinal(told["d"]) if "d" in told else []
    if "y" in told:
        words += year(told["y"]) if len(told["y"]) == 4 else cardinal(told["y"])
    return " ".join(words)
