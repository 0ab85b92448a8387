"""``wavenet features``: what is refused before any work."""

import pytest

from tests.cli.test_main import failing
from tests.cli.test_vocode import write_model
from wavenet.audio import files


def test_a_model_without_features_is_refused_by_its_name_before_the_recording_is_read(tmp_path, capsys, monkeypatch):
    plain = write_model(tmp_path / "plain")
    monkeypatch.setattr(files, "read", lambda path, rate: pytest.fail("it was read"))
    code, line = failing(capsys, "features", "a.wav", "--model", plain, "-o", str(tmp_path / "a.npy"))
    assert (code, line) == (2, f"wavenet: {plain} takes no features")


@pytest.mark.parametrize("name", ["a.wav", "a.json", "a"])
def test_features_are_written_as_npy_alone(tmp_path, capsys, name):
    code, line = failing(capsys, "features", "a.wav", "--model", "nowhere", "-o", str(tmp_path / name))
    assert (code, line) == (2, f"wavenet: cannot write {tmp_path / name}: features are written as .npy")
