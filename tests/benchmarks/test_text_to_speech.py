import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import text_to_speech
from tests import voices
from tests.evaluation.sources import RATE, write_clips
from tests.experiments.speech import conftest
from tests.tts.russian.stand_in import pretend
from wavenet.corpora.prepare import prepare

judged = conftest.judged


PROMPT = {"en": "Number", "ru": "Номер"}


@pytest.fixture
def language():
    return "en"


@pytest.fixture
def corpus(tmp_path, language):
    clips = write_clips(tmp_path / "clips")
    splits = enumerate(["test", "test", "validation", "train"])
    rows = "".join(f"{clips.name}/{i}.wav,{split},{PROMPT[language]}\n" for i, split in splits)
    (tmp_path / "list.csv").write_text(f"path,split,text\n{rows}", "utf-8")
    prepare(tmp_path / "list.csv", tmp_path / "corpus", sample_rate=RATE, workers=0, progress=False)
    (tmp_path / "sentences").write_text({"en": "Three geese flew south.\n", "ru": "Кот спит.\n"}[language], "utf-8")
    return tmp_path / "corpus"


@pytest.fixture
def run(tmp_path, corpus, monkeypatch, capsys):
    def run(*arguments):
        places = {"--prompts": corpus, "--sentences": tmp_path / "sentences", "--programs": tmp_path / "programs"}
        places |= {"--out": tmp_path / "out", "--results": tmp_path / "systems.jsonl"}
        given = [str(part) for pair in places.items() for part in pair]
        monkeypatch.setattr(sys, "argv", ["text_to_speech.py", *arguments, *given])
        text_to_speech.main()
        return capsys.readouterr().out

    return run


@pytest.mark.usefixtures("judged")
def test_a_voice_is_heard_judged_and_shown_beside_natural_speech(run, tmp_path):
    out = run("natural", f"ours={voices.write(tmp_path / 'voice')}")
    rows = [json.loads(line) for line in (tmp_path / "systems.jsonl").read_text("utf-8").splitlines()]
    assert [(row["texts"], row["system"], len(row["lines"])) for row in rows] == [
        ("prompts", "natural", 2),
        ("prompts", "ours", 2),
        ("sentences", "ours", 1),
    ]
    assert "**prompts** (2 texts" in out
    assert "| ours | WaveNet |" in out
    assert (tmp_path / "systems.png").stat().st_size > 5000
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"clips", "index.html", "listening_test.html"}
    assert out.partition("\n\n")[2] == run("--table")[1:]


@pytest.mark.parametrize("language", ["ru"])
@pytest.mark.usefixtures("judged")
def test_of_russian_all_that_is_held_out_is_said_and_no_words_are_judged(run, language, tmp_path, monkeypatch):
    pretend(monkeypatch)
    out = run("--language", language, f"ours={voices.write(tmp_path / 'voice', language=language)}", "natural")
    rows = [json.loads(line) for line in (tmp_path / "systems.jsonl").read_text("utf-8").splitlines()]
    assert [(row["texts"], row["system"], len(row["lines"])) for row in rows] == [
        ("prompts", "ours", 3),
        ("prompts", "natural", 3),
        ("sentences", "ours", 1),
    ]
    assert all("naturalness" in row and "intelligibility" not in row for row in rows)
    assert "WER" not in out


@pytest.mark.parametrize("language", text_to_speech.SETTINGS)
def test_each_language_keeps_its_own_results(monkeypatch, capsys, language):
    monkeypatch.chdir(Path(__file__).parents[2])
    monkeypatch.setattr(sys, "argv", ["text_to_speech.py", "--language", language, "--table"])
    text_to_speech.main()
    lines = capsys.readouterr().out.splitlines()
    assert ("| espeak-ng | formant |" in "\n".join(lines), any("WER" in line for line in lines)) == (
        True,
        language == "en",
    )


def failing(run, capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        run(*arguments)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return stop.value.code, lines[0]


@pytest.mark.usefixtures("judged")
def test_what_cannot_be_done_is_one_clear_line(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, line = failing(run, capsys, "natural", "espeak-ng")
    assert (code, line.startswith("espeak-ng is neither in")) == (1, True)
    code, line = failing(run, capsys, "natrual")
    assert (code, "did you mean 'natural'" in line) == (2, True)
    code, line = failing(run, capsys, "--table")
    assert (code, line) == (2, f"{tmp_path / 'systems.jsonl'}: there are no results yet; leave out --table")


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("name", ["out/index.html", "out/listening_test.html", "systems.png"])
def test_pages_and_pictures_of_others_are_refused_before_any_work(run, tmp_path, capsys, name):
    (tmp_path / "out").mkdir()
    (tmp_path / name).write_text("mine")
    with pytest.raises(SystemExit, match="2"):
        run("natural")
    assert f"{name} already exists and was not made by wavenet compare-tts" in capsys.readouterr().err
    assert (tmp_path / name).read_text() == "mine"
    assert not (tmp_path / "out" / "clips").exists()
    assert "index.html" in run("natural", "--overwrite")


@pytest.mark.usefixtures("judged")
def test_pages_are_made_again(run, tmp_path):
    voice = f"ours={voices.write(tmp_path / 'voice')}"
    assert run("natural", voice) == run("natural", voice)


@pytest.mark.parametrize("name", ["text_to_speech.py", "voice_stages.py"])
def test_the_experiments_are_found_wherever_a_benchmark_is_started(name, tmp_path):
    script = Path(text_to_speech.__file__).with_name(name)
    told = subprocess.run([sys.executable, script, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.startswith(f"usage: {name}")
