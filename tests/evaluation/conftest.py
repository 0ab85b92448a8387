import pytest

from tests.evaluation.sources import RATE, write_clips, write_corpus, write_model
from wavenet.config import AudioConfig


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "model", AudioConfig(RATE, gain=1.5, pre_emphasis=0.5))


@pytest.fixture
def clips(tmp_path):
    return write_clips(tmp_path / "clips")


@pytest.fixture
def corpus(tmp_path, clips):
    return write_corpus(tmp_path / "corpus", clips)
