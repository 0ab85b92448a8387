import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.speech import results
from experiments.speech.results import WORST, Row, Said, bars, newest, ranked, table
from wavenet.audio import pictures
from wavenet.errors import UsageError
from wavenet.evaluation.perception import scores as scores_module
from wavenet.evaluation.perception.clip import Score
from wavenet.evaluation.perception.judge import INSTRUMENT
from wavenet.evaluation.perception.scores import Scores


@pytest.fixture(autouse=True, scope="module")
def _fewer_resamplings():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scores_module, "_RESAMPLINGS", 100)
        yield


MARKS = st.lists(st.tuples(st.floats(1, 5), st.integers(0, 9)), min_size=2, max_size=8)


def row(system, marks, texts="prompts", kind="other"):
    """A system whose clips have these opinion scores and wrong words out of nine."""
    names = [f"line {i}" for i in range(len(marks))]
    scores = {
        "naturalness": Scores({n: Score(mark) for n, (mark, _) in zip(names, marks, strict=True)}),
        "intelligibility": Scores({n: Score(w / 9, 9, "heard") for n, (_, w) in zip(names, marks, strict=True)}),
    }
    said = {name: Said(f"Text of {name}.", f"key of {system} {name}") for name in names}
    return Row(system, kind, texts, 1.5 * len(marks), said, scores)


def same(a, b):
    assert (a.system, a.kind, a.texts, a.said, a.instrument) == (b.system, b.kind, b.texts, b.said, b.instrument)
    for metric, scores in a.scores.items():
        assert scores.mean == pytest.approx(b.scores[metric].mean, abs=1e-6, nan_ok=True)
        for name, score in scores.by_clip.items():
            assert score.value == pytest.approx(b.scores[metric].by_clip[name].value, abs=1e-6, nan_ok=True)
            assert score[1:] == b.scores[metric].by_clip[name][1:]


@given(MARKS)
def test_rows_come_back_from_their_file_with_every_number(tmp_path_factory, marks):
    path = tmp_path_factory.getbasetemp() / "rows.jsonl"
    rows = [row("a", marks), row('b "<é>\n', marks, "sentences")]
    results.write(path, rows)
    back = results.read(path)
    assert len(back) == 2
    for one, other in zip(rows, back, strict=True):
        same(one, other)


def test_a_clip_without_a_score_stays_without():
    silent = row("a", [(2.0, 1), (math.nan, 3)])
    told = json.loads(json.dumps(silent.to_json(), allow_nan=False))
    same(silent, Row.from_json(told))
    assert told["naturalness"] == {"mean": 2.0, "interval_95": None}


@given(MARKS, MARKS)
def test_a_difference_of_two_systems_is_its_mirror_image_and_that_of_their_means(ours, theirs):
    count = min(len(ours), len(theirs))
    a, b = (row(name, marks[:count]).scores["naturalness"] for name, marks in (("a", ours), ("b", theirs)))
    mean, (low, high), clips = a.minus(b)
    back, (least, most), _ = b.minus(a)
    assert (mean, clips) == (pytest.approx(a.mean - b.mean, abs=1e-9), count)
    assert (back, least, most) == (pytest.approx(-mean), pytest.approx(-high), pytest.approx(-low))
    assert low <= high


@given(MARKS, st.floats(-1, 1))
def test_a_system_that_is_better_by_as_much_in_every_text_is_so_without_doubt(marks, shift):
    a, b = row("a", [(mark + shift, wrong) for mark, wrong in marks]), row("b", marks)
    mean, interval, _ = a.scores["naturalness"].minus(b.scores["naturalness"])
    assert (mean, *interval) == pytest.approx((shift, shift, shift), abs=1e-9)


def test_the_table_has_every_system_and_every_pair_once_the_best_first():
    marks = {"worst": [(1.0, 9), (2.0, 9)], "best": [(4.0, 0), (5.0, 0)], "middle": [(3.0, 3), (3.0, 0)]}
    text = table([*(row(name, m) for name, m in marks.items()), row("alone", [(2.0, 1), (3.0, 2)], "sentences")])
    prompts, sentences = text.split("**sentences**")
    means, differences = prompts.split("minus column")
    lines = [line.split(" | ") for line in means.splitlines() if "(4.00 to 5.00)" in line or "| other |" in line]
    assert [line[0].strip("| ") for line in lines] == ["best", "middle", "worst"]
    assert lines[1][2:] == ["3.00 (3.00 to 3.00)", "16.7% (0.0% to 33.3%) |"]
    assert "| best | +1.50 (+1.00 to +2.00) | +3.00 (+3.00 to +3.00) |" in differences
    assert "| middle |  | +1.50 (+1.00 to +2.00) |" in differences
    assert "| worst |" not in differences.partition("\n| best")[2]
    assert "| alone | other | 2.50 (2.00 to 3.00) | 16.7% (11.1% to 22.2%) |" in sentences
    assert "minus column" not in sentences


