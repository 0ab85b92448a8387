"""Sets of images: files .npz with ``train``, ``validation`` and ``test``, and optionally ``train_labels`` …"""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet.config.pixelcnn import PixelCNNConfig
from wavenet.errors import UsageError

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class ImageSet:
    """Images (N, H, W, C), and their classes (N,) if they have any."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, chosen: Any) -> "ImageSet":
        return ImageSet(self.images[chosen], None if self.labels is None else self.labels[chosen])


def read(path: str | Path, split: str, model: PixelCNNConfig | None = None) -> ImageSet:
    """Read one split of a file .npz; with a ``model``, check that it can be given these images.

    Raises:
        UsageError: the file cannot be read, has no such split, or its images or classes do not fit the model.
    """
    try:
        with open(path, "rb") as opened:
            if not zipfile.is_zipfile(opened):
                raise UsageError(f"{path}: is no .npz file of images; numpy.savez writes one")
            opened.seek(0)
            file = np.load(opened, allow_pickle=False)
            names = set(file.files)
            images = file[split] if split in names else None
            labels = file[f"{split}_labels"] if f"{split}_labels" in names else None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error, AttributeError, TypeError) as error:
        raise UsageError(f"{path}: is no .npz file of images ({' '.join(str(error).split())})") from None
    if images is None:
        raise UsageError(f"{path}: has no images {split!r}; it has {', '.join(sorted(names)) or 'nothing'}")
    found = _checked(f"{path}: {split}", images, labels)
    if model:
        _fits(f"{path}: {split}", found, model)
    return found if not model or model.classes else ImageSet(found.images)


def _checked(where: str, images: NDArray[Any], labels: NDArray[Any] | None) -> ImageSet:
    if images.dtype != np.uint8 or images.ndim not in (3, 4) or not images.size:
        raise UsageError(f"{where} is {images.dtype} {images.shape}, and must be uint8 (N, H, W) or (N, H, W, 3)")
    if labels is not None and (labels.shape != images.shape[:1] or labels.dtype.kind not in "iu"):
        raise UsageError(f"{where}_labels is {labels.dtype} {labels.shape}, and must be integers ({len(images)},)")
    with_colours = images if images.ndim == 4 else images[..., None]
    return ImageSet(with_colours, None if labels is None else labels.astype(np.int64))


def _fits(where: str, found: ImageSet, model: PixelCNNConfig) -> None:
    wanted = (model.height, model.width, model.colours)
    if found.images.shape[1:] != wanted:
        raise UsageError(f"{where} has images (H, W, C) of {found.images.shape[1:]}, but the model is for {wanted}")
    if found.images.max() >= model.levels:
        raise UsageError(f"{where} has values up to {found.images.max()}, but the model's levels are {model.levels}")
    if model.classes and found.labels is None:
        raise UsageError(f"{where} has no classes ({where.split()[-1]}_labels), but the model needs them")
    if model.classes and found.labels is not None and not 0 <= found.labels.min() <= found.labels.max() < model.classes:
        raise UsageError(f"{where} has classes outside 0 … {model.classes - 1}")
