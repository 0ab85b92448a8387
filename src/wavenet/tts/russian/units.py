"""What Russians write short behind a number: units, money, and parts of a thousand."""

from wavenet.tts.russian.numbers import THOUSAND, Noun, feminine, masculine


def _fixed(word: str) -> Noun:
    """What is not declined."""
    return Noun("m", [word] * 6, [word] * 6)


def _adjective(stem: str, noun: Noun) -> Noun:
    """With an adjective before it."""
    i = "и" if stem[-1] in "гкх" else "ы"
    one = (f"{i}й", "ого", "ому", f"{i}й", f"{i}м", "ом")
    many = (f"{i}е", f"{i}х", f"{i}м", f"{i}е", f"{i}ми", f"{i}х")
    return Noun(
        noun.gender,
        [f"{stem}{end} {form}" for end, form in zip(one, noun.one, strict=True)],
        [f"{stem}{end} {form}" for end, form in zip(many, noun.many, strict=True)],
        f"{stem}{i}х {noun.one[1]}",
    )


def _behind(noun: Noun, words: str) -> Noun:
    return Noun(noun.gender, [f"{form} {words}" for form in noun.one], [f"{form} {words}" for form in noun.many])


METRE, GRAM, LITRE, HOUR, WATT = (
    masculine("метр"), masculine("грамм"), masculine("литр"), masculine("час"), masculine("ватт", "")
)  # fmt: skip
MINUTE, SECOND, PERCENT, DEGREE = feminine("минут"), feminine("секунд"), masculine("процент"), masculine("градус")
ROUBLE = Noun(
    "m",
    ("рубль", "рубля", "рублю", "рубль", "рублём", "рубле"),
    ("рубли", "рублей", "рублям", "рубли", "рублями", "рублях"),
)
_BYTE = masculine("байт", "")
_HERTZ = masculine("герц", "")
MILLION, MILLIARD, TRILLION = masculine("миллион"), masculine("миллиард"), masculine("триллион")
PERSON = Noun(
    "m",
    ("человек", "человека", "человеку", "человека", "человеком", "человеке"),
    ("люди", "человек", "людям", "человек", "людьми", "людях"),
)


def _prefixed(prefix: str, noun: Noun) -> Noun:
    return Noun(noun.gender, [prefix + form for form in noun.one], [prefix + form for form in noun.many])


SCALES = {"тыс": THOUSAND, "млн": MILLION, "млрд": MILLIARD, "трлн": TRILLION}
"""whose words count as part of the number"""

UNITS = {
    "%": PERCENT, "°": DEGREE, "°C": _behind(DEGREE, "цельсия"), "°С": _behind(DEGREE, "цельсия"),
    "°F": _behind(DEGREE, "фаренгейта"), "₽": ROUBLE, "руб": ROUBLE, "р": ROUBLE, "$": masculine("доллар"),
    "€": _fixed("евро"), "£": masculine("фунт"), "коп": feminine("копейк", "копеек", soft=True),
    "км": _prefixed("кило", METRE), "м": METRE, "см": _prefixed("санти", METRE), "мм": _prefixed("милли", METRE),
    "км/ч": _behind(_prefixed("кило", METRE), "в час"), "м/с": _behind(METRE, "в секунду"),
    "кг": _prefixed("кило", GRAM), "г": GRAM, "гр": GRAM, "мг": _prefixed("милли", GRAM), "т": feminine("тонн"),
    "л": LITRE, "мл": _prefixed("милли", LITRE), "ч": HOUR, "час": HOUR, "мин": MINUTE, "сек": SECOND, "с": SECOND,
    "мс": _prefixed("милли", SECOND), "га": masculine("гектар"), "шт": feminine("штук", soft=True), "чел": PERSON,
    "экз": masculine("экземпляр"), "кв. м": _adjective("квадратн", METRE), "м²": _adjective("квадратн", METRE),
    "км²": _adjective("квадратн", _prefixed("кило", METRE)), "м³": _adjective("кубическ", METRE), "Б": _BYTE,
    "КБ": _prefixed("кило", _BYTE), "МБ": _prefixed("мега", _BYTE), "ГБ": _prefixed("гига", _BYTE),
    "ТБ": _prefixed("тера", _BYTE), "Гц": _HERTZ, "кГц": _prefixed("кило", _HERTZ), "МГц": _prefixed("мега", _HERTZ),
    "ГГц": _prefixed("гига", _HERTZ), "Вт": WATT, "кВт": _prefixed("кило", WATT), "МВт": _prefixed("мега", WATT),
    "В": masculine("вольт", ""),
}  # fmt: skip
