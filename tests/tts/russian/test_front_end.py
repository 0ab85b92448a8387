import re
from collections.abc import Iterator
from functools import partial
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tts.russian.stand_in import pretend
from tests.tts.russian.test_festival import needs_festival
from wavenet.errors import UsageError
from wavenet.tts.russian import front_end
from wavenet.tts.segments import SIL, Segment


@pytest.fixture
def runs(monkeypatch):
    """Texts of each run of festival, which another stands in for."""
    return pretend(monkeypatch)


def sentences(*pieces: str) -> list[str]:
    return [sentence for batch in front_end._batches(pieces) for sentence in batch]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Да. Нет! Как?! Так… Вот", ["Да.", "Нет!", "Как?!", "Так…", "Вот"]),
        ("«Кто там?» — спросил он. — Я!", ["«Кто там?»", "— спросил он.", "— Я!"]),
        ("Он сказал: «Да.» Она ушла.", ["Он сказал: «Да.»", "Она ушла."]),
        ("Это А. С. Пушкин, и т. д. Он поэт.", ["Это А. С. Пушкин, и т. д. Он поэт."]),
        ("А. Блок. Кто? Я. Кто я. Он.", ["А. Блок.", "Кто?", "Я.", "Кто я.", "Он."]),
        ("Цена 3.14 и 5 тыс. рублей на стр. 5. Всё.", ["Цена 3.14 и 5 тыс. рублей на стр. 5.", "Всё."]),
        ("Первая строка\nидёт дальше.\nвторая", ["Первая строка идёт дальше.", "вторая"]),
        ("Заголовок\n\nТекст", ["Заголовок", "Текст"]),
        ("Заголовок\r\n \r\nТекст", ["Заголовок", "Текст"]),
        ("Да. …  — ! \n\n * \n\nНет", ["Да.", "Нет"]),
        ("А.С. Пушкин. Устал", ["А.С. Пушкин.", "Устал"]),
        ("Он уста\u0301л. Да.", ["Он уста\u0301л.", "Да."]),
        ("Д+а. +А нет.", ["Д+а.", "+А нет."]),
        (" \n.,!", []),
    ],
)
def test_a_sentence_ends_at_a_mark_or_an_empty_line(text, found):
    assert sentences(text) == found


HARD = st.text("аАя .!…\n—»1", max_size=80)


@given(text=HARD, cuts=st.lists(st.integers(0, 80), max_size=8))
def test_sentences_are_the_same_wherever_the_pieces_end(text, cuts):
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    assert sentences(*(text[a:b] for a, b in pairwise(edges))) == sentences(text)


@given(text=HARD)
def test_nothing_is_lost_and_nothing_is_said_twice(text):
    told = "".join("".join(sentences(text)).split())
    assert [c for c in told if c.isalnum()] == [c for c in text if c.isalnum()]


@given(
    st.lists(st.sampled_from(["слово", "а, ", ". Да", " ", "\n", "! ", "а" * 700]), max_size=300), st.integers(1, 900)
)
def test_a_long_sentence_is_cut_at_the_same_places_wherever_the_pieces_end(parts, size):
    text = "".join(parts)
    whole = sentences(text)
    assert all(len(sentence) <= front_end.LONGEST for sentence in whole)
    assert sentences(*(text[i : i + size] for i in range(0, len(text), size))) == whole


def test_a_cut_is_behind_a_mark_where_there_is_one():
    first, *_ = sentences("слово слово, " + "слово " * 50 + "слово; " + "слово " * 100)
    assert first.endswith("слово;")
    first, *_ = sentences("слово " * 200)
    assert first.endswith(" слово")


@pytest.mark.parametrize("text", ["." * 10**5, "! " * 10**5, "( " * 10**5, "\n" * 10**5, "а. " * 10**5, "а" * 10**5])
def test_of_strange_texts_all_is_said_that_has_letters(text):
    found = sentences(text)
    assert all(len(sentence) <= front_end.LONGEST for sentence in found)
    assert sum(sentence.count("а") for sentence in found) == text.count("а")


def test_no_more_is_read_ahead_than_a_minute_of_speech(runs):
    read = 0

    def long() -> Iterator[str]:
        nonlocal read
        for read in range(1, 10_000):  # noqa: B007 - told outside
            yield "Кот спит. "

    assert len(list(islice(front_end.read(long()), 5))) == 5
    assert read <= 7
    assert len(list(islice(front_end.read("Кот спит. " * 10_000), 5))) == 5
    assert sum(map(len, runs[-1])) <= front_end.AT_ONCE


