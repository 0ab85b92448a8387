"""The quantisers: what holds for every one of them, and what linear classes are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import linear, mu_law
from wavenet.audio.quantizers import QUANTIZERS, Bins

NAMES = st.sampled_from(sorted(QUANTIZERS))
CLASSES = st.one_of(st.integers(2, 300), st.sampled_from([1_024, 65_536]))


@given(NAMES, CLASSES)
def test_a_class_is_that_of_the_value_which_it_stands_for(name, classes):
    every = np.arange(classes)
    np.testing.assert_array_equal(QUANTIZERS[name].encode(QUANTIZERS[name].decode(every, classes), classes), every)


@given(NAMES, CLASSES)
def test_silence_is_the_same_class_of_every_quantiser(name, classes):
    assert QUANTIZERS[name].encode(0.0, classes) == classes // 2 == mu_law.silence(classes)


@given(NAMES, st.integers(2, 300), st.floats(-1.5, 1.5))
def test_a_value_lies_within_the_edges_of_its_class(name, classes, value):
    k, bins = int(QUANTIZERS[name].encode(value, classes)), Bins(name, classes)
    assert bins.edges[k] - 1e-9 <= np.clip(value, -1, 1) <= bins.edges[k + 1] + 1e-9


def test_65536_linear_classes_are_the_16_bit_samples():
    samples = np.arange(-(2**15), 2**15)
    np.testing.assert_array_equal(linear.encode(samples / 2**15), samples + 2**15)
    np.testing.assert_array_equal(linear.decode(samples + 2**15), samples / 2**15)


@pytest.mark.parametrize(("value", "k"), [(1.0, 255), (9.0, 255), (-1.0, 0), (-9.0, 0), (0.0039, 128), (0.0040, 129)])
def test_linear_classes_have_one_width_and_end_at_full_scale(value, k):
    assert linear.encode(value, 256) == k
    assert Bins("linear", 256).finest == pytest.approx(2 / 256)
