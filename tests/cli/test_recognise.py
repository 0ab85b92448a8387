"""``wavenet train-recogniser`` and ``recognise``."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from matplotlib.image import imread

from tests.cli.test_main import failing
from tests.recognition import tones
from wavenet import made
from wavenet.cli.main import main
from wavenet.recognition import folder

SETTINGS = ["--updates", "2", "--batch-size", "1", "--window", "12", "--audio.sample-rate", str(tones.RATE),
            "--model.layers", "3", "--model.stacks", "1", "--model.residual-channels", "4",
            "--model.skip-channels", "4",
            "--recogniser.features.hop-length", str(tones.HOP), "--recogniser.features.f-max", "4000",
            "--recogniser.layers", "1", "--recogniser.channels", "4"]  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder.write(Path("model"), tones.opened()[0])
    soundfile.write("said.wav", tones.sentence(1)[0], tones.RATE)


def recognised(capsys, *arguments):
    capsys.readouterr()
    main(["recognise", "model", "said.wav", *arguments])
    return capsys.readouterr()


def test_a_recogniser_is_trained_described_and_used(tmp_path, capsys):
    data, labels = tones.corpus(tmp_path / "made", 16)
    main(["train-recogniser", "--data", str(data), "--labels", str(labels), "--out", "run", *SETTINGS])
    assert "run/model: a recogniser of phones; wavenet recognise run/model" in capsys.readouterr().out
    main(["info", "run/model"])
    told = capsys.readouterr().out
    assert "4: SIL, a, i, u" in told
    assert "a recogniser" in told
    main(["recognise", "run/model", "said.wav"])
    assert capsys.readouterr().out.startswith("0\t")


def test_every_format_tells_the_same_phones(capsys):
    lines = [line.split("\t") for line in recognised(capsys).out.splitlines()]
    told = json.loads(recognised(capsys, "--format", "json").out)
    rows = told["phones"]
    assert [(float(a), float(b), name) for a, b, name, _ in lines] == [(r["start"], r["end"], r["phone"]) for r in rows]
    assert len(recognised(capsys, "--format", "audacity").out.splitlines()) == len(rows)
    assert recognised(capsys, "--format", "textgrid").out.count("text = ") == len(rows)
    recognised(capsys, "-o", "out.txt")
    assert [line.split("\t") for line in Path("out.txt").read_text().splitlines()] == lines
    assert told["look_ahead"] == pytest.approx((2 + 30) * 0.01)


def test_a_low_confidence_is_told_and_so_is_a_recording_without_phones(capsys, monkeypatch):
    opened, _ = tones.opened()
    for low, told in ((1.0, True), (0.0, False)):
        object.__setattr__(opened.recogniser, "low_confidence", low)
        folder.write(Path("model"), opened)
        assert ("low confidence" in recognised(capsys).err) == told
        assert json.loads(recognised(capsys, "--format", "json").out)["low_confidence"] == told
    opened.tensors["frames.output.bias"] = np.array([99, 0, 0, 0], np.float32)
    folder.write(Path("model"), opened)
    found = recognised(capsys)
    assert found.out == f"0\t{soundfile.info('said.wav').duration:.6f}".rstrip("0") + "\tSIL\t1.00\n"
    assert found.err == "said.wav: no phones, only a pause\n"


def test_a_picture_is_drawn_beside_the_file_or_here(capsys):
    recognised(capsys, "--picture")
    recognised(capsys, "--format", "textgrid", "-o", "out.TextGrid", "--picture")
    assert imread("said.png").shape == imread("out.png").shape
    assert made.by("said.png", "recognise")


def test_the_picture_of_another_recording_is_not_replaced_unasked(capsys):
    recognised(capsys, "--picture")
    soundfile.write("said.flac", *soundfile.read("said.wav"))
    code, line = failing(capsys, "recognise", "model", "said.flac", "--picture")
    assert (code, "said.png shows said.wav" in line) == (2, True)
    main(["recognise", "model", "said.flac", "--picture", "--overwrite"])
    assert made.shown("said.png") == "said.flac"


def test_files_of_others_are_not_replaced_and_the_recording_never_is(capsys):
    Path("out.txt").write_text("mine")
    code, line = failing(capsys, "recognise", "model", "said.wav", "-o", "out.txt")
    assert (code, "out.txt already exists" in line) == (2, True)
    code, line = failing(capsys, "recognise", "model", "said.wav", "-o", "said.wav", "--overwrite")
    assert (code, "said.wav is a file that wavenet recognise reads" in line) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere", "said.wav"], "nowhere: is neither a recogniser folder"),
        (["english", "said.wav"], "is a voice"),
        (["model", "nowhere.wav"], "nowhere.wav"),
        (["model", "said.wav", "--decoding", "best"], "decoding"),
    ],
)
def test_wrong_arguments_are_one_line(arguments, told, capsys):
    code, line = failing(capsys, "recognise", *arguments)
    assert code in (1, 2)
    assert told in line
    assert line.count("\n") <= 1
