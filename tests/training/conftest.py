"""Small prepared corpora to train on."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile

from wavenet.config import AudioConfig, ModelConfig, OptimConfig, TrainConfig
from wavenet.corpora.prepare import prepare

SINES = (155.56, 196.00, 233.08)
SINE_RATE = 2000


def make_corpus(folder: Path, recordings: dict[str, list[np.ndarray]], sample_rate: int) -> Path:
    """Prepare recordings given by split; returns the prepared folder. Equal ones are told apart by one sample."""
    seen: set[bytes] = set()
    source = folder / "source"
    source.mkdir(parents=True)
    with open(source / "manifest.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "split"])
        for split, waveforms in recordings.items():
            for i, waveform in enumerate(waveforms):
                while waveform.tobytes() in seen:  # prepare would keep copies in one split
                    waveform = np.append(waveform[:-1], waveform[-1] + 1 / 32768)
                seen.add(waveform.tobytes())
                soundfile.write(source / f"{split}{i}.wav", waveform, sample_rate, subtype="PCM_16")
                rows.writerow([f"{split}{i}.wav", split])
    prepare(source / "manifest.csv", folder / "prepared", sample_rate=sample_rate, workers=0, progress=False)
    return folder / "prepared"


def sines(seconds: float, frequencies: tuple[float, ...] = SINES) -> np.ndarray:
    t = np.arange(round(seconds * SINE_RATE)) / SINE_RATE
    return 0.9 * sum(np.sin(2 * np.pi * f * t) for f in frequencies) / len(frequencies)


@pytest.fixture(scope="session")
def noise_corpus(tmp_path_factory):
    """A few recordings of filtered noise, 37 to 900 samples long, and one of 2500."""
    rng = np.random.default_rng(0)

    def recording(n):
        return 0.3 * np.convolve(rng.standard_normal(n + 7), np.hanning(8) / 4, "valid")[:n].clip(-3, 3)

    lengths = {"train": [37, 150, 900, 2500], "validation": [400, 300], "test": [300]}
    waveforms = {split: [recording(n) for n in sizes] for split, sizes in lengths.items()}
    folder = tmp_path_factory.mktemp("noise")
    source_rate = 1000
    return make_corpus(folder, waveforms, source_rate)


@pytest.fixture
def micro_config(noise_corpus, tmp_path):
    """A run of a micro network that takes a second."""
    return TrainConfig(
        data=str(noise_corpus),
        out=str(tmp_path / "run"),
        audio=AudioConfig(sample_rate=1000),
        model=ModelConfig(
            layers=4, stacks=2, residual_channels=8, dilation_channels=8, skip_channels=8, head_channels=8,
            quantization_channels=32,
        ),
        optim=OptimConfig(warmup=5),
        updates=24,
        batch_size=2,
        window=100,
        validate_every=10,
        listen_seconds=0.0,  # to draw what is heard takes longer than the updates
        checkpoint_minutes=0.0,
    )  # fmt: skip
