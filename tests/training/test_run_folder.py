import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

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
        assert not list(out.iterdir())
        other.kill()  # the system lets go of what a killed process held
        other.wait()
    assert train(replace(micro_config, updates=1)).update == 1


def test_a_folder_is_let_go_of_when_the_block_ends(tmp_path):
    for _ in range(2):
        with pytest.raises(KeyError), run_folder.held(tmp_path / "run"):
            raise KeyError
    assert not list((tmp_path / "run").iterdir())
