import pytest

from tests.evaluation.sources import RATE, write_clips, write_corpus, write_model
from wavenet.cli.main import main
from wavenet.config import AudioConfig
from wavenet.engine import folder


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "model", AudioConfig(RATE))


@pytest.fixture
def clips(tmp_path):
    return write_clips(tmp_path / "clips", longer=4)


def test_a_line_says_what_was_done(model, clips, tmp_path, capsys):
    corpus = write_corpus(tmp_path / "corpus", clips)
    capsys.readouterr()
    main(["calibrate", str(model), str(corpus)])
    out, _ = capsys.readouterr()
    assert out.startswith(f"{model}: calibrated for int8 on 5.2 s of 2 recordings")
    assert len(out.splitlines()) == 1
    assert folder.read(model).tensors.keys() >= set(folder.CALIBRATION)


def test_one_recording_and_fewer_seconds_will_do_and_what_was_left_out_is_told(model, clips, capsys):
    (clips / "1.wav").write_bytes(b"")
    main(["calibrate", str(model), str(clips), "--seconds", "5"])
    out, err = capsys.readouterr()
    assert "for int8 on 5.0 s of " in out
    main(["calibrate", str(model), str(clips)])
    assert f"left out: {clips / '1.wav'}: is empty" in err + capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["model", "no.wav"], 2, "no.wav"),
        (["modle", "clips"], 2, "neither a model folder nor a shipped model"),
        (["model", "clips", "--seconds", "0"], 2, "seconds is 0, and must be at least 5 and finite"),
        (["model", "clips", "--second", "3"], 2, "did you mean 'seconds'"),
    ],
)
def test_a_mistake_is_one_line(model, clips, capsys, monkeypatch, arguments, code, words):
    monkeypatch.chdir(model.parent)
    with pytest.raises(SystemExit) as stopped:
        main(["calibrate", *arguments])
    out, err = capsys.readouterr()
    assert stopped.value.code == code
    assert words in err
    assert len(err.splitlines()) == 1
    assert not out
