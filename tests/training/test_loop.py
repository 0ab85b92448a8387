import json
import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.conftest import SINE_RATE, SINES, make_corpus, sines
from wavenet.config import PRESETS, AudioConfig, OptimConfig, TrainConfig
from wavenet.engine import folder
from wavenet.errors import UsageError, WavenetError, WavenetWarning
from wavenet.generator import Generator
from wavenet.model import fused
from wavenet.training import endings, loop
from wavenet.training.loop import train
from wavenet.training.optim import schedule
from wavenet.training.processes import Processes

RUN = """
import json, sys
from wavenet.config import TrainConfig
from wavenet.settings import from_dict
from wavenet.training.loop import train
from wavenet.training.optim import schedule
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


def log(config: TrainConfig) -> list[dict]:
    """The rows of a run's log, without what tells the time."""
    lines = (Path(config.out) / "log.jsonl").read_text().splitlines()
    timed = ("hours", "samples_per_second")
    return [{name: value for name, value in json.loads(line).items() if name not in timed} for line in lines]


def run_and_signal_itself(config: TrainConfig, update: int, number: signal.Signals) -> subprocess.CompletedProcess:
    """Train in a process of its own, which gets a signal when it begins an update."""
    patch = f"""
import os
from wavenet.training import endings, loop
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
    progress = train(replace(micro_config, listen_seconds=0.05))
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


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9])
def test_what_is_exported_is_the_moving_average_of_the_weights_at_its_decay(micro_config, monkeypatch, decay):
    weights = []
    update = loop.Run.update

    def noted(run):
        if not weights:
            weights.append({name: weight.clone() for name, weight in run.model.state_dict().items()})
        done = update(run)
        weights.append({name: weight.clone() for name, weight in run.model.state_dict().items()})
        return done

    monkeypatch.setattr(loop.Run, "update", noted)
    config = replace(micro_config, updates=10, optim=replace(micro_config.optim, ema_decay=decay))
    train(config)
    average = weights[0]
    for n, current in enumerate(weights[1:]):
        kept = min(decay, (1 + n) / (10 + n))
        average = {name: kept * average[name] + (1 - kept) * weight for name, weight in current.items()}
    exported = folder.read(Path(config.out) / "model").tensors
    for name, weight in average.items():
        torch.testing.assert_close(torch.from_numpy(exported[name]), weight, atol=1e-6, rtol=1e-5)
    raw = weights[-1]["head.hidden.weight"].numpy()
    assert np.array_equal(raw, exported["head.hidden.weight"]) == (decay == 0)


def test_a_killed_and_resumed_run_equals_the_uninterrupted_one_bit_for_bit(micro_config, tmp_path):
    whole = replace(micro_config, updates=60, validate_every=20, listen_seconds=0.05)
    train(whole)
    killed = replace(whole, out=str(tmp_path / "killed"))
    at = random.randrange(1, 60)
    run_and_signal_itself(killed, at, signal.SIGKILL)
    assert state(killed)["progress"]["update"] == at
    train(killed)
    assert_same_state(state(whole), state(killed))
    assert log(whole) == log(killed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_the_state_and_the_run_goes_on_to_the_same_end(micro_config, tmp_path, number):
    whole = replace(micro_config, checkpoint_minutes=60.0)
    train(whole)
    stopped = replace(whole, out=str(tmp_path / "stopped"))
    done = run_and_signal_itself(stopped, 13, number)
    assert done.returncode != 0
    assert "stopped after update 14; the same command resumes from there" in done.stderr
    assert state(stopped)["progress"]["update"] == 14
    train(stopped)
    assert_same_state(state(whole), state(stopped))


@pytest.mark.parametrize("changes", [{}, {"input_noise": 2.0}, {"own_inputs": 1.0}])
def test_after_the_network_was_initialised_no_generator_with_a_state_is_drawn_from(micro_config, changes):
    run = loop.Run(replace(micro_config, **changes), Processes.join("cpu"))

    def states():
        return random.getstate(), torch.get_rng_state().tolist(), np.random.get_state()[1].tolist()

    before = states()
    for _ in range(2):
        run.update()
    assert states() == before


@pytest.mark.slow
def test_two_processes_do_what_one_does_with_the_summed_batch_up_to_rounding(micro_config, tmp_path):
    config = replace(micro_config, precision="fp32", batch_size=2, updates=12)
    train(config)
    both = replace(config, batch_size=1, out=str(tmp_path / "two"))  # the default: one for each process
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


def test_a_process_computes_a_row_at_least_however_many_parts_a_batch_has(micro_config):
    run = loop.Run(replace(micro_config, batch_size=2, accumulate=2), loop.Processes(0, 2, torch.device("cpu")))
    assert run.threads.count == 1
    assert [len(part) for part in loop.split(run.processes.rows(2), 2)] == [1]


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
def test_three_sines_are_overfit_and_generated(tmp_path):
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
    with pytest.raises(UsageError, match="another window, seed"):
        train(replace(micro_config, updates=2, seed=1, window=50))


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_checkpoint(micro_config):
    train(replace(micro_config, updates=2))
    before = (Path(micro_config.out) / "checkpoint.pt").read_bytes()
    run = loop.Run(replace(micro_config, updates=2), loop.Processes.join("cpu"))
    with torch.no_grad():
        run.model.head.hidden.bias.fill_(float("nan"))
    with pytest.raises(endings.DivergedError, match=r"the loss is nan at update 2; lower optim\.lr .* from update 2$"):
        run.update()
    assert (Path(micro_config.out) / "checkpoint.pt").read_bytes() == before


def test_a_gradient_that_is_no_number_stops_the_run_before_any_weight_moves(micro_config, monkeypatch):
    run = loop.Run(micro_config, loop.Processes.join("cpu"))
    before = {name: weight.clone() for name, weight in run.model.state_dict().items()}

    def broken(rows):
        gradients = tuple(torch.full_like(weight, torch.inf) for weight in run.model.parameters())
        return gradients, torch.tensor([1.0, 1.0])

    monkeypatch.setattr(run, "_gradients", broken)
    with pytest.raises(endings.DivergedError, match=r"the norm of the gradient is .* at update 0; .* starts anew$"):
        run.update()
    assert all(torch.equal(weight, before[name]) for name, weight in run.model.state_dict().items())


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_whose_held_out_loss_is_no_number_end_the_run_and_are_not_exported(micro_config, monkeypatch, value):
    monkeypatch.setattr(loop.Validator, "bits_per_sample", lambda *_: value)
    rare = replace(micro_config, checkpoint_minutes=60.0)
    with pytest.raises(endings.DivergedError, match=r"the held-out loss is (nan|inf) at update 10; .* starts anew$"):
        train(rare)
    assert not (Path(micro_config.out) / "model").exists()
    assert all("validation_bits" not in row for row in log(micro_config))


def test_a_run_that_diverged_goes_on_as_its_message_says(micro_config):
    lower = replace(micro_config, optim=replace(micro_config.optim, lr=1e-3, muon_lr=5e-3))
    with pytest.raises(endings.InterruptedRunError):
        train(micro_config, seconds=0)
    with pytest.warns(WavenetWarning, match=r"optim\.(muon_)?lr is 0\.00[15] from update 1 on, and was 0\.") as told:
        assert train(lower).update == lower.updates
    assert len(told) == 2


def test_a_finished_run_takes_more_updates_and_its_rate_rises_and_falls_again(micro_config, monkeypatch):
    rates = []
    step = loop.Optimiser.step

    def noted(optimiser, update):
        norm = step(optimiser, update)
        rates.append(optimiser._parts[0][0].param_groups[0]["lr"])
        return norm

    monkeypatch.setattr(loop.Optimiser, "step", noted)
    train(micro_config)
    longer = replace(micro_config, updates=40)
    with pytest.warns(WavenetWarning, match="updates is 40 from update 24 on, and was 24"):
        assert train(longer).update == 40
    expected = [schedule(longer.optim, update, 24 if update < 24 else 40) for update in range(40)]
    assert rates == [longer.optim.lr * factor for factor in expected]
    assert rates[23] < rates[24] > rates[39]
    assert [row["update"] for row in log(longer) if "validation_bits" in row] == [10, 20, 24, 30, 40]
    assert train(longer).update == 40


@pytest.mark.filterwarnings("ignore:.*updates is")
def test_the_updates_that_a_finished_run_takes_resume_exactly(micro_config, tmp_path):
    train(micro_config)
    shutil.copytree(micro_config.out, tmp_path / "parts")
    longer = replace(micro_config, updates=40)
    train(longer)
    parts = replace(longer, out=str(tmp_path / "parts"))
    with pytest.raises(endings.InterruptedRunError):
        train(parts, seconds=0)
    train(parts)
    assert_same_state(state(longer), state(parts))
    assert log(longer) == log(parts)


@pytest.mark.filterwarnings("ignore:.*updates is")
def test_a_run_that_becomes_longer_before_its_decay_equals_one_that_always_was(micro_config, tmp_path):
    whole = replace(micro_config, updates=30, optim=replace(micro_config.optim, decay_fraction=0.0))
    train(whole)
    parts = replace(whole, out=str(tmp_path / "parts"))
    train(replace(parts, updates=12))
    train(parts)
    assert_same_state(state(whole)["average"], state(parts)["average"])


def test_a_moved_run_on_a_moved_corpus_goes_on_to_the_same_end(micro_config, tmp_path):
    train(micro_config)
    first = replace(micro_config, data=str(tmp_path / "corpus"), out=str(tmp_path / "here"))
    shutil.copytree(micro_config.data, first.data)
    with pytest.raises(endings.InterruptedRunError):
        train(first, seconds=0)
    moved = replace(first, data=str(tmp_path / "deep" / "corpus"), out=str(tmp_path / "deep" / "there"))
    Path(tmp_path / "deep").mkdir()
    Path(first.data).rename(moved.data)
    Path(first.out).rename(moved.out)
    train(moved)
    assert_same_state(state(micro_config)["average"], state(moved)["average"])


def test_a_run_does_not_go_on_with_other_recordings(micro_config, tmp_path):
    train(replace(micro_config, updates=2))
    rng = np.random.default_rng(1)
    noise = {split: [0.3 * rng.standard_normal(n).clip(-3, 3) for n in (300, 400)] for split in ("train", "validation")}
    other = make_corpus(tmp_path / "other", noise, 1000)
    with pytest.raises(UsageError, match="contains a run with another data"):
        train(replace(micro_config, updates=2, data=str(other)))


def test_a_held_out_recording_is_not_trained_on_after_its_corpus_was_exchanged(micro_config, tmp_path):
    config = replace(micro_config, updates=2, data=str(tmp_path / "corpus"))
    shutil.copytree(micro_config.data, config.data)
    train(config)
    with closing(sqlite3.connect(tmp_path / "corpus" / "index.sqlite")) as index, index:
        held_out = index.execute("SELECT MIN(id) FROM utterances WHERE split = 'validation'").fetchone()
        index.execute("UPDATE utterances SET split = 'train' WHERE id = ?", held_out)
        index.execute("INSERT INTO utterances SELECT 'another', path, speaker, text, 'validation', offset, samples, "
                      "clipped, file_bytes FROM utterances WHERE split = 'train' LIMIT 1")  # fmt: skip
    with pytest.raises(UsageError, match=r"checkpoint\.pt: was trained on other recordings than \S+corpus holds now"):
        train(replace(config, updates=4))


def test_recordings_of_the_same_names_and_lengths_are_not_taken_for_those_of_before(micro_config, tmp_path):
    def noise(seed):
        rng = np.random.default_rng(seed)
        return {split: [0.3 * rng.standard_normal(400).clip(-3, 3)] for split in ("train", "validation")}

    first, others, again = (str(make_corpus(tmp_path / str(i), noise(seed), 1000)) for i, seed in enumerate((1, 2, 1)))
    train(replace(micro_config, updates=2, data=first))
    with pytest.raises(
        UsageError, match=r"was trained on other recordings than \S+ holds now.*; restore that corpus to"
    ):
        train(replace(micro_config, updates=2, data=others))
    assert train(replace(micro_config, updates=2, data=again)).update == 2


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't allocate memory"), RuntimeError("other")])
def test_an_update_that_finds_no_memory_names_what_to_lower(micro_config, monkeypatch, error):
    def update(run):
        raise error

    monkeypatch.setattr(loop.Run, "update", update)
    words = "other" if str(error) == "other" else "out of memory; lower --window, --batch-size or the channels"
    with pytest.raises(RuntimeError if str(error) == "other" else WavenetError, match=words):
        train(micro_config)


def test_a_corrupt_checkpoint_is_named(micro_config):
    Path(micro_config.out).mkdir(parents=True)
    Path(micro_config.out, "checkpoint.pt").write_bytes(b"PK\x03\x04 half")
    with pytest.raises(WavenetError, match=r"checkpoint.pt: not a checkpoint, or corrupt"):
        train(micro_config)


def test_a_corpus_of_another_rate_is_refused_with_the_way_out(micro_config):
    with pytest.raises(UsageError, match=r"has 1000 Hz.*--audio.sample-rate 1000"):
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
    with pytest.raises(UsageError, match=f"{path.name} already exists but does not belong to a run; move it away"):
        train(micro_config)
    assert path.read_text() == '{"my": "own"}\n'


def test_a_curve_of_something_else_in_a_run_is_not_lost_when_the_run_goes_on(micro_config):
    train(replace(micro_config, updates=1))
    curve = Path(micro_config.out) / "curve.png"
    curve.write_bytes(b"mine")
    with pytest.warns(WavenetWarning) as told:
        train(replace(micro_config, updates=2))
    assert "it is now" in str(told.pop(WavenetWarning).message) + str(told.list[-1].message)
    assert curve.with_name("curve-1.png").read_bytes() == b"mine"


def test_a_run_that_was_killed_before_its_first_line_begins_again(micro_config):
    Path(micro_config.out).mkdir()
    (Path(micro_config.out) / "log.jsonl").write_text("")
    assert train(replace(micro_config, updates=1)).update == 1


def test_a_network_that_starts_as_its_teacher_costs_its_entropy(micro_config, tmp_path):
    train(replace(micro_config, updates=20, validate_every=20))
    model = str(Path(micro_config.out) / "model")
    config = replace(micro_config, out=str(tmp_path / "distilled"), init_from=model, teacher=model, updates=40)
    Path(config.out).mkdir()
    run = loop.Run(config, loop.Processes.join("cpu"))
    first, *_ = run.update()
    assert 0 < first < math.log(config.model.quantization_channels)
    run.go(lambda: False)
    assert run.progress.update == 40


@pytest.mark.filterwarnings("ignore:.*the learning rate falls to zero later")
def test_a_teacher_may_move_but_not_change_when_a_run_is_resumed(micro_config, tmp_path):
    train(replace(micro_config, updates=1))
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(Path(micro_config.out) / "model", first)
    learner = replace(micro_config, out=str(tmp_path / "learner"), init_from=str(first), updates=2)
    train(replace(learner, teacher=str(first)))
    first.rename(second)  # init_from is not there any more, nor asked for
    train(replace(learner, teacher=str(second), updates=3))
    shutil.rmtree(second)
    shutil.copytree(Path(learner.out) / "model", second)
    with pytest.raises(UsageError, match="contains a run with another teacher"):
        train(replace(learner, teacher=str(second), updates=4))


def test_a_run_does_not_write_its_own_teacher(micro_config):
    train(replace(micro_config, updates=1))
    with pytest.raises(UsageError, match="is the model that this run writes"):
        train(replace(micro_config, updates=2, teacher=str(Path(micro_config.out) / "model")))


def test_a_teacher_of_other_settings_is_refused(micro_config, tmp_path):
    train(replace(micro_config, updates=1))
    config = replace(micro_config, out=str(tmp_path / "other"), teacher=str(Path(micro_config.out) / "model"))
    with pytest.raises(UsageError, match=r"--teacher .*: its model\.\S+ is .*, and that of this run is "):
        train(replace(config, model=replace(config.model, skip_channels=9)))


def test_distillation_without_classes_is_refused(micro_config):
    model = replace(micro_config.model, output="gaussian", quantization_channels=65_536)
    audio = replace(micro_config.audio, quantizer="linear")
    with pytest.raises(UsageError, match=r"a teacher needs the output softmax, and .* 'gaussian'"):
        replace(micro_config, audio=audio, model=model, teacher="x")
