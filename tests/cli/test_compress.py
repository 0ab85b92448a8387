"""``wavenet compress`` and ``wavenet decompress``."""

from pathlib import Path

import pytest

from tests.cli.test_main import failing
from tests.coder.waves import tones, wave
from wavenet.cli.main import main


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("in.wav").write_bytes(wave(tones(1000)))


def test_a_file_is_restored_by_the_model_that_it_names(capsys):
    main(["compress", "in.wav", "out.wn"])
    told = capsys.readouterr().out
    size = Path("out.wn").stat().st_size
    assert told == f"out.wn: {size:,} bytes, {size / 2044:.1%} of in.wav\n"
    main(["decompress", "out.wn", "back.wav"])
    assert capsys.readouterr().out == "back.wav: 2,044 bytes\n"
    assert Path("back.wav").read_bytes() == Path("in.wav").read_bytes()


def test_files_of_its_own_are_replaced_and_others_are_not(capsys):
    main(["compress", "in.wav", "out.wn"])
    main(["compress", "in.wav", "out.wn"])
    before = Path("in.wav").read_bytes()
    assert failing(capsys, "compress", "out.wn", "in.wav")[0] == 2
    Path("in.wav").write_bytes(b"another")
    assert failing(capsys, "decompress", "out.wn", "in.wav")[0] == 2
    assert Path("in.wav").read_bytes() == b"another"
    main(["decompress", "out.wn", "in.wav", "--overwrite"])
    assert Path("in.wav").read_bytes() == before


def test_what_was_restored_may_be_restored_again_without_a_mark_in_it():
    main(["compress", "in.wav", "out.wn"])
    for _ in range(2):
        main(["decompress", "out.wn", "back.wav"])
    assert Path("back.wav").read_bytes() == Path("in.wav").read_bytes()


def test_what_cannot_be_read_is_one_line(capsys):
    assert "missing.wav: cannot be read" in failing(capsys, "compress", "missing.wav", "out.wn")[1]
    assert "in.wav: was not made by wavenet compress" in failing(capsys, "decompress", "in.wav", "out.wav")[1]
    assert "cannot code files without loss" in failing(capsys, "compress", "in.wav", "o.wn", "--model", "vocoder")[1]
    assert not Path("out.wn").exists()