@given(st.sets(st.text(min_size=1), min_size=2, max_size=5))
def test_hostile_names_break_no_line_and_no_column(names):
    rows = [row(name, [(k, 0), (k + 0.5, 1)]) for k, name in enumerate(sorted(names), 1)]
    means, differences = table(rows).split(" minus column ")
    for part, width, height in ((means, 4, 2 + len(names)), (differences, len(names), 1 + len(names))):
        lines = [line for line in part.split("\n") if line.startswith("|")]
        assert [line.replace("\\|", "").count("|") for line in lines] == [width + 1] * height


def test_rows_are_ranked_by_naturalness_within_their_set():
    rows = [row("a", [(1, 0), (2, 0)]), row("b", [(3, 0), (4, 0)]), row("c", [(5, 0), (5, 0)], "sentences")]
    assert [each.system for each in ranked(rows, "prompts")] == ["b", "a"]


def test_the_picture_has_a_bar_and_an_interval_for_every_system_and_set(tmp_path):
    rows = [row("a", [(1, 0), (2, 9)]), row("b", [(3, 0), (4, 0)]), row("b", [(5, 0), (5, 0)], "sentences")]
    fig = bars(rows)
    natural, _ = fig.axes
    assert [label.get_text() for label in natural.get_yticklabels()] == ["b", "a"]
    widths = sorted(bar.get_width() for container in natural.containers[1::2] for bar in container)
    assert widths == [1.5, 3.5, 5.0]
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["prompts", "sentences"]
    pictures.write(fig, tmp_path / "bars.png")
    assert (tmp_path / "bars.png").stat().st_size > 5000


def test_one_bad_row_does_not_stretch_the_axis_and_is_told_by_its_number(tmp_path):
    rows = [row("a", [(2, 0), (3, 1)]), row("b", [(3, 0), (4, 40)])]
    fig = bars(rows, "Systems")
    _, words = fig.axes
    assert fig.get_suptitle() == "Systems"
    assert words.get_xlim() == (0, WORST)
    assert [text.get_text() for text in words.texts] == [f"{rows[1].scores['intelligibility'].mean:.0%}"]
    assert rows[1].scores["intelligibility"].mean > WORST


def test_instruments_are_not_mixed():
    old = [replace(row("a", [(5, 0), (5, 0)]), instrument=1), replace(row("c", [(2, 0), (2, 0)]), instrument=1)]
    rows = [*old, row("a", [(1, 0), (2, 9)]), row("b", [(3, 0), (4, 0)])]
    now, apart = table(rows).split(f"; by version 1 of the metrics, not comparable with the current {INSTRUMENT})")
    assert "| a | other | 1.50" in now
    assert "| a | other | 5.00" in apart
    assert "| b | +2.00 (" in now
    assert "| a | +3.00 (" in apart
    assert newest(rows) == rows[2:]
    assert [label.get_text() for label in bars(rows).axes[0].get_yticklabels()] == ["b", "a"]
    assert table(old) == table(rows)[table(rows).rindex("**prompts**") :]


def test_one_metric_alone_has_one_column_and_one_panel():
    rows = [row("a", [(1, 0), (2, 9)]), row("b", [(3, 0), (4, 0)]), row("b", [(5, 0), (5, 0)], "sentences")]
    alone = [replace(each, scores={"naturalness": each.scores["naturalness"]}) for each in rows]
    assert "| a | other | 1.50 (1.00 to 2.00) |\n" in table(alone)
    assert "WER" not in table(alone)
    (natural,) = bars(alone).axes
    assert natural.get_xlim() == (1, 5)
    assert [text.get_text() for text in natural.figure.legends[0].get_texts()] == ["prompts", "sentences"]


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"system": "a", "lines": [{"name": "b"}]}'])
def test_a_file_of_something_else_is_one_clear_line(tmp_path, content):
    (tmp_path / "rows").write_text(content)
    with pytest.raises(UsageError, match="contains no results of this comparison") as error:
        results.read(tmp_path / "rows")
    assert "\n" not in str(error.value)


def test_no_file_yet_has_no_rows(tmp_path):
    assert results.read(tmp_path / "rows") == []
