"""The network of spectra: what it sees, and that its file brings back what was written."""

import numpy as np
import pytest

from wavenet.errors import ModelFolderError
from wavenet.music import spectra
from wavenet.music.frames import CHANNELS

TAGS = ("flute", "slow")


@pytest.fixture
def tensors():
    rng = np.random.default_rng(1)
    wanted = spectra.shapes(len(TAGS), 7)
    return {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in wanted.items()}


def test_spectra_come_back_in_eight_bits(tmp_path, tensors):
    spectra.write(tmp_path, tensors)
    notes = np.random.default_rng(2).random((30, CHANNELS), np.float32)
    found = spectra.read(tmp_path, TAGS, 7)(notes, ["slow"])
    assert found.shape == (30, 7)
    assert np.abs(found - spectra.Spectra(tensors, TAGS)(notes, ["slow"])).mean() < 0.05 * found.std()


def test_tags_count_and_unknown_ones_do_not(tensors):
    notes = np.zeros((5, CHANNELS), np.float32)
    network = spectra.Spectra(tensors, TAGS)
    assert not np.allclose(network(notes, ["slow"]), network(notes, []))
    np.testing.assert_array_equal(network(notes, ["slow", "loud"]), network(notes, ["slow"]))


@pytest.mark.parametrize(("tags", "n_mels"), [(("flute",), 7), (TAGS, 8)])
def test_weights_of_another_model_are_told(tmp_path, tensors, tags, n_mels):
    spectra.write(tmp_path, tensors)
    with pytest.raises(ModelFolderError, match="has shape"):
        spectra.read(tmp_path, tags, n_mels)
