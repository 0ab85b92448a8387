import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.network import dequantised, quantised


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 5))
def test_weights_in_8_bits_are_near(rows: int, columns: int, taps: int) -> None:
    generator = np.random.default_rng(rows * columns)
    tensors = {
        "w": generator.standard_normal((rows, columns, taps)).astype(np.float32),
        "b": np.ones(rows, np.float32),
    }
    back = dequantised(quantised(tensors))
    step = np.abs(tensors["w"]).max((1, 2), keepdims=True) / 127
    assert back["w"].dtype == np.float32
    assert (np.abs(back["w"] - tensors["w"]) <= 0.501 * step).all()
    np.testing.assert_array_equal(back["b"], tensors["b"])
