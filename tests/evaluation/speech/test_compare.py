import pytest

from tests.evaluation.speech.conftest import LINES
from wavenet.errors import WavenetError
from wavenet.evaluation.speech import results
from wavenet.evaluation.speech.clips import plan
from wavenet.evaluation.speech.compare import compare
from wavenet.evaluation.speech.texts import Line


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
