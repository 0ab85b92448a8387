import json

import numpy as np
import pytest

from wavenet.evaluation.report import Data, Result, Score


def result(bits: list[float], samples: list[int], **changes: object) -> Result:
    data = {
        "name": "clips",
        "split": "test",
        "sample_rate": 8000,
        "classes": 16,
        "fitted_samples": 80_000,
        "skipped": (),
    }
    scores = tuple(
        Score(f"r{i}", n, {"uniform": 4.0 * n, "ar": 3.5 * n, "model": b * n})
        for i, (b, n) in enumerate(zip(bits, samples, strict=True))
    )
    return Result("small", Data(**(data | changes)), scores)


def test_every_sample_counts_the_same():
    found = result([2.0, 3.0], [3000, 1000])
    assert found.bits_per_sample == pytest.approx({"uniform": 4.0, "ar": 3.5, "model": 2.25})
    assert (found.samples, found.seconds) == (4000, 0.5)


def test_the_interval_covers_the_true_mean_about_95_times_in_100():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(100):
        low, high = result(list(3 + 0.5 * rng.standard_normal(30)), [1000] * 30).interval
        covered += low < 3 < high
    assert 86 <= covered <= 99


def test_the_interval_has_the_standard_error_of_the_mean_and_is_the_same_each_time():
    bits = list(np.random.default_rng(1).normal(3, 0.2, 400))
    low, high = result(bits, [500] * 400).interval
    assert (high - low) / 2 == pytest.approx(1.96 * 0.2 / 20, rel=0.15)
    assert result(bits, [500] * 400).interval == (low, high)


def test_the_interval_is_that_of_the_mean_over_samples_and_not_over_recordings():
    bits, samples = [2.0, 2.1] * 10 + [5.0, 5.1] * 10, [100_000] * 20 + [100] * 20
    low, high = result(bits, samples).interval
    assert low < result(bits, samples).bits_per_sample["model"] < high < 2.2


def test_one_recording_has_no_interval():
    assert result([3.0], [1000]).interval is None
    assert "interval" not in result([3.0], [1000]).table()


def test_the_json_form():
    found = json.loads(json.dumps(result([2.0, 3.0], [3000, 1000], skipped=("x: broken",)).to_json(), allow_nan=False))
    assert found["model"]["bits_per_sample"] == pytest.approx(2.25)
    assert found["model"]["interval_95"] == pytest.approx([2.0, 3.0])
    assert found["baselines"] == {"uniform": {"bits_per_sample": 4.0}, "ar": {"bits_per_sample": 3.5}}
    assert found["data"] == {
        "name": "clips", "split": "test", "sample_rate": 8000, "classes": 16, "fitted_samples": 80_000, "decimation": 1,
        "skipped": ["x: broken"], "recordings": 2, "samples": 4000, "seconds": 0.5,
    }  # fmt: skip
    assert found["recordings"][1] == {"name": "r1", "samples": 1000, "bits_per_sample": pytest.approx(3.0)}


def test_the_table_is_aligned_and_tells_what_was_measured():
    lines = result([2.0, 3.0], [3000, 1000], skipped=("x: broken",)).table().splitlines()
    assert (
        lines[0] == "test split of clips: 2 recordings (1 left out), 0.5 s at 8000 Hz, 16 classes; the network in fp32"
    )
    assert [line.split()[0] for line in lines[2:5]] == ["uniform", "ar", "model"]
    assert len({line.index(".") for line in lines[2:5]}) == 1
    assert lines[4].endswith("2.250  (95 % interval over recordings: 2.000 to 3.000)")
    assert lines[5] == "baselines fitted to 10.0 s of training data"


def test_without_splits_or_fitted_baselines_none_are_spoken_of():
    text = result([2.0], [4000], split=None, fitted_samples=0).table()
    assert text.startswith("clips: 1 recording, 0.5 s")
    assert "fitted" not in text


def test_of_a_decimated_model_the_duration_is_that_of_the_sound():
    data = Data("d", None, 16_000, 256, 8_000, (), decimation=4)
    result = Result("m", data, (Score("a", 4_000, {"uniform": 32_000.0, "model": 20_000.0}),))
    assert result.seconds == 1.0
    assert "1.0 s at 16000 Hz, one sample of 4, 256 classes" in result.table()
    assert "fitted to 2.0 s of training data" in result.table()
