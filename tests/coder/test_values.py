"""Samples as classes and positions."""

import numpy as np
import pytest

from wavenet.audio import mu_law
from wavenet.coder.values import KINDS, Values
from wavenet.errors import UsageError

EVERY = {"pcm16": np.arange(-(2**15), 2**15).astype("<i2").tobytes(), "mulaw": bytes(range(256)),
         "alaw": bytes(range(256))}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_sample_comes_back(kind):
    values = Values(kind, 256)
    classes, positions = values.classes(EVERY[kind])
    assert values.data(classes, positions) == EVERY[kind]
    assert (positions >= 0).all()
    assert (positions < values.widths[classes]).all()


@pytest.mark.parametrize("quantizer", ["mu_law", "linear"])
@pytest.mark.parametrize("classes", [2, 16, 256, 1024])
def test_every_16_bit_sample_comes_back_from_any_number_of_classes(classes, quantizer):
    values = Values("pcm16", classes, quantizer)
    found, positions = values.classes(EVERY["pcm16"])
    assert values.data(found, positions) == EVERY["pcm16"]
    assert values.widths.sum() == 2**16 + (values.widths - np.bincount(found, minlength=classes)).sum()


def test_a_16_bit_sample_has_the_class_that_the_network_gives_it():
    found, _ = Values("pcm16", 256).classes(EVERY["pcm16"])
    np.testing.assert_array_equal(found, mu_law.encode(np.arange(-(2**15), 2**15) / 2**15))


def test_no_edge_of_a_class_is_so_near_to_a_sample_that_rounding_could_move_it():
    inner = mu_law.bin_edges()[1:-1] * 2**15
    inner = inner[inner != 0]  # the edge between classes 127 and 128 is exact
    assert np.abs(inner - np.rint(inner)).min() > 1e-6


def mu_law_value(code: int) -> int:
    """What a code of μ-law stands for, by the standard G.711."""
    inverted = code ^ 0xFF
    size = (((inverted & 15) << 3) + 132 << (inverted >> 4 & 7)) - 132
    return -size if inverted & 128 else size


def a_law_value(code: int) -> int:
    """What a code of A-law stands for, by the standard G.711."""
    inverted = code ^ 0x55
    exponent, size = inverted >> 4 & 7, ((inverted & 15) << 4) + 8
    size = size + 256 << exponent - 1 if exponent else size
    return size if inverted & 128 else -size


@pytest.mark.parametrize(("kind", "value"), [("mulaw", mu_law_value), ("alaw", a_law_value)])
def test_the_classes_of_codes_rise_with_what_the_standard_says_they_stand_for(kind, value):
    classes, _ = Values(kind, 256).classes(EVERY[kind])
    assert sorted(classes) == list(range(256))
    said = np.array([value(code) for code in range(256)])
    assert (np.diff(said[np.argsort(classes)]) >= 0).all()


def test_the_negative_zero_of_mu_law_comes_before_the_positive_one():
    classes, _ = Values("mulaw", 256).classes(EVERY["mulaw"])
    assert (classes[127], classes[255]) == (127, 128)


def test_codes_of_telephones_need_256_classes():
    with pytest.raises(UsageError, match="the model has 16 μ-law classes; mulaw needs one of 256"):
        Values("mulaw", 16)


def test_of_65536_linear_classes_each_has_one_16_bit_sample():
    values = Values("pcm16", 65_536, "linear")
    found, positions = values.classes(EVERY["pcm16"])
    np.testing.assert_array_equal(found, np.arange(65_536))
    assert not positions.any()
    assert (values.widths == 1).all()
