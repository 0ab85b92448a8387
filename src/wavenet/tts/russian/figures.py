"""Figures in Russian text → words: numbers, dates, times, money, in the case and gender that their place asks for.

Festival reads figures alone, in the nominative, and loses signs and groups of three; so it is given words. Where no
rule tells the case it is the nominative.
"""

import re
from collections.abc import Callable
from functools import partial

from wavenet.tts.russian import ordinals, times
from wavenet.tts.russian.agreement import Place, gender
from wavenet.tts.russian.numbers import (
    MOST_DIGITS,
    Case,
    Gender,
    Noun,
    cardinal,
    counted,
    digits,
    fraction,
    group,
    ordinal,
)  # fmt: skip
from wavenet.tts.russian.units import SCALES, UNITS
from wavenet.tts.traced import sub

_BLANKS = re.compile(r"(?<=\s) +|^ +")
_N = r"\d+(?:[.,]\d+)?"
_ALONE = r"(?<![\w.,])"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_COUNTED = (
    rf"(?:\s?(?P<scale>{'|'.join(SCALES)})(?![а-яёa-z])\.?(?=\s*\S))?"
    rf"(?:\s?(?P<unit>{_UNIT})(?![а-яёА-ЯЁa-zA-Z\d/²³])(?!(?<=\s[сВ])\s[а-яёА-ЯЁ])(?:\.(?=\s*[^\sА-ЯЁ]))?)?"
)


def words(text: str) -> str:
    """A sentence without figures."""
    if not any(c.isdecimal() or c in "IVXLC№§%&+=±×" for c in text):
        return text
    for pattern, reading in _READINGS:
        text = sub(pattern, reading if callable(reading) else partial(re.Match.expand, template=reading), text)
    return sub(_BLANKS, "", text)


def _grouped(found: "re.Match[str]") -> str:
    return re.sub(r"\D", "", found[0])


def _telephone(found: "re.Match[str]") -> str:
    said = ", ".join(group(part) for part in re.findall(r"\d+", found[0]))
    return f"плюс {said}" if found[0].startswith("+") else said


def _number(text: str, of: Case = "nom", kind: Gender = "m") -> list[str]:
    whole, point, part = text.replace(",", ".").partition(".")
    if point:
        return fraction(int(whole), part, of)
    if len(text) > MOST_DIGITS or (len(text) > 1 and text[0] == "0"):
        return digits(text)
    return cardinal(int(text), of, kind)


def _last(text: str) -> int:
    """What a noun agrees with."""
    return int(re.split("[.,]", text)[0][-MOST_DIGITS:])


def _sign(text: str | None) -> list[str]:
    return {"": [], "+": ["плюс"], "±": ["плюс-минус"]}.get(text or "", ["минус"])


def _form(text: str, noun: Noun, of: Case) -> str:
    """Of the noun behind a number."""
    if text.isdecimal():
        return counted(_last(text), noun, of)
    return noun.one[1]


def _quantity(found: "re.Match[str]") -> str:
    text, scale, unit = found["number"], SCALES.get(found["scale"]), UNITS.get(found["unit"])
    place = Place(found)
    of = Place(found, after=not unit).case(_last(text))
    if scale:
        behind = [unit.many[1]] if unit else []
        return " ".join([*_sign(found["sign"]), *_number(text, of, scale.gender), _form(text, scale, of), *behind])
    if unit:
        return " ".join([*_sign(found["sign"]), *_number(text, of, unit.gender), _form(text, unit, of)])
    kind = gender(place.after, _last(text), of)
    return " ".join([*_sign(found["sign"]), *_number(text, of, kind)])


def _range(found: "re.Match[str]") -> str:
    """5–7 дней, 10–15 %."""
    first, text = found["first"], found["number"]
    noun = SCALES.get(found["scale"]) or UNITS.get(found["unit"])
    place = Place(found, after=not noun)
    of = place.case(_last(text))
    kind = noun.gender if noun else gender(place.after, _last(text), of)
    said = f"{' '.join(_number(first, of, kind))}-{' '.join(_number(text, of, kind))}"
    behind = [_form(text, noun, of)] if noun else []
    if found["scale"] and found["unit"]:
        behind.append(UNITS[found["unit"]].many[1])
    return " ".join([said, *behind])


def _fraction(found: "re.Match[str]") -> str:
    """3/4."""
    above, below = int(found["above"]), int(found["below"])
    if below < 2 or above >= below:
        return f"{' '.join(cardinal(above))} дробь {' '.join(cardinal(below))}"
    one = above % 10 == 1 and above % 100 != 11
    return " ".join([*cardinal(above, "nom", "f"), *ordinal(below, *(("nom", "f") if one else ("gen", "p")))])


def _dotted(found: "re.Match[str]") -> str:
    """1.2.3, 192.168.0.1."""
    return " точка ".join(" ".join(_number(part)) for part in found[0].split("."))


def _glued(found: "re.Match[str]") -> str:
    """Figures beside letters: А4, 4G."""
    return f" {' '.join(_number(found[0]))} "


_SIGNS = {"№": "номер", "§": "параграф", "%": "процентов", "&": "и", "+": "плюс", "=": "равно", "±": "плюс-минус",
          "×": "на", "≈": "примерно", "<": "меньше", ">": "больше", "°": "градусов"}  # fmt: skip


