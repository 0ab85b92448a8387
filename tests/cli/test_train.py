import resource
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import yaml

from tests.training.conftest import micro_config, noise_corpus  # noqa: F401
from wavenet.cli.main import main
from wavenet.errors import install_command


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


def test_settings_that_differ_from_the_run_are_told(micro_config, tmp_path, capsys):  # noqa: F811
    path = written(micro_config, tmp_path)
    main(["train", "--config", path, "--updates", "2"])
    capsys.readouterr()
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--config", path, "--updates", "2", "--seed", "3"])
    assert "contains a run with another seed" in capsys.readouterr().err


@pytest.mark.slow
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


def test_without_pytorch_the_install_line_is_told(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(SystemExit, match="1"):
        main(["train", "--data", "x", "--out", "y"])
    assert install_command("train") in capsys.readouterr().err
