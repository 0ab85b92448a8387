"""What images cost with ordinary lossless coders, in bits per dimension, beside which PixelCNN's bits can be read.

``python -m experiments.image_coders data/images/fashion.npz`` codes the test images one by one, and all of them as
one tall image. JPEG XL is among the coders if ``pillow-jxl-plugin`` is installed. Binary images have one bit a pixel
before they are coded, wherever a format can have that.
"""

import argparse
import lzma
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from experiments import command
from wavenet import bars
from wavenet.pixelcnn import images

Pixels = NDArray[np.uint8]
"""(H, W), or (H, W, 3)"""
Coder = Callable[[Pixels], int]
"""the bytes of a coded image"""


def coders(binary: bool) -> dict[str, Coder]:
    """The coders that are installed, by name."""
    found: dict[str, Coder] = {"xz": lambda image: _xz(image, binary), "PNG": lambda image: _file(image, "PNG", binary)}
    found["WebP"] = lambda image: _file(image, "WEBP", lossless=True, quality=100, method=6, exact=True)
    with suppress(ImportError):
        import pillow_jxl  # type: ignore[import-not-found,unused-ignore]  # noqa: F401

        found["JPEG XL"] = lambda image: _file(image, "JXL", lossless=True, effort=9)
    return found


def _xz(image: Pixels, binary: bool) -> int:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "pb": 0}]
    return len(
        lzma.compress(np.packbits(image).tobytes() if binary else image.tobytes(), lzma.FORMAT_RAW, filters=filters)
    )


def _file(image: Pixels, kind: str, binary: bool = False, **settings: object) -> int:
    file, bright = BytesIO(), Image.fromarray(image * 255 if image.max() < 2 else image)
    (bright.convert("1") if binary else bright).save(file, kind, optimize=True, **settings)
    return file.tell()


def measured(found: Pixels) -> dict[str, tuple[float, float]]:
    """Bits per dimension of images (N, H, W, C), coded singly and as one image, by each coder."""
    pixels = found[..., 0] if found.shape[-1] == 1 else found
    tall = pixels.reshape(-1, *pixels.shape[2:])
    bits = {}
    for name, coder in coders(binary=bool(found.max() < 2)).items():
        singly = sum(coder(image) for image in bars.bar(pixels, name, unit=" images", delay=1, leave=False))
        bits[name] = 8 * singly / found.size, 8 * _in_parts(coder, tall) / found.size
    return bits


def _in_parts(coder: Coder, tall: Pixels, most: int = 16_000) -> int:
    """WebP takes at most 16,383 rows; all coders get the same parts."""
    return sum(coder(tall[at : at + most]) for at in range(0, len(tall), most))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = command.parser("image_coders", __doc__)
    parser.add_argument("data", help="a file .npz, whose test images are coded")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    print("| bits per dimension | singly | as one image |\n|---|---|---|")
    for name, (singly, together) in measured(images.read(given.data, "test").images).items():
        print(f"| {name} | {singly:.3f} | {together:.3f} |")


if __name__ == "__main__":
    main()