def _alone(found: "re.Match[str]") -> str:
    return f" {_SIGNS[found[0]]} "


def _rule(
    pattern: str, reading: Callable[["re.Match[str]"], str] | str, case: bool = False
) -> tuple["re.Pattern[str]", Callable[["re.Match[str]"], str] | str]:
    return re.compile(pattern, 0 if case else re.IGNORECASE), reading


_READINGS = (
    _rule(r"(?<![\d.,])(?<!\d )[1-9]\d{0,2}(?:[ \xa0\u2009\u202f]\d{3})+(?![\d-])", _grouped),
    _rule(r"(?<![\w.,])(?:\+?7|8)[\s-]?\(?\d{3}\)?[\s-]?\d{3}[\s-]?\d\d[\s-]?\d\d(?!\d)", _telephone),
    _rule(
        rf"{_ALONE}(?P<day>\d\d?)\.(?P<month>\d\d)\.(?P<year>\d{{4}}|\d\d)(?![\d.]\d|\d)(?:\s?{times.YEAR}(?!\w))?",
        times.figures_date,
    ),
    _rule(rf"{_ALONE}(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)", times.figures_date),
    _rule(
        rf"{_ALONE}(?P<day>\d\d?)\s(?P<month>{'|'.join(times.MONTHS)})(?!\w)(?:\s(?P<year>\d{{4}})(?!\d)(?:\s?{times.YEAR}(?!\w))?)?",
        times.date,
    ),
    _rule(
        rf"(?<!\w)(?<=\b[сС]\s)(?P<day>\d\d?)(?=\sпо\s(?:[а-яё]+\s){{1,2}}(?:{'|'.join(times.MONTHS)})(?!\w))",
        times.first_day,
    ),
    _rule(rf"(?<!\w)(?P<month>{times.MONTH})\s(?P<year>[12]\d{{3}})(?![\d-])(?:\s?{times.YEAR}(?!\w))?", times.month),
    _rule(rf"{_ALONE}(?P<first>\d{{3,4}})\s?[-–—]\s?(?P<last>\d{{3,4}})\s?(?P<form>{times.YEARS})(?!\w)", times.years),
    _rule(rf"{_ALONE}(?P<year>\d{{1,4}})\s?(?P<form>{times.YEAR})(?!\w)", times.year),
    _rule(
        r"(?<!\w)(?P<before>в|во|с|до|от|после|около)\s(?P<year>1[1-9]\d\d|20[0-4]\d)(?=\s*(?:[,;:!?…)]|\.(?!\d)|$))",
        times.bare_year,
    ),
    _rule(r"(?<![\w.,:])(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?![\d:])", times.time),
    _rule(r"(?<![\w.,])(?P<hour>\d\d?)\.(?P<minute>[0-5]\d)(?P<second>)(?=\s(?:утра|дня|вечера|ночи)\b)", times.time),
    _rule(
        rf"(?<!\w)(?:(?P<first>{ordinals.ROMAN})\s?[-–—]\s?)?(?P<roman>{ordinals.ROMAN})\s(?P<noun>(?:век|съезд|квартал)(?:а|у|ом|е|и|ов|ам|ами|ах)?(?!\w)|вв?(?:\.|(?!\w)))",
        ordinals.century,
        True,
    ),
    _rule(rf"(?<!\w)(?P<name>[А-ЯЁ][а-яё]+)\s(?P<roman>{ordinals.ROMAN})(?![\w.])", ordinals.ruler, True),
    _rule(rf"(?<!\w)(?P<before>[а-яё]+)\s(?P<roman>{ordinals.ROMAN})(?!\w)", ordinals.plain_roman, True),
    _rule(rf"{_ALONE}(?P<number>\d{{1,9}})-?(?P<end>(?<=-)(?:{ordinals.END}))(?![\w-])", ordinals.suffixed),
    _rule(rf"{_ALONE}(?P<number>\d{{1,6}})-(?P<end>[а-яё]{{3,}})", ordinals.compound),
    _rule(rf"(?<!\w)([$€£₽])\s?({_N}(?:\s?(?:{'|'.join(SCALES)})\.?)?)", r"\2 \1"),
    _rule(r"(?<![\w.,])\d+(?:\.\d+){2,}(?![\d.]*\w)", _dotted),
    _rule(r"(?<![\w.,/])(?P<above>\d{1,3})/(?P<below>\d{1,3})(?![\w/])", _fraction),
    _rule(rf"(?<=\d)\s[-−–]\s(?={_N}\s?=)", " минус "),
    _rule(r"(?<![\w.,:])(\d{1,2}):(\d)(?![\d:])", r"\1 \2"),
    _rule(r"(?<=\d)\s?(?:…|\.{3})\s?(?=[-−–+±]?\d)", " - "),
    _rule(rf"{_ALONE}(?P<first>{_N})\s?[-–—]\s?(?P<number>{_N}){_COUNTED}(?![\d-])", _range, True),
    _rule(rf"(?:(?<=[\s(\[=«\"])|^)(?P<sign>[-−–+±])?(?P<number>{_N}){_COUNTED}(?![\d.,]*\d)", _quantity, True),
    _rule(r"\d+", _glued),
    _rule("[№§%&=±×≈<>°]|\\+(?![аеёиоуыэюя])", _alone),
)
"""each pattern and how it is read, one after another over the sentence"""
