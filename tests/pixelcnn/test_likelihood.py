"""How well a PixelCNN predicts images: the likelihood with and without the class."""

from itertools import product

import numpy as np
import pytest

from tests.pixelcnn.test_network import images_of, labels_of, network_of
from wavenet.config.pixelcnn import PixelCNNConfig
from wavenet.pixelcnn.cached import Network
from wavenet.pixelcnn.images import ImageSet
from wavenet.pixelcnn.report import Report, evaluate

TINY = {"height": 2, "width": 3, "levels": 2, "layers": 1, "first_kernel_size": 3, "channels": 4, "head_channels": 4}


def network(classes: int) -> Network:
    model = PixelCNNConfig(classes=classes, **TINY)
    return Network(model, network_of(model, seed=3).tensors())


def test_probabilities_of_all_images_sum_to_one_without_their_class():
    every = np.array(list(product((0, 1), repeat=6)), np.uint8).reshape(-1, 2, 3, 1)
    report = evaluate(network(3), ImageSet(every), ImageSet(every, np.zeros(64, np.int64)))
    assert np.exp(-report.nats["model"]).sum() == pytest.approx(1, abs=1e-5)
    assert np.exp(-report.nats["given class"]).sum() == pytest.approx(1, abs=1e-5)
    assert not np.allclose(report.nats["model"], report.nats["given class"])


def test_the_class_that_is_given_is_the_image_s_own():
    opened, images = network(3), images_of(PixelCNNConfig(classes=3, **TINY), 9)
    labels = np.arange(9) % 3
    found = evaluate(opened, ImageSet(images), ImageSet(images, labels)).nats["given class"]
    np.testing.assert_allclose(found, -opened.log_likelihood(images, labels).sum(1), rtol=1e-5)


def test_all_images_are_recognised_by_the_classes_that_are_likeliest_and_none_by_others():
    opened, images = network(3), images_of(PixelCNNConfig(classes=3, **TINY), 12)
    by_class = np.stack([opened.log_likelihood(images, np.full(12, i)).sum(1) for i in range(3)], 1)
    likeliest = by_class.argmax(1)
    assert evaluate(opened, ImageSet(images), ImageSet(images, likeliest)).recognised == 1
    assert evaluate(opened, ImageSet(images), ImageSet(images, (likeliest + 1) % 3)).recognised == 0


def test_a_model_without_classes_has_one_likelihood_and_recognises_nothing():
    opened, images = network(0), images_of(PixelCNNConfig(**TINY), 5)
    report = evaluate(opened, ImageSet(images), ImageSet(images))
    np.testing.assert_allclose(report.nats["model"], -opened.log_likelihood(images).sum(1), rtol=1e-5)
    assert report.recognised is None
    assert "recognised" not in report.to_json()
    assert "given class" not in report.nats


def test_bits_per_dimension_are_nats_by_the_values_and_by_log_two():
    report = Report({"model": np.array([8.0, 12.0])}, 5)
    assert report.bits("model") == pytest.approx(10 / 5 / np.log(2))
    low, high = report.interval("model")
    assert 8 <= low < 10 < high <= 12


def test_more_images_than_one_batch_are_all_scored_and_told(monkeypatch):
    monkeypatch.setattr("wavenet.pixelcnn.report.AT_ONCE", 4)
    model = PixelCNNConfig(classes=3, **TINY)
    opened, images, told = network(3), images_of(model, 10), []
    report = evaluate(opened, ImageSet(images), ImageSet(images, labels_of(model, 10)), told.append)
    assert told == [4, 4, 2]
    assert len(report.nats["model"]) == len(report.nats["uniform"]) == 10
