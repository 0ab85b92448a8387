"""No command replaces a file that it did not make, unless it is told to; its own it does."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.test_main import failing
from tests.cli.test_vocode import FEATURES, RATE, write_model
from wavenet import made
from wavenet.cli.main import main
from wavenet.evaluation.perception import judge
from wavenet.evaluation.perception.clip import Score


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Recordings in ``recs``, and models of and without features."""
    monkeypatch.chdir(tmp_path)
    write_model(tmp_path / "copies", features=FEATURES)
    write_model(tmp_path / "plain")
    Path("recs").mkdir()
    for i in range(3):
        soundfile.write(f"recs/x{i}.wav", np.sin(np.arange(900 + 10 * i) / 5) / 3, RATE)


@pytest.fixture
def loudness(monkeypatch):
    """In place of a metric whose packages may be missing."""
    metric = judge.METRICS["stoi"]._replace(load=lambda: None, score=lambda clip: Score(1.0))
    monkeypatch.setitem(judge.METRICS, "stoi", metric)


def content():
    return {path.as_posix(): path.read_bytes() for path in sorted(Path().rglob("*")) if path.is_file()}


COMMANDS = [
    ("generate plain --seconds 0.05 -o out.wav", ["out.wav", "out.png"]),
    ("vocode recs/x0.wav --model copies -o out.flac", ["out.flac", "out.png"]),
    ("features recs/x0.wav --model copies -o out.npy", ["out.npy", "out.json"]),
    ("say Fox. --voice VOICE -o out.wav --picture --plot plot.svg", ["out.wav", "out.png", "plot.svg"]),
    ("evaluate copies recs --with stoi --copies out --scores s.json", ["out/x0.wav", "out/x1.wav", "s.json"]),
]


@pytest.mark.usefixtures("loudness")
@pytest.mark.parametrize(("command", "outputs"), COMMANDS, ids=lambda each: str(each).partition(" ")[0])
def test_what_others_made_is_refused_before_any_work_and_replaced_when_told(voice, capsys, command, outputs):
    arguments = command.replace("VOICE", voice).split()
    for output in outputs:
        Path(output).parent.mkdir(exist_ok=True)
        Path(output).write_bytes(b"mine")
        before = content()
        code, line = failing(capsys, *arguments)
        assert code == 2
        assert line.startswith(f"wavenet: {output} already exists and was not made by wavenet {arguments[0]}; ")
        assert "--overwrite" in line
        assert content() == before
        Path(output).unlink()
    for output in outputs:
        Path(output).write_bytes(b"mine")
    main([*arguments, "--overwrite"])
    assert all(Path(output).read_bytes() != b"mine" for output in outputs)


@pytest.mark.usefixtures("loudness")
@pytest.mark.parametrize(("command", "outputs"), COMMANDS, ids=lambda each: str(each).partition(" ")[0])
def test_what_a_command_made_it_makes_again(voice, command, outputs):
    arguments = command.replace("VOICE", voice).split()
    main(arguments)
    assert all(made.by(output, arguments[0]) for output in outputs)
    main(arguments)


def test_a_recording_is_not_its_own_copy(capsys):
    before = content()
    code, line = failing(capsys, *["vocode", "recs/x0.wav", "--model", "copies", "-o", "recs/x0.wav"])
    assert (code, "recs/x0.wav already exists" in line) == (2, True)
    assert content() == before


@pytest.mark.usefixtures("loudness")
def test_copies_of_recordings_outside_of_their_list_lie_in_the_folder_of_copies():
    Path("lists").mkdir()
    Path("lists/list.csv").write_text("path\n" + "".join(f"../recs/x{i}.wav\n" for i in range(3)))
    before = content()
    main(["evaluate", "copies", "lists/list.csv", "--with", "stoi", "--copies", "out"])
    after = content()
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 3
    assert all(name.startswith("out/") for name in after.keys() - before.keys())


@pytest.mark.usefixtures("loudness")
def test_copies_do_not_take_the_place_of_their_recordings_whoever_made_these(capsys):
    main(["evaluate", "copies", "recs", "--with", "stoi", "--copies", "out"])
    Path("list.csv").write_text("path\nout/x1.wav\n")
    before = content()
    for data, folder in (("recs", "recs"), ("out", "./out"), ("list.csv", "."), ("out/x1.wav", "out")):
        for more in ([], ["--overwrite"]):
            code, line = failing(capsys, "evaluate", "copies", data, "--with", "stoi", "--copies", folder, *more)
            assert code == 2
            assert line.endswith(".wav is a recording to be copied; name another folder")
    assert content() == before


def test_two_pictures_of_one_text_are_two_files(voice, capsys):
    code, line = failing(capsys, "say", "Fox.", "--voice", voice, "-o", "a.wav", "--picture", "--plot", "./a.png")
    assert code == 2
    assert line.endswith("a.png and ./a.png would both be one file; name another for one of them")


def test_settings_of_features_are_told_with_what_made_them():
    main(["features", "recs/x0.wav", "--model", "copies", "-o", "a.npy"])
    told = json.loads(Path("a.json").read_text())
    assert told["note"] == "made by wavenet features."
    assert (told["sample_rate"], told["hop_length"], told["kinds"]) == (RATE, 40, ["log_mel"])
    other = write_model(Path("other"), features=replace(FEATURES, f_max=1500.0))
    with pytest.raises(SystemExit, match="2"):
        main(["vocode", "a.npy", "--model", other, "-o", "a.wav"])
