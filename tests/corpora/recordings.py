"""Small corpora, and what prepared folders hold."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from wavenet.audio import files
from wavenet.corpora.decode import Decoded, Rules, decode
from wavenet.corpora.row import Row

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


def fatal(row: Row, rules: Rules) -> Decoded:
    """Decodes, and ends the process at recordings of some names, after it has put samples down."""
    if row.path.name.startswith("crash"):
        (rules.folder / f"spill-{os.getpid()}-0.i16").write_bytes(bytes(8))
        os.kill(os.getpid(), signal.SIGSEGV)
    return decode(row, rules)
