import json

import pytest

from tests.evaluation.sources import RATE, write_clips, write_corpus, write_model
from wavenet.cli.main import main
from wavenet.config import AudioConfig
from wavenet.evaluation.baselines import FILE


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "model", AudioConfig(RATE))


@pytest.fixture
def clips(tmp_path):
    return write_clips(tmp_path / "clips")


@pytest.fixture
def corpus(tmp_path, clips):
    return write_corpus(tmp_path / "corpus", clips)


def test_the_table_goes_to_stdout(model, corpus, capsys):
    main(["evaluate", str(model), str(corpus)])
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()[2:7]] == ["uniform", "histogram", "bigram", "ar", "model"]
    assert "no other baselines" not in err


def test_with_json_stdout_is_json_and_nothing_else(model, corpus, capsys):
    arguments = ["--split", "validation", "--limit_seconds", "0.1", "--save_baselines", "--json"]
    main(["evaluate", str(model), str(corpus), *arguments])
    found = json.loads(capsys.readouterr().out)
    assert found["data"]["samples"] == 400
    assert found["data"]["split"] == "validation"
    assert found["baselines"]["uniform"]["bits_per_sample"] == pytest.approx(4.0)
    assert (model / FILE).is_file()


def test_a_clip_says_how_to_get_baselines_and_what_was_left_out(model, clips, capsys):
    (clips / "1.wav").write_bytes(b"")
    main(["evaluate", str(model), str(clips)])
    out, err = capsys.readouterr()
    assert "4 recordings (1 left out)" in out
    assert f"left out: {clips / '1.wav'}: is empty" in err
    assert f"wavenet evaluate --model {model} CORPUS --save-baselines" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["model", "no.wav"], 2, "no.wav"),
        (["modle", "clips"], 2, "neither a model folder nor a shipped model"),
        (["model", "clips", "--limit_seconds", "-1"], 2, "must be more than 0"),
        (["model", "clips", "--limit_second", "x"], 2, "limit_second"),
        (["model", "clips", "--split", "test"], 2, "is not a prepared corpus, which split needs"),
    ],
)
def test_a_mistake_is_one_line(model, clips, capsys, monkeypatch, arguments, code, words):
    monkeypatch.chdir(model.parent)
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", *arguments])
    out, err = capsys.readouterr()
    assert stopped.value.code == code
    assert words in err
    assert len(err.splitlines()) == 1
    assert not out
