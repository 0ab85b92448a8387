"""Opens damaged model folders and gives odd arguments: the answer is a result or one clear error, never a crash.

    python tests/native/fuzz.py --seconds 60 [--of folders] [--seed 0] [--core build/…/_core….so]

``--of checkpoints`` instead imports damaged checkpoints of other implementations, and runs what comes out;
``--of amps`` plays damaged amplifiers, ``--of residuals`` runs residual networks.

Every attempt has a seed of its own, which a failure names; ``--seconds 0 --seed N`` repeats one. Attempts run in a
process that may crash, stall or eat memory: whoever watches it still knows the seed. ``--core`` takes a module built
elsewhere; if it was built with sanitizers, it is loaded with their libraries.
"""

import argparse
import os
import queue
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import damaged_amps
import damaged_checkpoints
import damaged_folders
import damaged_residuals
import numpy as np
from damaged_folders import HUGE, NOT_FINITE, Rng, pick

import wavenet.engine
from wavenet.config import ModelConfig
from wavenet.engine import folder
from wavenet.errors import UsageError, WavenetError

STALL = 60.0
"""seconds that no attempt may take"""
MEMORY = 2**31
"""bytes that the process may never hold"""
SHELF = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""where writing a small folder takes no disk, ten times as fast"""
WRONG_STARTS: tuple[dict[str, Any], ...] = (
    {"seed": -1},
    {"seed": 2**64},
    {"stream": 1.5},
    {"temperature": np.nan},
    {"temperature": -1.0},
    {"top_k": -1},
    {"top_k": 2**70},
    {"top_p": 0.0},
    {"top_p": np.nan},
)


def features_for(rng: Rng, channels: int, samples: int) -> Any:
    """What covers the samples, mostly; None for a network that takes none."""
    from wavenet.engine.interface import LocalConditioning

    if not channels:
        return None
    hop = int(pick(rng, [1, 2, 7, 100, 10**9]))
    count, columns, first = samples // hop + 2, channels, 0
    if rng.random() < 0.1:
        hop, first = int(pick(rng, [hop, 0, -1, 2**62, 2**63])), int(pick(rng, [0, 1, -1, 2**62, -(2**62)]))
        count, columns = int(rng.integers(0, count)), int(rng.integers(0, channels + 2))
    rows = rng.normal(size=(count, columns)).astype(pick(rng, [np.float32, np.float32, np.float64, np.int16]))
    if rows.dtype.kind == "f" and rng.random() < 0.1:
        rows[rng.random(rows.shape) < 0.3] = pick(rng, (*HUGE, *NOT_FINITE))
    return LocalConditioning(rows, hop, first)


def random_bias(rng: Rng, network: Any) -> Any:
    shape = (network.model.layers, 2 * network.model.dilation_channels + int(rng.random() < 0.1))
    return (rng.normal(size=shape) * pick(rng, [1, 1e37])).astype(np.float32)


def start(rng: Rng, network: Any, features: Any) -> Any:
    arguments: dict[str, Any] = {
        "seed": int(pick(rng, [0, 1, 2**64 - 1])),
        "stream": int(rng.integers(5)),
        "temperature": float(pick(rng, [0, 1e-3, 0.5, 1, 100])),
        "top_k": int(pick(rng, [0, 0, 1, 5, 10**9])),
        "top_p": float(pick(rng, [1, 1, 0.5, 1e-30])),
        "features": features,
    }
    if rng.random() < 0.3:
        arguments["bias"] = random_bias(rng, network)
    if rng.random() < 0.1:
        arguments |= pick(rng, WRONG_STARTS)
    return network.start(**arguments)


def generate(rng: Rng, network: Any, states: list[Any], channels: int) -> None:
    counts = [int(n) for n in rng.integers(0, 40, len(states))]
    if rng.random() < 0.1:
        counts = [int(pick(rng, [-1, 2**33, 2**63, 2**70, 300])) for _ in states]
    if rng.random() < 0.05:
        states, counts = [*states, states[0]], [*counts, 3]
    sensible = [n if 0 <= n <= 300 else 3 for n in counts]
    uniforms = [rng.random(n + int(rng.random() < 0.05)) for n in sensible] if rng.random() < 0.3 else None
    for each in uniforms or ():
        each[rng.random(each.size) < 0.02] = pick(rng, (*NOT_FINITE, -1.0, 1.0, 2.0, 1e300))
    features = [features_for(rng, channels, s.time + n) for s, n in zip(states, sensible, strict=True)]
    threads = int(pick(rng, [1] * 20 + [2, 2, 2, 0, -1, 2**70]))
    made = network.generate(states, counts, threads=threads, uniforms=uniforms, features=features if channels else None)
    for drawn, n in zip(made, counts, strict=True):
        assert drawn.shape == (n,)
        assert not n or (drawn.min() >= 0 and drawn.max() < network.model.quantization_channels)


def score(rng: Rng, network: Any, state: Any, channels: int) -> None:
    n, classes = int(rng.integers(0, 120)), network.model.quantization_channels
    path = rng.integers(0, classes, n)
    if n and rng.random() < 0.1:
        path[rng.integers(n)] = pick(rng, [-1, classes, 2**31, 2**32, -(2**40)])
    features = features_for(rng, channels, state.time + n)
    call = pick(rng, [network.log_likelihood, network.logits, network.prime])
    found = call(state, path.astype(pick(rng, [np.int64, np.int64, np.int32, np.uint16])), features)
    assert call == network.prime or len(found) == n


def run_engine(rng: Rng, config: ModelConfig, tensors: folder.Tensors) -> None:
    from wavenet.engine import native

    channels = config.local_channels
    precision = pick(rng, ["fp32", "bf16", "int8"] * 6 + ["fp64"])
    network = native.Network(config, tensors, precision)
    states = [start(rng, network, features_for(rng, channels, 1)) for _ in range(int(rng.integers(1, 4)))]
    for _ in range(3):
        try:
            generate(rng, network, states, channels)
            score(rng, network, pick(rng, states), channels)
            if rng.random() < 0.3:
                pick(rng, states).set_bias(None if rng.random() < 0.3 else random_bias(rng, network))
        except UsageError:
            continue  # after a refused call the streams go on


def run_generator(rng: Rng, path: str) -> None:
    from wavenet.generator import Generator

    generator = Generator.open(path)
    model, samples, primed = generator.model, int(rng.integers(1, 200)), int(rng.integers(0, 30))
    given: dict[str, Any] = {}
    if model.speakers and rng.random() < 0.95:
        given["speaker"] = pick(rng, [*model.speakers, 0, dict.fromkeys(model.speakers, 0.5)])
    if model.tags:
        given["tags"] = pick(rng, [None, model.tags, dict.fromkeys(model.tags, 2.0)])
    if model.takes_features and rng.random() < 0.95:
        frames = -(-max(samples + primed, 50) // model.features.hop_length)
        given["features"] = rng.normal(size=(frames, model.features.channels))
    generator.generate(samples, prime=rng.uniform(-1, 1, primed), **given)
    generator.log_likelihood(rng.uniform(-1, 1, 50), **given)


def open_folder(rng: Rng, path: Path) -> None:
    damaged_folders.write(rng, path)
    if rng.random() < 0.3:
        run_generator(rng, str(path))
    else:
        opened = folder.read(path)
        run_engine(rng, opened.model, opened.tensors)


def import_checkpoint(rng: Rng, path: Path) -> None:
    from wavenet.importers import convert

    done = convert.fold(damaged_checkpoints.write(rng, path), sample_rate=16_000, hop_length=int(pick(rng, [0, 4])))
    run_engine(rng, done.model, done.tensors)


def play_amp(rng: Rng, path: Path) -> None:
    from wavenet.amp.amp import Amp

    file = damaged_amps.write(rng, path / "a.nam")
    amp = Amp.open(file, pick(rng, [None, None, None, 0.0, 0.4]))
    for _ in range(6):
        samples = (rng.normal(size=int(pick(rng, [0, 1, 1, 2, 3, 4, 63, 64, 65, 500]))) * 0.3).astype(np.float32)
        amp.process(samples)
    assert amp.bytes < 2**29


def run_residual(rng: Rng, path: Path) -> None:
    from wavenet.engine.residual import Residual

    tensors, taps = damaged_residuals.make(rng)
    network = Residual(tensors, taps)
    for _ in range(4):
        x = rng.normal(size=(int(pick(rng, [0, 1, 2, 47, 48, 49, 100])), tensors["input.weight"].shape[1]))
        assert network((x * pick(rng, [1, 1, 1e-44, 1e37])).astype(np.float32)).shape[0] == len(x)


ATTEMPTS = {"folders": open_folder, "checkpoints": import_checkpoint, "amps": play_amp, "residuals": run_residual}


def attempt(seed: int, of: str) -> str:
    """What became of it: ``ran`` or ``refused``."""
    from wavenet.engine import native

    rng = np.random.default_rng(seed)
    os.environ[native.VARIABLE] = pick(rng, [*native.instruction_sets() * 5, "", "avx7"])
    with tempfile.TemporaryDirectory(dir=SHELF) as path, np.errstate(all="ignore"):
        try:
            ATTEMPTS[of](rng, Path(path))
        except WavenetError as error:
            message = str(error)
        else:
            return "ran"
    assert "\n" not in message, f"more than one line: {message}"
    return "refused"


def load_core(path: str) -> None:
    """Make a module built elsewhere ``wavenet.engine._core``."""
    loader = ExtensionFileLoader("wavenet.engine._core", path)
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = sys.modules[loader.name] = module_from_spec(spec)
    loader.exec_module(module)
    wavenet.engine._core = module  # type: ignore[attr-defined]


def work(first: int, seconds: float, of: str) -> None:
    """Make attempts, each named before and judged after by a line."""
    seed, end = first, time.monotonic() + seconds
    while seed == first or time.monotonic() < end:
        print(f"seed {seed}", flush=True)
        print(attempt(seed, of), flush=True)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        assert memory < MEMORY, f"{memory} bytes of memory"
        seed += 1


def environment(core: str) -> dict[str, str]:
    """Of the process that makes the attempts: sanitizers must be there before Python is."""
    if not core or b"__asan_init" not in Path(core).read_bytes():
        return dict(os.environ)
    compiler = os.environ.get("CXX", "c++")
    libraries = [
        subprocess.run(
            [compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True
        ).stdout.strip()
        for name in ("libasan.so", "libubsan.so")
    ]
    # Python leaks at its end, and what was freed need not wait long for a second use
    options = "detect_leaks=0:allocator_may_return_null=1:quarantine_size_mb=32"
    return {
        **os.environ,
        "LD_PRELOAD": " ".join(libraries),
        "ASAN_OPTIONS": options,
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }


def watch(command: list[str], env: dict[str, str]) -> tuple[Counter[str], str, str]:
    """How often each outcome came, the last seed, and what went wrong with it, if anything did."""
    lines: queue.Queue[str] = queue.Queue()
    outcomes, last = Counter[str](), ""
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=env) as worker,
    ):
        assert worker.stdout
        # one by one: a list of them all would be there only at the end
        threading.Thread(target=lambda: [*map(lines.put, worker.stdout), lines.put("")]).start()
        while True:
            try:
                line = lines.get(timeout=STALL)
            except queue.Empty:
                worker.kill()
                return outcomes, last, f"nothing for {STALL:.0f} s"
            if not line:
                break
            if line.startswith("seed"):
                last = line.strip()
            else:
                outcomes[line.strip()] += 1
        status = worker.wait()
        errors.seek(0)
        return outcomes, last, f"ended with {status}\n{errors.read()[-8000:]}" if status else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--of", choices=ATTEMPTS, default="folders")
    parser.add_argument("--core", default="")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        if arguments.core:
            load_core(arguments.core)
        work(arguments.seed, arguments.seconds, arguments.of)
        return
    began = time.monotonic()
    command = [sys.executable, "-W", "error", *sys.argv, "--worker"]
    outcomes, last, wrong = watch(command, environment(arguments.core))
    if wrong:
        sys.exit(f"FAILED {last}: {wrong}")
    rate = outcomes.total() / (time.monotonic() - began)
    print(f"{outcomes.total()} attempts, {rate:.0f} a second: {outcomes['ran']} ran, {outcomes['refused']} refused")


if __name__ == "__main__":
    main()
