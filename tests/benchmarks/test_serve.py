"""The table of benchmarks/serve.py."""

import json

from benchmarks import serve
from experiments.serving.listening import Heard
from tests.serving.speaking import voice


def test_the_engine_alone_makes_sound():
    made, worked = serve.batches(voice(), 2, 0.1)
    assert made > 0
    assert worked > 0


def test_a_row_tells_gaps_shares_and_processor_time():
    found = [Heard(0.01 * i, 1.0, 5.0, gaps=i % 2) for i in range(1, 5)]
    assert serve.row("x", found, 20.0, 1.0) == ["x", "4", "30", "40", "5.0", "5.0", "0.25", "50", "-", "2"]
    assert serve.row("x", found, 20.0, 1.0, 10.0, 0.1)[5:9] == ["10.0", "0.50", "50", "5.0"]


def test_percentiles_are_values_that_were_measured():
    assert serve.percentile(range(100), 99) == 99
    assert serve.percentile([3.0], 99) == 3.0
    assert serve.percentiles([0.001 * i for i in range(100)]) == ["50", "99"]


def test_results_have_what_makes_a_page_of_them(tmp_path):
    serve.write_results(tmp_path / "serve.json", [["x"] * len(serve.COLUMNS)])
    written = json.loads((tmp_path / "serve.json").read_text("utf-8"))
    assert written["columns"] == serve.COLUMNS
    assert set(written) == {"command", "machine", "date", "columns", "rows"}
