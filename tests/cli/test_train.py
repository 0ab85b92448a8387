import os
import resource
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
import yaml

from tests.training.conftest import micro_config, noise_corpus  # noqa: F401
from wavenet.cli.main import main
from wavenet.errors import install_command
from wavenet.training import loop
from wavenet.training.checkpoint import Progress


def written(config, tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text(yaml.safe_dump(asdict(config)))
    return str(path)


def test_a_yaml_file_trains_and_the_command_goes_on_and_ends(micro_config, tmp_path, capsys):  # noqa: F811
    path = written(micro_config, tmp_path)
    main(["train", "--config", path])
    main(["train", "--config", path])
    main(["generate", str(Path(micro_config.out) / "model"), "-o", str(tmp_path / "a.wav"), "--seconds", "0.1"])
    assert "× real time" in capsys.readouterr().out


def test_threads_are_those_of_pytorch_during_the_run_only(micro_config, tmp_path, monkeypatch):  # noqa: F811
    found, before = [], torch.get_num_threads()
    monkeypatch.setattr(loop, "train", lambda config: found.append(torch.get_num_threads()) or Progress(best_bits=1.0))
    for arguments in ([], ["--threads", str(before + 1)], ["--threads", "1"]):
        main(["train", "--config", written(micro_config, tmp_path), *arguments])
    assert found == [before, before + 1, 1]
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("command", ["train-voice", "train-recogniser", "pixelcnn-train"])
def test_threads_of_the_other_commands_that_train(command, monkeypatch):
    found, before = [], torch.get_num_threads()

    def train(config):
        found.append(torch.get_num_threads())
        return "made"

    for module in ("wavenet.training.voice.train", "wavenet.training.recogniser.train", "wavenet.training.pixelcnn"):
        monkeypatch.setattr(f"{module}.train", train)
    for arguments in ([], ["--threads", str(before + 1)]):
        main([command, *arguments])
    assert found == [before, before + 1]
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("given", ["", "ACTIVE"])
@pytest.mark.parametrize("command", ["train", "train-voice", "train-recogniser", "pixelcnn-train"])
def test_threads_of_pytorch_are_soon_asleep_unless_the_environment_says_otherwise(command, given, monkeypatch):
    monkeypatch.setenv("OMP_WAIT_POLICY", given)
    monkeypatch.setenv("GOMP_SPINCOUNT", "")  # to be restored
    monkeypatch.delenv("GOMP_SPINCOUNT")
    if not given:
        monkeypatch.delenv("OMP_WAIT_POLICY")
    monkeypatch.setattr("wavenet.training.given.check", lambda *_: None)
    for module in ("voice.train", "recogniser.train", "pixelcnn", "loop"):
        monkeypatch.setattr(f"wavenet.training.{module}.train", lambda config: Progress(best_bits=1.0))
    main([command])
    assert os.environ["OMP_WAIT_POLICY"] == (given or "PASSIVE")
    assert os.environ.get("GOMP_SPINCOUNT") == (None if given else "5000")


def test_a_negative_number_of_threads_is_refused(micro_config, tmp_path, capsys):  # noqa: F811
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--config", written(micro_config, tmp_path), "--threads", "-1"])
    assert "threads is -1, and must be from 1 to 1024, or 0 for one for each core" in capsys.readouterr().err


def test_settings_that_differ_from_the_run_are_told(micro_config, tmp_path, capsys):  # noqa: F811
    path = written(micro_config, tmp_path)
    main(["train", "--config", path, "--updates", "2"])
    capsys.readouterr()
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--config", path, "--updates", "2", "--seed", "3"])
    assert "contains a run with another seed" in capsys.readouterr().err


def test_a_full_disk_keeps_the_last_checkpoint_and_is_one_line(micro_config, tmp_path):  # noqa: F811
    path = written(replace(micro_config, updates=3), tmp_path)
    main(["train", "--config", path])
    checkpoint = Path(micro_config.out) / "checkpoint.pt"
    before = checkpoint.read_bytes()
    (Path(micro_config.out) / "log.jsonl").unlink()
    limit = len(before) // 2
    command = [sys.executable, "-m", "wavenet.cli.main", "train", "--config", path, "--out", str(tmp_path / "full")]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("wavenet: cannot write")
    assert not list((tmp_path / "full").glob(".*"))
    assert checkpoint.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": ""}, "--data is missing: a prepared corpus"),
        ({"out": ""}, "--out is missing: a folder for the run"),
        ({"data": "nowhere"}, "nowhere is not a prepared corpus"),
        ({"speaker": "nobody"}, "nobody"),
        ({"model.speakers": "[all]", "model.speaker_channels": "2"}, "has no speaker names"),
    ],
)
def test_what_needs_no_pytorch_is_refused_without_it(micro_config, tmp_path, monkeypatch, capsys, changes, message):  # noqa: F811
    monkeypatch.setitem(sys.modules, "torch", None)
    more = [f"--{name}={value}" for name, value in changes.items()]
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--config", written(micro_config, tmp_path), *more])
    assert message in capsys.readouterr().err


def test_an_overfit_check_refuses_what_it_would_leave_out(micro_config, tmp_path, monkeypatch, capsys):  # noqa: F811
    monkeypatch.setitem(sys.modules, "torch", None)
    path = written(replace(micro_config, teacher="vocoder"), tmp_path)
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--config", path, "--overfit-one"])
    told = "--teacher is left out by --overfit-one, which would judge a run without it; remove one of the two"
    assert capsys.readouterr().err == f"wavenet: {told}\n"


def test_a_folder_of_something_else_is_refused_without_pytorch(micro_config, tmp_path, monkeypatch, capsys):  # noqa: F811
    monkeypatch.setitem(sys.modules, "torch", None)
    (tmp_path / "other" / "model").mkdir(parents=True)
    (tmp_path / "other" / "model" / "config.json").write_text("{}")
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--config", written(micro_config, tmp_path), "--out", str(tmp_path / "other")])
    assert "already exists" in capsys.readouterr().err


def test_without_pytorch_the_install_line_is_told(micro_config, tmp_path, monkeypatch, capsys):  # noqa: F811
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(SystemExit, match="1"):
        main(["train", "--config", written(micro_config, tmp_path)])
    assert install_command("train") in capsys.readouterr().err
