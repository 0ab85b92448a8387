"""What is named and not there is wrong usage, exit code 2, in every command that takes a file, a folder or a model."""

import shutil
from pathlib import Path

import pytest

from tests.training.conftest import noise_corpus  # noqa: F401
from wavenet import made
from wavenet.cli.main import COMMANDS, main

CALLS = [
    ["say", "nothing.txt", "-o", "a.wav"],
    ["say", "Hello.", "-o", "a.wav", "--lexicon", "nothing"],
    ["say", "Hello.", "-o", "a.wav", "--voice", "nothing"],
    ["serve", "--voice", "nothing", "--port", "0"],
    ["prepare", "nothing", "out"],
    ["align", "nothing", "-o", "a.jsonl"],
    ["train", "--data", "nothing", "--out", "run"],
    ["train", "--config", "nothing"],
    ["train-voice", "--labels", "nothing", "--wavenet.data", "CORPUS", "--out", "run"],
    ["train-voice", "--labels", "nothing", "--wavenet.data", "nothing", "--out", "run"],
    ["train-recogniser", "--labels", "nothing", "--data", "CORPUS", "--out", "run", "--audio.sample-rate", "1000"],
    ["train-recogniser", "--labels", "nothing", "--data", "nothing", "--out", "run"],
    ["say-many", "nothing.jsonl", "spoken"],
    ["recognise", "nothing", "nothing.wav"],
    ["generate", "--model", "nothing", "-o", "a.wav"],
    ["generate", "--model", "english_prompts", "-o", "a.wav", "--prime", "nothing.wav"],
    ["vocode", "nothing.wav", "-o", "a.wav"],
    ["vocode", "nothing.npy", "-o", "a.wav"],
    ["vocode", "nothing.wav", "-o", "a.wav", "--model", "nothing"],
    ["vocode-many", "nothing", "copies"],
    ["amp", "nothing.nam", "nothing.wav", "-o", "a.wav"],
    ["train-amp", "nothing.wav", "nothing.wav", "run"],
    ["features", "nothing.wav", "-o", "a.npy"],
    ["features", "nothing.wav", "-o", "a.npy", "--model", "nothing"],
    ["evaluate", "nothing", "--model", "english_prompts"],
    ["evaluate", "nothing.wav", "--model", "english_prompts"],
    ["evaluate", "nothing", "--model", "nothing"],
    ["evaluate", "--recordings", "nothing", "--references", "nothing"],
    ["calibrate", "nothing", "--model", "english_prompts", "-o", "copy"],
    ["calibrate", "nothing.wav", "--model", "english_prompts", "-o", "copy"],
    ["import", "nothing.pth", "out"],
    ["compress", "nothing.wav", "a.bin"],
    ["decompress", "nothing.bin", "a.wav"],
    ["bench", "--model", "nothing"],
    ["pixelcnn-train", "--data", "nothing", "--out", "run"],
    ["pixelcnn-sample", "--model", "nothing", "-o", "a.png"],
    ["pixelcnn-sample", "--model", "digits", "-o", "a.png", "--complete", "nothing"],
    ["pixelcnn-evaluate", "nothing", "--model", "digits"],
    ["info", "nothing"],
]


def test_every_command_that_takes_a_name_is_here():
    assert {call[0] for call in CALLS} == {*COMMANDS} - {"models", "completion"}


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_what_is_not_there_is_one_line_and_exit_code_2(call, noise_corpus, tmp_path, monkeypatch, capsys):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        main([str(noise_corpus) if argument == "CORPUS" else argument for argument in call])
    line = capsys.readouterr().err.strip().splitlines()[-1]  # before it may be what is not installed
    assert stopped.value.code == 2, line
    assert line.startswith("wavenet: ")
    assert "nothing" in line


@pytest.mark.parametrize("command", [["vocode"], ["features"], ["compress"]])
def test_what_cannot_be_read_is_one_line_and_exit_code_2(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(SystemExit) as stopped:
        main([*command, "a.wav", *(["b"] if command == ["compress"] else [])])
    assert stopped.value.code == 2
    assert "a.wav: " in (told := capsys.readouterr().err)
    assert "is not a regular file" in told


MODELS = [
    ["say", "Hello.", "-o", "a.wav", "--voice"],
    ["say-many", "a.jsonl", "spoken", "--voice"],
    ["serve", "--port", "0", "--voice"],
    ["generate", "-o", "a.wav", "--model"],
    ["vocode", "a.wav", "-o", "b.wav", "--model"],
    ["vocode-many", "a.jsonl", "copies", "--model"],
    ["features", "a.wav", "-o", "a.npy", "--model"],
    ["evaluate", "a.wav", "--model"],
    ["calibrate", "a.wav", "-o", "copy", "--model"],
    ["compress", "a.wav", "a.bin", "--model"],
    ["bench", "--model"],
    ["recognise"],
    ["train", "--data", "CORPUS", "--out", "new", "--audio.sample-rate", "1000", "--init-from"],
    ["train-recogniser", "--labels", "a", "--data", "CORPUS", "--out", "new", "--init-from"],
    ["pixelcnn-sample", "-o", "a.png", "--model"],
    ["pixelcnn-evaluate", "a.npz", "--model"],
    ["info"],
]


@pytest.mark.parametrize("call", MODELS, ids=" ".join)
def test_what_is_no_model_is_one_line_and_exit_code_2(call, noise_corpus, tmp_path, monkeypatch, capsys):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    kind = {
        "say": "english",
        "say-many": "english",
        "serve": "english",
        "pixelcnn-sample": "digits",
        "pixelcnn-evaluate": "digits",
    }.get(call[0], "english_prompts")
    Path("empty").mkdir()
    Path("file").touch()
    Path("a.jsonl").write_text('{"id": "a", "text": "Hello."}\n')
    Path("weightless").mkdir()
    shutil.copy(made.SHIPPED / kind / "config.json", "weightless")
    Path("run/model").mkdir(parents=True)
    Path("run/model/config.json").touch()
    for model in ("empty", "file", "weightless", "run", "digits" if kind != "digits" else "english"):
        if (call[0], model) == ("info", "digits"):
            continue
        given = [str(noise_corpus) if argument == "CORPUS" else argument for argument in call]
        with pytest.raises(SystemExit) as stopped:
            main([*given, model, *(["a.wav"] if call == ["recognise"] else [])])
        line = capsys.readouterr().err.strip().splitlines()[-1]
        assert stopped.value.code == 2, line
        assert line.startswith("wavenet: ")
        assert model in line
