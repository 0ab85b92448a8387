"""``wavenet amp``: a recording through an amplifier."""

import numpy as np
import pytest
import soundfile

from tests.amp.written import container, lstm, model, wavenet, write
from tests.cli.test_main import failing
from wavenet import made
from wavenet.amp.amp import Amp
from wavenet.cli.main import main

RATE = 8000
GUITAR = (0.4 * np.sin(np.arange(3000) / 9)).astype(np.float32)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.nam", wavenet())
    soundfile.write("in.wav", GUITAR, RATE, "FLOAT")
    return tmp_path


def heard(path="out.wav"):
    return soundfile.read(path, dtype="float32")


def test_it_writes_what_the_amplifier_gives_as_floats(capsys):
    main(["amp", "a.nam", "in.wav", "-o", "out.wav"])
    samples, rate = heard()
    assert rate == RATE
    assert (samples == Amp.open("a.nam").process(GUITAR)).all()
    assert soundfile.info("out.wav").subtype == "FLOAT"
    assert made.by("out.wav", "amp")
    assert "out.wav: 0.38 s of sound in" in capsys.readouterr().out


def test_a_quality_is_chosen(here):
    write(here / "b.nam", container(wavenet(seed=1), lstm()))
    for quality in (0, 1):
        main(["amp", "b.nam", "in.wav", "-o", "out.wav", "--quality", str(quality)])
        assert (heard()[0] == Amp.open("b.nam", quality).process(GUITAR)).all()


def test_levels_are_applied_where_they_are_asked_for(here, capsys):
    said = {"loudness": -18.0 - 20.0, "input_level_dbu": 10.0, "output_level_dbu": 6.0}
    wire = model("Linear", {"receptive_field": 1, "bias": False}, 1, weights=[1.0], metadata=said)
    write(here / "wire.nam", wire)
    for options, factor in (
        ([], 1),
        (["--gain", "6"], 10 ** (6 / 20)),
        (["--input-level", "4"], 10 ** (-6 / 20)),
        (["--output-level", "26"], 0.1),
        (["--normalise"], 10),
    ):
        main(["amp", "wire.nam", "in.wav", "-o", "out.wav", *options])
        assert np.abs(heard()[0] - factor * GUITAR).max() < 1e-5
    assert "it reaches 4.00 of full scale\n" in capsys.readouterr().out
    main(["amp", "wire.nam", "in.wav", "-o", "out.flac", "--normalise"])
    assert "and is clipped there" in capsys.readouterr().out


def test_another_sample_rate_is_refused_or_resampled(capsys):
    soundfile.write("fast.wav", np.repeat(GUITAR, 2), 2 * RATE)
    code, line = failing(capsys, "amp", "a.nam", "fast.wav", "-o", "out.wav")
    assert (code, "fast.wav has 16000 Hz, and a.nam was trained for 8000 Hz; give --resample" in line) == (2, True)
    main(["amp", "a.nam", "fast.wav", "-o", "out.wav", "--resample"])
    assert (len(heard()[0]), heard()[1]) == (len(GUITAR), RATE)


@pytest.mark.filterwarnings("default")
def test_a_model_of_no_known_rate_is_played_at_that_of_the_recording(here, capsys):
    write(here / "b.nam", {key: value for key, value in wavenet().items() if key != "sample_rate"})
    main(["amp", "b.nam", "in.wav", "-o", "out.wav"])
    assert "b.nam does not say its sample rate; it is played at that of the" in capsys.readouterr().err
    assert heard()[1] == RATE


def test_an_amplifier_is_drawn(capsys):
    pytest.importorskip("matplotlib")
    main(["amp", "a.nam", "--plot", "a.png"])
    assert made.by("a.png", "amp")
    assert "a.png: transfer curve and frequency response of a" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["a.nam"], "there is nothing to do"),
        (["in.wav", "in.wav"], "in.wav: is no .nam file"),
        (["a.nam", "in.wav", "-o", "a.nam"], "unknown suffix"),
        (["a.nam", "in.wav", "-o", "in.wav"], "in.wav is a file that wavenet amp reads"),
        (["a.nam", "in.wav", "--plot", "a.txt"], "cannot draw a.txt"),
        (["a.nam", "in.wav", "--quality", "0.5"], "a.nam holds a network of one size"),
        (["a.nam", "in.wav", "--normalise"], "a.nam: its metadata has no loudness"),
        (["a.nam", "a.nam"], "a.nam: "),
    ],
)
def test_what_cannot_be_done_is_one_line(words, told, capsys):
    code, line = failing(capsys, "amp", *words)
    assert told in line
    assert code == (1 if words == ["a.nam", "a.nam"] else 2)


def test_no_other_file_is_replaced_unasked(here, capsys):
    (here / "out.wav").write_bytes(b"mine")
    code, line = failing(capsys, "amp", "a.nam", "in.wav", "-o", "out.wav")
    assert (code, "was not made by wavenet amp" in line) == (2, True)
    main(["amp", "a.nam", "in.wav", "-o", "out.wav", "--overwrite"])
    assert heard()[1] == RATE
