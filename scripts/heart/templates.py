"""Texts of the kinds that WordNet's examples lack: definitions, names, questions, lists, numbers, dates, paragraphs.

They are filled with words from WordNet, drawn at random with a fixed seed.
"""

import random
import re
from collections.abc import Callable, Iterator

import wordnet
from wordnet import Entry

COUNTS = {"definition": 3_000, "life": 800, "question": 2_200, "list": 1_200, "number": 3_200, "paragraph": 1_600}
PERSON, PLACE = 18, 15
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Words:
    """The words of WordNet by the kind of gap that they fill."""

    def __init__(self, entries: list[Entry]) -> None:
        nouns = [e for e in entries if e.part == "n" and wordnet.plain(e.word)]
        self.people = [e.word for e in nouns if e.topic == PERSON and re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", e.word)]
        self.places = [
            e.word for e in nouns if e.topic == PLACE and re.fullmatch(r"[A-Z][a-z]+( [A-Z][a-z]+)?", e.word)
        ]
        self.things = [e.word for e in nouns if e.topic in (6, 13) and re.fullmatch(r"[a-z]{3,10}", e.word)]
        self.traits = [e.word for e in entries if e.part == "a" and e.examples and re.fullmatch(r"[a-z]{4,9}", e.word)]
        self.defined = [e for e in nouns if re.match(r"(an?|the) ", e.meaning) and _readable(e.meaning)]
        self.lives = [e for e in nouns if e.topic == PERSON and _LIFE.search(e.meaning)]
        self.examples = list(wordnet.examples(entries))


_LIFE = re.compile(r"^([A-Z]?[a-z][A-Za-z ,'-]*) \((?:born in )?(\d{4})-(\d{4})\)$")


def _readable(meaning: str) -> bool:
    return 30 <= len(meaning) <= 140 and wordnet.plain(meaning)


def texts(entries: list[Entry]) -> Iterator[str]:
    """All texts; some of the first occur twice."""
    words = Words(entries)
    for kind, count in COUNTS.items():
        draw = random.Random(kind)
        for _ in range(count):
            yield _KINDS[kind](words, draw)


def _article(noun: str) -> str:
    consonant = re.match(r"(?i)eu|one\b|once\b|u(ni(?!n|m)|s[ae]|t[ei])|[^aeiou]", noun)
    return f"a {noun}" if consonant else f"an {noun}"


def _definition(words: Words, draw: random.Random) -> str:
    e = draw.choice(words.defined)
    name = e.word if e.word[0].isupper() else _article(e.word)
    meaning = e.meaning.replace(";", ",")
    return wordnet.sentence(draw.choice([f"{name} is {meaning}", f"What is {name}? It is {meaning}"]))


def _life(words: Words, draw: random.Random) -> str:
    e = draw.choice(words.lives)
    told = _LIFE.search(e.meaning)
    assert told is not None
    what, born, died = told.groups()
    what = what if what.startswith(("a ", "an ", "the ")) else _article(what)
    ways = [
        f"{e.word} was {what}, born in {born}.",
        f"{e.word}, {what}, lived from {born} to {died}.",
        f"Who was {e.word}? {wordnet.sentence(what)}",
        f"{e.word} died in {died}.",
    ]
    return draw.choice(ways)


_QUESTIONS = (
    "Have you ever been to {place}?",
    "Where did you put the {thing}, {first}?",
    "How far is it from {place} to {other_place}?",
    "Would you rather have the {thing} or the {other_thing}?",
    "Why is this {thing} so {trait}?",
    "Who told you about {person}?",
    "When does the train to {place} leave?",
    "Is that {thing} yours, or does it belong to {first}?",
    "Could you bring me the {thing}, please?",
    "Do you know what {person} said about {place}?",
    "What happened to the {trait} {thing}?",
    "Didn't {first} say that the {thing} was {trait}?",
    "Which {thing} do you like best?",
    "Are you sure? I thought it was {trait}.",
    "You went to {place} without {first}?",
    "How many {thing}s are there, and how many do we need?",
    "Can we talk about the {thing} tomorrow?",
    "Hello, {first}! How was {place}?",
    "What a {trait} {thing}!",
    "Wait, {first}! You forgot your {thing}!",
    "No, thank you. I already have {a_thing}.",
    "Yes, of course. {first} will show you the {thing}.",
)

_NUMBERS = (
    "The meeting is on {month} {day}, {year}.",
    "On {weekday}, {month} {day}, we leave for {place} at {hour}:{minute:02}.",
    "The {thing} costs ${price}.",
    "It was {year}, and {person} was {age} years old.",
    "Please call {area}-{number}.",
    "About {percent}% of them live in {place}.",
    "There are {thousands:,} people in {place}.",
    "The {thing} weighs {decimal} kg and is {age} cm long.",
    "Flight {number} to {place} leaves from gate {day}.",
    "Chapter {day}, page {age}: the {thing}.",
    "The temperature in {place} is {age} degrees.",
    "That is {fraction} of a mile, or {number} feet.",
    "She was the {ordinal} person to finish, in {minute} minutes and {day} seconds.",
    "{first} lives at {number} {person_last} Street.",
    "The score was {day} to {minute}.",
    "It is {hour}:{minute:02} {half} in {place}.",
    "In the {decade}s, {place} had {age} factories.",
    "{age} plus {day} is {sum}.",
    "Room {number}, on the {ordinal} floor, is {trait}.",
    "He paid {thousands:,} dollars for {a_thing} and {cents} cents for {another_thing}.",
)


def _filled(template: str, words: Words, draw: random.Random) -> str:
    person, thing, other = draw.choice(words.people), draw.choice(words.things), draw.choice(words.things)
    age, day = draw.randint(2, 99), draw.randint(1, 28)
    return wordnet.sentence(
        template.format(
            person=person,
            first=person.split()[0],
            person_last=person.split()[1],
            place=draw.choice(words.places),
            other_place=draw.choice(words.places),
            thing=thing,
            other_thing=other,
            a_thing=_article(thing),
            another_thing=_article(other),
            trait=draw.choice(words.traits),
            month=draw.choice(MONTHS),
            weekday=draw.choice(DAYS),
            day=day,
            year=draw.randint(1100, 2050),
            decade=draw.randrange(1700, 2020, 10),
            hour=draw.randint(1, 12),
            minute=draw.randint(1, 59),
            half=draw.choice(["a.m.", "p.m."]),
            price=draw.choice([f"{draw.randint(1, 99)}.{draw.randint(1, 99):02}", str(draw.randint(1, 9_999))]),
            age=age,
            sum=age + day,
            area=f"{draw.randint(200, 989)}-{draw.randint(200, 989)}",
            number=draw.randint(1_000, 9_999),
            percent=draw.choice([draw.randint(1, 99), round(draw.uniform(0.1, 99), 1)]),
            thousands=draw.choice([draw.randint(1_000, 99_999), draw.randint(1_000, 9_999) * 1_000]),
            decimal=round(draw.uniform(0.1, 120), draw.randint(1, 2)),
            fraction=draw.choice(["1/2", "1/4", "3/4", "2/3", "1/3", "5/8"]),
            ordinal=draw.choice(["1st", "2nd", "3rd", "4th", "5th", "9th", "12th", "21st", "33rd"]),
            cents=draw.randint(2, 99),
        )
    )


def _question(words: Words, draw: random.Random) -> str:
    return _filled(draw.choice(_QUESTIONS), words, draw)


def _number(words: Words, draw: random.Random) -> str:
    return _filled(draw.choice(_NUMBERS), words, draw)


def _list(words: Words, draw: random.Random) -> str:
    pool = draw.choice([words.things, words.traits, words.people, words.places, MONTHS, DAYS])
    *firsts, last = draw.sample(pool, draw.randint(3, 6))
    listed = f"{', '.join(firsts)}{draw.choice([',', ''])} {draw.choice(['and', 'or'])} {last}"
    lead = draw.choice(["", "There were ", "We saw ", "I like ", "Choose one: ", "They are called ", "First "])
    return wordnet.sentence(lead + listed)


def _paragraph(words: Words, draw: random.Random) -> str:
    kinds: list[Callable[[Words, random.Random], str]] = [_question, _number, _definition, _life, _list]
    made = [*draw.sample(words.examples, draw.randint(1, 3)), draw.choice(kinds)(words, draw)]
    draw.shuffle(made)
    return " ".join(made)


_KINDS: dict[str, Callable[[Words, random.Random], str]] = {
    "definition": _definition,
    "life": _life,
    "question": _question,
    "list": _list,
    "number": _number,
    "paragraph": _paragraph,
}
