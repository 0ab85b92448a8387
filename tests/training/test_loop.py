import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.conftest import SINE_RATE, SINES, make_corpus, sines
from wavenet.config import PRESETS, AudioConfig, OptimConfig, TrainConfig
from wavenet.errors import UsageError, WavenetError
from wavenet.generator import Generator
from wavenet.model import fused
from wavenet.training import loop
from wavenet.training.loop import train

RUN = """
import json, sys
from wavenet.config import TrainConfig
from wavenet.settings import from_dict
from wavenet.training.loop import train
train(from_dict(TrainConfig, json.loads(sys.argv[1]), "test"))
"""


def state(config: TrainConfig) -> dict:
    return torch.load(Path(config.out) / "checkpoint.pt", weights_only=True)


def assert_same_state(a, b, path="state"):
    if isinstance(a, dict):
        assert a.keys() == b.keys(), path
        for key in a:
            if key not in ("out", "seconds"):
                assert_same_state(a[key], b[key], f"{path}.{key}")
    elif isinstance(a, list | tuple):
        assert len(a) == len(b), path
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            assert_same_state(x, y, f"{path}[{i}]")
    elif isinstance(a, torch.Tensor):
        assert torch.equal(a, b), path
    else:
        assert a == b, path


def run_and_signal_itself(config: TrainConfig, update: int, number: signal.Signals) -> subprocess.CompletedProcess:
    """Train in a process of its own, which gets a signal when it begins an update."""
    patch = f"""
import os
from wavenet.training import loop
original = loop.Run.update
def update(run):
    if run.progress.update == {update}:
        os.kill(os.getpid(), {number.value})
    return original(run)
loop.Run.update = update
"""
    command = [sys.executable, "-c", patch + RUN, json.dumps(asdict(config))]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_run_writes_log_curve_checkpoint_and_a_model_that_generates(micro_config):
    progress = train(micro_config)
    out = Path(micro_config.out)
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    bits = [row["validation_bits"] for row in rows if "validation_bits" in row]
    assert len(bits) == 3
    assert progress.best_bits == min(bits) < 5.0
    assert (out / "curve.png").stat().st_size > 1000
    assert len(Generator.open(out / "model").generate(50)) == 50
    assert list((out / "tensorboard").iterdir())


def test_the_exported_model_scores_what_validation_said(micro_config):
    config = replace(micro_config, precision="fp32", updates=10)
    progress = train(config)
    from wavenet.corpora.prepared import PreparedCorpus

    corpus = PreparedCorpus(config.data)
    utterances = corpus.split("validation")
    generator = Generator.open(Path(config.out) / "model")
    nats = np.concatenate([generator.log_likelihood(corpus.waveform(utterances, i)) for i in range(len(utterances))])
    assert -nats.mean() / np.log(2) == pytest.approx(progress.best_bits, abs=1e-4)


@pytest.mark.slow
def test_a_killed_and_resumed_run_equals_the_uninterrupted_one_bit_for_bit(micro_config, tmp_path):
    whole = replace(micro_config, updates=60)
    train(whole)
    killed = replace(whole, out=str(tmp_path / "killed"))
    at = random.randrange(1, 60)
    run_and_signal_itself(killed, at, signal.SIGKILL)
    assert state(killed)["progress"]["update"] == at
    train(killed)
    assert_same_state(state(whole), state(killed))
    logs = [Path(c.out, "log.jsonl").read_text().splitlines() for c in (whole, killed)]
    assert [json.loads(row)["update"] for row in logs[0]] == [json.loads(row)["update"] for row in logs[1]]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_the_state_and_the_run_goes_on_to_the_same_end(micro_config, tmp_path, number):
    whole = replace(micro_config, checkpoint_minutes=60.0)
    train(whole)
    stopped = replace(whole, out=str(tmp_path / "stopped"))
    done = run_and_signal_itself(stopped, 13, number)
    assert done.returncode != 0
    assert "stopped after update 14; the same command goes on from there" in done.stderr
    assert state(stopped)["progress"]["update"] == 14
    train(stopped)
    assert_same_state(state(whole), state(stopped))


@pytest.mark.slow
def test_two_processes_equal_one_with_the_summed_batch(micro_config, tmp_path):
    config = replace(micro_config, precision="fp32", batch_size=4, updates=12)
    train(config)
    both = replace(config, out=str(tmp_path / "two"))
    script = tmp_path / "run.py"
    script.write_text(RUN)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", str(script)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    done = subprocess.run(
        [*command, json.dumps(asdict(both))], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    one, two = state(config), state(both)
    assert one["progress"]["samples"] == two["progress"]["samples"]
    for name, weight in one["average"].items():
        torch.testing.assert_close(
            two["average"][name], weight, atol=1e-4, rtol=1e-3, msg=lambda text, name=name: f"{name}: {text}"
        )


def test_accumulating_parts_equals_the_whole_batch(micro_config, tmp_path):
    config = replace(micro_config, precision="fp32", batch_size=4, updates=8)
    train(config)
    parts = replace(config, accumulate=2, out=str(tmp_path / "parts"))
    train(parts)
    for name, weight in state(config)["average"].items():
        torch.testing.assert_close(
            state(parts)["average"][name], weight, atol=1e-4, rtol=1e-3, msg=lambda text, name=name: f"{name}: {text}"
        )


