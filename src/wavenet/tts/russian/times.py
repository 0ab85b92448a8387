"""Dates, years and times in figures → words. Each function takes a match of its pattern in ``figures.py``."""

import re

from wavenet.tts.russian.agreement import Place, case
from wavenet.tts.russian.numbers import Case, cardinal, counted, group, ordinal
from wavenet.tts.russian.units import HOUR

MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
MONTH = r"(?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)(?:[яьеюйау]|ём|ем|ом)?"
YEAR = r"(?:году|года|годом|годе|год|г\.|(?<=\d{4}\s)г|(?<=\d{4})г)"
"""forms of год behind a number"""
YEARS = r"(?:годы|годов|годам|годами|годах|гг\.?|года|г\.г\.)"

_NAMES = frozenset(["сегодня", "завтра", "вчера", "послезавтра", "наступило", "настало", "это", "было", "будет"])
"""before a day that is named, not told of what happens then"""
_IN_A_YEAR = frozenset(["в", "во", "с", "со", "до", "к", "от", "после", "около"])
_GOES_ON = re.compile(r"\s(?!до\s|нашей\s|н\.)[а-яё]")
_YEAR_CASES: dict[str, Case] = {
    "год": "nom", "года": "gen", "году": "pre", "годом": "ins", "годе": "pre", "годы": "nom", "годов": "gen",
    "годам": "dat", "годами": "ins", "годах": "pre",
}  # fmt: skip
_ONE: dict[Case, str] = {"nom": "год", "acc": "год", "gen": "года", "dat": "году", "ins": "годом", "pre": "году"}
_MANY: dict[Case, str] = {"nom": "годы", "acc": "годы", "gen": "годов", "dat": "годам", "ins": "годами", "pre": "годах"}


def figures_date(found: "re.Match[str]") -> str:
    """05.05.2024."""
    day, month, year = int(found["day"]), int(found["month"]), found["year"]
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    return f"{_day(found, day)} {MONTHS[month - 1]} {_of_year(year)}"


def date(found: "re.Match[str]") -> str:
    """5 мая, 5 мая 2024."""
    day, year = int(found["day"]), found["year"]
    if not 1 <= day <= 31:
        return found[0]
    return " ".join(filter(None, (_day(found, day), found["month"], _of_year(year) if year else "")))


def first_day(found: "re.Match[str]") -> str:
    """The first of с 1 по 5 июня, whose last is a word by now."""
    day = int(found["day"])
    return " ".join(ordinal(day, "gen", "n")) if 1 <= day <= 31 else found[0]


def month(found: "re.Match[str]") -> str:
    """Май 2024."""
    return f"{found['month']} {_of_year(found['year'])}"


def _of_year(text: str) -> str:
    year = int(text) if len(text) > 2 else int(text) + (2000 if int(text) < 50 else 1900)
    return " ".join([*ordinal(year, "gen"), "года"])


def _day(found: "re.Match[str]", day: int) -> str:
    before = Place(found).before
    asked: dict[str, Case] = {"к": "dat", "ко": "dat", "на": "nom", "по": "nom", "за": "nom", "перед": "ins"}
    return " ".join(ordinal(day, "nom" if before in _NAMES else asked.get(before, "gen"), "n"))


def year(found: "re.Match[str]") -> str:
    """В 2024 году, 2024 г."""
    number, form, before = int(found["year"]), found["form"].lower(), Place(found).before
    written = form
    weighed = written not in _YEAR_CASES and number < 1000 and before not in _IN_A_YEAR
    if weighed and _GOES_ON.match(found.string, found.end()):  # 30 г. соли
        return found[0]
    of = _YEAR_CASES.get(form) or _short(before, "gen")
    form = _ONE[of] if form not in _YEAR_CASES else form
    if form == "году" and before not in ("в", "во", "о", "об", "при"):
        of = "dat"
    if written in ("год", "года") and number < 1000:  # that many of them
        return " ".join([*cardinal(number, Place(found, found.start("form")).case(number)), form])
    return " ".join([*ordinal(number, of), form])


def years(found: "re.Match[str]") -> str:
    """1941–1945 гг."""
    form = found["form"].lower()
    of = _YEAR_CASES.get(form) or _short(Place(found).before, "nom")
    said = [" ".join(ordinal(int(found[name]), of)) for name in ("first", "last")]
    return f"{said[0]} - {said[1]} {form if form in _YEAR_CASES else _MANY[of]}"


def _short(before: str, usual: Case) -> Case:
    """The case of what is written г. behind a word and a number."""
    if before in ("в", "во"):
        return "pre"
    found = case(before, (), 5)
    return usual if found == "nom" else found


def bare_year(found: "re.Match[str]") -> str:
    """В 2024."""
    of: Case = "pre" if found["before"].lower() in ("в", "во") else "gen"
    return " ".join([found["before"], *ordinal(int(found["year"]), of)])


def time(found: "re.Match[str]") -> str:
    """10:30, 9.05 утра."""
    hour, minute, second = int(found["hour"]), found["minute"], found["second"]
    if hour > 24 or int(minute) > 59:
        return f"{' '.join(cardinal(hour))} {group(minute)}"
    asked = Place(found).case(5)
    of: Case = asked if asked in ("gen", "dat") else "nom"
    said = cardinal(hour, of)
    if minute == "00" and not second:
        return " ".join([*said, counted(hour, HOUR, of)])
    return " ".join(filter(None, (*said, group(minute, of), group(second) if second else "")))
