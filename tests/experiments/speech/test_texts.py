import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.speech.texts import prompts, sentences, spoken
from tests.evaluation.sources import write_clips
from wavenet.corpora.index import INDEX
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.corpora.row import SPLITS
from wavenet.errors import UsageError
from wavenet.tts.english import entries, phones
from wavenet.tts.segments import SIL

ROOT = Path(__file__).parents[3]
SENTENCES = ROOT / "recipes" / "tts_english" / "sentences.txt"
CORPUS = ROOT / "data" / "english_prompts"
here = pytest.mark.skipif(not (CORPUS / INDEX).is_file(), reason=f"no {CORPUS.name}; make data fetches it")


def words(text):
    return re.findall(r"[a-z']+", text.lower())


def test_the_sentences_are_thirty_plain_ones_that_hold_every_phone():
    texts = [line.text for line in sentences(SENTENCES)]
    assert len(set(texts)) == 30
    assert all(5 <= len(words(text)) <= 12 for text in texts)
    assert all(re.fullmatch(r"[A-Z][a-z]*( [A-Za-z]+,?)+\.", text) for text in texts)
    said = [found[0].phones for text in texts for word in words(text) if (found := entries.shipped(word))]
    assert {phone.rstrip("012") for phones_ in said for phone in phones_} == set(phones.PHONES) - {SIL}


def test_prompts_of_two_voices_who_say_the_same_have_names_of_their_own(tmp_path):
    lines = ["path,text,split"]
    for speaker in ("ann", "bob"):
        (tmp_path / speaker).mkdir()
        write_clips(tmp_path / speaker / "digits")
        lines += [f"{speaker}/digits/{i}.wav,one,{split}" for i, split in enumerate(("test", "train"))]
    (tmp_path / "list.csv").write_text("\n".join(lines))
    prepare(tmp_path / "list.csv", tmp_path / "corpus", sample_rate=4000, workers=0, progress=False)
    assert [line.name for line in prompts(tmp_path / "corpus")] == ["ann/digits/0.wav", "bob/digits/0.wav"]


@here
def test_no_sentence_is_a_prompt_of_the_corpus():
    corpus = PreparedCorpus(CORPUS)
    known = {tuple(words(row.text)) for split in SPLITS for row in corpus.rows(split)}
    assert len(known) > 400
    assert not known & {tuple(words(line.text)) for line in sentences(SENTENCES)}


@here
def test_the_prompts_are_those_that_no_training_touches_with_their_recordings():
    lines = prompts(CORPUS)
    assert len(lines) == 24
    assert {line.name for line in lines} >= {"agent-user", "dictate/both_help"}
    assert all(line.recording is not None and len(line.recording) > 16_000 for line in lines)


def test_prompts_may_be_of_several_splits(tmp_path):
    clips = write_clips(tmp_path / "clips")
    rows = "".join(
        f"{clips.name}/{i}.wav,{split},Text {i}\n" for i, split in enumerate(["test", "train", "validation"])
    )
    (tmp_path / "list.csv").write_text(f"path,split,text\n{rows}")
    corpus = tmp_path / "corpus"
    prepare(tmp_path / "list.csv", corpus, sample_rate=4000, workers=0, progress=False)
    assert [line.text for line in prompts(corpus)] == ["Text 0."]
    assert [line.text for line in prompts(corpus, ("validation", "test"))] == ["Text 2.", "Text 0."]


def test_lines_are_named_by_their_numbers_and_empty_ones_are_none(tmp_path):
    (tmp_path / "texts").write_text("One.\n\n  Two. \n", "utf-8")
    assert sentences(tmp_path / "texts") == [("01", "One.", None), ("03", "Two.", None)]


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xff\xfe"])
def test_a_file_without_texts_is_one_clear_line(tmp_path, content):
    path = tmp_path / "texts"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as error:
        sentences(path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("...to decrease  the volume.", "to decrease the volume."),
        ("To the default level...", "To the default level."),
        ("press * then #", "press star then pound."),
        ("Is it? Yes!", "Is it? Yes!"),
    ],
)
def test_texts_are_written_as_everybody_reads_them(text, said):
    assert spoken(text) == said


@given(st.text("ab .*#!?", min_size=1))
def test_written_so_once_is_enough(text):
    assert spoken(spoken(text)) == spoken(text)
    assert not set("*#") & set(spoken(text))
