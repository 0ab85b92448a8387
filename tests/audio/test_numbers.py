"""What the front end computes of a sound does not drift: models were trained on these numbers.

Whoever changes one of these computations on purpose trains the models anew, and replaces ``numbers.json`` with what
``python -m tests.audio.test_numbers`` prints.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from wavenet.audio import bands, features, mu_law, periodicity, prediction
from wavenet.audio.front_end import FrontEnd
from wavenet.config import AudioConfig, FeatureConfig, ModelConfig
from wavenet.corpora import pauses
from wavenet.evaluation import autoregression
from wavenet.evaluation.baselines import Baselines
from wavenet.evaluation.perception import clip, ends

RATE = 16_000
PATH = Path(__file__).with_name("numbers.json")
MEL = FeatureConfig(("log_mel", "pitch"))


def noise(samples):
    """Numbers in [-1, 1) without a pattern, the same on every machine."""
    found, state = np.empty(samples), 1
    for i in range(samples):
        state = state * 48_271 % (2**31 - 1)
        found[i] = state / 2**30 - 1
    return found


def sound():
    """A gliding voice with a breath and a pause: 0.9 s."""
    t = np.arange(int(0.9 * RATE)) / RATE
    phase = 2 * np.pi * (110 * t + 60 * t**2)
    voice = sum(np.sin(k * phase) / k for k in range(1, 24))
    loud = np.clip(np.sin(2 * np.pi * 1.6 * t), 0, 1) ** 0.7
    breath = noise(len(t)) * np.clip(-np.sin(2 * np.pi * 1.6 * t), 0, 1)
    return (0.2 * voice * loud + 0.02 * breath * (t < 0.55) + 1e-4 * noise(len(t))).astype(np.float32)


def some(array, count=12):
    """Some of the numbers of an array, spread over it, and the mean of their sizes."""
    flat = np.asarray(array, np.float64).ravel()
    chosen = flat[np.linspace(0, len(flat) - 1, count).astype(int)]
    return [*chosen.tolist(), float(np.abs(flat).mean())]


def of_features(x):
    frames = features.extract(x, RATE, MEL)
    yield "log-mel", frames[:, :80]
    yield "pitch", frames[:, 80:]
    yield "bands", features.bands(RATE, MEL)
    yield "middles of bands", features.band_middles(MEL)
    for rate in (8_000, 44_100):
        yield f"F0 at {rate}", periodicity.f0(x, rate, rate // 100, 60.0, 500.0)
    filters = prediction.filters(frames[:, :80], RATE, MEL, 12)
    yield "coefficients", filters.coefficients
    yield "deviations", filters.deviations
    yield "excitation", filters.excitation(x)


def of_bands(x):
    for decimation in (2, 4):
        low = bands.low(x.astype(np.float64), decimation)
        yield f"low band of {decimation}", low
        yield f"noise of {decimation}", bands.noise(decimation)[:4000]
        for width in (0.0, 1.5):
            up = bands.Upsampler(decimation, seed=3, envelope_width=width).excitation(low)
            yield f"upsampled by {decimation}, envelope {width}", up


def of_classes(x):
    for name, audio, model in (
        ("plain", AudioConfig(), ModelConfig()),
        ("pre-emphasis", AudioConfig(pre_emphasis=0.85, gain=1.7), ModelConfig(quantization_channels=64)),
        ("prediction", AudioConfig(lpc_order=12, gain=0.1), ModelConfig(features=MEL, decimation=4)),
    ):
        yield f"classes, {name}", FrontEnd(audio, model).encode(x)
    yield "edges", mu_law.bin_edges(64)
    yield "values", mu_law.decode(np.arange(64), 64)


def of_evaluation(x):
    yield "standard", clip.standard(x, 22_050)
    heard = ends.cut(np.pad(x, (3_000, 2_000)))
    yield "cut", heard
    yield "ends", ends.speech(np.pad(x, (3_000, 2_000)))
    level = pauses.Level(RATE)
    level.add(np.tile(np.concatenate([x, np.zeros(5_000, np.float32)]), 3))
    yield "level", level.decibels()
    yield "pieces", list(pauses.ends(level, 20_000))
    classes = mu_law.encode(x[:6_000], 64)
    fitted = Baselines.fit([classes], AudioConfig(), 64)
    for name, bits in fitted.bits(classes[::-1][:2_000]).items():
        yield f"bits of {name}", bits
    yield "scale", autoregression.Noise(0.8, 1.2, 1e-4, 1e-3).scale(x[:2_000].astype(np.float64))


def computed():
    x = sound()
    return {name: some(each) for make in (of_features, of_bands, of_classes, of_evaluation) for name, each in make(x)}


KNOWN = json.loads(PATH.read_text("utf-8")) if PATH.exists() else {}
TOLERANCE = {"bits of ar": 1e-3, "classes": 1e-2}
"""of what a search by scipy fits, and of classes, one of which rounding may change; others differ by rounding alone"""


@pytest.fixture(scope="module")
def found():
    return computed()


def test_the_same_is_computed_as_is_known(found):
    assert found.keys() == KNOWN.keys()


@pytest.mark.parametrize("name", KNOWN)
def test_the_numbers_are_those_that_models_were_trained_on(found, name):
    relative = TOLERANCE.get(name.partition(",")[0], 1e-5)
    assert found[name] == pytest.approx(KNOWN[name], rel=relative, abs=1e-7)


if __name__ == "__main__":
    rows = (
        f"{json.dumps(name)}: {json.dumps([float(f'{each:.9g}') for each in row])}" for name, row in computed().items()
    )
    print("{\n" + ",\n".join(rows) + "\n}")
