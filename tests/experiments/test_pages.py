import json

import pytest

from experiments import pages
from wavenet.errors import UsageError

TABLE = "all of it\n\n| | speed | words |\n|---|---|---|\n| one | 1,234 | **5.6 %** (-1.2) |\n| two | 7 ms | |\nend\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    pages.rows.cache_clear()
    (tmp_path / "benchmarks/results").mkdir(parents=True)
    (tmp_path / "recipes/r").mkdir(parents=True)
    lines = [{"a": 1, "of": {"b": [2.5, 3.25]}}, {"a": 1, "of": {"b": [4.5, 0.125]}}, {"a": 2, "of": {"b": [0, 0]}}]
    (tmp_path / "recipes/r/results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    yield
    pages.rows.cache_clear()


def test_a_marker_has_the_value_of_the_last_row_that_meets_its_conditions():
    assert pages.written("r/results a=1 of.b.1:.2f") == "0.12"
    assert pages.written("r/results of.b.0") == "0"
    assert pages.written("r/results a=1 of.b.1:.1%") == "12.5 %"


def test_a_kept_table_comes_back_as_markdown_and_value_by_value():
    pages.keep("t", TABLE, "python it.py")
    assert pages.kept_table("t")["command"] == "python it.py"
    assert pages.written("table t") == (
        "\n| | speed | words |\n| --- | --- | --- |\n| one | 1,234 | **5.6 %** (-1.2) |\n| two | 7 ms | |\n"
    )
    assert pages.written("table t speed") == "\n| speed |\n| --- |\n| 1,234 |\n| 7 ms |\n"
    assert pages.written("t =one speed:,.0f") == "1,234"
    assert pages.written("t =one words:.1%") == "5.6 %"
    assert pages.written("t =one words") == "5.6 % (-1.2)"
    assert pages.written("t =two speed:.1f") == "7.0"
    assert pages.written("source t").endswith(", `python it.py`")


def test_filling_changes_what_stands_between_the_comments_alone(tmp_path, capsys):
    page = tmp_path / "README.md"
    page.write_text("A <!--= r/results a -->old<!--/--> and\n<!--= r/results a=1 a -->\nx\n<!--/-->.")
    pages.fill()
    filled = "A <!--= r/results a -->2<!--/--> and\n<!--= r/results a=1 a -->1<!--/-->."
    assert page.read_text() == filled == pages.filled(filled)
    assert capsys.readouterr().out == "README.md\n"


@pytest.mark.parametrize(
    "marker", ["nothing/here a", "r/results a=3 a", "r/results c", "r/results of:.2f", "missing a"]
)
def test_a_marker_of_nothing_is_an_error_that_names_it(marker):
    with pytest.raises(UsageError, match="names nothing"):
        pages.written(marker)


@pytest.mark.parametrize("text", ["no table", TABLE + TABLE.replace("| speed ", "")])
def test_what_is_no_table_is_not_kept(text, tmp_path):
    with pytest.raises(UsageError, match="no table"):
        pages.keep("t", text, "it")
    assert not list((tmp_path / "benchmarks/results").iterdir())