@pytest.mark.slow
def test_three_sines_are_learnt_by_heart_and_generated(tmp_path):
    corpus = make_corpus(tmp_path, {"train": [sines(2.0)], "validation": [sines(2.0)]}, SINE_RATE)
    config = TrainConfig(
        data=str(corpus),
        out=str(tmp_path / "run"),
        audio=AudioConfig(sample_rate=SINE_RATE),
        model=replace(PRESETS["small"], layers=16),
        optim=OptimConfig(muon_lr=0.02, warmup=20, ema_decay=0.9),
        updates=500,
        window=1000,
        validate_every=500,
        listen_seconds=0.0,
        precision="fp32",
    )
    train(config)
    rows = [json.loads(line) for line in (Path(config.out) / "log.jsonl").read_text().splitlines()]
    losses = [row["train_bits"] * np.log(2) for row in rows if "train_bits" in row]
    assert losses[-1] < 0.1
    assert losses[-1] < 0.02 * np.log(256)
    generated = Generator.open(Path(config.out) / "model").generate(2 * SINE_RATE, seed=1)
    power = np.abs(np.fft.rfft(generated * np.hanning(len(generated)))) ** 2
    frequency = np.fft.rfftfreq(len(generated), 1 / SINE_RATE)
    at_the_sines = sum(power[np.abs(frequency - f) < 4].sum() for f in SINES)
    assert at_the_sines > 0.7 * power.sum()


def test_another_run_in_the_same_folder_is_refused_by_the_settings_that_differ(micro_config):
    train(replace(micro_config, updates=2))
    with pytest.raises(UsageError, match="another updates, window"):
        train(replace(micro_config, updates=3, window=50))


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_checkpoint(micro_config):
    train(replace(micro_config, updates=2))
    before = (Path(micro_config.out) / "checkpoint.pt").read_bytes()
    run = loop.Run(replace(micro_config, updates=2), loop.Processes.join("cpu"))
    with torch.no_grad():
        run.model.head.hidden.bias.fill_(float("nan"))
    with pytest.raises(WavenetError, match=r"the loss is nan at update 2; lower --optim.lr"):
        run.update()
    assert (Path(micro_config.out) / "checkpoint.pt").read_bytes() == before


def test_a_corrupt_checkpoint_is_named(micro_config):
    Path(micro_config.out).mkdir(parents=True)
    Path(micro_config.out, "checkpoint.pt").write_bytes(b"PK\x03\x04 half")
    with pytest.raises(WavenetError, match=r"checkpoint.pt: not a checkpoint, or corrupt"):
        train(micro_config)


def test_a_corpus_of_another_rate_is_refused_with_the_way_out(micro_config):
    with pytest.raises(UsageError, match=r"is at 1000 Hz.*--audio.sample_rate 1000"):
        train(replace(micro_config, audio=AudioConfig(sample_rate=16_000)))


def test_a_loss_stuck_at_the_logarithm_of_the_classes_warns(micro_config, capsys):
    train(replace(micro_config, updates=110, optim=OptimConfig(lr=1e-12, muon_lr=1e-12, warmup=0)))
    assert "nothing is learnt" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # PyTorch's own, while its compiler loads
def test_the_compiled_network_equals_the_fused_one(micro_config):
    run = loop.Run(replace(micro_config, precision="fp32", compile=True), loop.Processes.join("cpu"))
    torch.manual_seed(0)
    with torch.no_grad():
        for weight in run.model.parameters():
            weight.normal_(0, 0.3)
    past = torch.from_numpy(run.windows.batch(0, range(2)).past)
    torch.testing.assert_close(
        run.forward(past, None), fused.logits(run.model, past, torch.float32), atol=1e-5, rtol=1e-4
    )


def test_training_imports_nothing_that_a_bare_accelerator_machine_lacks():
    names = "soundfile", "soxr", "jsonargparse", "scipy"
    code = f"import sys, wavenet.training.loop; print([m for m in {names} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_lanes_of_their_own_equal_one_for_all_rows(micro_config, tmp_path, monkeypatch):
    config = replace(micro_config, precision="fp32", batch_size=3, updates=6)
    train(config)
    side_by_side = replace(config, out=str(tmp_path / "threads"))
    monkeypatch.setattr(loop.ThreadPool, "for_rows", classmethod(lambda cls, rows, device: cls(min(rows, 2))))
    train(side_by_side)
    for name, weight in state(config)["average"].items():
        torch.testing.assert_close(state(side_by_side)["average"][name], weight, atol=1e-4, rtol=1e-3, msg=name)


@pytest.mark.parametrize("name", ["log.jsonl", "curve.png", "model/config.json", "model/model.safetensors"])
def test_a_folder_with_files_of_others_is_refused_by_name(micro_config, name):
    path = Path(micro_config.out) / name
    path.parent.mkdir(parents=True)
    path.write_text('{"my": "own"}\n')
    with pytest.raises(UsageError, match=f"{path.name} is there already, and not of a run; move it away"):
        train(micro_config)
    assert path.read_text() == '{"my": "own"}\n'


def test_a_run_that_was_killed_before_its_first_line_begins_again(micro_config):
    Path(micro_config.out).mkdir()
    (Path(micro_config.out) / "log.jsonl").write_text("")
    assert train(replace(micro_config, updates=1)).update == 1
