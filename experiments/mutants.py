"""Plants small faults in the sources, one at a time, and tells how many the tests notice.

``python -m experiments.mutants --seed 1`` draws 100 faults over all packages of ``src/wavenet`` and runs for each the
test files that mirror the source or name it, the nearest first, until one fails. A fault counts as noticed only by a
file that passes without it. The results are in ``build/mutants/SEED.jsonl``; the same command goes on after an
interruption. At the end it prints every fault that stayed, with its change.
"""

import argparse
import difflib
import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from experiments import command
from experiments.mutation.faults import Fault, faults
from wavenet import atomic
from wavenet.training.tracking import read_log

ROOT = Path(__file__).parents[1]
SOURCES, TESTS = ROOT / "src/wavenet", ROOT / "tests"
SECONDS = 240
"""of processor time: the most that the tests of one file may take; who takes longer has noticed"""
PATIENCE = 3600
"""seconds after which it has noticed in any case"""
OTHERS = 3
ELSEWHERE = {
    "model": ("training/test_conditioning.py",),
    "engine": ("test_generator.py", "training/test_conditioning.py"),
    "audio": ("test_recordings.py", "cli/test_vocode.py"),
    "config": ("test_config.py", "audio/test_features.py", "cli/test_settings_file.py", "test_commands_shown.py"),
    "cli": ("cli/test_main.py", "test_commands_shown.py"),
    "corpora": ("cli/test_prepare.py",),
    "training": ("cli/test_train.py",),
    "tts": ("tts/english/test_cases.py", "cli/test_say.py"),
    "evaluation": ("cli/test_evaluate.py", "cli/test_judge.py"),
    "__init__": ("test_generator.py", "test_readme.py"),
    "stream": ("test_generator.py",),
}
"""of some packages: tests that do not lie in the folder of the same name"""


@dataclass(frozen=True)
class Mutant:
    """A fault in a file."""

    path: str
    """below ``src/wavenet``"""
    fault: Fault

    @property
    def package(self) -> str:
        """``tts`` of ``tts/english/money.py``, ``generator`` of ``generator.py``."""
        return Path(self.path).with_suffix("").parts[0]

    @property
    def compiles(self) -> bool:
        """Whether the file with the fault is Python at all."""
        return self.fault.compiles((SOURCES / self.path).read_text("utf-8"))

    @property
    def change(self) -> str:
        """The lines that differ, as ``diff`` shows them."""
        before = (SOURCES / self.path).read_text("utf-8")
        lines = difflib.unified_diff(before.splitlines(), self.fault.planted(before).splitlines(), n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def sample(seed: int, count: int) -> list[Mutant]:
    """Faults in lines drawn at random, at least one in each package that has any; a line has one at most."""
    draw = random.Random(seed)
    found: dict[tuple[str, int], list[Fault]] = {}
    for path in sorted(SOURCES.rglob("*.py")):
        for fault in faults(path.read_text("utf-8")):
            found.setdefault((path.relative_to(SOURCES).as_posix(), fault.line), []).append(fault)
    mutants = [Mutant(path, draw.choice(those)) for (path, _), those in found.items()]
    draw.shuffle(mutants)
    first = list({mutant.package: mutant for mutant in reversed(mutants)}.values())
    chosen = [*first, *(mutant for mutant in mutants if mutant not in first)]
    return list(islice((mutant for mutant in chosen if mutant.compiles), count))


def tests_of(path: str) -> list[Path]:
    """The test files of a source file: its mirror, at most ``OTHERS`` that name it most, and those of ``ELSEWHERE``.

    If there is neither a mirror nor one that names it, all of its package.
    """
    mirror, package = TESTS / Path(path).with_name(f"test_{Path(path).name}"), Path(path).with_suffix("").parts[0]
    name = re.compile(rf"\b{Path(path).stem}\b")
    near = sorted((TESTS / package).rglob("test_*.py"))
    named = {each: len(name.findall(each.read_text("utf-8"))) for each in near}
    others = sorted((each for each in near if named[each]), key=lambda each: -named[each])[:OTHERS]
    first = [mirror, *others] if mirror.exists() or others else near
    return [
        each
        for each in dict.fromkeys([*first, *(TESTS / each for each in ELSEWHERE.get(package, ()))])
        if each.exists()
    ]


@contextmanager
def planted(mutant: Mutant) -> Iterator[dict[str, str]]:
    """What the environment of a process needs for a fault, which is gone after the block."""
    with tempfile.TemporaryDirectory() as folder:
        real, text = SOURCES / mutant.path, Path(folder) / "text.py"
        text.write_text(mutant.fault.planted(real.read_text("utf-8")), "utf-8")
        parts = ("wavenet", *Path(mutant.path).with_suffix("").parts)
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield {
            "WAVENET_FAULT": f"{name}\n{real}\n{text}",
            "PYTHONPATH": str(Path(__file__).parent / "mutation/planted"),
        }


def passes(tests: Path, mutant: Mutant | None = None) -> bool:
    """Whether a test file passes in the time it has, with a fault or without."""
    line = f"ulimit -t {SECONDS} && exec {shlex.quote(sys.executable)} -m pytest -x -q -n0 -p no:cacheprovider"
    plain: dict[str, str] = {}
    with planted(mutant) if mutant is not None else nullcontext(plain) as fault:
        run = subprocess.Popen(
            ["sh", "-c", f"{line} --timeout {PATIENCE} {shlex.quote(str(tests))}"],
            cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **fault},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0,
        )  # fmt: skip
        try:
            return run.wait(PATIENCE) in (0, 5)  # 5: a file whose tests are all skipped
        except subprocess.TimeoutExpired:
            return False
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()


