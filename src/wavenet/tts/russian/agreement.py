"""In which case and gender a number stands, as far as the words around it tell by their endings."""

import re
from collections.abc import Sequence

from wavenet.tts.russian.numbers import Case, Gender


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAKE: dict[Case, frozenset[str]] = {
    "gen": _words(
        "без безо вместо возле вокруг для до из изо из-за из-под кроме около от ото после против ради свыше среди у "
        "более менее больше меньше старше младше выше ниже дороже дешевле порядка числом возрасте течение размере "
        "количестве объёме сумме длиной высотой весом стоимостью ценой внутри вне помимо достигает достиг достигла"
    ),
    "dat": _words("к ко благодаря вопреки согласно навстречу подобно равен равна равно равны"),
    "acc": _words("через про спустя сквозь включая"),
    "ins": _words("между перед передо над надо"),
    "pre": _words("о об обо при"),
}
"""what stands before a number, and the case that it asks for"""
_TWO: dict[str, tuple[Case, Case]] = {
    "в": ("acc", "pre"), "во": ("acc", "pre"), "на": ("acc", "pre"), "с": ("gen", "ins"), "со": ("gen", "ins"),
    "под": ("acc", "ins"), "за": ("acc", "ins"), "по": ("acc", "dat"),
}  # fmt: skip
"""and between two of which the noun decides; the first is the usual one"""
_PLURAL = re.compile(r"(?:(?P<ins>ами|ями|ьми|ыми|ими)|(?P<pre>ах|ях)|(?P<dat>ам|ям))$")
_ADJECTIVE = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ую|юю|ым|им|ых|их|ыми|ими)$")
_NO_ADJECTIVES = _words(
    "линий статей партий серий станций историй категорий сессий лекций функций позиций людей детей друзей дней рублей "
    "гостей семей идей музей случай край чай герой покой бой слой строй строим ноги книги руки недели"
)
_FEMININE_SOFT = re.compile(
    "(?:сть|знь|чь|шь|жь|щь|вь|бь|пь|сь|дверь|тетрадь|площадь|мать|печать|кровать|роль|цель|соль|боль|модель|степень|осень|"
    "тень|сеть|треть|нить|прибыль|очередь|деталь|мебель)$"
)
_MASCULINE = _words("гость путь мужчина дядя дедушка папа юноша судья коллега гвоздь дождь лось карась тесть")
_FEMININE_PLACES = _words(
    "книге странице комнате квартире школе группе стране неделе минуте секунде машине улице точке линии статье семье "
    "строке главе картине задаче встрече работе игре команде больнице столице деревне тысяче стороне руке ноге"
)


_SMALL = _words(
    "и или а но да в во на с со к ко о об от до из у за по под над при для не ни же ли бы то что как чем был была"
)
"""before which a number has no noun"""
_WORD = re.compile(r"\s*([а-яё]+)(?![а-яё-]*\d)", re.IGNORECASE)
_BEFORE = re.compile(r"([а-яё-]+)[\s«„\"(]*$", re.IGNORECASE)


class Place:
    """What stands around a number, in small letters, up to the next mark."""

    def __init__(self, found: "re.Match[str]", end: int | None = None, after: bool = True) -> None:
        """Of a match that ends there or, if told, earlier; ``after``: what is behind it counts."""
        before = _BEFORE.search(found.string[max(0, found.start() - 40) : found.start()])
        self.before = before[1].lower() if before else ""
        self.after: list[str] = []
        at = found.end() if end is None else end
        while after and len(self.after) < 3 and (word := _WORD.match(found.string, at)):
            if word[1].lower() in _SMALL:
                break
            self.after.append(word[1].lower())
            at = word.end()

    def case(self, number: int) -> Case:
        """That of a number here."""
        return case(self.before, self.after, number)


def case(before: str, after: Sequence[str], number: int) -> Case:
    """The case of a number behind one word and before others, all in small letters; empty where there is none."""
    noun = head(after)
    one = number % 10 == 1 and number % 100 != 11
    told = _told(noun, one)
    if before in _TWO:
        usual, other = _TWO[before]
        if usual == "acc" and told == "acc":
            return "acc"
        return other if other in told.split() else usual
    for asked, prepositions in _TAKE.items():
        if before in prepositions:
            return asked
    if one:
        return "acc" if told == "acc" else "ins" if told == "ins" and noun.endswith(("ом", "ем", "ём")) else "nom"
    return next((found for found in ("ins", "pre", "dat") if found == told), "nom")


def _told(noun: str, one: bool) -> str:
    """The cases, apart from the usual ones, that the ending of a noun may be of."""
    if not one:
        plural = _PLURAL.search(noun)
        return plural.lastgroup or "" if plural else ""
    if noun.endswith(("ом", "ем", "ём", "ью")):
        return "ins"
    if noun.endswith(("ой", "ей")):
        return "ins"
    if noun.endswith("е") or noun.endswith("ии"):
        return "pre dat"
    return "acc" if noun.endswith(("у", "ю")) else ""


def head(after: Sequence[str]) -> str:
    """The noun: the first word that is no adjective, or else the first of all."""
    return next((word for word in after[:3] if not is_adjective(word)), after[0] if after else "")


def is_adjective(word: str) -> bool:
    """By its ending."""
    return len(word) > 3 and word not in _NO_ADJECTIVES and _ADJECTIVE.search(word) is not None


def gender(after: Sequence[str], number: int, of: Case) -> Gender:
    """The gender of the noun behind a number in a case; it shows where the last digit is 1 or 2."""
    noun = head(after)
    if number % 10 in (2, 3, 4) and of in ("nom", "acc"):  # a genitive of the singular: две книги, два стола
        return "f" if noun.endswith(("ы", "и")) and noun != "пути" else "m"
    if noun in _MASCULINE:
        return "m"
    if of == "gen":
        return "f" if noun.endswith(("ы", "и")) else "m"
    if of in ("dat", "pre"):
        return "f" if noun.endswith("и") or noun in _FEMININE_PLACES or (of == "dat" and noun.endswith("е")) else "m"
    if of == "ins":
        return "f" if noun.endswith(("ой", "ей", "ью")) else "m"
    if noun.endswith(("а", "я")) and not noun.endswith("мя"):
        return "f"
    if of == "acc" and noun.endswith(("у", "ю")):
        return "f"
    if noun.endswith(("о", "е", "ё", "мя")):
        return "n"
    return "f" if _FEMININE_SOFT.search(noun) else "m"
