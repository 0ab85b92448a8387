"""``wavenet say --timestamps``: when each word is said, also of what is interrupted, and beside samples in a pipe."""

import json
from pathlib import Path

import pytest
import soundfile

import wavenet
from tests.cli.test_main import failing
from tests.cli.test_say import command, interrupted_after, stdin
from wavenet import made
from wavenet.cli.main import main
from wavenet.tts.captions import srt, vtt

TEXT = "The **fox** sees you. It cost $3.50, didn't it?"


def told(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def test_every_word_is_written_with_its_characters_and_its_times(voice, out, tmp_path, capsys):
    path = tmp_path / "words.json"
    main(["say", TEXT, "--voice", voice, "-o", out, "--timestamps", str(path)])
    found = told(path)
    words = [word for sentence in wavenet.open(voice).plan(TEXT) for word in sentence.words]
    assert " ".join(word["text"] for word in found["words"]) == "The fox sees you. It cost $3.50, didn't it?"
    assert [(word["start"], word["end"]) for word in found["words"]] == [
        (pytest.approx(word.start), pytest.approx(word.end)) for word in words
    ]
    assert all(TEXT[word["from"] : word["to"]] == word["text"] for word in found["words"])
    assert found["seconds"] == pytest.approx(soundfile.info(out).duration)
    assert capsys.readouterr().out.endswith(f"{path}: written words with their times: 9\n")


@pytest.mark.parametrize("suffix", [".srt", ".vtt", ".TextGrid", ".VTT"])
def test_the_suffix_chooses_the_form(voice, out, tmp_path, suffix):
    path = tmp_path / f"words{suffix}"
    main(["say", TEXT, "--voice", voice, "-o", out, "--timestamps", str(path)])
    words = [word for sentence in wavenet.open(voice).plan(TEXT) for word in sentence.words]
    text = path.read_text("utf-8")
    if suffix == ".TextGrid":
        assert 'text = "$3.50,"' in text
        assert f"xmax = {soundfile.info(out).duration:g}\n" in text
    else:
        assert text == (srt(words) if suffix == ".srt" else vtt(words, made.mark("say")))


def test_samples_go_to_stdout_all_the_same(voice, tmp_path, capsysbinary, monkeypatch):
    path = tmp_path / "words.json"
    stdin(monkeypatch, TEXT.encode())
    main(["say", "-", "--voice", voice, "-o", "-", "--rate", "8000", "--timestamps", str(path)])
    captured = capsysbinary.readouterr()
    assert len(captured.out) / 2 / 8_000 == pytest.approx(told(path)["seconds"])
    assert b"with their times: 9" in captured.err


def test_of_what_is_interrupted_the_words_that_were_heard_are_written(voice, out, tmp_path, capsys, monkeypatch):
    path = tmp_path / "words.json"
    interrupted_after(9, monkeypatch)
    assert failing(capsys, "say", TEXT, "--voice", voice, "-o", out, "--timestamps", str(path))[0] == 130
    found, seconds = told(path), soundfile.info(out).duration
    assert found["seconds"] == pytest.approx(seconds)
    assert 0 < len(found["words"]) < 9
    assert all(word["start"] < word["end"] <= seconds for word in found["words"])
    phones = [phone for word in found["words"] for phone in word["phones"]]
    assert all(phone["start"] < phone["end"] <= seconds for phone in phones)


def test_a_listener_that_goes_away_has_the_words_that_it_could_hear(voice, tmp_path):
    path = tmp_path / "words.json"
    with command(TEXT * 40, "--voice", voice, "-o", "-", "--timestamps", str(path)) as process:
        process.stdout.read(2_000)
        process.stdout.close()
        assert process.wait() == 1
    assert 0 < len(told(path)["words"]) < 360


def test_nothing_said_writes_nothing(voice, out, tmp_path, capsys):
    path = tmp_path / "words.json"
    failing(capsys, "say", "...", "--voice", voice, "-o", out, "--timestamps", str(path))
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("words.ass", "unknown suffix '.ass'"),
        ("words", "unknown suffix ''"),
        ("none/words.srt", "its folder does not exist"),
        ("mine.srt", "already exists and was not made by wavenet say"),
        ("mine.json", "already exists and was not made by wavenet say"),
    ],
)
def test_what_cannot_be_written_is_told_before_the_work(voice, out, tmp_path, capsys, name, line):
    for mine in ("mine.srt", "mine.json"):
        (tmp_path / mine).write_text("mine")
    code, message = failing(capsys, "say", TEXT, "--voice", voice, "-o", out, "--timestamps", str(tmp_path / name))
    assert (code in (1, 2), line in message) == (True, True), message
    assert not Path(out).exists()
