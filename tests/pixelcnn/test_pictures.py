"""Images as one picture."""

import sys

import numpy as np
import pytest
from matplotlib.image import imread

from wavenet import made
from wavenet.errors import MissingExtraError, UsageError, WavenetError
from wavenet.pixelcnn import pictures


def small(picture):
    """One pixel for each pixel of the images."""
    assert np.array_equal(picture, picture[::3, ::3].repeat(3, 0).repeat(3, 1))
    return picture[::3, ::3]


def test_grey_images_stand_in_rows_with_grey_lines_between_them():
    images = np.array([0, 1, 2, 3, 0], np.uint8)[:, None, None, None] * np.ones((5, 2, 4, 1), np.uint8)
    sheet = small(pictures.grid(images, levels=4, columns=3))
    assert sheet.shape == (2 * 2 + 1, 3 * 4 + 2, 3)
    assert sheet.dtype == np.uint8
    for i, bright in enumerate((0, 85, 170, 255, 0)):
        y, x = i // 3 * 3, i % 3 * 5
        assert (sheet[y : y + 2, x : x + 4] == bright).all(), i
    assert (sheet[2] == 128).all()
    assert (sheet[:, 4] == 128).all()
    assert (sheet[:, 9] == 128).all()
    assert (sheet[3:, 10:] == 128).all()  # the place of the sixth


def test_colours_are_those_of_the_image():
    images = np.random.default_rng(0).integers(0, 256, (2, 3, 5, 3), np.uint8)
    sheet = small(pictures.grid(images, levels=256, columns=1))
    np.testing.assert_array_equal(sheet[:3], images[0])
    np.testing.assert_array_equal(sheet[4:], images[1])


def test_what_is_drawn_is_read_back_with_what_drew_it(tmp_path):
    sheet = pictures.grid(np.random.default_rng(0).integers(0, 256, (2, 3, 5, 3), np.uint8), 256, 2)
    pictures.write(sheet, tmp_path / "a.png", made.mark("pixelcnn-sample"))
    np.testing.assert_array_equal(np.round(imread(tmp_path / "a.png")[..., :3] * 255), sheet)
    assert made.by(tmp_path / "a.png", "pixelcnn-sample")


def test_a_picture_that_cannot_be_written_is_told_before_the_work(tmp_path, monkeypatch):
    pictures.check_writable(tmp_path / "a.PNG")
    assert not list(tmp_path.iterdir())
    with pytest.raises(UsageError, match=r"unknown suffix '\.gif'; name a file \.png"):
        pictures.check_writable(tmp_path / "a.gif")
    with pytest.raises(WavenetError, match="its folder does not exist"):
        pictures.check_writable(tmp_path / "no" / "a.png")
    monkeypatch.setitem(sys.modules, "matplotlib.image", None)
    with pytest.raises(MissingExtraError, match="plot"):
        pictures.check_writable(tmp_path / "a.png")


def test_a_picture_is_no_wider_than_its_images():
    images = np.zeros((2, 2, 4, 1), np.uint8)
    assert np.array_equal(pictures.grid(images, 2, 2**20), pictures.grid(images, 2, 2))
