import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.evaluation.perception.clip import Score
from wavenet.evaluation.perception.scores import Scores

NOTHING = Score(math.nan, note="silent")


def scores(values, weights=None):
    weights = [1.0] * len(values) if weights is None else weights
    return Scores({f"clip {i}": Score(v, w) for i, (v, w) in enumerate(zip(values, weights, strict=True))})


def test_word_error_rates_become_all_errors_over_all_words():
    assert scores([1 / 2, 0 / 8, 3 / 10], [2, 8, 10]).mean == pytest.approx(4 / 20)


def test_a_clip_without_a_score_counts_for_nothing():
    found = Scores({"a": Score(1.0), "b": NOTHING, "c": Score(2.0)})
    assert (found.mean, found.clips) == (1.5, 2)
    assert found.interval == scores([1.0, 2.0]).interval


def test_without_any_score_there_is_no_mean():
    found = Scores({"a": NOTHING})
    assert math.isnan(found.mean)
    assert found.interval is None


def test_one_clip_has_no_interval():
    assert scores([3.0]).interval is None


@given(st.lists(st.floats(1, 5), min_size=2, max_size=20))
def test_the_interval_holds_within_the_scores_and_is_the_same_each_time(values):
    low, high = scores(values).interval
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert scores(values).interval == (low, high)


def test_the_interval_is_that_of_the_normal_law():
    values = np.random.default_rng(0).normal(4.0, 0.3, 400)
    low, high = scores(values.tolist()).interval
    assert (low + high) / 2 == pytest.approx(values.mean(), abs=0.003)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.06)


def test_the_interval_holds_the_truth_19_times_in_20():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(100):
        low, high = scores(rng.normal(0, 1, 40).tolist()).interval
        covered += low <= 0 <= high
    assert 0.88 <= covered / 100 <= 0.99


def test_a_small_difference_shows_on_the_same_clips_where_the_intervals_overlap():
    rng = np.random.default_rng(0)
    hard = rng.normal(4, 0.5, 24)
    ours, theirs = scores((hard + 0.1 + rng.normal(0, 0.05, 24)).tolist()), scores(hard.tolist())
    assert ours.interval[0] < theirs.interval[1]
    mean, (low, high), clips = ours.minus(theirs)
    assert 0 < low < mean < high
    assert mean == pytest.approx(ours.mean - theirs.mean)
    assert clips == 24


def test_the_difference_of_a_system_with_itself_is_nothing():
    found = scores([1.0, 2.0, 4.0])
    assert found.minus(found) == (0.0, (0.0, 0.0), 3)


def test_weights_count_in_a_difference():
    ours, theirs = scores([1 / 2, 0.0], [2, 8]), scores([0.0, 1 / 8], [2, 8])
    assert ours.minus(theirs).mean == pytest.approx(0)


def test_a_difference_is_over_clips_that_both_have_a_score_of():
    ours, theirs = Scores({"a": Score(3.0), "b": NOTHING}), Scores({"b": Score(9.0), "a": Score(1.0)})
    assert ours.minus(theirs) == (2.0, None, 1)


def test_only_the_same_clips_can_be_compared():
    with pytest.raises(UsageError, match="only one of two systems has the clip 'clip 2'"):
        scores([1.0, 2.0]).minus(scores([1.0, 2.0, 3.0]))


def test_only_the_same_texts_can_be_compared():
    with pytest.raises(UsageError, match="different texts"):
        scores([0.5, 0.5], [2, 4]).minus(scores([0.5, 0.5], [2, 5]))