sound = cache(passes)
"""whether a test file passes without a fault"""


def noticed(mutant: Mutant) -> str:
    """The test file that notices a fault, or an empty text."""
    for tests in tests_of(mutant.path):
        if not passes(tests, mutant) and sound(tests):
            return tests.relative_to(ROOT).as_posix()
    return ""


def results(seed: int, count: int, path: Path) -> Iterator[dict[str, Any]]:
    """One line for each fault, kept in a file as soon as it is known."""
    known = {(row["path"], row["key"]): row for row in read_log(path)}
    for mutant in sample(seed, count):
        row = known.get((mutant.path, mutant.fault.key))
        if not row:
            row = {"path": mutant.path, "key": mutant.fault.key, **asdict(mutant.fault), "change": mutant.change}
            row["noticed"] = noticed(mutant)
            known[mutant.path, mutant.fault.key] = row
            atomic.make_folder(path.parent)
            with atomic.writing(path) as temporary:
                lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in known.values())
                temporary.write_text("".join(lines), "utf-8")
        yield row


def report(rows: Sequence[dict[str, Any]]) -> str:
    """The share of noticed faults, and those that stayed."""
    stayed = [row for row in rows if not row["noticed"]]
    lines = [f"{row['path']}, line {row['line']}\n{row['change']}\n" for row in stayed]
    return "\n".join([*lines, f"noticed: {len(rows) - len(stayed)} of {len(rows)}, {1 - len(stayed) / len(rows):.0%}"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("mutants", __doc__)
    parser.add_argument("--seed", type=int, default=0, help="another one draws other faults")
    parser.add_argument("--count", type=int, default=100, help="how many faults")
    command.main(parser, _run, arguments, interrupted="interrupted; the same command goes on")


def _run(given: argparse.Namespace) -> None:
    rows = []
    for row in results(given.seed, given.count, ROOT / f"build/mutants/{given.seed}.jsonl"):
        rows.append(row)
        print(f"{len(rows):3} {row['path']}:{row['line']}: {row['noticed'] or 'NOT NOTICED'}", flush=True)
    print(f"\n{report(rows)}")


if __name__ == "__main__":
    main()
