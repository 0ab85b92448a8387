"""Numbers with letters behind them, and Roman ones → words. The functions take matches of ``figures.py``."""

import re

from wavenet.tts.russian.agreement import Place, gender, head
from wavenet.tts.russian.numbers import Case, Gender, cardinal, joined, ordinal

_ENDS: dict[str, tuple[Case, Gender]] = {
    "й": ("nom", "m"), "ый": ("nom", "m"), "ий": ("nom", "m"), "ой": ("nom", "m"), "го": ("gen", "m"),
    "ого": ("gen", "m"), "му": ("dat", "m"), "ому": ("dat", "m"), "м": ("pre", "m"), "ом": ("pre", "m"),
    "ым": ("ins", "m"), "я": ("nom", "f"), "ая": ("nom", "f"), "ья": ("nom", "f"), "ю": ("acc", "f"),
    "ую": ("acc", "f"), "ей": ("gen", "f"), "е": ("nom", "n"), "ое": ("nom", "n"), "ье": ("nom", "n"),
    "ые": ("nom", "p"), "ых": ("gen", "p"), "х": ("gen", "p"), "ыми": ("ins", "p"), "ми": ("ins", "p"),
}  # fmt: skip
END = "|".join(sorted([*_ENDS, "ти", "и", "мя", "ью", "тью"], key=len, reverse=True))
"""what stands behind the hyphen of a number that is no first part of a word"""
_OBLIQUE = frozenset(
    [
        "в",
        "во",
        "на",
        "о",
        "об",
        "при",
        "с",
        "со",
        "от",
        "из",
        "до",
        "без",
        "у",
        "около",
        "после",
        "к",
        "ко",
        "по",
        "под",
        "над",
        "перед",
        "для",
    ]
)


def suffixed(found: "re.Match[str]") -> str:
    """1-й, 90-х, 5-ти."""
    number, end = int(found["number"]), found["end"].lower()
    if end in ("ти", "и") or (end == "х" and number in (2, 3, 4)):
        return " ".join(cardinal(number, "gen"))
    if end in ("мя", "ью", "тью"):
        return " ".join(cardinal(number, "ins"))
    return " ".join(ordinal(number, *_agreeing(number, end, Place(found))))


def _agreeing(number: int, end: str, place: Place) -> tuple[Case, Gender]:
    """Of several forms that end so, the one of the noun behind."""
    of, kind = _ENDS[end]
    noun = head(place.after)
    if end == "е" and (noun.endswith(("ы", "и")) or (not noun.endswith(("е", "о")) and number % 10 == 0)):
        return of, "p"
    if end == "м" and noun.endswith(("ам", "ям")):
        return "dat", "p"
    if end == "м" and noun.endswith(("ом", "ем", "ём")):
        return "ins", kind
    if end in ("й", "ой") and (place.before in _OBLIQUE or noun.endswith("ы")) and noun[-1:] in "еийыью":
        return "gen", "f"  # on the 5th page: all but the accusative are alike
    return of, kind


def compound(found: "re.Match[str]") -> str:
    """5-летний."""
    return joined(int(found["number"])) + found["end"]


_NUMBERED = frozenset(
    [
        "глава",
        "часть",
        "том",
        "книга",
        "песнь",
        "акт",
        "раздел",
        "параграф",
        "класс",
        "степень",
        "группа",
        "тип",
        "уровень",
        "этап",
        "тур",
    ]
)
"""what stands before its number, an ordinal"""
ROMAN = r"(?=[IVXLC])(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_FORMS: dict[str, tuple[Case, Gender]] = {
    "": ("nom", "m"), "а": ("gen", "m"), "у": ("dat", "m"), "ом": ("ins", "m"), "е": ("pre", "m"), "и": ("nom", "p"),
    "ов": ("gen", "p"), "ам": ("dat", "p"), "ами": ("ins", "p"), "ах": ("pre", "p"),
}  # fmt: skip


def century(found: "re.Match[str]") -> str:
    """XX век, XVIII–XIX вв."""
    noun, before = found["noun"], Place(found).before
    if noun.lower().rstrip(".") in ("в", "вв"):
        many = noun.lower().startswith("вв")
        of: Case = "pre" if before in ("в", "во") else "gen"
        form = {"pre": "веках" if many else "веке", "gen": "веков" if many else "века"}[of]
        kind: Gender = "m"
    else:
        form = noun
        of, kind = _FORMS[noun.lower().removeprefix("век").removeprefix("съезд").removeprefix("квартал")]
    numbers = [roman(found[name]) for name in ("first", "roman") if found[name]]
    kind = "m" if len(numbers) > 1 else kind
    return f"{' - '.join(' '.join(ordinal(number, of, kind)) for number in numbers)} {form}"


def roman(numeral: str) -> int:
    """``XIV`` is 14."""
    values = [_VALUES[c] for c in numeral]
    return sum(-v if v < then else v for v, then in zip(values, [*values[1:], 0], strict=True))


_RULERS: tuple[tuple[tuple[str, ...], Case, Gender], ...] = (
    (("ина", "ета", "анна", "ария", "рия"), "nom", "f"),
    (("ины", "еты", "анны", "рии", "ине", "ете", "анне", "иной", "етой", "анной"), "gen", "f"),
    (("ину", "ету", "анну", "рию"), "acc", "f"),
    (("ом", "ем", "ём"), "ins", "m"),
    (("а", "я"), "gen", "m"),
    (("у", "ю"), "dat", "m"),
    (("е",), "pre", "m"),
)
"""how names end, and what the number behind them agrees with"""


def ruler(found: "re.Match[str]") -> str:
    """Пётр I, Екатерины II."""
    name, number = found["name"], roman(found["roman"])
    for ends, of, kind in _RULERS:
        if name.endswith(ends):
            return f"{name} {' '.join(ordinal(number, of, kind))}"
    return f"{name} {' '.join(ordinal(number))}"


def plain_roman(found: "re.Match[str]") -> str:
    """Глава IV, том II."""
    noun, number = found["before"], roman(found["roman"])
    known = noun.lower() in _NUMBERED
    return f"{noun} {' '.join(ordinal(number, 'nom', gender([noun.lower()], 1, 'nom')) if known else cardinal(number))}"
