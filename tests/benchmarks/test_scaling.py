"""Every point of every panel is measured once a round, printed and drawn."""

from collections import Counter

import pytest

from benchmarks import scaling
from benchmarks.scaling import Panel
from tests.networks import MICRO, calibrated, random_model
from wavenet.generator import Generator


@pytest.fixture(scope="module")
def generator():
    return Generator(calibrated(random_model(MICRO)))


def test_the_median_of_the_rounds_is_printed_and_drawn(tmp_path, capfd):
    asked = Counter()

    def rate(value):
        asked[value] += 1
        return 1000.0 * value * asked[value]

    table = [Panel("streams", "samples/s", (1, 2), rate), Panel("threads, 8 streams", "samples/s", (3, 4), rate)] * 3
    rates = scaling.measured(table[:2], 3)
    assert rates == [[3000, 6000], [9000, 12000]]  # the first of four rounds warms up
    assert (
        scaling.markdown(table[:2], rates).splitlines()[-1]
        == "| threads, 8 streams | samples/s | 3: 9,000 · 4: 12,000 |"
    )
    scaling.draw(table, rates * 3, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 5000


@pytest.mark.parametrize("streams", [1, 3])
def test_generating_makes_samples_of_every_stream(generator, streams, monkeypatch):
    made = []
    advance = generator.advance
    monkeypatch.setattr(generator, "advance", lambda *a, **k: made.append(advance(*a, **k)) or made[-1])
    assert scaling.generating(generator, streams, threads=2, samples=300) > 0
    assert [len(each) for each in made[0]] == [300 // streams] * streams


def test_scoring_and_saying_are_rates(generator):
    assert scaling.scoring(generator, 0.01) > 0


@pytest.mark.slow
def test_a_text_is_said_faster_than_it_lasts_whatever_its_length():
    import wavenet

    assert scaling.saying(wavenet.open_voice("english"), 3) > 0.1
