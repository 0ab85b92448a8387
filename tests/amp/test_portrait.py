"""What is measured of an amplifier is what it is."""

import numpy as np
import pytest

from tests.amp.written import model, wavenet, write
from wavenet.amp import file, portrait
from wavenet.amp.amp import Amp


def linear(*weights):
    return model("Linear", {"receptive_field": len(weights), "bias": False}, 0, weights=list(weights))


@pytest.fixture
def amp(tmp_path):
    return lambda made: Amp(file.read(write(tmp_path / "a.nam", made)))


def test_a_wire_is_a_straight_line(amp):
    told = []
    found = portrait.measure(amp(linear(0.5)), told.append)
    half = 20 * np.log10(0.5)
    assert found.transfer == pytest.approx(portrait.STEPS + half, abs=0.3)
    assert found.responses == pytest.approx(np.full_like(found.responses, half), abs=0.05)
    assert sum(told) == portrait.tones()


def test_a_filter_has_its_response_at_every_level(amp):
    found = portrait.measure(amp(linear(0.5, 0.5)))
    wanted = 20 * np.log10(np.cos(np.pi * found.frequencies / 8000))
    assert found.responses == pytest.approx(np.stack([wanted] * 3), abs=0.05)


def test_it_is_drawn(amp, tmp_path):
    pytest.importorskip("matplotlib")
    portrait.draw(portrait.measure(amp(wavenet())), "a $ b").savefig(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 5000
