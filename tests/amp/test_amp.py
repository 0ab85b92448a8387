"""The native amplifier is the numpy one, whatever the blocks."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.amp.written import KINDS, array, lstm, wavenet, write
from wavenet.amp import file, reference
from wavenet.amp.amp import Amp
from wavenet.engine import native
from wavenet.errors import UsageError

SAMPLES = np.random.default_rng(0).normal(0, 0.3, 400).astype(np.float32)
blocks = st.lists(st.sampled_from([1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 130]), min_size=1, max_size=30)


def opened(tmp_path, kind, quality=None):
    return file.read(write(tmp_path / f"{kind}.nam", KINDS[kind]), quality)


def cut(amp, sizes):
    """The samples in blocks of these lengths, again and again."""
    made, start, i = [], 0, 0
    while start < len(SAMPLES):
        block = SAMPLES[start : start + sizes[i % len(sizes)]]
        made.append(amp.process(block))
        start, i = start + len(block), i + 1
    return np.concatenate(made)


@pytest.mark.parametrize("isa", native.instruction_sets())
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_what_numpy_gives(kind, isa, tmp_path, monkeypatch):
    monkeypatch.setenv(native.VARIABLE, isa)
    model = opened(tmp_path, kind)
    wanted = reference.play(model, SAMPLES)
    amp = Amp(model)
    tolerance = 2e-6 * max(1, np.abs(wanted).max())
    assert np.abs(amp.process(SAMPLES) - wanted).max() < tolerance
    amp.reset()
    assert np.abs(cut(amp, [1]) - wanted).max() < tolerance


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10)
@given(sizes=blocks)
def test_the_blocks_change_no_bit(kind, sizes, tmp_path_factory):
    amp = Amp(opened(tmp_path_factory.mktemp("amp"), kind))
    whole = amp.process(SAMPLES)
    amp.reset()
    assert (cut(amp, sizes) == whole).all()


@pytest.mark.parametrize("quality", [0, 0.4, 0.6, 1])
def test_every_size_gives_what_numpy_gives(quality, tmp_path):
    for kind in ("slimmable", "container"):
        model = opened(tmp_path, kind, quality)
        assert np.abs(Amp(model).process(SAMPLES) - reference.play(model, SAMPLES)).max() < 2e-6


def test_it_starts_as_after_silence_and_does_so_again_after_a_reset(tmp_path):
    amp = Amp(opened(tmp_path, "two_arrays"))
    silence = amp.process(np.zeros(200, np.float32))
    assert (silence == silence[0]).all()
    heard = amp.process(SAMPLES)
    amp.reset()
    assert (amp.process(SAMPLES) == heard).all()
    other = Amp(amp.model)
    assert (other.process(SAMPLES) == heard).all()


def test_it_is_written_where_it_is_asked_for_and_in_place(tmp_path):
    amp, out = Amp(opened(tmp_path, "gated")), np.empty(len(SAMPLES), np.float32)
    assert amp.process(SAMPLES, out) is out
    amp.reset()
    block = SAMPLES.copy()
    amp.process(block, block)
    assert (block == out).all()
    assert len(amp.process(SAMPLES[:0])) == 0


@pytest.mark.parametrize(
    ("block", "out"),
    [
        (SAMPLES.astype(np.float64), None),
        (SAMPLES[::2], None),
        (SAMPLES[None], None),
        (SAMPLES, SAMPLES[:-1].copy()),
        (SAMPLES, np.empty(400)),
    ],
)
def test_blocks_of_other_kinds_are_refused(block, out, tmp_path):
    with pytest.raises(UsageError, match=r"block must be|as many samples"):
        Amp(opened(tmp_path, "plain")).process(block, out)


def test_tiny_numbers_count_as_nothing(tmp_path):
    amp = Amp(file.read(write(tmp_path / "a.nam", wavenet(array(activation="ReLU")))))
    amp.process(np.full(100, 1e-41, np.float32))
    amp.reset()
    assert (amp.process(np.full(100, 1e-41, np.float32)) == amp.process(np.zeros(100, np.float32))).all()


def test_a_standard_amplifier_takes_less_than_two_megabytes(tmp_path):
    dilations = [2**i for i in range(10)]
    first = array(channels=16, head_size=8, head_bias=False, dilations=dilations)
    standard = wavenet(first, array(input_size=16, channels=8, dilations=dilations), version="0.5.2")
    path = write(tmp_path / "standard.nam", standard)
    amp = Amp.open(path)
    assert (amp.model.weights, amp.sample_rate) == (13_802, 8000)
    assert amp.bytes < 2_000_000


def test_blocks_are_timed_one_by_one(tmp_path):
    seconds = Amp(opened(tmp_path, "plain")).seconds(SAMPLES, 64)
    assert len(seconds) == 6
    assert (seconds > 0).all()


def test_an_unknown_instruction_set_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, native.VARIABLE, "mmx")
    with pytest.raises(UsageError, match="mmx"):
        Amp.open(write(tmp_path / "a.nam", lstm()))
