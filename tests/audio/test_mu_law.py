import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import mu_law

CLASSES = st.sampled_from([2, 3, 16, 255, 256, 1024])


def test_published_table():
    waveform = [-1, 1, 0.6, -0.25, 0.01, 0.33, -0.9999, 0.42, 0.1, -0.45]
    assert mu_law.encode(waveform).tolist() == [0, 255, 243, 32, 157, 230, 0, 235, 203, 18]


def test_silence_is_class_128():
    assert mu_law.encode(0.0) == 128


@pytest.mark.parametrize("classes", [2, 3, 16, 256, 1024, 65536])
def test_encode_undoes_decode_for_every_class(classes):
    k = np.arange(classes)
    assert np.array_equal(mu_law.encode(mu_law.decode(k, classes), classes), k)


@given(st.floats(-1, 1), CLASSES)
def test_decoding_lands_within_the_bin_of_the_value(x, classes):
    edges = mu_law.bin_edges(classes)
    k = int(mu_law.encode(x, classes))
    assert edges[k] - 1e-9 <= x <= edges[k + 1] + 1e-9
    assert edges[k] < mu_law.decode(k, classes) < edges[k + 1]


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_encode_is_monotonic(a, b):
    low, high = mu_law.encode(sorted([a, b]))
    assert low <= high


@given(st.floats(1, 1e6))
def test_values_beyond_full_scale_take_the_outermost_class(x):
    assert mu_law.encode([x, -x]).tolist() == [255, 0]
