import json
import math
from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.sources import speech_like
from wavenet.errors import AudioError, UsageError
from wavenet.evaluation.perception import judge as judging
from wavenet.evaluation.perception.clip import RATE, Clip, Score, standard
from wavenet.evaluation.perception.judge import INSTRUMENT, METRICS, check, judge


@pytest.fixture(autouse=True)
def heard(monkeypatch):
    """Metrics that need no packages: the loudest sample, the letters of the text; and what each of them heard."""
    heard = []

    def loudest(clip):
        heard.append(clip)
        return Score(float(np.abs(clip.waveform).max())) if np.any(clip.waveform) else Score(math.nan, note="silent")

    def letters(clip):
        return Score(0.25, len(clip.text), "words") if clip.text else Score(math.nan, note="has no text")

    for name, score in {"naturalness": loudest, "intelligibility": letters, "pesq": loudest}.items():
        metric = METRICS[name]._replace(load=lambda: None, score=score)
        monkeypatch.setitem(judging.METRICS, name, metric)
    return heard


def clip(name, seed=0, **others):
    return Clip(name, 0.1 * speech_like(0.3, seed), RATE, **others)


def test_every_metric_scores_every_clip_at_one_level(heard):
    clips = [clip("a"), clip("b", 1, text="some words")]
    judgement = judge(clips, ["naturalness", "intelligibility"])
    assert [np.array_equal(h.waveform, standard(c.waveform)) for h, c in zip(heard, clips, strict=True)] == [True] * 2
    assert list(judgement.scores) == ["naturalness", "intelligibility"]
    assert judgement.scores["naturalness"].clips == 2
    assert judgement.scores["intelligibility"].by_clip["b"] == (0.25, 10, "words")
    assert judgement.seconds == pytest.approx(0.6)


def test_two_systems_are_compared_on_their_clips():
    clips = [clip("a"), clip("b", 1)]
    ours, theirs = judge(clips, ["naturalness"]), judge(list(reversed(clips)), ["naturalness"])
    assert ours.scores["naturalness"].minus(theirs.scores["naturalness"]).mean == 0


def test_the_table_tells_means_intervals_and_what_has_no_score():
    clips = [clip("a"), clip("b", 1, text="some words"), Clip("c", np.zeros(9, np.float32), RATE, "say")]
    head, *rows = judge(clips, ["naturalness", "intelligibility"]).table().splitlines()
    assert head.split() == ["mean", "95", "%", "over", "clips"]
    assert rows[0].split()[0] == "naturalness"
    assert rows[0].endswith("(2 of 3 clips)")
    assert rows[1].split()[1:5] == ["25.0%", "25.0%", "to", "25.0%"]
    assert rows[2:] == ["no naturalness of c: silent", "no intelligibility of a: has no text"]


def test_a_single_clip_has_a_table_without_interval():
    assert "to" not in judge([clip("a")], ["naturalness"]).table().splitlines()[1].split("opinion")[0]


def test_the_json_holds_every_number_and_no_nan():
    clips = [clip("a"), Clip("c", np.zeros(9, np.float32), RATE)]
    found = json.loads(json.dumps(judge(clips, ["naturalness"]).to_json(), allow_nan=False))
    assert found["instrument"] == INSTRUMENT
    metric = found["metrics"]["naturalness"]
    assert [c["name"] for c in metric["clips"]] == ["a", "c"]
    assert metric["clips"][1] == {"name": "c", "value": None, "weight": 1.0, "note": "silent"}
    assert metric["mean"] == metric["clips"][0]["value"]
    assert metric["scored"] == 1


@pytest.mark.parametrize(
    ("metrics", "words"),
    [
        (["naturalnes"], "unknown metric 'naturalnes'; did you mean 'naturalness'"),
        (["mos"], "unknown metric 'mos'.*(known|did you mean)"),
        (["stoi", "stoi"], "stoi occurs twice"),
        ([], "no metric is named; known: naturalness"),
        ([""], "no metric is named"),
    ],
)
def test_metrics_that_are_none_are_refused(metrics, words):
    with pytest.raises(UsageError, match=words):
        check(metrics)


@pytest.mark.parametrize(
    ("clips", "metric", "error", "words"),
    [
        ([], "naturalness", UsageError, "no recording to judge"),
        ([clip("a"), clip("a")], "naturalness", UsageError, "two recordings have the name 'a'"),
        ([clip("a")], "intelligibility", UsageError, "no recording has one; give a manifest"),
        ([clip("a")], "pesq", UsageError, "pesq compares with a reference, but a has none; give --references"),
        ([replace(clip("a"), reference=speech_like(1.0, 0))], "pesq", AudioError, "a has 0.30 s and its .* 1.00 s"),
        ([Clip("a", np.empty(0, np.float32), RATE)], "naturalness", AudioError, "at least one sample"),
        ([Clip("a", np.ones((2, 9), np.float32), RATE)], "naturalness", AudioError, r"the shape \(2, 9\)"),
    ],
)
def test_what_cannot_be_judged_is_told_before_the_work(heard, clips, metric, error, words):
    with pytest.raises(error, match=words):
        judge(clips, [metric])
    assert not heard
