"""What the engine must compute alike everywhere, as digests. Runs here and, its text alone, in a browser."""

import hashlib

import numpy as np

from wavenet.engine import native
from wavenet.engine.interface import LocalConditioning
from wavenet.tts import linguistics
from wavenet.tts.voice import Voice

TEXT = "Dr. Smith paid $3.50 on 3/4."


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def numbers(*shape, seed):
    """Numbers in [-1, 1) by integers alone: other functions may differ in their last bit."""
    count = np.arange(1, 1 + int(np.prod(shape)), dtype=np.uint64) + np.uint64(1000 * seed)
    return ((count * np.uint64(2654435761) % np.uint64(2**32)).astype(np.float64) / 2**31 - 1).reshape(shape)


def drawn(voice, precision, bias=None):
    """Classes of a stream that is conditioned on rows of its own, in two calls."""
    network = native.Network(voice.generator.model, voice.generator.tensors, precision)
    rows = numbers(64, voice.generator.model.local_channels, seed=1).astype(np.float32)
    given = LocalConditioning(rows, 40, 0)
    state = network.start(seed=2**40 + 3, stream=5, temperature=0.8, features=given, bias=bias)
    parts = [network.generate([state], [samples], features=[given])[0] for samples in (300, 500)]
    assert state.time == 800
    return np.concatenate(parts)


def checks(voice: Voice):
    """A digest of each thing."""
    model = voice.generator.model
    bias = (0.1 * numbers(model.layers, 2 * model.dilation_channels, seed=2)).astype(np.float32)
    core = native.core()
    plan = list(voice.plan(TEXT))
    return {
        "int8": digest(drawn(voice, "int8")),
        "a bias": digest(drawn(voice, "int8", bias)),
        "durations": digest(np.concatenate([each.durations for each in plan]).astype(np.int32)),
        "pitch": digest(np.concatenate([each.pitch for each in plan])),
        "conditions": digest(np.concatenate([each.conditions for each in plan])),
        "synthesise": digest(
            core.synthesise(
                numbers(500, seed=3),
                0.02 * numbers(6, 40, seed=4),
                1 + numbers(6, seed=5),
                100,
                50,
                numbers(40, seed=6),
            )
        ),
        "full band": digest(
            core.full_band(
                numbers(300, seed=7), numbers(65, 4, seed=8), 1 + numbers(32, seed=9), numbers(999, seed=10), 990
            )
        ),
        "features": digest(linguistics.places(np.array([3, 0, 4], np.intp))),
    }
