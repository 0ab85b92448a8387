"""Each round has the way between two threads and the speed of one and of two."""

from benchmarks import two_threads
from benchmarks.two_threads import Round
from tests.networks import MICRO, calibrated, random_model
from wavenet.engine import _core
from wavenet.generator import Generator


def test_a_word_takes_some_time_to_another_thread_and_back():
    assert 1e-9 < _core.round_trip(100) < 1


def test_every_round_measures_all_three():
    found = two_threads.measured(Generator(calibrated(random_model(MICRO)), "int8"), 2, samples=200, trips=10)
    assert len(found) == 2
    assert all(value > 0 for each in found for value in each)


def test_rounds_are_in_order_of_the_way_and_end_with_their_medians():
    lines = two_threads.markdown([Round(4e-7, 100, 115), Round(1e-7, 100, 160), Round(1.2e-7, 200, 300)]).splitlines()
    assert lines[2:] == [
        "| 100 ns | 100 | 160 | 1.60 |",
        "| 120 ns | 200 | 300 | 1.50 |",
        "| 400 ns | 100 | 115 | 1.15 |",
        "| median 120 ns | 100 | 160 | 1.50 |",
    ]
