"""Russian numerals, declined: numbers → words, and a noun in the form that a number asks for."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

Case = Literal["nom", "gen", "dat", "acc", "ins", "pre"]
CASES: tuple[Case, ...] = ("nom", "gen", "dat", "acc", "ins", "pre")
Gender = Literal["m", "f", "n", "p"]
"""p is the plural of all of them"""

MOST_DIGITS = 15
"""of a number with a name"""


class Noun(NamedTuple):
    """Its forms in the order of ``CASES``."""

    gender: Gender
    one: Sequence[str]
    many: Sequence[str]
    few: str = ""
    """behind two, three and four, if not the genitive"""


def masculine(stem: str, many_of: str = "ов") -> Noun:
    """Such as ``метр``; ``many_of`` ends the genitive of the plural."""
    one, many = ("", "а", "у", "", "ом", "е"), ("ы", many_of, "ам", "ы", "ами", "ах")
    return Noun("m", [stem + end for end in one], [stem + end for end in many])


def feminine(stem: str, many_of: str | None = None, soft: bool = False) -> Noun:
    """Such as ``минут-а``, or, soft, ``копейк-а`` and ``тысяч-а``, whose plural ends in -и."""
    i, o = ("и", "ей") if soft and stem[-1] in "чшжщц" else ("и" if soft else "ы", "ой")
    one, many = ("а", i, "е", "у", o, "е"), (i, "", "ам", i, "ами", "ах")
    found = [stem + end for end in many]
    found[1] = many_of or stem
    return Noun("f", [stem + end for end in one], found)


THOUSAND = feminine("тысяч", soft=True)
_GROUPS = (THOUSAND, masculine("миллион"), masculine("миллиард"), masculine("триллион"))

_ONE = {
    "m": "один одного одному один одним одном",
    "f": "одна одной одной одну одной одной",
    "n": "одно одного одному одно одним одном",
    "p": "одни одних одним одни одними одних",
}
_SMALL = {
    0: "ноль ноля нолю ноль нолём ноле",
    2: "два двух двум два двумя двух",
    3: "три трёх трём три тремя трёх",
    4: "четыре четырёх четырём четыре четырьмя четырёх",
    8: "восемь восьми восьми восемь восемью восьми",
    40: "сорок сорока сорока сорок сорока сорока",
    80: "восемьдесят восьмидесяти восьмидесяти восемьдесят восемьюдесятью восьмидесяти",
    90: "девяносто девяноста девяноста девяносто девяноста девяноста",
    100: "сто ста ста сто ста ста",
    200: "двести двухсот двумстам двести двумястами двухстах",
    300: "триста трёхсот трёмстам триста тремястами трёхстах",
    400: "четыреста четырёхсот четырёмстам четыреста четырьмястами четырёхстах",
    800: "восемьсот восьмисот восьмистам восемьсот восемьюстами восьмистах",
}
_REGULAR = {
    5: "пять", 6: "шесть", 7: "семь", 9: "девять", 10: "десять", 11: "одиннадцать", 12: "двенадцать",
    13: "тринадцать", 14: "четырнадцать", 15: "пятнадцать", 16: "шестнадцать", 17: "семнадцать",
    18: "восемнадцать", 19: "девятнадцать", 20: "двадцать", 30: "тридцать",
}  # fmt: skip


def _declined(number: int) -> list[str]:
    """The cases of a number that is one word, and has no gender."""
    if number in _SMALL:
        return _SMALL[number].split()
    if number in _REGULAR:
        word = _REGULAR[number]
        return [word, word[:-1] + "и", word[:-1] + "и", word, word + "ю", word[:-1] + "и"]
    first = _REGULAR[number // (100 if number >= 100 else 10)]
    oblique, instrumental = first[:-1] + "и", first + "ю"
    if number >= 100:
        return [
            f"{first}сот",
            f"{oblique}сот",
            f"{oblique}стам",
            f"{first}сот",
            f"{instrumental}стами",
            f"{oblique}стах",
        ]
    tens = f"{oblique}десяти"
    return [f"{first}десят", tens, tens, f"{first}десят", f"{instrumental}десятью", tens]


def counted(number: int, noun: Noun, case: Case = "nom") -> str:
    """The form of a noun behind a number that stands in a case: one рубль, two рубля, five рублей."""
    last, teens = number % 10, 10 < number % 100 < 20
    at = CASES.index(case)
    if last == 1 and not teens:
        return noun.one[at]
    if case not in ("nom", "acc"):
        return noun.many[at]
    return (noun.few or noun.one[1]) if last in (2, 3, 4) and not teens else noun.many[1]


def cardinal(number: int, case: Case = "nom", gender: Gender = "m") -> list[str]:
    """``21`` is двадцать один, or двадцать одну of a feminine noun in the accusative; below 10 ** ``MOST_DIGITS``."""
    if number == 0:
        return [_declined(0)[CASES.index(case)]]
    found: list[str] = []
    for power in range(len(_GROUPS), 0, -1):
        group = number // 1000**power % 1000
        if group:
            noun = _GROUPS[power - 1]
            alone = group == 1 and power == 1 and not found  # тысяча, not одна тысяча
            found += [*([] if alone else _hundreds(group, case, noun.gender)), counted(group, noun, case)]
    return found + _hundreds(number % 1000, case, gender)


def _hundreds(number: int, case: Case, gender: Gender) -> list[str]:
    at = CASES.index(case)
    rest = number % 100
    parts = [number - rest, *((rest - rest % 10, rest % 10) if rest > 20 else (rest,))]
    found = []
    for part in filter(None, parts):
        if part == 1:
            found.append(_ONE[gender].split()[at])
        elif part == 2 and gender == "f" and case in ("nom", "acc"):
            found.append("две")
        else:
            found.append(_declined(part)[at])
    return found


_ENDINGS = {
    "m": ("ый", "ого", "ому", "ый", "ым", "ом"),
    "n": ("ое", "ого", "ому", "ое", "ым", "ом"),
    "f": ("ая", "ой", "ой", "ую", "ой", "ой"),
    "p": ("ые", "ых", "ым", "ые", "ыми", "ых"),
}
_THIRD = {
    "m": ("ий", "ьего", "ьему", "ий", "ьим", "ьем"),
    "n": ("ье", "ьего", "ьему", "ье", "ьим", "ьем"),
    "f": ("ья", "ьей", "ьей", "ью", "ьей", "ьей"),
    "p": ("ьи", "ьих", "ьим", "ьи", "ьими", "ьих"),
}
_STEMS = {
    0: "нулев", 1: "перв", 2: "втор", 3: "трет", 4: "четвёрт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм", 9: "девят",
    40: "сороков", 90: "девяност", 100: "сот",
}  # fmt: skip
_STRESSED = frozenset(("нулев", "втор", "шест", "седьм", "восьм", "сороков"))
"""stems whose ending has the stress: второй"""


def ordinal(number: int, case: Case = "nom", gender: Gender = "m") -> list[str]:
    """``24`` is двадцать четвёртый: the last word is an adjective."""
    if number and number % 1000 == 0:
        power = next(power for power in range(len(_GROUPS), 0, -1) if number % 1000**power == 0)
        group, before = number // 1000**power % 1000, number - number % 1000 ** (power + 1)
        name = _GROUPS[power - 1].one[0].removesuffix("а")
        last = (joined(group) if group > 1 else "") + name + "н"
    else:
        rest = number % 100
        size = rest if 0 < rest <= 20 else rest % 10 or (rest or number % 1000)
        before, last = number - size, _stem(size)
    ending = (_THIRD if last == "трет" else _ENDINGS)[gender][CASES.index(case)]
    ending = "ой" if last in _STRESSED and ending == "ый" else ending
    return [*(cardinal(before) if before else []), last + ending]


def _stem(number: int) -> str:
    if number in _STEMS:
        return _STEMS[number]
    if number >= 100:
        return joined(number // 100) + "сот"
    return _REGULAR[number][:-1] if number in _REGULAR else _declined(number)[1][:-1]


def joined(number: int) -> str:
    """As the first part of a word: ``двух`` of двухлетний, ``пяти``, ``сорока``, ``сто``."""
    if number % 1000 == 0 and number:
        return "".join((joined(number // 1000) if number > 1000 else "", "тысяче"))
    words = cardinal(number, "gen")
    plain = {"одного": "одно", "ста": "сто", "девяноста": "девяносто", "тысячи": "тысяче"}
    return "".join(plain.get(word, word) for word in words)


def digits(text: str) -> list[str]:
    """One by one."""
    return [cardinal(int(digit))[0] for digit in text]


def group(text: str, case: Case = "nom") -> str:
    """Figures whose zeros count: 05 is ноль пять."""
    zeros = len(text) - len(text.lstrip("0"))
    return " ".join([*["ноль"] * zeros, *(cardinal(int(text), case) if text.strip("0") else [])])


_PARTS = ("десят", "сот", "тысячн")


def fraction(whole: int, part: str, case: Case = "nom") -> list[str]:
    """``3,5`` is три целых пять десятых; more than three digits follow one by one."""
    said = [*cardinal(whole, case, "f"), _share(whole, "цел", case)]
    if len(part) > len(_PARTS):
        return [*cardinal(whole, case), "запятая", *digits(part)]
    return [*said, *cardinal(int(part), case, "f"), _share(int(part), _PARTS[len(part) - 1], case)]


def _share(number: int, stem: str, case: Case) -> str:
    """The adjective behind a number of parts."""
    if number % 10 == 1 and number % 100 != 11:
        return stem + _ENDINGS["f"][CASES.index(case)]
    return stem + _ENDINGS["p"][CASES.index("gen" if case in ("nom", "acc") else case)]
