"""``wavenet train-amp``: an amplifier from two recordings."""

import numpy as np
import pytest
import soundfile

from tests.cli.test_main import failing
from wavenet.cli.main import main

RATE = 8_000
DRY = np.random.default_rng(0).normal(0, 0.2, 2 * RATE).astype(np.float32)
SETTINGS = ("--shape", "nano", "--updates", "4", "--window", "500", "--validate-every", "2", "--threads", "1")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    soundfile.write("dry.wav", DRY, RATE, "FLOAT")
    soundfile.write("wet.wav", np.tanh(3 * np.roll(DRY, 12)), RATE, "FLOAT")


def test_an_amplifier_is_learned_and_played(capsys):
    main(["train-amp", "dry.wav", "wet.wav", "run", *SETTINGS])
    told = capsys.readouterr().out
    assert "latency: 12 samples (1.50 ms), by cross-correlation" in told
    assert "run/model.nam: the error has " in told
    main(["amp", "run/model.nam", "dry.wav", "-o", "out.wav"])
    assert "run: WaveNet, 842 weights" in capsys.readouterr().out


def test_settings_come_from_a_file_too(tmp_path):
    (tmp_path / "a.yaml").write_text("shape: nano\nupdates: 2\nwindow: 500\nlatency: 3\nvalidate_every: 1\n")
    main(["train-amp", "dry.wav", "wet.wav", "run", "--config", "a.yaml", "--threads", "1"])
    assert len((tmp_path / "run/log.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--shape", "huge"], "shape is 'huge', and must be one of 'standard', 'lite', 'feather', 'nano'"),
        (["--minutes", "0"], "minutes is 0.0, and must be positive"),
        (["--validation", "1"], "validation is 1.0, and must be between 0 and 1"),
        (["--pre-emphasis", "1"], "pre_emphasis is 1.0, and must be in [0, 1)"),
        (["--window", "0"], "window is 0, and must be at least 1"),
        (["--latency", "x"], "latency is 'x', and must be of type int, or null"),
        (["--wet-gain", "1"], "wet_gain"),
    ],
)
def test_settings_that_cannot_be_are_one_line_and_exit_code_2(arguments, message, capsys):
    code, line = failing(capsys, "train-amp", "dry.wav", "wet.wav", "run", *arguments)
    assert (code, message in line) == (2, True), line


def test_recordings_that_do_not_belong_together_are_refused_before_anything_is_written(tmp_path, capsys):
    soundfile.write("wet.wav", np.random.default_rng(1).normal(0, 0.2, 2 * RATE), RATE)
    code, line = failing(capsys, "train-amp", "dry.wav", "wet.wav", "run", *SETTINGS)
    assert (code, "wet.wav does not show how far it is behind dry.wav" in line) == (2, True)
    assert not (tmp_path / "run").exists()
