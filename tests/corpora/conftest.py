import pytest

from tests.corpora.recordings import record


@pytest.fixture
def corpus(tmp_path):
    """Forty recordings of four speakers."""
    for i in range(40):
        record(tmp_path / "corpus" / f"speaker{i % 4}" / f"{i:02}.wav", i, 0.2 + 0.01 * i)
    return tmp_path / "corpus"
