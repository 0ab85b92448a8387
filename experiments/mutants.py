"""Plants small faults in the sources, one at a time, and tells how many the tests notice.

``python -m experiments.mutants --seed 1`` draws 100 faults in the lines of ``src/wavenet`` and runs for each the
test files that mirror the source, import it or name it, the nearest first, until a test fails. A fault counts as
noticed only by a test that passes without it. Tests that are marked slow are not asked. The results are in
``build/mutants/SEED.jsonl``; the same command goes on after an interruption. At the end it prints every fault that
stayed, with its change.

With ``--record`` it first runs every test file once, and keeps in ``build/mutants/calls`` which test runs which
function: of a recorded file, only the tests are asked that run the function with the fault, whatever they are named.
"""

import argparse
import difflib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from subprocess import PIPE
from typing import Any

from experiments import command
from experiments.mutation import record
from experiments.mutation.faults import Fault, faults
from experiments.mutation.record import Record
from experiments.shares import share
from wavenet import atomic
from wavenet.training.tracking import read_log, write_log

ROOT = Path(__file__).parents[1]
SOURCES, TESTS = ROOT / "src/wavenet", ROOT / "tests"
FOLDERS = ROOT / "experiments/mutation"
BUILD = ROOT / "build/mutants"
SECONDS = 120
"""of processor time for a fault, after which no further file is asked: it counts as not noticed"""
PATIENCE = 1800
"""seconds after which the tests have noticed in any case"""
NEAREST = 4
"""test files that are asked in any case"""
ELSEWHERE = {
    "model/": ("training/test_conditioning.py",),
    "engine/": ("test_generator.py",),
    "config/": ("test_config_limits.py", "test_config.py", "test_defaults.py"),
    "cli/": ("cli/test_main.py", "test_defaults.py"),
    "corpora/": ("corpora/test_prepare.py",),
    "training/": ("training/test_loop.py",),
    "tts/english/": ("tts/english/test_cases.py", "tts/english/test_normalise_cases.py", "tts/english/test_limits.py"),
    "tts/russian/": ("tts/russian/test_figures.py", "tts/russian/test_front_end.py"),
    "evaluation/": ("cli/test_evaluate.py",),
    "evaluation/perception/": ("cli/test_judge.py",),
}
"""of some folders: more of them"""
MOST_UNSOUND = 3
"""tests of a file that may fail without a fault, as where a machine is busy"""
UNRECORDED = ("native", "packaging")
"""folders of tests that build the C++ code or wheels, and run in minutes"""


@dataclass(frozen=True)
class Mutant:
    """A fault in a file."""

    path: str
    """below ``src/wavenet``"""
    fault: Fault

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
    """Faults in lines drawn at random, at most one in a line; a smaller count draws the first of them."""
    draw = random.Random(seed)
    found: dict[tuple[str, int], list[Fault]] = {}
    for path in sorted(SOURCES.rglob("*.py")):
        for fault in faults(path.read_text("utf-8")):
            found.setdefault((path.relative_to(SOURCES).as_posix(), fault.line), []).append(fault)
    mutants = [Mutant(path, draw.choice(those)) for (path, _), those in found.items()]
    draw.shuffle(mutants)
    return list(islice((mutant for mutant in mutants if mutant.compiles), count))


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
            "PYTHONPATH": str(FOLDERS / "planted"),
        }


