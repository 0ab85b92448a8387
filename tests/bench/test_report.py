import json
import math
from dataclasses import replace

import pytest

from wavenet.bench.report import Run, Speed, Work, multiply_adds
from wavenet.config import PRESETS
from wavenet.engine import folder
from wavenet.errors import UsageError

TINY = PRESETS["tiny"]


def made(work=None, runs=((100.0, 50.0), (300.0, 400.0), (200.0, 300.0))):
    """A result of known figures: (samples a second, limits) of each run."""
    rates = tuple(Run(0.1, 0.2, rate, limit, limit) for rate, limit in runs)
    return Speed("tiny", TINY, 16_000, "fp32", "portable", 2, work or Work(), rates, 10**8)


def test_speeds_and_bandwidth_are_medians_and_the_peak_is_the_best():
    found = made()
    assert found.samples_per_second == 200
    assert found.floor_samples_per_second == 300 / 2
    assert found.fraction_of_floor == 200 / 150
    assert found.fraction_of_peak == pytest.approx(200 * multiply_adds(TINY) / 400)
    assert found.to_json()["samples_per_second_range"] == [100, 300]


def test_a_step_of_a_decimated_network_makes_several_samples():
    plain, fourth = made(), replace(made(), model=replace(TINY, decimation=4))
    assert fourth.floor_samples_per_second == 4 * plain.floor_samples_per_second
    assert fourth.fraction_of_peak == pytest.approx(plain.fraction_of_peak / 4)
    assert fourth.to_json()["multiply_adds"] == plain.to_json()["multiply_adds"] / 4


@pytest.mark.parametrize("work", [Work(batch=4), Work(score=True)])
def test_where_samples_share_the_weights_there_is_no_floor(work):
    found = made(work)
    assert found.floor_samples_per_second is None
    assert found.fraction_of_floor is None
    assert "of the floor" not in found.table()


def test_json_is_plain_and_tells_of_each_stream_only_in_a_batch():
    alone, four = (json.loads(json.dumps(made(work).to_json())) for work in (Work(), Work(batch=4)))
    assert alone["samples_per_second"] == 200
    assert alone["times_real_time"] == 200 / 16_000
    assert alone["machine"]["cores"] >= 1
    assert alone["machine"]["processor"]
    assert four["samples_per_second_per_stream"] == 50
    assert four.keys() - alone.keys() == {"samples_per_second_per_stream", "times_real_time_per_stream"}


@pytest.mark.parametrize("name", ["tiny", "medium"])
def test_multiply_adds_are_the_weights_of_every_product(name):
    shapes = folder.tensor_shapes(PRESETS[name])
    products = [math.prod(shape) for tensor, shape in shapes.items() if len(shape) == 3 and tensor != "input.weight"]
    assert multiply_adds(PRESETS[name]) == sum(products)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"threads": 3}, "threads is 3, but only 2 can share a stream"),
        ({"threads": 5, "batch": 4}, "threads is 5, but only 2 can share a stream, 4 the batch"),
        ({"threads": 0}, "threads is 0"),
        ({"batch": 0}, "batch is 0, and must be an integer from 1 to 4096"),
        ({"batch": 10**9}, "batch is 1000000000, and must be an integer from 1 to 4096"),
        ({"threads": 2, "score": True}, "scoring runs on 1"),
        ({"batch": 2, "score": True}, "scoring takes one recording at a time"),
        ({"seconds": 0.0}, "seconds is 0"),
        ({"seconds": math.nan}, "seconds is nan"),
        ({"seconds": math.inf}, "seconds is inf"),
    ],
)
def test_work_that_cannot_be_done_is_refused(settings, words):
    with pytest.raises(UsageError, match=words):
        Work(**settings)
