"""What a trained PixelCNN gives: a row of results, a table and two pictures."""

import json

import numpy as np
import pytest
from matplotlib.image import imread

from experiments import pixelcnn
from tests.pixelcnn.test_network import network_of
from wavenet.config.pixelcnn import PixelCNNConfig
from wavenet.pixelcnn import folder
from wavenet.pixelcnn.cached import Network

TINY = {"height": 6, "width": 4, "levels": 2, "layers": 1, "first_kernel_size": 3, "channels": 4, "head_channels": 4}


@pytest.fixture(params=[0, 3], ids=["without classes", "with classes"])
def recipe(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = PixelCNNConfig(classes=request.param, **TINY)
    folder.write(tmp_path / "model", Network(model, network_of(model).tensors()))
    random, arrays = np.random.default_rng(0), {}
    for split, count in (("train", 20), ("validation", 5), ("test", 60)):
        arrays |= {split: random.integers(0, 2, (count, 6, 4), np.uint8), f"{split}_labels": np.arange(count) % 3}
    np.savez("images.npz", **arrays)
    home = tmp_path / "pixelcnn_mine"
    home.mkdir()
    settings = "".join(f"  {name}: {value}\n" for name, value in {**TINY, "classes": request.param}.items())
    (home / "pixelcnn.yaml").write_text(f"data: images.npz\nout: run\nmodel:\n{settings}")
    return home


def test_a_recipe_is_measured_and_drawn(recipe, capsys):
    pixelcnn.main([str(recipe), "--model", "model"])
    (row,) = map(json.loads, (recipe / "results.jsonl").read_text().splitlines())
    table = capsys.readouterr().out
    assert f"| **PixelCNN** | {row['model']['nats']:.2f} (" in table
    assert "| all values equally likely | 16.64 (16.64 to 16.64) | 1.0000 |" in table
    assert ("recognised" in row) == ("given the class" in table) == ("given class" in row)
    assert "| PNG, each image |" in table
    columns = 3 if "given class" in row else 10
    assert imread(recipe / "samples.png").shape[:2] == ((5 * 7 - 1) * 3, (columns * 5 - 1) * 3)


def test_a_completed_image_stands_below_the_one_whose_upper_half_it_has(recipe):
    pixelcnn.main([str(recipe), "--model", "model"])
    pixels = imread(recipe / "completed.png")[::3, ::3, 0]
    assert pixels.shape[0] == 10 * 7 - 1
    assert pixels.shape[1] in (3 * 5 - 1, 10 * 5 - 1)
    for y in range(0, 70, 14):
        np.testing.assert_array_equal(pixels[y : y + 3], pixels[y + 7 : y + 10])
    lower = [(pixels[y + 3 : y + 6], pixels[y + 10 : y + 13]) for y in range(0, 70, 14)]
    assert any((above != below).any() for above, below in lower)
