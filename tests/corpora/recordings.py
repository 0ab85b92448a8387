"""Small corpora, and what prepared folders hold."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from wavenet.audio import files

RATE = 8_000


def noise(seed: int, seconds: float = 0.25) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.uniform(-0.5, 0.5, round(seconds * RATE)).astype(np.float32)


def record(path: Path, seed: int = 0, seconds: float = 0.25) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write(path, noise(seed, seconds), RATE)
    return path


def content(out: Path) -> tuple[bytes, list[tuple], list[tuple]]:
    """All that must not depend on how often the preparation was interrupted."""
    with closing(sqlite3.connect(out / "index.sqlite")) as index:
        kept = index.execute("SELECT * FROM utterances ORDER BY id").fetchall()
        dropped = index.execute("SELECT * FROM dropped ORDER BY id").fetchall()
    return (out / "samples.i16").read_bytes(), kept, dropped
