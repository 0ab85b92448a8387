import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.residuals import residual_tensors
from wavenet.engine.eight_bits import dequantised, quantised
from wavenet.engine.residual import Residual


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


def test_vectors_stay_as_they_are_and_matrices_have_8_bits_and_a_scale_for_each_row() -> None:
    weights = np.array([[1.27, -0.5], [0.0, 0.0], [-2.54, 2.54]], np.float32)
    vector = np.random.default_rng(0).standard_normal(3).astype(np.float32)
    stored = quantised({"w": weights, "b": vector})
    assert sorted(stored) == ["b", "w", "w.scale"]
    np.testing.assert_array_equal(stored["b"], vector)
    assert stored["w"].tolist() == [[127, -50], [0, 0], [-127, 127]]
    np.testing.assert_allclose(stored["w.scale"], [0.01, 0, 0.02], atol=1e-9)
    assert stored["w.scale"].dtype == np.float32
    assert sorted(dequantised(stored)) == ["b", "w"]


def test_what_is_stored_already_stays_as_it_is() -> None:
    stored = quantised(residual_tensors(3, 4, 2, [3]))
    again = quantised(stored)
    assert stored.keys() == again.keys()
    assert all(again[name] is tensor for name, tensor in stored.items())


@given(st.integers(1, 40), st.integers(4, 40), st.sampled_from([[], [5], [1, 2]]))
def test_stored_weights_are_those_in_float32_to_the_bit(inputs: int, channels: int, taps: list[int]) -> None:
    plain = residual_tensors(inputs, channels, 3, taps)
    x = np.random.default_rng(inputs).standard_normal((7, inputs)).astype(np.float32)
    np.testing.assert_array_equal(Residual(quantised(plain), taps)(x), Residual(plain, taps)(x))
