"""The shipped models draw the samples that they drew when they were shipped: int8 is the same on every machine.

Whoever changes the weights of a model, or ships another one, replaces ``GOLDEN`` with what
``python -m tests.engine.test_golden`` prints. Without new weights no digest may change.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from wavenet.arithmetic import ceil_div
from wavenet.engine import folder
from wavenet.engine.interface import LocalConditioning
from wavenet.engine.native import Network

MODELS = Path(folder.__file__).parents[1] / "models"
SAMPLES = 1500
GOLDEN = {
    "allison/wavenet": "d4179c20d66be56417a02cbbde9d65dc",
    "english/wavenet": "991e70523f901b394b1d7a9976b23d94",
    "english_prompts": "68365339179666ba87c9ee1dd28e1f04",
    "many_speakers": "10ae3526f8b69ff08aa14a910c8a52c4",
    "music": "1b4ce1d692562153951297edfbf5b536",
    "music/melody": "961d0b9504c6de255bfbc9ec8808c580",
    "vocoder": "33632885c64ddcae0d98bbccacf1dde4",
}


def shipped() -> dict[str, Path]:
    """The folders of all WaveNets that are shipped, those of the voices too, by their place in ``models``."""
    homes = sorted(path.parent for path in MODELS.rglob("model.safetensors"))
    homes = [path for path in homes if folder.format_of(path) == folder.FORMAT]
    return {str(path.relative_to(MODELS)): path for path in homes}


def exact(*shape: int) -> np.ndarray:
    """Numbers in [-1, 1] that are the same on every machine, unlike what a conditioning network computes."""
    steps = np.arange(np.prod(shape)) * 7919 % 1031 % 33 - 16
    return (steps / np.float32(16)).reshape(shape).astype(np.float32)


def digest(model: Path) -> str:
    """Of the samples of one seed, and of their logits."""
    opened = folder.read(model)
    shape, network = opened.model, Network(opened.model, opened.tensors, "int8")
    bias = exact(shape.layers, 2 * shape.dilation_channels) / 4 if shape.global_channels else None
    rows = None
    if shape.takes_features:
        steps_per_row = 1 if shape.upsample_scales else shape.steps_per_frame
        rows = LocalConditioning(exact(ceil_div(SAMPLES, steps_per_row), shape.local_channels), steps_per_row)
    features = None if rows is None else [rows]
    (samples,) = network.generate([network.start(seed=7, bias=bias, features=rows)], SAMPLES, features=features)
    logits = network.logits(network.start(bias=bias, features=rows), samples, rows)
    return hashlib.sha256(samples.astype("<i4").tobytes() + logits.astype("<f4").tobytes()).hexdigest()[:32]


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_model_draws_the_samples_that_it_was_shipped_with(name):
    assert digest(shipped()[name]) == GOLDEN.get(name), f"see the beginning of {__file__}"


def test_no_digest_is_of_a_model_that_is_no_longer_shipped():
    assert GOLDEN.keys() == shipped().keys()


if __name__ == "__main__":
    print(json.dumps({name: digest(path) for name, path in shipped().items()}, indent=4))