def test_full_stops_that_end_no_sentence_are_read_as_commas(runs):
    (_, written, _), *_ = front_end.read("Он А. С. Туров и т. д.")
    assert written == "Он А. С. Туров и т. д."
    assert runs == [["Он А, С, Туров и так далее."]]


def test_festival_reads_what_is_there_at_once(runs):
    found = list(front_end.read(iter(["Кот спит. Он пил. Да"])))
    assert [written for _, written, _ in found] == ["Кот спит.", "Он пил.", "Да"]
    assert [[segment.text for segment in said if segment.text] for said, *_ in found] == [
        ["кот", "спит"],
        ["он", "пил"],
        ["да"],
    ]
    assert runs == [["Кот спит.", "Он пил."], ["Да"]]
    runs.clear()
    assert list(front_end.read("Кот спит. Он пил. Да")) == found
    assert runs == [["Кот спит.", "Он пил.", "Да"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is nothing to say: the text has no words"),
        ("…\n\n—", "there is nothing to say: the text has no words"),
        ("<speak>Да.</speak>", "a Russian voice reads plain text alone, and this is SSML"),
        (["\ufeff <spe", "ak/>"], "a Russian voice reads plain text alone, and this is SSML"),
        ("Да. Hi.", "festival cannot say 'Hi.'; write it in Russian words"),
    ],
)
def test_what_cannot_be_said_is_told_at_once(runs, text, message):
    with pytest.raises(UsageError, match=message) as error:
        front_end.read(text)
    assert "\n" not in str(error.value)


def test_what_is_wrong_later_in_a_text_is_told_when_it_comes(runs):
    found = front_end.read(["Кот спит. Он пил.\n", "Hi."])
    assert len(list(islice(found, 2))) == 2
    with pytest.raises(UsageError, match=r"festival cannot say 'Hi\.'"):
        next(found)


@needs_festival
def test_festival_s_sentences_go_with_what_is_written_and_have_no_end_inside():
    found = list(front_end.read("«Кот спит?» — спросил А. С. Пушкин. Мы пошли домой, а они — нет.\nСт+ой!"))
    assert [written for _, written, _ in found] == [
        "«Кот спит?»",
        "— спросил А. С. Пушкин.",
        "Мы пошли домой, а они — нет.",
        "Ст+ой!",
    ]
    words = [" ".join(segment.text for segment in said if segment.text) for said, *_ in found]
    assert words == ["кот спит", "спросил а с пушкин", "мы пошли домой а они нет", "стой"]
    assert ["".join(s.mark for s in said if s.phone == SIL) for said, *_ in found] == ["?", ",,.", ",,.", "!"]


TIMED = "**Кот** спит в 2024 году: $5, 5 кг — и [дом](http://а.б). з+амок, 10:30…\n\nДа—нет!"
WRITTEN = ["Кот", "спит", "в", "2024", "году:", "$5,", "5 кг", "и", "дом", "з+амок,", "10:30…", "Да—", "нет!"]


def words_alone(texts, **instead: str):
    """Each word by one phone, as festival tells them, some of them by other words."""
    said = []
    for text in texts:
        words = [instead.get(word, word).replace("+", "").lower() for word in re.findall(r"[\w+]+", text)]
        said.append([Segment("a", 1, "nucleus", text=word) for each in words for word in each.split()])
    return said


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_written_words_stand_in_the_text_that_was_given(monkeypatch, size):
    monkeypatch.setattr(front_end.festival, "segments", words_alone)
    found = list(front_end.read(TIMED[i : i + size] for i in range(0, len(TIMED), size)))
    words = [word for said in found if said for word in said.words]
    assert [TIMED[word.start : word.end] for word in words] == WRITTEN
    assert sum(word.spoken for word in words) == sum(s.begins_word for said in found if said for s in said.segments)


def test_a_word_that_is_not_said_letter_by_letter_is_where_the_next_letters_are(monkeypatch):
    monkeypatch.setattr(front_end.festival, "segments", partial(words_alone, др="и так далее"))
    (said,) = front_end.read("Кот, др. и он.")
    assert [word.spoken for word in said.words] == [1, 3, 1, 1]


@needs_festival
def test_festival_says_the_words_that_are_written():
    words = [word for said in front_end.read(TIMED) if said for word in said.words]
    assert [TIMED[word.start : word.end] for word in words] == WRITTEN
    assert [word.spoken for word in words] == [1, 1, 1, 4, 1, 2, 2, 1, 1, 1, 2, 1, 1]
