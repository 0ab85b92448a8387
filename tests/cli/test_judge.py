"""``wavenet evaluate --with``."""

import json
import sys

import numpy as np
import pytest

from tests.evaluation.sources import RATE, speech_like, write_clips, write_model
from wavenet.audio import files
from wavenet.cli.main import main
from wavenet.config import AudioConfig
from wavenet.errors import MissingExtraError, install_command
from wavenet.evaluation.perception import judge, naturalness
from wavenet.evaluation.perception.clip import Score


@pytest.fixture
def clips(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_model(tmp_path / "model", AudioConfig(RATE))
    return write_clips(tmp_path / "clips")


@pytest.fixture
def loudness(monkeypatch):
    """In place of metrics whose packages may be missing."""
    for name in ("naturalness", "pesq"):
        metric = judge.METRICS[name]._replace(
            load=lambda: None, score=lambda clip: Score(float(np.abs(clip.waveform).max()))
        )
        monkeypatch.setitem(judge.METRICS, name, metric)


@pytest.mark.usefixtures("loudness")
def test_the_table_goes_to_stdout_and_every_number_to_the_file(clips, capsys):
    judged = ["--recordings", "clips", "--references", "clips", "--scores", "scores.json"]
    main(["evaluate", "--with", "naturalness, pesq", *judged])
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "5 clips of clips, 2.5 s"
    assert [line.split()[0] for line in out.splitlines()[2:]] == ["naturalness", "pesq"]
    assert "Error" not in err
    found = json.loads((clips.parent / "scores.json").read_text("utf-8"))
    assert [clip["name"] for clip in found["metrics"]["pesq"]["clips"]] == [f"{i}.wav" for i in range(5)]


@pytest.mark.usefixtures("loudness")
def test_with_json_stdout_is_json_and_nothing_else(clips, capsys):
    main(["evaluate", "--with=naturalness", "--recordings", "clips/2.wav", "--json"])
    assert json.loads(capsys.readouterr().out)["clips"] == 1


@pytest.mark.usefixtures("loudness")
@pytest.mark.parametrize("metrics", ["pesq", ""])
def test_two_files_are_compared_whatever_their_names(clips, capsys, monkeypatch, metrics):
    """Without --with by every metric of pairs that is installed; the others are named."""
    monkeypatch.setitem(judge.METRICS, "f0", judge.METRICS["pesq"])
    for name in ("similarity", "stoi"):
        monkeypatch.setitem(judge.METRICS, name, judge.METRICS[name]._replace(load=missing))
    (clips / "1.wav").rename(clips.parent / "other.wav")
    files.write(clips.parent / "ours.wav", 0.5 * files.read(clips.parent / "other.wav", RATE), RATE)
    main(["evaluate", *(["--with", metrics] if metrics else []), "--recordings", "ours.wav", "--references=other.wav"])
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith("1 clip of ours.wav")
    assert [line.split()[0] for line in out.splitlines()[2:]] == (["pesq"] if metrics else ["pesq", "f0"])
    assert ("not installed: similarity, stoi; " in err) == (not metrics)


@pytest.mark.usefixtures("loudness")
def test_a_file_and_a_folder_are_paired_by_their_names(clips, capsys):
    main(["evaluate", "--recordings", "clips/2.wav", "--references", "clips", "--with", "pesq"])
    assert capsys.readouterr().out.startswith("1 clip")
    with pytest.raises(SystemExit, match="2"):
        main(["evaluate", "--recordings", "clips", "--references", "clips/2.wav", "--with", "pesq"])
    assert "clips/2.wav: has no reference named '0'" in capsys.readouterr().err


def test_without_any_metric_of_pairs_the_install_line_is_given(clips, capsys, monkeypatch):
    for name, metric in judge.METRICS.items():
        monkeypatch.setitem(judge.METRICS, name, metric._replace(load=missing))
    with pytest.raises(SystemExit, match="1"):
        main(["evaluate", "--recordings", "clips", "--references", "clips"])
    assert install_command("eval") in capsys.readouterr().err


def missing():
    raise MissingExtraError("this", "eval")


@pytest.mark.usefixtures("loudness")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("--with naturalnes --recordings clips", 2, "did you mean 'naturalness'"),
        ("--with pesq,pesq --recordings clips", 2, "occurs twice"),
        ("--with , --recordings clips", 2, "no metric is named"),
        ("--with naturalness", 2, "--recordings FOLDER, or a model's copies of data: --model MODEL DATA"),
        ("--with naturalness model clips", 2, "this model takes no features"),
        ("--with naturalness model", 2, "MODEL DATA"),
        ("--with naturalness model clips --recordings clips", 2, "either recordings"),
        ("--with naturalness --recordings clips --limit_seconds 3", 2, "limit_seconds and save_baselines are for bits"),
        ("--with naturalness --recordings clips --split test", 2, "is not a prepared corpus, which split needs"),
        ("--with naturalness --recordings nowhere", 2, "nowhere: no such folder"),
        ("--with naturalness --recordings clips --scores no/where.json", 1, "its folder does not exist"),
        ("--with intelligibility --recordings clips", 2, "no recording has one; give a manifest"),
        ("--with pesq --recordings clips", 2, "give --references"),
        ("--with pesq --recordings clips --references other", 2, "other: has no reference named '0'"),
        ("--with pesq --recordings other --references clips", 1, "4.wav has 0.35 s and its reference 0.70 s"),
        ("--with naturalness --recordings broken", 1, "0.wav: is empty, 0 bytes"),
        ("--recordings clips", 2, "need metrics: --with"),
        ("--scores x.json model clips", 2, "need metrics: --with"),
        ("model", 2, "name a model and data: --model MODEL DATA; or metrics"),
        ("", 2, "name a model and data: --model MODEL DATA; or metrics"),
    ],
)
def test_a_mistake_is_one_line(clips, capsys, arguments, code, words):
    for name in ("other", "broken"):
        (clips.parent / name).mkdir()
    files.write(clips.parent / "other" / "4.wav", speech_like(0.35, 4, RATE), RATE)
    (clips.parent / "broken" / "0.wav").write_bytes(b"")
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", *arguments.split()])
    out, err = capsys.readouterr()
    assert stopped.value.code == code
    assert words in err
    assert len(err.splitlines()) == 1
    assert not out


def test_a_missing_package_is_one_line_that_installs_it(clips, capsys, monkeypatch):
    naturalness.load.cache_clear()
    monkeypatch.setitem(sys.modules, "distillmos", None)
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", "--with", "naturalness", "--recordings", str(clips)])
    (line,) = capsys.readouterr().err.splitlines()
    assert stopped.value.code == 1
    assert f"{install_command('train,eval')} && pip install --no-deps distillmos" in line
