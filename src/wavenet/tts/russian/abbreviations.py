"""What Russians write short → words: и т. д., ул. Ленина, стр. 5; a noun in the case that its preposition asks for.

Festival says them as they are written. Units behind a number, years and centuries are in ``figures.py``.
"""

import re
from functools import partial

from wavenet.tts.traced import sub

_STREET = "улица улицы улице улицу улицей улице"
_PERSONS = (
    "профессор профессора профессору профессора профессором профессоре",
    "академик академика академику академика академиком академике",
)
_NAMED = {
    "ул": _STREET, "пер": "переулок переулка переулку переулок переулком переулке",
    "пр": "проспект проспекта проспекту проспект проспектом проспекте",
    "пл": "площадь площади площади площадь площадью площади",
    "наб": "набережная набережной набережной набережную набережной набережной",
    "бул": "бульвар бульвара бульвару бульвар бульваром бульваре",
    "пос": "посёлок посёлка посёлку посёлок посёлком посёлке",
    "дер": "деревня деревни деревне деревню деревней деревне",
    "г": "город города городу город городом городе", "им": "имени", "проф": _PERSONS[0], "акад": _PERSONS[1],
}  # fmt: skip
"""before a name"""
_NUMBERED = {
    "д": "дом дома дому дом домом доме", "корп": "корпус корпуса корпусу корпус корпусом корпусе",
    "кв": "квартира квартиры квартире квартиру квартирой квартире",
    "стр": "страница страницы странице страницу страницей странице",
    "рис": "рисунок рисунка рисунку рисунок рисунком рисунке",
    "табл": "таблица таблицы таблице таблицу таблицей таблице", "гл": "глава главы главе главу главой главе",
    "т": "том тома тому том томом томе", "п": "пункт пункта пункту пункт пунктом пункте",
    "ст": "статья статьи статье статью статьёй статье", "тел": "телефон",
}  # fmt: skip
"""before a figure"""
_PLAIN = {
    r"и\s?т\.\s?д\.": "и так далее", r"и\s?т\.\s?п\.": "и тому подобное", r"и\s?др\.": "и другие",
    r"и\s?пр\.": "и прочее", r"т\.\s?е\.": "то есть", r"т\.\s?к\.": "так как", r"н\.\s?э\.": "нашей эры",
    r"напр\.": "например", r"см\.(?=\s[а-яё])": "смотри", r"обл\.": "область", r"р-н(?!\w)": "район",
    r"г-н(?!\w)": "господин", r"г-жа(?!\w)": "госпожа", r"пр-т(?!\w)": "проспект",
}  # fmt: skip
"""anywhere"""
_ASKING = {
    1: "из с со от до у около без для после кроме возле вдоль", 2: "по к ко", 3: "через про за см. смотри",
    4: "под над перед между", 5: "в во на о об при",
}  # fmt: skip
_CASES = {word: case for case, words in _ASKING.items() for word in words.split()}
"""places in a line of forms, by the word before; elsewhere the first"""
_WORD = re.compile(r"([а-яё]+\.?)[\s«\"(]*$", re.IGNORECASE)
_RULES = [
    *((re.compile(rf"(?<![\w.-])(?<!\d\s)(?i:{short})"), said) for short, said in _PLAIN.items()),
    *(
        (re.compile(rf"(?<![\w.-])(?<!\d\s)(?i:{short})\.\s?(?={behind})"), said)
        for nouns, behind in ((_NAMED, '[А-ЯЁ«"]'), (_NUMBERED, r"№?\s?\d"))
        for short, said in nouns.items()
    ),
]
GO_ON = "|".join(rf"(?<=\b(?i:{short}))" for short in _NAMED if len(short) > 1)
"""before a period that ends no sentence, although a capital follows"""


def expanded(text: str) -> str:
    """A sentence without abbreviations."""
    for pattern, forms in _RULES if "." in text or "-" in text else ():
        text = sub(pattern, partial(_said, forms=forms), text)
    return text


def _said(found: "re.Match[str]", forms: str) -> str:
    behind = found.string[found.end() :]
    if forms in _PLAIN.values():
        ends = found[0].endswith(".") and forms.startswith("и ")
        mark = "." if not behind.strip() else "," if ends and behind.lstrip()[:1].isupper() else ""
        said = forms + mark
    else:
        declined = forms.split()
        before = _WORD.search(found.string[: found.start()])
        word = before[1].lower() if before else ""
        case = 4 if word in ("с", "со") and forms in _PERSONS else _CASES.get(word, 0)
        said = (declined[case] if case < len(declined) else declined[0]) + " "
    return said[0].upper() + said[1:] if found[0][0].isupper() else said
