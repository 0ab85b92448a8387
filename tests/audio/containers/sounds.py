"""Files of sound, whole and otherwise, and what is read of them."""

from pathlib import Path

import numpy as np
import soundfile

from wavenet.audio import files

RATE = 16_000


def noise(samples: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, samples).astype(np.float32)


def written(path: Path, waveform: np.ndarray, **options: str) -> bytes:
    """The bytes of a file as libsndfile writes it."""
    soundfile.write(path, waveform, RATE, **options)
    return path.read_bytes()


def read(path: Path, data: bytes = b"", rate: int = RATE) -> tuple[np.ndarray, list[str]]:
    """What a file is read as, and what is told of it; ``data`` are written to it before."""
    if data:
        path.write_bytes(data)
    told: list[str] = []
    waveform = np.concatenate(list(files.blocks(path, rate, tell=told.append)))
    return waveform, [line.removeprefix(f"{path}: ") for line in told]
