"""``wavenet import``: a model folder that other commands take, a report, and nothing replaced without being asked."""

import numpy as np
import pytest
import soundfile

from tests.cli.test_main import failing
from tests.importers.test_layouts import DATA
from wavenet.cli.main import main

SOURCE = str(DATA / "r9y9_legacy.pth")
CALL = ["import", SOURCE, "out", "--sample-rate", "16000", "--stacks", "2"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_vocoder_speaks_at_once(tmp_path, capsys):
    main(CALL)
    told = capsys.readouterr().out
    assert told.startswith("out: a model folder\n  source: r9y9_legacy.pth, a file of PyTorch; layout r9y9-legacy, of ")
    assert all(f"  {word}: " in told for word in ("network", "folded", "to supply", "differs", "checked"))
    np.save("features.npy", np.ones((40, 5), np.float32))
    main(["vocode", "features.npy", "-o", "a.wav", "--model", "out", "--speaker", "1"])
    assert len(soundfile.read("a.wav")[0]) == 240
    main(["info", "out"])
    assert "6 layers in 2 stacks" in capsys.readouterr().out


def test_a_network_of_densities_generates(capsys):
    main(
        ["import", str(DATA / "r9y9_logistics.pth"), "out", "--sample-rate", "16000", "--stacks=2", "--hop-length", "5"]
    )
    np.save("features.npy", np.zeros((40, 5), np.float32))
    main(["vocode", "features.npy", "-o", "a.wav", "--model", "out"])
    assert len(soundfile.read("a.wav")[0]) == 200


def test_only_what_it_made_itself_is_replaced(tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/notes.txt").write_text("mine")
    code, line = failing(capsys, *CALL)
    assert code == 2
    assert line.startswith("wavenet: out: already exists and was not made by wavenet import; name another folder, or ")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["notes.txt"]
    main([*CALL, "--overwrite"])
    main(CALL)
    assert (tmp_path / "out/notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["import", SOURCE, "out"], 2, "r9y9_legacy.pth: the checkpoint does not tell the dilations"),
        (["import", SOURCE, "out", "--stacks", "2"], 2, "nothing tells the sample rate; give --sample-rate, in Hz"),
        ([*CALL, "--hop-length", "-1"], 2, "hop_length is -1, and must be positive"),
        ([*CALL, "--layout", "r9y8"], 2, "unknown layout 'r9y8'; did you mean 'r9y9'?"),
        ([*CALL[:2], SOURCE, *CALL[3:]], 2, "is a file; name a folder to write"),
        (["import", "here.pth", "out"], 1, "here.pth: is no checkpoint, or is cut short"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path, capsys, arguments, code, reason):
    (tmp_path / "here.pth").write_bytes(b"something else")
    found, line = failing(capsys, *arguments)
    assert found == code
    assert reason in line
    assert not (tmp_path / "out").exists()
