"""Forced alignment: the best path against all paths; words, pauses and pronunciations."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.recognition import alignment
from wavenet.recognition.alignment import START, Graph

PHONES = ("SIL", "a", "b")
NUMBERS = {phone: i for i, phone in enumerate(PHONES)}


def logs_of(seed: int, frames: int) -> np.ndarray:
    logits = 2 * np.random.default_rng(seed).standard_normal((frames, len(PHONES)))
    return (logits - np.log(np.exp(logits).sum(1, keepdims=True))).astype(np.float32)


def allowed(graph: Graph, path) -> bool:
    begins = START in graph.states[path[0]].before and path[-1] in graph.ends
    return begins and all(b == a or a in graph.states[b].before for a, b in pairwise(path))


def total(graph: Graph, path, logs) -> float:
    return float(sum(logs[t, NUMBERS[graph.states[s].phone]] for t, s in enumerate(path)))


words = st.lists(
    st.lists(st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=2).map(tuple), min_size=1, max_size=2),
    min_size=1,
    max_size=2,
)
graphs = words.map(Graph.of) | st.lists(st.sampled_from(PHONES), min_size=1, max_size=4).map(Graph.of_segments)


@given(graph=graphs, seed=st.integers(0, 10_000), frames=st.integers(1, 4))
def test_the_path_is_the_best_of_all(graph, seed, frames):
    logs = logs_of(seed, frames)
    paths = [path for path in product(range(len(graph.states)), repeat=frames) if allowed(graph, path)]
    if not paths:
        with pytest.raises(UsageError, match=f"its {frames} frames are fewer than its phones"):
            alignment.best(graph, logs, NUMBERS)
        return
    found = alignment.best(graph, logs, NUMBERS)
    path = np.repeat(found.states, found.frames).tolist()
    assert allowed(graph, path)
    assert total(graph, path, logs) == pytest.approx(max(total(graph, each, logs) for each in paths))
    assert found.score == pytest.approx((total(graph, path, logs) - logs.max(1).sum()) / frames, abs=1e-5)


def certain(*phones: str) -> np.ndarray:
    return np.log(np.array([[0.98 if name == phone else 0.01 for name in PHONES] for phone in phones], np.float32))


def said(graph: Graph, logs) -> list[tuple[str, int]]:
    found = alignment.best(graph, logs, NUMBERS)
    return [(graph.states[s].phone, n) for s, n in zip(found.states, found.frames, strict=True)]


def test_the_pronunciation_that_was_said_and_the_pauses_that_were_made_are_found():
    graph = Graph.of([[("a", "b"), ("b",)], [("a",)]])
    assert said(graph, certain(*"bbaa")) == [("b", 2), ("a", 2)]
    heard = certain("SIL", "a", "b", "b", "SIL", "SIL", "a", "SIL")
    assert said(graph, heard) == [("SIL", 1), ("a", 1), ("b", 2), ("SIL", 2), ("a", 1), ("SIL", 1)]


def test_the_same_phone_twice_is_two():
    assert [name for name, _ in said(Graph.of([[("a",)], [("a",)]]), certain(*"aaaa"))] == ["a", "a"]


def test_an_unknown_phone_is_named():
    with pytest.raises(UsageError, match="does not know the phone 'x'; it knows SIL, a, b"):
        alignment.best(Graph.of([[("x",)]]), certain("a"), NUMBERS)


def test_a_text_that_is_what_was_said_scores_zero_and_another_one_less():
    heard = certain(*"aabb")
    assert alignment.best(Graph.of([[("a", "b")]]), heard, NUMBERS).score == 0
    assert alignment.best(Graph.of([[("b", "a")]]), heard, NUMBERS).score < -1
