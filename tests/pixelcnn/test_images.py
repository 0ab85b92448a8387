"""Sets of images."""

import numpy as np
import pytest

from wavenet.config.pixelcnn import PixelCNNConfig
from wavenet.errors import UsageError
from wavenet.pixelcnn import images

MODEL = PixelCNNConfig(height=4, width=5, levels=8, classes=3)
GOOD = {"train": np.full((6, 4, 5), 7, np.uint8), "train_labels": np.arange(6) % 3}


def written(path, **arrays):
    np.savez(path, **arrays)
    return path


def test_images_and_their_classes_are_read(tmp_path):
    found = images.read(written(tmp_path / "a.npz", **GOOD), "train", MODEL)
    assert found.images.shape == (6, 4, 5, 1)
    np.testing.assert_array_equal(found.labels, GOOD["train_labels"])
    assert len(found[:2]) == len(found[:2].labels) == 2


def test_a_model_without_classes_gets_none(tmp_path):
    model = PixelCNNConfig(height=4, width=5, levels=8)
    assert images.read(written(tmp_path / "a.npz", **GOOD), "train", model).labels is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train": np.zeros((6, 4, 5))}, r"train is float64 \(6, 4, 5\), and must be uint8"),
        ({"train": np.zeros((6, 20), np.uint8)}, r"train is uint8 \(6, 20\)"),
        ({"train": np.zeros((0, 4, 5), np.uint8)}, r"train is uint8 \(0, 4, 5\)"),
        ({"train": np.zeros((6, 4, 4), np.uint8)}, r"has images \(H, W, C\) of \(4, 4, 1\), but the model is for"),
        ({"train": np.full((6, 4, 5), 8, np.uint8)}, "has values up to 8, but the model's levels are 8"),
        ({"train_labels": np.arange(5)}, r"train_labels is int64 \(5,\), and must be integers \(6,\)"),
        ({"train_labels": np.arange(6)}, "has classes outside 0 … 2"),
    ],
)  # fmt: skip
def test_images_that_do_not_fit_are_refused(tmp_path, change, message):
    path = written(tmp_path / "a.npz", **{**GOOD, **change})
    with pytest.raises(UsageError, match=message) as told:
        images.read(path, "train", MODEL)
    assert str(path) in str(told.value)


def test_a_file_without_the_split_says_what_it_has(tmp_path):
    path = written(tmp_path / "a.npz", **GOOD)
    with pytest.raises(UsageError, match="has no images 'test'; it has train, train_labels"):
        images.read(path, "test", MODEL)
    without = written(tmp_path / "b.npz", train=GOOD["train"])
    with pytest.raises(UsageError, match=r"has no classes \(train_labels\)"):
        images.read(without, "train", MODEL)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"text"])
def test_what_is_no_file_of_images_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(UsageError, match=r"a\.npz: is no \.npz file of images") as told:
        images.read(tmp_path / "a.npz", "train")
    assert "\n" not in str(told.value)
    with pytest.raises(UsageError, match=r"missing\.npz: cannot be read: No such file or directory$"):
        images.read(tmp_path / "missing.npz", "train")
    np.save(tmp_path / "b.npy", np.zeros(3))
    with pytest.raises(UsageError, match=r"b\.npy: is no \.npz file"):
        images.read(tmp_path / "b.npy", "train")


def test_colours_and_the_highest_class_are_taken(tmp_path):
    model = PixelCNNConfig(height=4, width=5, levels=8, classes=3, colours=3, channels=3, head_channels=3)
    pixels = np.random.default_rng(0).integers(0, 8, (6, 4, 5, 3), np.uint8)
    found = images.read(written(tmp_path / "a.npz", train=pixels, train_labels=np.full(6, 2, np.uint8)), "train", model)
    np.testing.assert_array_equal(found.images, pixels)
    assert found.labels.dtype == np.int64
    assert images.read(tmp_path / "a.npz", "train").labels is not None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train_labels": np.arange(6) - 1}, "has classes outside 0 … 2"),
        ({"train_labels": np.zeros(6)}, r"train_labels is float64 \(6,\), and must be integers"),
        ({"train_labels": np.zeros((6, 1), int)}, r"train_labels is int64 \(6, 1\)"),
        ({"train": np.zeros((6, 4, 5, 1, 1), np.uint8)}, r"train is uint8 \(6, 4, 5, 1, 1\)"),
    ],
)
def test_classes_that_no_model_has_are_refused(tmp_path, change, message):
    with pytest.raises(UsageError, match=message):
        images.read(written(tmp_path / "a.npz", **{**GOOD, **change}), "train", MODEL)
