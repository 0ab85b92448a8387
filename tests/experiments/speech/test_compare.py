import json

import pytest

from experiments.speech import results
from experiments.speech.clips import plan
from experiments.speech.compare import compare
from experiments.speech.texts import Line
from tests.experiments.speech.conftest import LINES
from wavenet.errors import WavenetError
from wavenet.evaluation.perception.judge import INSTRUMENT


def names(rows):
    return [(row.texts, row.system) for row in rows]


def test_every_row_is_kept_with_every_text(speakers, judged, tmp_path):
    planned = plan([speakers.system("x"), speakers.ours()], LINES, tmp_path / "clips")
    rows = compare(planned, LINES, tmp_path / "rows")
    assert names(rows) == [(texts, system) for texts in LINES for system in ("x", "english")]
    assert names(results.read(tmp_path / "rows")) == names(rows)
    assert rows[0].said["dir/b"].text == "Three."
    assert rows[0].scores["intelligibility"].by_clip["a"] == (0.25, 2, "heard words")


def test_only_the_metrics_that_are_asked_for_judge(speakers, judged, tmp_path):
    planned = plan([speakers.system("x")], LINES, tmp_path / "clips")
    for _ in range(2):
        rows = compare(planned, LINES, tmp_path / "rows", ["naturalness"])
        assert [list(row.scores) for row in rows] == [["naturalness"]] * 2
    assert judged == ["a", "dir/b", "01"]
    assert all(row.about(clips) for row, clips in zip(results.read(tmp_path / "rows"), planned, strict=True))


def test_what_is_judged_is_not_judged_again(speakers, judged, tmp_path):
    planned = plan([speakers.system("x")], LINES, tmp_path / "clips")
    first = compare(planned, LINES, tmp_path / "rows")
    count = len(judged)
    assert names(compare(planned, LINES, tmp_path / "rows")) == names(first)
    assert len(judged) == count


def test_a_new_version_takes_the_place_of_the_old_one_and_others_stay(speakers, judged, tmp_path):
    compare(plan([speakers.ours(), speakers.system("x")], LINES, tmp_path / "clips"), LINES, tmp_path / "rows")
    judged.clear()
    newer = plan([speakers.ours(version="2")], LINES, tmp_path / "clips")
    rows = compare(newer, LINES, tmp_path / "rows")
    assert names(rows) == [(texts, system) for texts in LINES for system in ("english", "x")]
    assert all(row.about(clips) for row, clips in zip(rows[::2], newer, strict=True))
    assert judged == ["a", "dir/b", "01"]


def aged(path, version):
    """A file of results as an older instrument left it; the first one did not tell its version."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        row["instrument"] = version
        if version == 1:
            del row["instrument"]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.mark.parametrize("version", [1, INSTRUMENT - 1, INSTRUMENT + 1])
def test_what_another_instrument_judged_is_judged_again_and_not_said_again(speakers, judged, tmp_path, version):
    planned = plan([speakers.system("x")], LINES, tmp_path / "clips")
    compare(planned, LINES, tmp_path / "rows")
    aged(tmp_path / "rows", version)
    judged.clear(), speakers.asked.clear(), speakers.opened.clear()
    rows = compare(planned, LINES, tmp_path / "rows")
    assert (judged, speakers.asked, speakers.opened) == (["a", "dir/b", "01"], [], [])
    assert names(rows) == [("prompts", "x"), ("sentences", "x")]
    assert {row.instrument for row in results.read(tmp_path / "rows")} == {INSTRUMENT}


def test_systems_that_are_not_judged_again_stay_apart_and_are_told(speakers, judged, tmp_path, capsys):
    compare(plan([speakers.system("x"), speakers.system("y")], LINES, tmp_path / "clips"), LINES, tmp_path / "rows")
    aged(tmp_path / "rows", 1)
    planned = plan([speakers.system("x")], LINES, tmp_path / "clips")
    rows = compare(planned, LINES, tmp_path / "rows", progress=True)
    assert {(row.system, row.instrument) for row in rows} == {("x", INSTRUMENT), ("y", 1)}
    assert capsys.readouterr().err.splitlines()[-1].endswith("another version of the metrics, until named again: y")
    now, *older = results.table(rows).split("by version 1 of the metrics")
    assert len(older) == 2
    assert "| y |" not in now
    assert not any("| x |" in part for part in older)


def test_rows_about_other_texts_make_no_comparison(speakers, judged, tmp_path):
    compare(plan([speakers.system("old")], LINES, tmp_path / "clips"), LINES, tmp_path / "rows")
    changed = {"prompts": LINES["prompts"], "sentences": [Line("01", "Another.")]}
    rows = compare(plan([speakers.system("x")], changed, tmp_path / "clips"), changed, tmp_path / "rows")
    assert names(rows) == [("prompts", "old"), ("prompts", "x"), ("sentences", "x")]
    assert "sentences" in results.table(rows)


def test_a_failure_keeps_the_rows_that_are_done(speakers, judged, tmp_path, monkeypatch):
    planned = plan([speakers.system("x"), speakers.system("y")], {"prompts": LINES["prompts"]}, tmp_path / "clips")
    compare(planned[:1], LINES, tmp_path / "rows")
    damaged = planned[1].path(planned[1].lines[0])
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"RIFF")
    with pytest.raises(WavenetError, match=damaged.name):
        compare(planned, LINES, tmp_path / "rows")
    assert names(results.read(tmp_path / "rows")) == [("prompts", "x")]


def test_a_place_that_cannot_be_written_is_told_before_any_work(speakers, judged, tmp_path):
    planned = plan([speakers.system("x")], LINES, tmp_path / "clips")
    with pytest.raises(WavenetError, match="cannot write"):
        compare(planned, LINES, tmp_path / "no" / "rows")
    assert speakers.asked == []
