"""What a recogniser hears: the same in any blocks, from the past and the stated look-ahead, as the trained network."""

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.recognition import tones
from wavenet.audio.front_end import FrontEnd
from wavenet.errors import UsageError
from wavenet.model import fused
from wavenet.model.recogniser import pooled
from wavenet.recognition.recogniser import Recogniser, confidence

INPUTS = ("waveform", "log_mel")


def recogniser(kind: str, audio=tones.AUDIO) -> Recogniser:
    return Recogniser(tones.opened(replace(tones.SETTINGS, input=kind), audio=audio)[0])


MADE = {kind: recogniser(kind) for kind in INPUTS}
SPOKEN = np.concatenate([tones.sentence(seed)[0] for seed in (1, 2)])


@pytest.mark.parametrize("kind", INPUTS)
@given(samples=st.integers(0, 1500), cuts=st.lists(st.integers(0, 1500), max_size=6))
def test_blocks_of_any_size_give_the_phones_of_the_whole(kind, samples, cuts):
    made, heard = MADE[kind], SPOKEN[:samples]
    whole = made.recognise(heard)
    at = sorted(min(cut, samples) for cut in cuts)
    blocks = [heard[a:b] for a, b in zip([0, *at], [*at, samples], strict=True)]
    found = list(made.recognised(blocks))
    assert [(p.name, p.start, p.end) for p in found] == [(p.name, p.start, p.end) for p in whole]
    assert [p.confidence for p in found] == pytest.approx([p.confidence for p in whole], abs=1e-5)


@pytest.mark.parametrize("decoding", ["greedy", "bigram"])
@pytest.mark.parametrize("kind", INPUTS)
def test_phones_cover_the_recording_without_a_gap(kind, decoding):
    found = MADE[kind].recognise(SPOKEN, decoding)
    assert found[0].start == 0
    assert found[-1].end == len(SPOKEN) / tones.RATE
    assert [p.end for p in found[:-1]] == [p.start for p in found[1:]]
    assert all(p.start < p.end and 0 <= p.confidence <= 1 for p in found)
    assert all(a.name != b.name for a, b in pairwise(found))


@pytest.mark.parametrize("kind", INPUTS)
@given(at=st.integers(0, 2998))  # no step comes after the last sample, so none hears it
def test_a_frame_depends_on_nothing_after_its_look_ahead(kind, at):
    """And on the samples of its look-ahead: not on fewer than is said."""
    made = MADE[kind]
    heard = SPOKEN[:3000]
    changed = heard.copy()
    changed[at:] = -changed[at:] + 0.1
    before, after = made.log_probabilities(heard), made.log_probabilities(changed)
    safe = [f for f in range(len(before)) if (f + 1) * tones.HOP + made.opened.recogniser.look_ahead <= at]
    np.testing.assert_allclose(before[safe], after[safe], atol=1e-5)
    last = safe[-1] + 1 if safe else 0
    if kind == "waveform" and len(before) > last + 1:
        assert np.abs(before[last + 1] - after[last + 1]).max() > 1e-6


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("decoding", ["greedy", "bigram"])
def test_phones_come_when_the_stated_look_ahead_has_been_heard(kind, decoding):
    made = MADE[kind]
    stream = made.start(decoding)
    heard, whole = 0, made.recognise(SPOKEN, decoding)
    found = []
    for block in np.array_split(SPOKEN, 40):
        heard += len(block)
        found += stream.feed(block)
        seconds = heard / tones.RATE - made.look_ahead(decoding)
        due = sum(phone.end + made.frame_seconds <= seconds + 1e-9 for phone in whole[:-1])
        assert len(found) >= due
    assert [phone.name for phone in found + stream.end()] == [phone.name for phone in whole]


def test_the_run_time_computes_the_network_of_the_training():
    opened, network = tones.opened()
    heard = SPOKEN[:1999]  # the last frame is not whole
    classes = FrontEnd(opened.audio, opened.model).encode(heard)
    past = network.with_start(torch.from_numpy(classes)[None])[:, :-1]
    frames = -(-len(heard) // tones.HOP)
    steps = torch.zeros(frames * tones.HOP, 1)
    steps[: len(heard)] = 1
    with torch.no_grad():
        skips = fused.skips(
            network, torch.nn.functional.pad(past, (0, len(steps) - len(heard)), value=3), torch.float32
        )
        inputs = pooled(skips.view(len(steps), 1, -1), steps, tones.HOP)
        expected = torch.log_softmax(network.frames(inputs, torch.ones(1, 1, frames))[0], 0).t()
    np.testing.assert_allclose(Recogniser(opened, "fp32").log_probabilities(heard), expected.numpy(), atol=2e-4)


def test_without_a_calibration_auto_is_fp32_and_int8_is_refused():
    opened = MADE["waveform"].opened
    heard = SPOKEN[:999]
    plain = [Recogniser(opened, precision).log_probabilities(heard) for precision in ("auto", "fp32")]
    np.testing.assert_array_equal(*plain)
    with pytest.raises(UsageError, match="int8 needs the tensors"):
        Recogniser(opened, "int8")
    with pytest.raises(UsageError, match="precision is 'int4'"):
        Recogniser(opened, "int4")


def test_every_engine_hears_the_same():
    opened, heard = MADE["waveform"].opened, SPOKEN[:1999]
    fast, plain = (Recogniser(opened, "fp32", engine).log_probabilities(heard) for engine in ("native", "reference"))
    np.testing.assert_allclose(fast, plain, atol=1e-4)


def test_pre_emphasis_continues_across_blocks():
    made = recogniser("waveform", replace(tones.AUDIO, pre_emphasis=0.9))
    whole = made.recognise(SPOKEN)
    assert [p.name for p in made.recognised(np.array_split(SPOKEN, 37))] == [p.name for p in whole]


def test_nothing_is_heard_in_an_empty_recording():
    for made in MADE.values():
        assert made.recognise(np.empty(0, np.float32)) == []
        assert confidence([]) is None


def test_an_unknown_decoding_and_a_wrong_waveform_are_refused():
    with pytest.raises(UsageError, match="unknown decoding 'gredy'; did you mean 'greedy'"):
        MADE["waveform"].start("gredy")
    with pytest.raises(UsageError, match="the waveform holds int16"):
        MADE["waveform"].recognise(np.zeros(9, np.int16))


def test_it_needs_no_torch():
    code = "import sys, wavenet.recognition.recogniser; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
