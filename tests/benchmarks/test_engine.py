import json
import subprocess
import sys
from pathlib import Path

from wavenet.engine import native

SCRIPTS = Path(__file__).parents[2] / "benchmarks"


def run(script, *arguments, cwd):
    command = [sys.executable, SCRIPTS / script, *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_line_of_json_and_of_the_table_for_each_way_and_instruction_set(tmp_path):
    out = run("engine.py", "--shape", "tiny", "--rounds", "1", "--seconds", "0.01", "--json", "rows", cwd=tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "rows").read_text("utf-8").splitlines()]
    table = [line for line in out.splitlines() if line.startswith("| ") and "×" not in line]
    assert len(table) == len(rows)
    assert {row["isa"] for row in rows if "isa" in row} == set(native.instruction_sets())
    assert {(row["precision"], row["threads"]) for row in rows if "isa" in row} >= {
        (precision, threads) for precision in ("fp32", "bf16", "int8") for threads in (1, 2)
    }
    assert rows[-1]["what"] == "numpy reference"
    assert all(row["samples_per_second"] > 0 for row in rows)
    assert rows[0]["machine"]["processor"] in out


def test_every_mode_of_conditioning_stands_beside_none(tmp_path):
    out = run(
        "engine.py", "--modes", "--shape", "tiny", "--rounds", "2", "--seconds", "0.1", "--json", "rows", cwd=tmp_path
    )
    rows = [json.loads(line) for line in (tmp_path / "rows").read_text("utf-8").splitlines()]
    modes = {row["mode"] for row in rows}
    assert len(modes) == 8
    assert len(rows) == 3 * len(modes)
    assert all(row["ratio"] == 1 for row in rows if row["mode"] == "none")
    assert all(row["samples_per_second"] > 0 and row["rounds"] == 2 for row in rows)
    assert {row["mode"] for row in rows if row["conditioning_network_seconds_per_second"]} == {
        mode for mode in modes if "local" in mode
    }
    assert sum(line.startswith("| ") for line in out.splitlines()) == 1 + len(modes)


def test_an_interrupt_is_timed_in_every_kind_of_work(tmp_path):
    lines = run("interrupt.py", "--shape", "tiny", "--times", "2", cwd=tmp_path).splitlines()
    found = {line["work"]: line for line in map(json.loads, lines)}
    assert found.keys() == {"one thread", "two threads", "16 streams", "scoring"}
    assert all(0 < line["median_ms"] <= line["longest_ms"] for line in found.values())


def test_every_output_is_compared_with_the_softmax(tmp_path):
    arguments = ("--outputs", "--shape", "tiny", "--rounds", "2", "--seconds", "0.05", "--json", "rows")
    out = run("engine.py", *arguments, cwd=tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "rows").read_text("utf-8").splitlines()]
    names = {row["output"] for row in rows}
    assert len(names) == 5
    assert len(rows) == 2 * 3 * len(names)
    assert all(row["ratio"] > 0 and row["rounds"] == 2 for row in rows)
    assert all(row["ratio"] == 1 for row in rows if row["output"].startswith("softmax, 256"))
    assert sum(line.startswith("| ") for line in out.splitlines()) == 1 + len(names)
