"""The likeliest path, against all paths; frames joined into phones."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recognition import tones
from wavenet.recognition import bigram
from wavenet.recognition.decoding import PRIOR_POWER, Bigram, Greedy, Phone, Spans

TENSORS = bigram.of([tones.sentence(seed)[1] for seed in range(4)], tones.PHONES)


def logs_of(seed: int, frames: int) -> np.ndarray:
    logits = 2 * np.random.default_rng(seed).standard_normal((frames, len(tones.PHONES)))
    return (logits - np.log(np.exp(logits).sum(1, keepdims=True))).astype(np.float32)


def score(path, logs) -> float:
    prior = TENSORS["prior"]
    total = float(prior[path[0]] + logs[0, path[0]] - PRIOR_POWER * prior[path[0]])
    for t in range(1, len(path)):
        a, b = path[t - 1], path[t]
        total += float(TENSORS["stay"][a] if a == b else TENSORS["leave"][a] + TENSORS["next"][a, b])
        total += float(logs[t, b] - PRIOR_POWER * prior[b])
    return total


@given(seed=st.integers(0, 10_000), frames=st.integers(1, 6))
def test_the_path_is_the_best_of_all(seed, frames):
    logs = logs_of(seed, frames)
    best = max(product(range(len(tones.PHONES)), repeat=frames), key=lambda path: score(path, logs))
    assert Bigram(TENSORS).feed(logs, last=True).tolist() == list(best)


@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(0, 90), max_size=5))
def test_blocks_decide_as_the_whole(seed, cuts):
    logs = logs_of(seed, 90)
    for kind in (lambda: Bigram(TENSORS), Greedy):
        decoder, at = kind(), [0, *sorted(cuts), 90]
        parts = [decoder.feed(logs[a:b]) for a, b in pairwise(at)]
        parts.append(decoder.feed(logs[:0], last=True))
        assert np.concatenate(parts).tolist() == kind().feed(logs, last=True).tolist()


def test_a_frame_is_decided_after_the_lag():
    decoder = Bigram(TENSORS)
    for t in range(50):
        assert len(decoder.feed(logs_of(t, 1))) == (t >= decoder.lag)


def test_frames_become_phones():
    logs = np.log(np.array([[0.7, 0.1, 0.1, 0.1], [0.5, 0.3, 0.1, 0.1], [0.1, 0.8, 0.05, 0.05]], np.float32))
    spans = Spans(tones.PHONES, 0.01, TENSORS)
    found = spans.feed(np.array([0, 0, 1]), logs) + spans.end(0.027)
    assert found == [Phone("SIL", 0.0, 0.02, pytest.approx(0.6)), Phone("a", 0.02, 0.027, pytest.approx(0.8))]


def test_a_phone_that_lasts_longer_than_anybody_says_it_has_no_confidence():
    frames = int(10 / np.exp(TENSORS["leave"][1]))
    logs = np.log(np.full((frames + 1, 4), 0.25, np.float32))
    for phone, n, confidence in ((1, frames, 0.25), (1, frames + 1, 0), (0, frames + 1, 0.25)):
        spans = Spans(tones.PHONES, 0.01, TENSORS)
        assert spans.feed(np.full(n, phone), logs[:n]) == []
        assert spans.end(n / 100)[0].confidence == pytest.approx(confidence)


def test_probabilities_of_sequences_sum_to_one():
    np.testing.assert_allclose(np.exp(TENSORS["prior"]).sum(), 1, rtol=1e-5)
    np.testing.assert_allclose(np.exp(TENSORS["next"]).sum(1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.exp(TENSORS["stay"]) + np.exp(TENSORS["leave"]), 1, rtol=1e-4)
