"""Sentences of similar length, in groups."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from wavenet.training.voice.batches import Batch, batches
from wavenet.tts import linguistics
from wavenet.tts.examples import Example
from wavenet.tts.segments import Segment


def example(segments, durations, seed=0):
    random, frames = np.random.default_rng(seed), sum(durations)
    mel = random.normal(size=(frames, 3)).astype(np.float32)
    return Example(
        str(seed), [Segment("T")] * segments, random.normal(size=(segments, 4)).astype(np.float32),
        np.array(durations), random.normal(size=(frames, 2)).astype(np.float32), lambda: mel,
    )  # fmt: skip


def test_a_batch_has_each_sentence_and_zeros_behind_it():
    short, long = example(2, [1, 2], 1), example(3, [2, 0, 3], 2)
    found = Batch.of([short, long])
    for row, each in enumerate((short, long)):
        S, F = len(each.segments), each.frames
        for whole, own in ((found.features, each.features), (found.pitch, each.pitch), (found.mel, each.mel)):
            np.testing.assert_array_equal(whole[row, : len(own)], own)
            assert not whole[row, len(own) :].any()
        assert found.segment_inside[row, :, 0].tolist() == [True] * S + [False] * (3 - S)
        assert found.frame_inside[row, :, 0].tolist() == [True] * F + [False] * (5 - F)
        np.testing.assert_array_equal(found.places[row, :F], linguistics.places(each.durations))
    assert found.durations.tolist() == [[1, 2, 0], [2, 0, 3]]
    assert found.index.tolist() == [[0, 1, 1, 0, 0], [0, 0, 2, 2, 2]]
    assert found.segment_inside.dtype == found.frame_inside.dtype == torch.bool


def sizes(lengths, frames, seed=0):
    examples = [SimpleNamespace(frames=n) for n in lengths]
    groups = batches(examples, frames, np.random.default_rng(seed))
    assert sorted(id(each) for group in groups for each in group) == sorted(map(id, examples))
    return sorted([each.frames for each in group] for group in groups)


def test_a_group_has_so_many_frames_at_most_padding_counted():
    assert sizes([10, 10, 10], 20) == [[10], [10, 10]]
    assert sizes([10, 10, 10], 19) == [[10], [10], [10]]
    assert sizes([4, 9, 10], 20) == [[4, 9], [10]]
    assert sizes([30], 20) == [[30]]
    assert sizes([30, 5], 20) == [[5], [30]]


@pytest.mark.parametrize("seed", range(3))
def test_groups_come_in_random_order_and_lengths_are_alike(seed):
    lengths = list(range(1, 101))
    groups = batches([SimpleNamespace(frames=n) for n in lengths], 200, np.random.default_rng(seed))
    spread = [max(e.frames for e in group) - min(e.frames for e in group) for group in groups]
    assert max(spread) <= 20
    first = [group[0].frames for group in groups]
    assert first != sorted(first)
