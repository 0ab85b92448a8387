import json
import re
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from wavenet.config import PRESETS, ContextConfig, FeatureConfig, ModelConfig, TrainConfig
from wavenet.errors import UsageError
from wavenet.training import loop, memory

FP32 = TrainConfig(precision="fp32")
CASES = {
    "tiny, fp32": replace(FP32, model=PRESETS["tiny"], window=100_000),
    "small, bf16": replace(FP32, model=PRESETS["small"], window=20_000, precision="bf16"),
    "a context stack": replace(FP32, model=replace(PRESETS["tiny"], contexts=(ContextConfig(),)), window=100_000),
    "upsampling": replace(
        FP32,
        model=replace(PRESETS["tiny"], features=FeatureConfig(("log_mel",)), upsample_scales=(4, 5, 8)),
        window=100_000,
    ),
}
MEASURE = """
import json, sys
import torch
from tests.networks import random_conditioning
from wavenet.config import TrainConfig
from wavenet.model import fused
from wavenet.model.wavenet import WaveNet
from wavenet.settings import from_dict
from wavenet.training import hardware
from wavenet.training.loop import DTYPES

config = from_dict(TrainConfig, json.loads(sys.argv[1]), "test")
hardware.keep_freed_memory()
torch.set_num_threads(1)
model, T = config.model, config.window
network = WaveNet(model)
past = torch.randint(0, 256, (1, model.required_past - 1 + T))
given = random_conditioning(model, 1, T) if model.conditioned or model.contexts else None

def most():
    # not getrusage: its maximum includes what the process before exec held, that of pytest
    (line,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    return 1024 * int(line.split()[1])

before = most()
logits = fused.logits(network, past, DTYPES[config.precision], given).transpose(0, 1)
nats = network.distribution.negative_log_likelihood(logits.flatten(0, 1), torch.randint(0, 256, (T,)))
torch.autograd.grad(nats.sum(), list(network.parameters()), allow_unused=True)
print(most() - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_estimate_is_what_an_update_takes_and_little_more(name):
    config = CASES[name]
    settings = json.dumps(asdict(config))
    done = subprocess.run([sys.executable, "-c", MEASURE, settings], capture_output=True, text=True, check=True)
    assert 0.95 < memory.of_window(config, config.window) / int(done.stdout) < 1.4


def test_a_window_for_which_there_is_no_memory_is_refused_with_one_that_fits():
    config = replace(TrainConfig(), precision="bf16", window=10_000_000)
    words = r"window is 10000000 and batch_size 1: an update needs about \d+\.\d GB of memory, but only 8\.0 GB are"
    with pytest.raises(UsageError, match=words) as told:
        memory.check(config, 1, 8e9)
    fitting = int(re.search(r"lower window to (\d+),", str(told.value))[1])
    memory.check(replace(config, window=fitting), 1, 8e9)
    with pytest.raises(UsageError):
        memory.check(replace(config, window=fitting + 1000), 1, 8e9)
    with pytest.raises(UsageError):
        memory.check(replace(config, window=fitting), 2, 8e9)
    memory.check(config, 1, None)


def test_a_network_too_large_for_any_window_is_refused():
    with pytest.raises(UsageError, match="GB are free; lower batch_size or the channels, or raise accumulate"):
        memory.check(replace(TrainConfig(), model=ModelConfig(layers=40, stacks=4)), 1, 1e6)


def test_a_run_asks_before_it_begins(micro_config, monkeypatch):
    monkeypatch.setattr(memory, "free", lambda: 1e9)
    with pytest.raises(UsageError, match="window is 10000000"):
        loop.train(replace(micro_config, window=10_000_000))
    parts = replace(micro_config, batch_size=10, accumulate=10, window=20_000)
    needed = memory.of_window(loop.with_precision(parts, loop.torch.device("cpu")), 20_000)
    monkeypatch.setattr(memory, "free", lambda: 1.5 * needed)
    loop.Run(parts, loop.Processes.join("cpu"))
    with pytest.raises(UsageError, match="raise accumulate"):
        loop.Run(replace(parts, accumulate=5), loop.Processes.join("cpu"))


def group(folder, limit, used, names):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / "memory.stat").write_text(f"file 999\n{names[1]} {used}\nother 1\n")


def test_limits_of_control_groups_count_without_what_is_cached(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "GROUPS", tmp_path)
    second, first = ("memory.max", "anon"), ("memory.limit_in_bytes", "total_rss")
    group(tmp_path / "a" / "b", "max", 100, second)
    group(tmp_path / "a", 5000, 1000, second)
    assert list(memory._of_groups("0::/a/b")) == [4000]
    group(tmp_path / "memory" / "c", 7000, 3000, first)
    assert list(memory._of_groups("4:cpu,memory:/c")) == [4000]
    assert list(memory._of_groups("4:cpu:/c")) == []
    assert list(memory._of_groups("0::/../gone")) == []


def test_processes_of_one_machine_share_its_memory(monkeypatch):
    alone = memory.free()
    assert 1e6 < alone < 1e15
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    assert memory.free() < 0.5 * alone


ESTIMATED = {
    "tiny, fp32": 556_883_520, "small, bf16": 276_557_568, "a context stack": 629_136_960, "upsampling": 659_298_880,
}  # fmt: skip
"""bytes; the slow test above compares them with what is taken"""


@pytest.mark.parametrize("name", CASES)
def test_the_estimate_is_the_one_that_was_compared_with_measurements(name):
    config = CASES[name]
    assert memory.of_window(config, config.window) == ESTIMATED[name]
    both = [memory.of_window(replace(config, compile=True), samples) for samples in (config.window, 0)]
    assert both[0] > memory.of_window(config, config.window)
    assert both[1] > memory.of_window(config, 0)


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Files of /proc in a folder."""
    monkeypatch.setattr(memory, "Path", lambda path: tmp_path / str(path).lstrip("/"))
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "cgroup")
    monkeypatch.delenv("LOCAL_WORLD_SIZE", raising=False)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/meminfo").write_text("MemTotal: 9 kB\nMemAvailable:    4000 kB\nCached: 1 kB\n")
    (tmp_path / "proc/self/cgroup").write_text("4:cpu:/a\n0::/a\n")
    return tmp_path


def test_what_is_free_is_the_least_of_what_the_system_and_the_groups_leave(system):
    assert memory.free() == 4000 * 1024
    group(system / "cgroup" / "a", 1_500_000, 500_000, ("memory.max", "anon"))
    assert memory.free() == 1_000_000
    group(system / "cgroup" / "a", 9_500_000, 500_000, ("memory.max", "anon"))
    assert memory.free() == 4000 * 1024


def test_nothing_is_known_where_the_system_does_not_tell(system):
    (system / "proc/meminfo").write_text("MemTotal: 9 kB\n")
    assert memory.free() is None
    (system / "proc/meminfo").unlink()
    assert memory.free() is None
