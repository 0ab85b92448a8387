"""Writes emoji.npz, pictures in colour, from what ``fetch.sh`` fetched: ``emoji.py FONT EMOJI_TEST OUT``.

Noto Color Emoji has a picture of each emoji, 136 × 128; here they are 16 × 16 on white, and their classes are the nine
groups in which Unicode lists them. Of pictures that differ in the colour of skin only, one is taken. Those to train on
are scaled eight times, from places that differ by less than a pixel and mirrored, because a network overfits so few.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image

SIDE, FULL, SEED = 16, 136, 2016
HELD_OUT = 150
"""pictures of the validation set, and of the test set"""
SHIFTS = ((-3, -3), (-3, 3), (3, -3), (3, 3))
"""of the scaled area, of which a pixel is 8.5"""
SKIN = range(0x1F3FB, 0x1F400)
PRESENTATION = 0xFE0F
"""a mark that font files leave out"""

Bytes = NDArray[np.uint8]


def listed(emoji_test: Path) -> Iterator[tuple[int, list[int]]]:
    """The group of each emoji, from 0, and its characters."""
    groups: list[str] = []
    for line in emoji_test.read_text("utf-8").splitlines():
        if line.startswith("# group:") and "Component" not in line:
            groups.append(line)
        if "; fully-qualified" in line:
            characters = [int(each, 16) for each in line.split(";")[0].split()]
            if not any(each in SKIN for each in characters):
                yield len(groups) - 1, [each for each in characters if each != PRESENTATION]


def glyphs(font: TTFont) -> dict[tuple[str, ...], str]:
    """The glyph of each sequence of glyphs that is drawn as one."""
    found = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            for first, ligatures in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items():
                found |= {(first, *each.Component): each.LigGlyph for each in ligatures}
    return found


def pictures(path: Path, emoji_test: Path) -> Iterator[tuple[int, Image.Image]]:
    """The group and the picture of each emoji, a white square with the emoji in its middle."""
    font = TTFont(path)
    names, joined, drawn = font.getBestCmap(), glyphs(font), font["CBDT"].strikeData[0]
    for group, characters in listed(emoji_test):
        parts = tuple(names.get(each, "") for each in characters)
        glyph = parts[0] if len(parts) == 1 else joined.get(parts)
        if glyph in drawn:
            own = Image.open(BytesIO(drawn[glyph].imageData)).convert("RGBA")
            square = Image.new("RGBA", (FULL, FULL), "white")
            square.alpha_composite(own, ((FULL - own.width) // 2, (FULL - own.height) // 2))
            yield group, square.convert("RGB")


def small(picture: Image.Image, shift: tuple[int, int] = (0, 0)) -> Bytes:
    """A picture at its final size, (16, 16, 3), of the area moved by ``shift``."""
    moved = Image.new("RGB", picture.size, "white")
    moved.paste(picture, shift)
    return np.asarray(moved.resize((SIDE, SIDE), Image.Resampling.BOX))


def several(picture: Image.Image) -> list[Bytes]:
    """What is learned from a picture: (8, 16, 16, 3)."""
    scaled = [small(picture, shift) for shift in SHIFTS]
    return scaled + [each[:, ::-1] for each in scaled]


def main(font: str, emoji_test: str, out: str) -> None:
    """Write the file."""
    found = list(pictures(Path(font), Path(emoji_test)))
    order = np.random.default_rng(SEED).permutation(len(found))
    parts = {
        "test": order[:HELD_OUT], "validation": order[HELD_OUT : 2 * HELD_OUT], "train": order[2 * HELD_OUT :]
    }  # fmt: skip
    arrays = {}
    for split, places in parts.items():
        images = [several(found[i][1]) if split == "train" else [small(found[i][1])] for i in places]
        arrays[split] = np.concatenate(images)
        arrays[f"{split}_labels"] = np.repeat([found[i][0] for i in places], len(images[0])).astype(np.uint8)
    path = Path(out) / "emoji.npz"
    np.savez_compressed(path, **arrays)
    print(f"{path}: " + ", ".join(f"{split} {len(arrays[split])}" for split in parts))


if __name__ == "__main__":
    main(*sys.argv[1:])
