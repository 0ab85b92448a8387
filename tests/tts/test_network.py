from itertools import repeat

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.network import Stack, dequantised, normalised, quantised


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


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 3), st.sampled_from([1, 3, 5]))
def test_parts_of_any_size_join_to_the_whole(T: int, size: int, blocks: int, taps: int) -> None:
    stack = Stack(random_stack(blocks, taps), "s", blocks)
    x = np.random.default_rng(T).standard_normal((T, 3)).astype(np.float32)
    parts = list(stack.parts(x, repeat(size)))
    assert all(len(part) == size for part in parts[:-1])
    np.testing.assert_allclose(np.concatenate(parts), stack(x), atol=1e-5)


def test_of_nothing_there_is_one_part_of_nothing() -> None:
    parts = list(Stack(random_stack(2, 3), "s", 2).parts(np.empty((0, 3), np.float32), repeat(5)))
    assert [part.shape for part in parts] == [(0, 2)]


def random_stack(blocks: int, taps: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(blocks)
    shapes = {"s.input.weight": (4, 3), "s.input.bias": (4,), "s.output.weight": (2, 4), "s.output.bias": (2,)}
    for i in range(blocks):
        block = {"conv.weight": (4, 4, taps), "conv.bias": (4,), "mix.weight": (4, 4), "mix.bias": (4,)}
        shapes |= {f"s.blocks.{i}.{name}": shape for name, shape in block.items()}
    return {name: generator.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


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


def test_normalised_rows_have_a_root_mean_square_of_one_however_loud() -> None:
    x = np.array([[3.0, -4.0], [3e3, 4e3], [0.0, 0.0]], np.float32)
    found = normalised(x)
    np.testing.assert_allclose((found**2).mean(-1), [1, 1, 0], rtol=1e-4)
    np.testing.assert_allclose(found[0] / x[0], 2**0.5 / 5, rtol=1e-4)
