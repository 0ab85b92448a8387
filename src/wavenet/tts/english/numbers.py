"""Numbers → words, in American English: 21 is twenty one, the year 1905 nineteen oh five."""

import re

_GROUPED = (
    r"\d{1,3}(?:,\d{3})+(?![,'_]?\d)(?:\.\d+)?",
    r"\d{1,2}(?:,\d\d)+,\d{3}(?!,?\d)(?:\.\d+)?",  # lakhs and crores
    r"\d{1,3}(?:'\d{3})+(?!'?\d)(?:[.,]\d+)?",
    r"\d{1,3}(?:_\d{3})+(?!_?\d)(?:\.\d+)?",
    r"\d{1,3}(?:\.\d{3})+,\d+(?!\d)",
    r"\d{1,3}(?:\.\d{3}){2,}(?!\.?\d)",
    r"\d{1,3}(?:\s\d{3})+,\d\d?(?!,?\d)",
    r"\d{1,3}(?:\s\d{3}){2,}(?!\s?\d)(?:[.,]\d+)?",
    r"\d{1,3}\s(?:\d{3}(?=\s?(?:[€₽]|(?:km|kg|ha|m²|euros|tonnes|people)\b))|000(?!\d|[.,]\d))",
    r"0,\d+(?!,?\d)",
    r"\d{1,3},\d\d?(?=\s?[×x·]\s?10\D)",
    r"\d+,\d{4,}(?!,?\d)",
)
NUMBER = rf"(?:{'|'.join(_GROUPED)}|\d+(?:\.\d+)?|\.\d+)"
"""as people write it: 1,234.50, .5, 1'000, 1.000.000, 12,34,567"""
MEASURED = rf"(?:{'|'.join(_GROUPED)}|\d{{1,3}}(?:,\d{{3}})+,\d\d?(?!,?\d)|\d+,\d\d?(?!,?\d)|\d+(?:\.\d+)?|\.\d+)"
"""a number with a unit or a currency, which shows that its comma is a decimal one: 12,5"""
MINUS = r"(?<![^\W_])(?<![)\]%°.])(?<!\d[\"'′″])[-–−]"
"""a hyphen at the beginning of a number"""
SIGN = rf"(?P<sign>{MINUS}|[+±]|)"
_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_THOUSANDS = [
    *("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion", "septillion"),
    *("octillion", "nonillion", "decillion"),
]
"""names of groups of three digits, from the last one on"""
_MOST_DIGITS = 3 * len(_THOUSANDS)
"""English has no common names for larger numbers"""
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_ROMAN = {"": 0, "I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def plain(number: str) -> str:
    """A ``NUMBER`` or ``MEASURED`` without digit grouping, and with a decimal point: 1234.5 for 1.234,5."""
    number = re.sub(r"['_\s]", "", number)
    comma, point = number.rfind(","), number.rfind(".")
    if number.count(".") > 1 or 0 <= point < comma:
        return number.replace(".", "").replace(",", ".")
    if (
        point < 0
        and number.count(",") > 1
        and len(number) - comma < 4
        and re.fullmatch(r"\d{1,3}(?:,\d{3})+,\d\d?", number)
    ):
        return number[:comma].replace(",", "") + "." + number[comma + 1 :]  # 1,234,5
    decimal = number.count(",") == 1 and point < 0 and (len(number) - comma != 4 or number[0] == "0")
    return number.replace(",", "." if decimal else "")


def amount(number: str) -> list[str]:
    """The words of a ``NUMBER`` or ``MEASURED``."""
    whole, point, fraction = plain(number).partition(".")
    return [*(cardinal(whole) if whole else []), *(["point", *digits(fraction)] if point else [])]


def signed(sign: str | None) -> list[str]:
    """The words of a ``SIGN``."""
    return {"": [], "+": ["plus"], "±": ["plus", "or", "minus"]}.get(sign or "", ["minus"])


def many(word: str) -> list[str]:
    """The plural of a number: sixes, nineties."""
    return [word[:-1] + "ies" if word.endswith("y") else word + ("es" if word.endswith("x") else "s")]


def digits(text: str) -> list[str]:
    """The digits one by one."""
    return [_DIGITS[int(c)] for c in text]


def cardinal(number: str) -> list[str]:
    """``21`` is twenty one."""
    number = number.lstrip("0") or "0"
    if len(number) > _MOST_DIGITS:
        return digits(number)
    groups = [int(group) for group in f"{int(number):,}".split(",")]
    names = reversed(_THOUSANDS[: len(groups)])
    words = [word for group, name in zip(groups, names, strict=True) if group for word in (*_hundreds(group), name)]
    return list(filter(None, words)) or ["zero"]


def ordinal(number: str) -> list[str]:
    """``21`` is twenty first."""
    *words, last = cardinal(number)
    if len(number.lstrip("0")) > _MOST_DIGITS:
        return [*words, last]
    regular = (last.removesuffix("y") + "ie" if last.endswith("y") else last) + "th"
    return [*words, _ORDINALS.get(last, regular)]


def has_ending(number: str, ending: str) -> bool:
    """Whether st, nd, rd or th is the ending of a number; th is accepted for any."""
    right = "th" if number[-2:-1] == "1" else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return ending.lower() in (right, "th")


def year(number: str) -> list[str]:
    """Four digits: ``1905`` is nineteen oh five, ``2007`` two thousand seven."""
    century, rest = number[:2], number[2:]
    if number[0] == "0" or number[1:3] == "00":
        return cardinal(number)
    if rest == "00":
        return [*cardinal(century), "hundred"]
    return [*cardinal(century), *(["oh"] if rest[0] == "0" else []), *cardinal(rest)]


def by_pairs(number: str) -> list[str]:
    """737 as seven thirty seven, 800 as eight hundred, 1249 as twelve forty nine."""
    if len(number) == 4:
        return year(number)
    if len(number) != 3 or number.endswith("00"):
        return cardinal(number)
    return [*cardinal(number[0]), *(["oh"] if number[1] == "0" else []), *cardinal(number[1:])]


def roman(text: str) -> int | None:
    """The value of a Roman numeral below 400 in its usual form, otherwise None."""
    return _roman_value(text) if text and re.fullmatch(r"C{0,3}(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", text) else None


def roman_year(text: str) -> int | None:
    """The value of four or more Roman letters from 1000 to 2099, otherwise None."""
    usual = re.fullmatch(r"M{1,2}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", text)
    value = _roman_value(text) if usual and len(text) > 3 else 0
    return value if 1000 <= value < 2100 else None


def _roman_value(text: str) -> int:
    values = [_ROMAN[c] for c in text]
    return sum(-v if v < then else v for v, then in zip(values, [*values[1:], 0], strict=True))


def _hundreds(number: int) -> list[str]:
    """The words of 1 … 999."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [_DIGITS[hundreds], "hundred"] if hundreds else []
    if tens == 1:
        return [*words, _TEENS[ones]]
    return [*words, *([_TENS[tens]] if tens else []), *([_DIGITS[ones]] if ones else [])]
