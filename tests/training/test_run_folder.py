import fcntl
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wavenet import made
from wavenet.errors import UsageError
from wavenet.training import run_folder
from wavenet.training.loop import train

HOLD = "import sys, pathlib; from wavenet.training import run_folder; f = run_folder.held(pathlib.Path(sys.argv[1]))"


def test_two_processes_do_not_train_into_one_folder(micro_config):
    out = Path(micro_config.out)
    code = f"{HOLD}; f.__enter__(); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code, str(out)], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match=f"{out}: another process trains into it; wait until it ends, or name"):
            train(micro_config)
        with pytest.raises(UsageError, match=f"{out}: another process trains into it"):
            run_folder.check(out)  # which is before any work
        assert not list(out.iterdir())
        other.kill()  # the system lets go of what a killed process held
        other.wait()
    assert train(replace(micro_config, updates=1)).update == 1


def test_a_folder_is_let_go_of_when_the_block_ends(tmp_path):
    for _ in range(2):
        with pytest.raises(KeyError), run_folder.held(tmp_path / "run"):
            raise KeyError
    assert not list((tmp_path / "run").iterdir())


OWN = [{"log.jsonl": ""}, {"checkpoint.pt": "x"}, {"log.jsonl": '{"update": 1}\n'}]
OTHERS = ["curve.png", "model/config.json", "model/model.safetensors"]


def fill(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize("name", OTHERS)
def test_files_that_a_run_would_replace_must_be_those_of_a_run(tmp_path, name):
    fill(tmp_path, {name: "", "log.jsonl": ""})
    with pytest.raises(UsageError, match=rf"{name} already exists but does not belong to a run; move it away, or name"):
        run_folder.check(tmp_path)
    for own in OWN[1:]:
        fill(tmp_path / "run", {name: "", **own})
        run_folder.check(tmp_path / "run")
        for path in own:
            (tmp_path / "run" / path).unlink()


def test_a_log_of_something_else_is_refused_and_an_empty_one_is_not(tmp_path):
    run_folder.check(tmp_path)
    fill(tmp_path, OWN[0])
    run_folder.check(tmp_path)
    fill(tmp_path, {"log.jsonl": '{"epoch": 1}\n'})
    with pytest.raises(UsageError, match=r"log\.jsonl already exists but does not belong to a run"):
        run_folder.check(tmp_path)


def test_a_log_of_something_else_is_refused_beside_a_checkpoint_too(tmp_path):
    fill(tmp_path, {"checkpoint.pt": "x", "log.jsonl": '{"upd'})  # as a run that is killed may leave it
    run_folder.check(tmp_path)
    fill(tmp_path, {"log.jsonl": "my notes\n"})
    with pytest.raises(UsageError, match=r"log\.jsonl already exists but does not belong to a run"):
        run_folder.check(tmp_path)


def test_a_model_that_is_a_link_among_the_shipped_ones_is_not_trained(tmp_path):
    (tmp_path / "model").symlink_to(made.SHIPPED / "new")
    with pytest.raises(UsageError, match="never changed"):
        run_folder.check(tmp_path)


@pytest.mark.parametrize("name", ["model", "tensorboard"])
def test_a_file_in_place_of_a_folder_is_refused_before_the_training(tmp_path, name):
    fill(tmp_path, {name: "mine"})
    with pytest.raises(UsageError, match=f"{name} already exists but does not belong to a run"):
        run_folder.check(tmp_path)


def test_no_run_lies_among_the_shipped_models():
    with pytest.raises(UsageError, match="never changed"):
        run_folder.check(made.SHIPPED / "run")


def test_a_file_system_without_locks_is_no_obstacle(tmp_path, monkeypatch):
    def unsupported(folder, how):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    with run_folder.held(tmp_path / "run"):
        assert (tmp_path / "run").is_dir()
