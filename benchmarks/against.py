"""The engine's speed against that of another commit or instruction set: the same work, in turns, on the same machine.

    python benchmarks/against.py COMMIT [--rounds 15] [--model english_prompts] [--wheel FILE] [--training medium]
    python benchmarks/against.py --sets amx avx512bf16 [--rounds 15] [--training medium]

Builds the wheel of the commit in a temporary folder (about two minutes), and starts one process with it and one with
this checkout. They take turns: each round, each piece of work is done by both, the first one changing from round to
round. The ratio is this checkout's speed over the other's, of each round; printed is its median with a 95 % interval
(bootstrap over rounds). The model is the other commit's, which this one must read. Samples of the same seed are
compared, too. ``--training`` measures updates of a preset instead, as ``wavenet train`` makes them on one thread
(processor time, so that other work on the machine counts less) and on two (wall-clock time), and shows the losses.
``--sets`` names the instruction set of this checkout and that of the other; without a commit both are this checkout.
"""

import argparse
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from wavenet.bench.report import machine
from wavenet.engine import native

ROOT = Path(__file__).resolve().parents[1]
WORKER = Path(__file__).with_name("against_worker.py")
ALL = [
    "one stream, int8", "one stream, bf16", "one stream, fp32", "16 streams, int8", "16 streams, bf16", "scoring, int8",
    "scoring, bf16", "one stream, int8, 2 threads", "16 streams, int8, 2 threads",
]  # fmt: skip


class Worker:
    """A process that does pieces of work when it is told to."""

    def __init__(self, python: Path, model: Path, instructions: str | None = None) -> None:
        self._python = python
        self._process = subprocess.Popen(
            [python, WORKER, model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=tempfile.gettempdir(),
            env=os.environ | ({native.VARIABLE: instructions} if instructions else {}),
        )

    def do(self, work: str) -> dict[str, Any]:
        """Seconds, and a digest of what was made; raises SystemExit if the process ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(work + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._python}: ended with {self._process.wait()} at {work!r}")
        found: dict[str, Any] = json.loads(line)
        return found

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *error: object) -> None:
        """The process ends when its input does."""
        self._process.__exit__(None, None, None)


def build(commit: str, folder: Path) -> Path:
    """The wheel of a commit."""
    tree = folder / "tree"
    subprocess.run(["git", "-C", ROOT, "worktree", "add", "--quiet", "--detach", tree, commit], check=True)
    try:
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(tree)]
        subprocess.run(pip, check=True)
    finally:
        subprocess.run(["git", "-C", ROOT, "worktree", "remove", "--force", tree], check=True)
    return next(folder.glob("*.whl"))


def environment(wheel: Path, folder: Path) -> Path:
    """The Python of an environment with a wheel and, for all else, the packages of this one."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(packages), str(wheel)]
    subprocess.run(pip, check=True)
    # a path in a .pth file is searched, but the .pth files there, with this checkout's own, are not read
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return folder / "bin" / "python"


def interval(ratios: NDArray[np.float64]) -> tuple[float, float, float]:
    """The median of ratios, and a 95 % interval of it."""
    rng = np.random.default_rng(0)
    drawn = np.median(ratios[rng.integers(len(ratios), size=(2000, len(ratios)))], axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(np.median(ratios)), float(low), float(high)


def table(workers: tuple[Worker, Worker], rounds: int, works: Sequence[str] = ALL) -> list[str]:
    """Markdown, a line for each piece of work."""
    lines = ["| | × the other's speed (95 %) | seconds: this, the other | result |", "| --- | --- | --- | --- |"]
    for work in tqdm(works, unit="work"):
        seconds = np.empty((rounds, 2))
        same = True
        for each in workers:
            each.do(work)  # warm
        for i in range(rounds):
            found = {j: workers[j].do(work) for j in ((0, 1), (1, 0))[i % 2]}
            seconds[i] = found[0]["seconds"], found[1]["seconds"]
            same &= found[0]["digest"] == found[1]["digest"]
        median, low, high = interval(seconds[:, 1] / seconds[:, 0])
        ratio, (mine, others) = f"{median:.3f} ({low:.3f} to {high:.3f})", np.median(seconds, axis=0)
        result = (
            "the same"
            if same
            else "others"
            if len(found[0]["digest"]) == 64
            else f"{found[0]['digest']}, {found[1]['digest']}"
        )
        lines.append(f"| {work} | {ratio} | {mine:.3f}, {others:.3f} | {result} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", nargs="?")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--model", default="english_prompts", help="a shipped model that both have")
    parser.add_argument("--wheel", type=Path, help="the commit's, built before")
    parser.add_argument("--training", metavar="PRESET", help="measure updates of this preset")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="of --training")
    parser.add_argument("--sets", nargs=2, metavar=("THIS", "OTHER"), default=(None, None), help="of instructions")
    given = parser.parse_args(arguments)
    if not given.commit and given.sets[0] == given.sets[1]:
        parser.error("give a commit, or two instruction sets by --sets")
    works = [f"training, {given.training}, {n} thread{'s' * (n > 1)}" for n in given.threads] if given.training else ALL
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        python, model = Path(sys.executable), ROOT / "src" / "wavenet" / "models" / given.model
        if given.commit:
            python = environment(given.wheel or build(given.commit, folder), folder / "environment")
            (model,) = (folder / "environment").glob(f"lib/python*/site-packages/wavenet/models/{given.model}")
        with Worker(Path(sys.executable), model, given.sets[0]) as this, Worker(python, model, given.sets[1]) as other:
            lines = table((this, other), given.rounds, works)
    what = given.training or given.model
    names = [" ".join(filter(None, each)) for each in zip(("this checkout", given.commit), given.sets, strict=True)]
    print(
        f"{' against '.join(names)}, {what}, {given.rounds} rounds, {machine()['processor']}, {os.cpu_count()} cores\n"
    )
    print("\n".join(lines))


if __name__ == "__main__":
    main()