class Runner:
    """Runs tests, and knows which of them run which function."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "experiments.mutation.forks"], cwd=ROOT, text=True, stdin=PIPE, stdout=PIPE,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}, process_group=0,
        )  # fmt: skip
        self.spent = 0.0
        """seconds of processor time"""
        self._sound: dict[str, bool] = {}
        self._files: dict[Path, Record] = {}

    def close(self) -> None:
        """End the process that runs them."""
        with self._process:
            self._process.terminate()

    def run(
        self, tests: Sequence[str], environment: dict[str, str], *more: str, seconds: float = PATIENCE
    ) -> tuple[int, list[str]]:
        """Run tests, or whole files; returns pytest's exit code and the tests that failed."""
        assert self._process.stdin
        assert self._process.stdout
        files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
        options = ["-q", "-n0", "-p", "no:cacheprovider", "-m", "not slow", "--timeout", str(PATIENCE), *more]
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # hypothesis is loaded already
        request = {
            "arguments": [*options, *files], "tests": [test for test in tests if "::" in test],
            "environment": environment, "seconds": round(seconds), "patience": PATIENCE,
        }  # fmt: skip
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.spent += answer["spent"]
        return answer["code"], answer["failed"]

    def file(self, path: Path) -> Record:
        """A test file with its record, which is made if it is missing."""
        if path not in self._files:
            self._files[path] = record.read(self._recorded(path), path)
        return self._files[path]

    def _recorded(self, path: Path) -> Path:
        kept = record.place(self._folder, TESTS, path)
        if not kept.exists():
            print(f"recording {path.relative_to(ROOT)}", flush=True)
            atomic.make_folder(self._folder)
            with atomic.writing(kept) as temporary:
                here = os.pathsep.join((str(FOLDERS / "recorded"), str(ROOT)))
                self.run(
                    [path.relative_to(ROOT).as_posix()], {"WAVENET_CALLS": str(temporary), "PYTHONPATH": here},
                    "-p", "experiments.mutation.calls",
                )  # fmt: skip
        return kept

    def sound(self, test: str) -> bool:
        """Whether a test passes alone, without a fault."""
        if test not in self._sound:
            self._sound[test] = self.run([test], {})[0] == 0
        return self._sound[test]

    def noticing(self, mutant: Mutant) -> str:
        """A test that notices a fault, or an empty text."""
        source = (SOURCES / mutant.path).read_text("utf-8")
        began, whole = self.spent, []
        for path in self._near(mutant.path, source):
            left = began + SECONDS - self.spent
            if left <= 0:
                return ""
            if not self._known(path):
                found = self._failing(mutant, [path.relative_to(ROOT).as_posix()], SECONDS)
            else:
                tests = record.chosen(self.file(path), mutant.path, source, mutant.fault.line)
                while tests and left < sum(test.seconds for test in tests):
                    tests.pop()
                found = self._failing(mutant, [test.id for test in tests], sum(test.seconds for test in tests))
                whole.append(path)
            if found:
                return found
        # what one test made may be kept for others, which do not run the function again
        mirror = TESTS / Path(mutant.path).with_name(f"test_{Path(mutant.path).name}")
        return self._failing(mutant, [mirror.relative_to(ROOT).as_posix()], SECONDS) if mirror in whole else ""

    def _near(self, path: str, source: str) -> list[Path]:
        """The test files that are asked: all whose record is known, then the nearest of the others."""
        order = record.nearest(TESTS, path, source)
        order = [each for each in order if each.relative_to(TESTS).parts[0] not in UNRECORDED]
        folder = Path(path).parent.as_posix() + "/"
        more = [TESTS / each for each in ELSEWHERE.get(folder, ())]
        return [each for each in dict.fromkeys([*filter(self._known, order), *order[:NEAREST], *more]) if each.exists()]

    def _known(self, path: Path) -> bool:
        return record.place(self._folder, TESTS, path).exists()

    def record_all(self) -> None:
        """Record all test files that have no record yet."""
        for path in sorted(TESTS.rglob("test_*.py")):
            if path.relative_to(TESTS).parts[0] not in UNRECORDED:
                self._recorded(path)

    def _failing(self, mutant: Mutant, tests: list[str], seconds: float) -> str:
        """The first of these tests, or files, that fails with a fault and passes without."""
        unsound: list[str] = []
        while tests and len(unsound) <= MOST_UNSOUND:
            left = [part for test in unsound for part in ("--deselect", test)]
            with planted(mutant) as environment:
                code, failed = self.run(tests, environment, "-x", *left, seconds=60 + 4 * seconds)
            if code in (0, 5):  # 5: no tests are left, as all are skipped or slow
                return ""
            if not failed:  # it took too long, or pytest ended before any test: no file can be read
                return tests[0]
            if self.sound(failed[0]):
                return failed[0]
            unsound.append(failed[0])
        return ""


def results(seed: int, count: int, path: Path, noticing: Callable[[Mutant], str]) -> Iterator[dict[str, Any]]:
    """One line for each fault, kept in a file as soon as it is known."""
    known = {(row["path"], row["key"]): row for row in read_log(path)}
    for mutant in sample(seed, count):
        row = known.get((mutant.path, mutant.fault.key))
        if not row:
            row = {"path": mutant.path, "key": mutant.fault.key, **asdict(mutant.fault), "change": mutant.change}
            row["noticed"] = noticing(mutant)
            known[mutant.path, mutant.fault.key] = row
            atomic.make_folder(path.parent)
            write_log(path, known.values())
        yield row


def report(rows: Sequence[dict[str, Any]]) -> str:
    """The faults that stayed, and how many were noticed, by package and in all, with the 95 % interval."""
    stayed = [row for row in rows if not row["noticed"]]
    lines = [f"{row['path']}, line {row['line']}\n{row['change']}\n" for row in stayed]
    return "\n".join([*lines, "| package | faults | noticed |", "|---|---|---|", *_counts(rows)])


def _counts(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    packages: dict[str, list[bool]] = {}
    for row in rows:
        parts = Path(row["path"]).parts
        packages.setdefault(parts[0] if len(parts) > 1 else "other modules", []).append(bool(row["noticed"]))
    for name in sorted(packages):
        yield f"| {name} | {len(packages[name])} | {sum(packages[name])} |"
    noticed = sum(bool(row["noticed"]) for row in rows)
    yield f"| all | {len(rows)} | {noticed}: {share(noticed, len(rows))} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("mutants", __doc__)
    parser.add_argument("--seed", type=int, default=0, help="another one draws other faults")
    parser.add_argument("--count", type=int, default=100, help="how many faults")
    parser.add_argument("--record", action="store_true", help="first record which test runs which function")
    command.main(parser, _run, arguments, interrupted="interrupted; the same command goes on")


def _run(given: argparse.Namespace) -> None:
    rows = []
    with closing(Runner(BUILD / "calls")) as tests:
        if given.record:
            tests.record_all()
        for row in results(given.seed, given.count, BUILD / f"{given.seed}.jsonl", tests.noticing):
            rows.append(row)
            print(f"{len(rows):3} {row['path']}:{row['line']}: {row['noticed'] or 'NOT NOTICED'}", flush=True)
    print(f"\n{report(rows)}")


if __name__ == "__main__":
    main()
