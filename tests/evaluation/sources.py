"""Sources of classes whose entropy is known, something like speech, and folders made of it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from wavenet.audio import files, mu_law
from wavenet.config import AudioConfig, ModelConfig
from wavenet.corpora.prepare import prepare
from wavenet.engine import folder

RATE = 4000
MODEL = ModelConfig(
    layers=4,
    stacks=2,
    residual_channels=4,
    dilation_channels=4,
    skip_channels=4,
    head_channels=4,
    quantization_channels=16,
)


def logistic_bits(scales: NDArray[np.float64], classes: NDArray[np.int64], levels: int) -> float:
    """Mean bits of classes whose signal has logistic noise of these scales (T,), where bins are much finer."""
    widths = np.diff(mu_law.bin_edges(levels))[classes]
    return float(np.mean((np.log(scales) + 2) / np.log(2) - np.log2(widths)))


def autoregressive(coefficients: list[float], scales: NDArray[np.float64], levels: int, seed: int) -> NDArray[np.int64]:
    """Classes (T,) of an AR process with logistic noise of these scales (T,)."""
    noise = np.random.default_rng(seed).logistic(size=len(scales)) * scales
    return mu_law.encode(lfilter([1.0], [1.0, *(-a for a in coefficients)], noise), levels)


def markov(transitions: NDArray[np.float64], samples: int, seed: int) -> NDArray[np.int64]:
    """A chain of so many samples; transitions (Q, Q), each row a distribution."""
    cumulative = np.cumsum(transitions, axis=1)
    state, out = 0, np.empty(samples, np.int64)
    for t, uniform in enumerate(np.random.default_rng(seed).random(samples)):
        state = out[t] = min(int(np.searchsorted(cumulative[state], uniform)), len(transitions) - 1)
    return out


def speech_like(seconds: float, seed: int, sample_rate: int = 16_000) -> NDArray[np.float32]:
    """A waveform of pulses and breath through two resonances, loud and soft by turns."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * sample_rate))
    pulses = (t % 130 == 0) * 1.0 + 0.02 * rng.standard_normal(len(t))
    loudness = np.sin(2 * np.pi * 1.5 * t / sample_rate) ** 2
    x = pulses * loudness
    for frequency, radius in ((500, 0.98), (1500, 0.97)):
        x = lfilter([1.0], [1.0, -2 * radius * np.cos(2 * np.pi * frequency / sample_rate), radius**2], x)
    return (0.8 * x / np.abs(x).max() + 1e-4 * rng.standard_normal(len(t))).astype(np.float32)


def write_model(path: Path, audio: AudioConfig) -> Path:
    """A model folder with a random network, so sure of itself that it is far from the uniform."""
    rng = np.random.default_rng(0)
    shapes = folder.tensor_shapes(MODEL)
    folder.write(path, audio, MODEL, {n: rng.standard_normal(s).astype(np.float32) for n, s in shapes.items()})
    return path


def write_clips(path: Path, longer: float = 1) -> Path:
    """A folder of five recordings, 0.wav to 4.wav, of 0.3 to 0.7 seconds, or so many times longer."""
    path.mkdir()
    for i in range(5):
        files.write(path / f"{i}.wav", speech_like(longer * (0.3 + 0.1 * i), i, RATE), RATE)
    return path


def write_corpus(path: Path, clips: Path) -> Path:
    """The five recordings prepared: 0 and 1 are the test, 2 the validation, 3 and 4 the training split."""
    splits = ["test", "test", "validation", "train", "train"]
    manifest = clips.parent / "list.csv"
    manifest.write_text("path,split\n" + "".join(f"{clips.name}/{i}.wav,{split}\n" for i, split in enumerate(splits)))
    prepare(manifest, path, sample_rate=RATE, workers=0, progress=False)
    return path
