import shutil
import textwrap
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError, WavenetError
from wavenet.tts import linguistics
from wavenet.tts.russian import festival
from wavenet.tts.segments import SIGNS, SIL

MILK = """\
pau	0	0	0	0	0
m	_1	_9	Молок+о	n	,
ay	_1	_9	Молок+о	n	,
l	_2	_9	Молок+о	n	,
a	_2	_9	Молок+о	n	,
k	_3	_9	Молок+о	n	,
oo	_3	_9	Молок+о	n	,
pau	0	0	0	0	0
pau	_4	_8	-	punc	0
v	_5	_7	в	in	0
d	_6	_6	дом	n	0
oo	_6	_6	дом	n	0
m	_6	_6	дом	n	0
pau	0	0	0	0	0
said
"""


VOICE = Path("/usr/share/festival/voices/russian/msu_ru_nsh_clunits")
needs_festival = pytest.mark.skipif(
    shutil.which("festival") is None or not VOICE.is_dir(), reason="festival and festvox-ru are not installed"
)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a shell script in festival's place."""

    def put(script: str) -> None:
        path = tmp_path / "bin" / "festival"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{textwrap.dedent(script)}")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}:/usr/bin:/bin")

    return put


def milk() -> list:
    (sentence,) = festival.parse(MILK)
    assert sentence is not None
    return sentence


def test_phones_stay_as_they_are_and_pauses_in_a_row_are_one():
    assert " ".join(segment.phone for segment in milk()) == "SIL m ay l a k oo SIL v d oo m SIL"


def test_a_pause_has_the_mark_before_it_and_a_phrase_that_behind_it():
    assert [segment.mark for segment in milk()] == ["", *6 * ",", ",", *4 * ",", ","]


def test_the_place_in_the_syllable_is_that_of_festivals_syllables():
    spoken = [segment for segment in milk() if segment.phone != SIL]
    parts = ["onset", "nucleus"] * 3 + ["onset", "onset", "nucleus", "coda"]
    assert [segment.part for segment in spoken] == parts
    assert [segment.position for segment in spoken] == [0, 1, 0, 1, 0, 1, 0, 0, 1, 2]
    assert [segment.length for segment in spoken] == [2] * 6 + [1] + [3] * 3
    assert [(segment.syllable, segment.syllables) for segment in spoken[::2]] == [
        (0, 3),
        (1, 3),
        (2, 3),
        (0, 1),
        (0, 1),
    ]


def test_a_syllable_is_stressed_if_its_vowel_is():
    assert [segment.stress for segment in milk()] == [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0]


def test_words_are_counted_in_the_phrase_and_told_at_their_first_phone():
    assert [(segment.text, segment.word, segment.words) for segment in milk() if segment.text] == [
        ("молоко", 0, 1), ("в", 0, 2), ("дом", 1, 2)
    ]  # fmt: skip
    assert {segment.phone for segment in milk() if segment.function} == {"v"}


def test_texts_that_failed_and_messages_of_festival_are_told_apart_from_phones():
    assert [found is None for found in festival.parse(f"hello\n{MILK}failed\npau\t0\t0\t0\t0\t0\nsaid\n{MILK}")] == [
        False, True, True, False
    ]  # fmt: skip


def test_there_are_51_phones():
    assert len(set(festival.PHONES)) == len(festival.PHONES) == 51
    assert not festival.VOWELS & festival.CONSONANTS


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Привет — мир, «скажи» „да“… Что?!", "Привет, - мир, скажи да. Что?"),
        ("за\u0301мок и\nзамо\u0301к", "з+амок и зам+ок."),
        ("и\u0306 е\u0308", "й ё."),
        ("Он (как и все) ушёл!..", "Он, как и все, ушёл!"),
        ("- Да,- сказал он, -", "Да, - сказал он."),
        ("мир,труд;май", "мир, труд; май."),
        ("всё-таки 3.14", "всё-таки 3.14."),
        ("за\u0301\u0301мок", "з+амок."),  # typed twice
        ("...", ""),
        (" \u200b\0", ""),
    ],
)
def test_marks_and_stresses_are_written_as_festival_knows_them(text, clean):
    assert festival.clean(text) == clean


