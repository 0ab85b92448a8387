import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.residuals import residual_tensors
from wavenet.engine import native
from wavenet.engine.eight_bits import quantised
from wavenet.engine.residual import Residual
from wavenet.errors import UsageError
from wavenet.tts.network import Reference

ROUNDED = 4e-3
"""of outputs whose root mean square is about 1: of 1,500 networks like these, inputs in 16 bits change one by 1.6e-3,
where x is all near 0, and the others by 8e-4 at most; a product that is wrong anywhere changes more"""

SIZES = st.tuples(st.integers(1, 40), st.integers(4, 70), st.integers(1, 40))
"""with fewer channels n(x) would be a step at 0, on either side of which the two may lie"""
TAPS = st.lists(st.sampled_from([1, 2, 3, 5]), max_size=3)
ROWS = st.one_of(st.integers(0, 4), st.sampled_from([47, 48, 49, 96, 100]))


def inputs(rows: int, channels: int) -> np.ndarray:
    return np.random.default_rng(rows).standard_normal((rows, channels)).astype(np.float32)


@given(SIZES, TAPS, ROWS)
def test_a_network_is_the_reference(sizes, taps, rows):
    tensors, x = residual_tensors(*sizes, taps), inputs(rows, sizes[0])
    expected = Reference(tensors, len(taps))(x)
    found = Residual(tensors, taps)(x)
    assert found.shape == expected.shape
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=ROUNDED)


@given(SIZES, TAPS, ROWS)
def test_every_instruction_set_computes_the_same_bits(sizes, taps, rows):
    tensors, x = residual_tensors(*sizes, taps), inputs(rows, sizes[0])
    inside, channels, outside = sizes
    first, *others = (
        native.core().ResidualNetwork(quantised(tensors), inside, channels, outside, taps, isa).run(x)
        for isa in native.instruction_sets()
    )
    for each in others:
        np.testing.assert_array_equal(each, first)


@given(TAPS, st.integers(1, 100), st.integers(0, 99))
def test_a_row_is_the_same_whatever_lies_beyond_the_reach_of_the_blocks(taps, rows, row):
    tensors, x, row = residual_tensors(5, 20, 3, taps), inputs(rows, 5), row % rows
    network, before, after = Residual(tensors, taps), sum(k // 2 for k in taps), sum(k - 1 - k // 2 for k in taps)
    begin = max(row - before, 0)
    np.testing.assert_array_equal(network(x[begin : row + after + 1])[row - begin], network(x)[row])


def test_threads_share_a_network():
    taps = [5, 5]
    network, x = Residual(residual_tensors(40, 96, 20, taps), taps), inputs(400, 40)
    expected, found = network(x), []
    threads = [threading.Thread(target=lambda: found.append(network(x))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for each in found:
        np.testing.assert_array_equal(each, expected)


def test_the_largest_sums_fit(isa):
    """Every weight is the largest, and so is every input of the second matrix of a block."""
    tensors = {name: np.ones_like(tensor) for name, tensor in residual_tensors(2_000, 1_200, 1, [5]).items()}
    x = np.ones((7, 2_000), np.float32)
    np.testing.assert_allclose(Residual(tensors, [5])(x), Reference(tensors, 1)(x), rtol=1e-3)
    alone = np.zeros_like(x)
    alone[:, 0] = 1
    tensors["input.weight"][1:] = 0  # all of a row's square is in one channel
    tensors["input.bias"][:] = 0
    np.testing.assert_allclose(Residual(tensors, [5])(alone), Reference(tensors, 1)(alone), rtol=1e-3)


def test_rows_of_any_loudness_keep_their_bits():
    tensors = residual_tensors(5, 20, 3, [3])
    x = inputs(9, 5) * np.float32(10) ** np.arange(-36, 18, 6, dtype=np.float32)[:, None]
    found, expected = Residual(tensors, [3])(x), Reference(tensors, 1)(x)
    np.testing.assert_allclose(found, expected, atol=ROUNDED)


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38, 1e-44])
@pytest.mark.parametrize("name", ["input.weight", "blocks.0.conv.bias", "blocks.0.mix.weight", "output.bias"])
def test_weights_that_are_no_numbers_give_rows_all_the_same(name, value):
    tensors = residual_tensors(3, 4, 2, [3])
    tensors[name][:] = value
    assert Residual(tensors, [3])(inputs(5, 3)).shape == (5, 2)


@pytest.mark.parametrize(
    ("name", "tensor", "why"),
    [
        ("blocks.0.mix.bias", None, "tensor blocks.0.mix.bias is missing"),
        ("blocks.0.mix.weight", np.zeros((4, 5)), "tensor blocks.0.mix.weight has another shape"),
        ("blocks.0.conv.weight", np.zeros((4, 4, 2)), "tensor blocks.0.conv.weight has another shape"),
        ("input.weight", np.zeros((4, 0)), "at least one channel"),
    ],
)
def test_weights_that_do_not_fit_are_refused(name, tensor, why):
    tensors = residual_tensors(3, 4, 2, [3])
    tensors[name] = tensor
    with pytest.raises(UsageError, match=why):
        Residual({key: each for key, each in tensors.items() if each is not None}, [3])


@pytest.mark.parametrize(
    "sizes", [(0, 4, 2, [3]), (3, -1, 2, [3]), (3, 4, 2**31 - 1, [3]), (3, 4, 2, [0]), (3, 4, 2, [2**30])]
)
def test_sizes_that_cannot_be_are_refused_before_any_weight_is_read(sizes):
    with pytest.raises(ValueError, match=r"at least one|too wide|too many"):
        native.core().ResidualNetwork({}, *sizes, "")


@pytest.mark.parametrize(
    ("x", "why"), [(np.zeros((2, 4)), "4 channels, and this network takes 3"), (np.full((2, 3), np.nan), "not finite")]
)
def test_rows_that_do_not_fit_are_refused(x, why):
    with pytest.raises(UsageError, match=why):
        Residual(residual_tensors(3, 4, 2, [3]), [3])(x)
