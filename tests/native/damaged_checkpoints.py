"""Small checkpoints of other implementations, most of them damaged, for ``fuzz.py``."""

import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
from damaged_folders import Rng, pick

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))  # for tests.importers

from tests.importers import hostile, written  # noqa: E402

SAVED = sorted((ROOT / "tests" / "importers" / "data").glob("*.pth"))
"""archives of PyTorch, of every layout"""


def write(rng: Rng, folder: Path) -> Path:
    """A checkpoint in a folder; of TensorFlow, in either format, in one of four cases."""
    if rng.random() < 0.25:
        shape = (int(rng.integers(0, 4)), int(rng.integers(1, 5)))
        tensors = {f"net/{i}": rng.normal(size=shape).astype(np.float32) for i in range(int(rng.integers(1, 5)))}
        if rng.random() < 0.5:
            path = written.first_format(folder / "model.ckpt", tensors, compressed=rng.random() < 0.8)
        else:
            path = written.second_format(folder / "model.ckpt", tensors, shards=int(rng.integers(1, 3)))
        if rng.random() < 0.9:
            path = pick(rng, sorted(folder.iterdir())) if rng.random() < 0.3 else path
            path.write_bytes(damaged(rng, path.read_bytes()))
        return folder / "model.ckpt.index" if path.suffix.startswith(".data") else path
    path = folder / "a.pth"
    shutil.copyfile(pick(rng, SAVED), path)
    if rng.random() < 0.2:
        path.write_bytes(damaged(rng, path.read_bytes()))
    elif rng.random() < 0.9:
        repack(rng, path)
    return path


def repack(rng: Rng, path: Path) -> None:
    """Damage members of an archive, whose checksums agree again: the pickle mostly, or the numbers."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in members if name.endswith("data.pkl")] * 3 + list(members)
    for _ in range(int(rng.integers(1, 3))):
        name = pick(rng, names)
        members[name] = damaged(rng, members[name])
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def damaged(rng: Rng, data: bytes) -> bytes:
    """The bytes with a few of them changed, in ways that are drawn."""
    kinds = ["set"] * 4 + ["delete", "insert", "repeat", "cut"]
    how = [
        (pick(rng, kinds), rng.random(), int(rng.integers(256)), int(rng.integers(1, 10)))
        for _ in range(int(rng.integers(1, 4)))
    ]
    return hostile.damaged(data, how)