@given(st.text("ая1+-—,.!…?:;()« \n\u0301\\"))
def test_a_clean_text_ends_with_its_only_full_mark_or_more_words_follow(text):
    clean = festival.clean(text)
    assert not clean or clean[-1] in ".!?"
    assert not any(a in SIGNS and b in SIGNS for a, b in pairwise(clean.replace(" ", "")) if not a.isdigit())
    assert festival.clean(clean) == clean


def test_no_text_is_taken_for_a_command(program, tmp_path):
    program(f"cp texts {tmp_path}; exit 3")
    for text in ('да" (exit 1) "', "да\\", '\\"', "да\n)", "\ud800да"):
        with pytest.raises(WavenetError):
            festival.segments([text])
        written = (tmp_path / "texts").read_text("utf-8")
        assert written[0] == '"'
        assert written.endswith('"\n')
        assert '"' not in written[1:-2].replace("\\\\", "").replace('\\"', "")


@pytest.mark.parametrize(
    ("script", "error", "message"),
    [
        ("exit 3", WavenetError, "festival has no Russian voice; get it: apt-get install festvox-ru"),
        ("echo it broke >&2; exit 1", WavenetError, "festival failed with status 1: it broke"),
        ("exec sleep 60", WavenetError, "festival did not answer in 0.2 s; text: 'один.'"),
        ("cat MILK; echo failed", UsageError, "festival cannot say 'два'; write it in Russian words"),
        ("kill -SEGV $$", UsageError, "festival cannot say 'один'; write it in Russian words"),
        ("cat MILK; kill -SEGV $$", UsageError, "festival cannot say 'два'; write it in Russian words"),
        (
            "cat MILK; echo failed; echo 'LTS: # д *here* 5 %% #' >&2",
            UsageError,
            "festival cannot say 'два', namely 'д5%%'; write it in Russian words",
        ),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(program, tmp_path, monkeypatch, script, error, message):
    monkeypatch.setattr(festival, "_PATIENCE", 0.2 if "sleep" in script else 20)
    (tmp_path / "milk").write_text(MILK)
    program(script.replace("MILK", str(tmp_path / "milk")))
    with pytest.raises(error) as caught:
        festival.segments(["один", "два"])
    assert str(caught.value) == message


def test_without_the_program_its_packages_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WavenetError, match="needs a program: apt-get install festival festvox-ru"):
        festival.segments(["да"])


def test_many_texts_are_said_in_several_runs(program, tmp_path, monkeypatch):
    monkeypatch.setattr(festival, "_BATCH", 2)
    (tmp_path / "milk").write_text(MILK)
    program(f"while read line; do cat {tmp_path}/milk; done <texts; echo >>{tmp_path}/runs")
    assert festival.segments(["да"] * 5) == [milk()] * 5
    assert len((tmp_path / "runs").read_text()) == 3
    assert festival.segments([]) == []


@needs_festival
def test_festival_says_russian():
    first, second = festival.segments(["Мы пошли домой, а они — за́мок.", "Кот спит?"])
    told = [" ".join(s.phone for s in run) for silent, run in groupby(first, lambda s: s.phone == SIL) if not silent]
    assert told == ["m yy p a sh ll ii d a m oo j", "a a nn ii", "z aa m ay k"]
    assert [s.mark for s in first if s.phone == SIL] == ["", ",", ",", "."]
    assert [s.text for s in second if s.text] == ["кот", "спит"]
    assert second[-1].mark == "?"


@needs_festival
def test_a_command_in_a_text_is_words():
    (segments,) = festival.segments(['да" (exit 1) "нет'])
    assert [segment.text for segment in segments if segment.text] == ["да", "exit", "один", "нет"]


@needs_festival
def test_the_sentences_of_the_recipe_have_features():
    path = Path(__file__).parents[3] / "recipes" / "tts_russian" / "sentences.txt"
    texts = path.read_text("utf-8").splitlines()
    assert len(set(texts)) == 30
    for text, sentence in zip(texts, festival.segments(texts), strict=True):
        features = linguistics.features(sentence, festival.PHONES)
        assert features.shape == (len(sentence), linguistics.channels(festival.PHONES))
        assert np.isfinite(features).all()
        assert sum(bool(segment.text) for segment in sentence) == len(text.split())


@needs_festival
@pytest.mark.parametrize("text", ["你好", "25%", "", "да\\"])
def test_what_cannot_be_said_is_named(text):
    with pytest.raises(UsageError, match="festival cannot say"):
        festival.segments(["Да.", text])
