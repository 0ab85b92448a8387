"""Images as one picture: a grid, written as PNG by matplotlib (extra ``[plot]``)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet import atomic
from wavenet.arithmetic import ceil_div
from wavenet.audio.pictures import import_matplotlib
from wavenet.errors import MissingExtraError, UsageError
from wavenet.pixelcnn.cached import Images

SCALE = 3
"""pixels of the picture per pixel of an image, each way"""
GAP = 1
"""pixels between images"""


def grid(images: Images, levels: int, columns: int) -> NDArray[np.uint8]:
    """Images (B, H, W, C) in rows of ``columns``, from left to right: (…, …, 3), values 0 … 255."""
    count, H, W, C = images.shape
    columns = min(columns, count)
    rows = ceil_div(count, columns)
    sheet = np.full((rows * (H + GAP) - GAP, columns * (W + GAP) - GAP, 3), 128, np.uint8)
    bright = np.round(images * (255 / (levels - 1))).astype(np.uint8)
    for i, image in enumerate(bright if C == 3 else bright.repeat(3, 3)):
        y, x = (i // columns) * (H + GAP), (i % columns) * (W + GAP)
        sheet[y : y + H, x : x + W] = image
    return sheet.repeat(SCALE, 0).repeat(SCALE, 1)


def check_writable(path: Path) -> None:
    """Raise now what ``write`` would raise after the work."""
    if path.suffix.lower() != ".png":
        raise UsageError(f"cannot draw {path}: unknown suffix {path.suffix!r}; name a file .png")
    try:
        import_matplotlib()
        import matplotlib.image  # noqa: F401
    except ImportError:
        raise MissingExtraError("drawing", "plot") from None
    atomic.check(path)


def write(picture: NDArray[np.uint8], path: Path, software: str) -> None:
    """Write a picture (H, W, 3); ``software`` is stored in its metadata, see ``made.mark``."""
    from matplotlib.image import imsave

    with atomic.writing(path) as temporary:
        imsave(temporary, picture, format="png", metadata={"Software": software})
