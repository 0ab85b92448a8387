"""What is told of a PixelCNN's predictions."""

import numpy as np
import pytest

from tests.pixelcnn.test_network import CASES, images_of, labels_of, name, network_of
from wavenet.pixelcnn import report
from wavenet.pixelcnn.cached import Network
from wavenet.pixelcnn.images import ImageSet
from wavenet.pixelcnn.report import Report

NATS = {"uniform": np.full(4, 8 * np.log(2)), "model": np.array([1.0, 2.0, 3.0, 6.0])}


def test_means_are_of_images_and_bits_of_their_values():
    told = Report(NATS, dimensions=8)
    assert told.mean("model") == 3.0
    assert told.bits("uniform") == pytest.approx(1)
    assert told.bits("model") == pytest.approx(3.0 / 8 / np.log(2))


def test_the_interval_has_the_mean_of_every_twentieth_set_of_images_outside():
    nats = np.random.default_rng(1).normal(90, 10, 400)
    low, high = Report({"model": nats}, 1).interval("model")
    assert nats.mean() - low == pytest.approx(1.96 * nats.std() / 20, rel=0.08)
    assert high - nats.mean() == pytest.approx(1.96 * nats.std() / 20, rel=0.08)
    assert (low, high) == Report({"model": nats}, 1).interval("model")


def test_data_and_table_say_the_same_of_every_model():
    told = Report(NATS, dimensions=8)
    data = told.to_json()
    assert (data["images"], data["dimensions"]) == (4, 8)
    assert list(data) == ["images", "dimensions", "uniform", "model"]
    first, empty, heads, *rows = told.table().splitlines()
    assert (first, empty) == ("4 images of 8 values", "")
    assert {len(line) for line in (heads, *rows)} == {12 + 1 + 15 + 1 + 22 + 1 + 19}
    for name_, row in zip(NATS, rows, strict=True):
        found = data[name_]
        low, high = found["interval_95"]
        assert row.split() == [
            name_, f"{found['nats']:.2f}", f"{low:.2f}", "to", f"{high:.2f}", f"{found['bits_per_dimension']:.4f}",
        ]  # fmt: skip
        assert found == {"nats": told.mean(name_), "bits_per_dimension": told.bits(name_), "interval_95": (low, high)}


@pytest.mark.parametrize("model", CASES, ids=name)
def test_every_image_is_counted_once_however_many_are_computed_at_once(model, monkeypatch):
    network = Network(model, network_of(model).tensors())
    images, done = ImageSet(images_of(model, 5), labels_of(model, 5)), []
    whole = report.evaluate(network, images, images)
    monkeypatch.setattr(report, "AT_ONCE", 2)
    parts = report.evaluate(network, images, images, done.append)
    assert done == [2, 2, 1]
    names = ["uniform", "histogram", "neighbours", "model"]
    assert list(whole.nats) == ([*names, "given class"] if model.classes else names)
    for key, nats in whole.nats.items():
        assert nats.shape == (5,)
        assert (nats > 0).all()
        np.testing.assert_allclose(parts.nats[key], nats, rtol=1e-5)
    one = -network.log_likelihood(images.images, images.labels).sum(1)
    np.testing.assert_allclose(whole.nats["given class" if model.classes else "model"], one, rtol=1e-5)
    assert whole.dimensions == model.dimensions


def test_a_hundred_images_are_computed_at_once():
    class Counting(Network):
        def log_likelihood(self, images, labels=None):
            sizes.append(len(images))
            return np.zeros((len(images), self.model.dimensions), np.float32)

    sizes, model = [], CASES[0]
    network = Counting(model, network_of(model).tensors())
    many = ImageSet(np.zeros((201, model.height, model.width, model.colours), np.uint8))
    report.evaluate(network, many, many)
    assert sizes == [100, 100, 1]


def test_the_simplest_models_count_in_the_training_images():
    model = CASES[0]
    network = Network(model, network_of(model).tensors())
    shape = (30, model.height, model.width, model.colours)
    dark, bright = ImageSet(np.zeros(shape, np.uint8)), ImageSet(np.ones(shape, np.uint8))
    labels = labels_of(model, 2)
    some = ImageSet(np.zeros((2, *shape[1:]), np.uint8), labels)
    for key in ("histogram", "neighbours"):
        known, unknown = (report.evaluate(network, train, some).mean(key) for train in (dark, bright))
        assert known < 0.2 * unknown
