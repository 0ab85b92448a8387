"""What tests of several commands share."""

import pytest

from tests import voices


@pytest.fixture(scope="session")
def voice(tmp_path_factory):
    """The folder of a voice."""
    return str(voices.write(tmp_path_factory.mktemp("voices") / "tiny"))


@pytest.fixture
def out(tmp_path):
    return str(tmp_path / "out.wav")
