import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wavenet.engine.precision import PRECISIONS
from wavenet.engine.products import Grid, linear, quantized_rows, to_bf16, widest

FINITE = st.floats(-(2**100), 2**100, width=32)
MODERATE = st.floats(-100, 100, width=32).map(lambda x: x if abs(x) > 2**-40 else 0.0)
EPS = np.finfo(np.float32).eps


def vectors(values=MODERATE, max_size=12):
    return arrays(np.float32, st.integers(1, max_size), elements=values)


@st.composite
def products(draw):
    """A weight (out, in), a bias (out,) and an input (in,)."""
    out, n = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    return tuple(draw(arrays(np.float32, shape, elements=MODERATE)) for shape in ((out, n), out, n))


@given(vectors(FINITE))
def test_rounding_to_bf16_is_that_of_torch(x):
    assert np.array_equal(to_bf16(x), torch.from_numpy(x).bfloat16().float().numpy())


def test_ties_between_two_bf16_values_go_to_the_even_one():
    step = np.float32(2**-7)  # between bf16 values from 1 to 2
    ties = np.float32(1) + step * np.array([0.5, 1.5, 2.5], np.float32)
    assert np.array_equal(to_bf16(ties), np.float32(1) + step * np.array([0, 2, 2], np.float32))


@given(products())
def test_each_row_of_an_int8_weight_uses_all_integers_and_is_half_a_unit_off_at_most(drawn):
    weight = drawn[0]
    integers, scale = quantized_rows(weight)
    assert integers.dtype == np.int32
    for row, units, one in zip(weight, integers.astype(np.float64), scale, strict=True):
        assert np.abs(units * one - row).max() <= 0.5 * one * (1 + 1e-4)
        assert np.abs(units).max() == (127 if np.abs(row).max() / np.float32(127) > 0 else 0)


def test_a_row_of_zeros_has_the_scale_one():
    integers, scale = quantized_rows(np.zeros((2, 3), np.float32))
    assert not integers.any()
    assert np.array_equal(scale, [1, 1])


@given(vectors(), st.floats(2**-10, 4, width=32), st.sampled_from([(-127, 127), (0, 255)]))
def test_a_grid_takes_the_nearest_integer_and_saturates(x, step, ends):
    taken = Grid(np.float32(step), *ends)(x)
    inside = np.clip(x.astype(np.float64) / step, *ends)
    assert np.array_equal(taken, np.rint(taken))
    assert np.abs(taken - inside).max() <= 0.5 + 1e-4
    assert taken.min() >= ends[0]
    assert taken.max() <= ends[1]


@pytest.mark.parametrize("precision", PRECISIONS)
@given(drawn=products())
def test_a_product_is_as_near_the_exact_one_as_the_rounding_of_its_factors_allows(precision, drawn):
    weight, bias, x = drawn
    step = np.abs(x).max() / np.float32(127) or np.float32(1)
    product = linear(precision, weight, bias, Grid(np.float32(step)))
    exact = weight.astype(np.float64) @ x + bias
    w, size = np.abs(weight).astype(np.float64), np.abs(x).astype(np.float64)
    off_w, off_x = {
        "fp32": (0 * w, 0 * size),
        "bf16": (w * 2**-8, size * 2**-8),  # half of the distance of two values with 8 bits
        "int8": (np.broadcast_to(w.max(axis=1, keepdims=True) / 254, w.shape), np.full(len(x), step / 2)),
    }[precision]
    bound = (w @ off_x + off_w @ size + off_w @ off_x) * 1.001
    rounding = 2 * (len(x) + 2) * EPS * (w @ size + np.abs(bias)) + 1e-37
    assert (np.abs(product(product.take(x)) - exact) <= bound + rounding).all()


def test_int8_sums_are_exact_integers_beyond_the_reach_of_float32():
    n = 5000
    weight = np.full((1, n), 127, np.float32)
    x = np.full(n, 255, np.float32)
    x[0] = 254
    product = linear("int8", weight, np.zeros(1, np.float32), Grid(np.float32(1), 0, 255))
    assert product.weight.dtype == np.float64
    assert float((product.take(x) @ product.weight.T)[0]) == 127 * (255 * (n - 1) + 254)


def test_ties_between_two_integers_go_to_the_even_one():
    ties, even = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 100.5], np.float32), [0, 2, 2, 0, -2, 100]
    assert np.array_equal(Grid(np.float32(1))(ties), even)
    integers, _ = quantized_rows(np.array([[127.0, *ties]], np.float32))
    assert np.array_equal(integers[0, 1:], even)


@given(st.integers(1, 70_000))
def test_the_widest_weights_fill_int32_and_never_overflow_it(inputs):
    most = widest(inputs)
    assert 255 * inputs * most < 2**31
    assert most == 2**15 - 1 or 255 * inputs * (most + 1) >= 2**31
