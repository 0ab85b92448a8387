import pytest

from wavenet import made
from wavenet.errors import WavenetWarning
from wavenet.training.tracking import Tracker, read_log


def test_what_came_after_the_checkpoint_is_forgotten_on_resuming(tmp_path):
    tracker = Tracker(tmp_path, 0)
    for update in (10, 20, 30):
        tracker.log(update, train_bits=1.0 / update, hours=0.1)
    tracker.close()
    resumed = Tracker(tmp_path, 20)
    resumed.log(30, train_bits=5.0, hours=0.1)
    resumed.close()
    assert [(row["update"], row["train_bits"]) for row in read_log(tmp_path / "log.jsonl")] == [
        (10, 0.1),
        (20, 0.05),
        (30, 5.0),
    ]


def test_a_line_that_was_cut_off_is_passed_over(tmp_path):
    (tmp_path / "log.jsonl").write_text('{"update": 1, "a": 2}\n{"update": 2, "a"')
    assert read_log(tmp_path / "log.jsonl") == [{"update": 1, "a": 2}]


def test_a_new_run_has_no_log(tmp_path):
    assert read_log(tmp_path / "log.jsonl") == []


def test_a_curve_that_no_run_drew_is_kept_under_a_free_name_and_its_own_is_drawn_again(tmp_path):
    curve = tmp_path / "curve.png"
    tracker = Tracker(tmp_path, 0)
    for number in (1, 2):
        curve.write_bytes(b"mine, %d" % number)
        with pytest.warns(WavenetWarning, match=rf"curve\.png was not made by .* it is now .*curve-{number}\.png$"):
            tracker.draw()
        assert made.by(curve, "train")
        tracker.draw()
    tracker.close()
    assert {path.name: path.read_bytes()[:8] for path in tmp_path.glob("curve-*")} == {
        "curve-1.png": b"mine, 1",
        "curve-2.png": b"mine, 2",
    }
