from itertools import repeat
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.residuals import residual_tensors
from wavenet.engine import native
from wavenet.tts.network import Reference, Stack, normalised


@given(st.integers(1, 60), st.integers(1, 20), st.lists(st.sampled_from([1, 3, 5]), max_size=3))
def test_parts_of_any_size_join_to_the_whole(T: int, size: int, taps: list[int]) -> None:
    x = np.random.default_rng(T).standard_normal((T, 3)).astype(np.float32)
    for stack, tolerance in ((stack_of(taps), 0), (reference_of(taps), 1e-5)):
        parts = list(stack.parts(x, repeat(size)))
        assert all(len(part) == size for part in parts[:-1])
        np.testing.assert_allclose(np.concatenate(parts), stack(x), atol=tolerance, rtol=0)


def test_of_nothing_there_is_one_part_of_nothing() -> None:
    for stack in (stack_of([3, 3]), reference_of([3, 3])):
        parts = list(stack.parts(np.empty((0, 3), np.float32), repeat(5)))
        assert [part.shape for part in parts] == [(0, 2)]


def test_without_an_engine_the_reference_runs() -> None:
    x = np.random.default_rng(0).standard_normal((9, 3)).astype(np.float32)
    expected = Reference(residual_tensors(3, 4, 2, [3]), 1)(x)
    np.testing.assert_array_equal(reference_of([3])(x), expected)


def test_a_missing_weight_is_named() -> None:
    tensors = {f"s.{name}": tensor for name, tensor in residual_tensors(3, 4, 2, [3]).items()}
    del tensors["s.blocks.0.mix.bias"]
    with pytest.raises(KeyError, match=r"s\.blocks\.0\.mix\.bias"):
        Stack(tensors, "s", 1)


def stack_of(taps: list[int]) -> Stack:
    tensors = {f"s.{name}": tensor for name, tensor in residual_tensors(3, 4, 2, taps).items()}
    return Stack(tensors, "s", len(taps))


def reference_of(taps: list[int]) -> Stack:
    with patch.object(native, "available", lambda: False):
        return stack_of(taps)


def test_normalised_rows_have_a_root_mean_square_of_one_however_loud() -> None:
    x = np.array([[3.0, -4.0], [3e3, 4e3], [0.0, 0.0]], np.float32)
    found = normalised(x)
    np.testing.assert_allclose((found**2).mean(-1), [1, 1, 0], rtol=1e-4)
    np.testing.assert_allclose(found[0] / x[0], 2**0.5 / 5, rtol=1e-4)
