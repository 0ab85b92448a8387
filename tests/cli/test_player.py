import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.test_main import failing
from tests.cli.test_say import LINE, TEXT, expected, sound
from wavenet.cli import player as player_module
from wavenet.cli.main import main


@pytest.fixture
def player(tmp_path, monkeypatch):
    """The only program on the PATH: keeps what it is told and given, unless ``fail`` is there."""
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "paplay"
    script.write_text(
        f"#!/bin/sh\ncd {tmp_path}\nif [ -e fail ]; then echo warning >&2; echo no such device >&2; exit 3; fi\n"
        f'echo "$@" > told\n{shutil.which("cat")} > heard\nif [ -e fail_late ]; then exit 4; fi\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent))
    return tmp_path


@pytest.mark.parametrize("with_file", [False, True])
def test_what_is_played_is_what_is_said(voice, player, out, capsys, with_file):
    main(["say", TEXT, "--voice", voice, "--play", *(["-o", out] if with_file else [])])
    assert (player / "heard").read_bytes() == expected(voice).tobytes()
    assert "--rate=16000" in (player / "told").read_text().split()
    assert re.fullmatch(LINE, capsys.readouterr().out)[1] == (out if with_file else "said")
    assert Path(out).exists() == with_file
    if with_file:
        assert np.array_equal(sound(out), expected(voice))


def test_a_player_is_waited_for_and_may_fail_at_the_end(voice, player, capsys):
    (player / "fail_late").touch()
    with pytest.raises(SystemExit, match="1"):
        main(["say", TEXT, "--voice", voice, "--play"])
    assert capsys.readouterr().err == "wavenet: paplay ended before the sound did, with exit code 4\n"
    assert (player / "heard").read_bytes() == expected(voice).tobytes()


def test_afplay_plays_a_file_when_all_is_said(voice, tmp_path, monkeypatch, capsys):
    script = tmp_path / "afplay"
    script.write_text(
        f"#!/bin/sh\n{shutil.which('cp')} $1 {tmp_path}/heard.wav\n"
        f"if [ -e {tmp_path}/fail ]; then echo no >&2; exit 5; fi\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    main(["say", TEXT, "--voice", voice, "--play"])
    heard, rate = soundfile.read(tmp_path / "heard.wav", dtype="int16")
    assert rate == 16_000
    assert np.array_equal(heard, expected(voice))
    assert re.fullmatch(LINE, capsys.readouterr().out)
    (tmp_path / "fail").touch()
    code, line = failing(capsys, "say", TEXT, "--voice", voice, "--play")
    assert (code, line) == (1, "wavenet: afplay ended before the sound did, with exit code 5: no")
    (tmp_path / "heard.wav").unlink()
    with pytest.raises(TypeError), player_module.player(16_000) as playing:
        playing.write(1)
    assert not (tmp_path / "heard.wav").exists()


def test_without_a_player_the_packages_are_named(voice, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, line = failing(capsys, "say", TEXT, "--voice", voice, "--play")
    assert code == 1
    assert all(name in line for name in ("alsa-utils (aplay)", "ffmpeg (ffplay)", "sox (play)", "-o out.wav"))


def test_a_player_that_fails_is_one_line_and_the_sound_so_far_is_kept(voice, player, out, capsys):
    (player / "fail").touch()
    text = f"{TEXT} " * 3  # more than a pipe holds
    code, line = failing(capsys, "say", text, "--voice", voice, "--play", "-o", out)
    assert code == 1
    assert line == "wavenet: paplay ended before the sound did, with exit code 3: no such device"
    made, whole = sound(out), expected(voice, text)
    assert 0 < len(made) < len(whole)
    assert np.array_equal(made, whole[: len(made)])
