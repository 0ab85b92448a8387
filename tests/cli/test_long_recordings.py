import subprocess
import sys

import numpy as np
import pytest
import soundfile

from tests.networks import MICRO, as_folder, random_model
from wavenet.config import AudioConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder

RATE = 8000
HOUR = 3600 * RATE
PEAK_OF = """
import re, sys
from pathlib import Path
from wavenet.cli.main import main
main(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def megabytes(*arguments):
    """The peak resident memory of a command, in its own process."""
    done = subprocess.run([sys.executable, "-c", PEAK_OF, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1]) / 1024


@pytest.fixture(scope="module")
def hour(tmp_path_factory):
    """One hour in one file."""
    path = tmp_path_factory.mktemp("hour") / "in" / "hour.wav"
    path.parent.mkdir()
    minute = (0.1 * np.random.default_rng(0).standard_normal(60 * RATE)).astype(np.float32)
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        for _ in range(60):
            file.write(minute)
    return path


@pytest.mark.slow
def test_an_hour_in_one_file_is_prepared_and_scored_in_bounded_memory(hour, tmp_path):
    opened = as_folder(random_model(MICRO), AudioConfig(sample_rate=RATE))
    folder.write(tmp_path / "model", opened.audio, opened.model, opened.tensors)
    out = str(tmp_path / "out")
    rate = ["--sample_rate", str(RATE)]
    splits = ["--validation", "0", "--test", "0"]
    one_block_of_scores = 60  # far below the 110 MB of an hour of floats
    idle = megabytes("--version")
    assert megabytes("prepare", str(hour.parent), out, *rate, *splits, "--workers", "0") < idle + one_block_of_scores
    assert len(PreparedCorpus(out).samples) == HOUR
    assert megabytes("evaluate", str(tmp_path / "model"), str(hour)) < idle + 2 * one_block_of_scores
