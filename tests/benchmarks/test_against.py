"""A checkout is compared with another by the same work, in turns; two of the same are equal."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import against
from tests.networks import MICRO, calibrated, random_model
from wavenet.engine import folder, native


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    home = tmp_path_factory.mktemp("against") / "micro"
    opened = calibrated(random_model(MICRO))
    folder.write(home, opened.audio, opened.model, opened.tensors)
    return home


def test_a_checkout_makes_the_samples_of_itself_in_every_piece_of_work(model, capfd):
    python = Path(sys.executable)
    with against.Worker(python, model) as this, against.Worker(python, model) as other:
        lines = against.table((this, other), 2)
    assert [line.split("|")[1].strip() for line in lines[2:]] == against.ALL
    assert all(line.endswith("| the same |") for line in lines[2:])


def test_a_checkout_trains_to_the_losses_of_itself(model, capfd):
    python = Path(sys.executable)
    with against.Worker(python, model) as this, against.Worker(python, model) as other:
        _, _, line = against.table((this, other), 1, ["training, tiny, 1 thread"])
    assert line.startswith("| training, tiny, 1 thread |")
    assert line.endswith("| the same |")


def test_a_process_that_ends_is_told(model, capfd):
    with (
        against.Worker(Path(sys.executable), model) as worker,
        pytest.raises(SystemExit, match="ended with 1 at 'one stream, int9'"),
    ):
        worker.do("one stream, int9")


def test_two_instruction_sets_of_one_checkout_are_compared(model, capfd, monkeypatch):
    portable, *_, best = native.instruction_sets()
    monkeypatch.setattr(against, "ALL", ["scoring, int8"])
    against.main(["--sets", portable, best, "--rounds", "1", "--model", str(model)])
    out = capfd.readouterr().out
    assert out.startswith(f"this checkout {portable} against {best}, ")
    assert "| scoring, int8 |" in out
    assert out.endswith("| the same |\n")


@pytest.mark.parametrize("arguments", [[], ["--sets", "avx2", "avx2"]])
def test_there_must_be_something_to_compare(arguments, capsys):
    with pytest.raises(SystemExit) as raised:
        against.main(arguments)
    assert raised.value.code == 2
    assert "give a commit, or two instruction sets" in capsys.readouterr().err


@given(st.floats(0.5, 2), st.floats(0, 0.1))
def test_the_interval_encloses_the_median_and_is_no_wider_than_the_ratios(middle, width):
    ratios = middle + width * np.linspace(-1, 1, 9)
    median, low, high = against.interval(ratios)
    assert ratios[0] <= low <= median <= high <= ratios[-1]
    assert median == pytest.approx(middle)
