"""What is taken for a waveform, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio.waveforms import LARGEST, checked
from wavenet.errors import UsageError


@given(st.lists(st.floats(-LARGEST, LARGEST, width=32), max_size=20), st.sampled_from([np.float32, np.float64]))
def test_floats_around_full_scale_pass_as_they_are(values, dtype):
    waveform = np.array(values, dtype)
    assert checked(waveform) is waveform
    assert np.array_equal(checked(values), np.array(values))


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16])
def test_integers_are_refused_with_what_to_divide_them_by(dtype):
    with pytest.raises(
        UsageError, match=rf"holds {np.dtype(dtype)}, .* divide it by {2 ** (8 * dtype().itemsize - 1)}"
    ):
        checked(np.zeros(3, dtype))


@given(
    value=st.sampled_from([np.nan, np.inf, -np.inf, 1e300, -30_000.0, 1.01 * LARGEST]),
    at=st.integers(0, 9),
)
def test_a_value_that_cannot_be_is_refused_with_its_place(value, at):
    waveform = np.zeros(10)
    waveform[at] = value
    with pytest.raises(UsageError, match=f"sample {at} of the waveform is"):
        checked(waveform)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((2, 5)), r"shape \(2, 5\), and must be floats \(T,\); average its channels"),
        (0.5, r"shape \(\)"),
        (["a"], "array of <U1"),
        (np.zeros(3, complex), "array of complex128"),
        (np.zeros(3, bool), "array of bool"),
        (None, "array of object"),
    ],
)
def test_what_is_no_waveform_is_refused(values, message):
    with pytest.raises(UsageError, match=message):
        checked(values)
