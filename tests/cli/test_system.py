import re
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from tests import voices
from wavenet.cli import system
from wavenet.errors import warn


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    return str(voices.write(tmp_path_factory.mktemp("voice") / "voice"))


def shell(command, *arguments):
    """``"$@"`` of a shell is the command ``wavenet`` with its arguments."""
    wavenet = [sys.executable, "-m", "wavenet.cli.main", *arguments]
    return subprocess.run(["bash", "-c", command, "bash", *wavenet], capture_output=True, check=False)


def test_a_closed_standard_output_is_one_line(voice):
    result = shell('"$@" >&-', "say", "Fox.", "--voice", voice, "-o", "-")
    assert result.returncode == 2
    assert result.stderr.decode().strip() == (
        "wavenet: -o - writes samples to the standard output, which is closed; pipe them on, or name a file"
    )


def test_messages_for_a_closed_standard_error_do_not_end_up_in_the_sound(voice):
    whole = shell('"$@"', "say", "Fox.", "--voice", voice, "-o", "-", "--explain")
    assert b"Fox" in whole.stderr
    closed = shell('"$@" 2>&-', "say", "Fox.", "--voice", voice, "-o", "-", "--explain")
    assert (closed.returncode, closed.stdout) == (0, whole.stdout)


def test_a_closed_standard_output_does_not_end_up_in_the_file(voice, tmp_path):
    result = shell('"$@" >&-', "say", "Fox.", "--voice", voice, "-o", str(tmp_path / "x.wav"), "--explain")
    assert (result.returncode, result.stderr) == (0, b"")
    assert (tmp_path / "x.wav").read_bytes()[:4] == b"RIFF"


def test_a_reader_of_the_table_who_leaves_ends_the_command_quietly(voice, tmp_path):
    command = '"$@" | head -c 1; exit ${PIPESTATUS[0]}'
    result = shell(command, "say", "Fox. " * 50, "--voice", voice, "-o", str(tmp_path / "x.wav"), "--explain")
    assert (result.stdout, result.stderr) == (b"e", b"")
    assert result.returncode == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
def test_a_standard_output_that_is_full_is_not_taken_for_the_file(voice, tmp_path):
    out = str(tmp_path / "x.wav")
    result = shell('"$@" > /dev/full', "say", "Fox.", "--voice", voice, "-o", out, "--explain")
    assert result.returncode == 1
    assert result.stderr.decode().startswith("wavenet: <stdout>: no space left on the device")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_ends_a_command_in_order_and_keeps_what_was_made(voice, tmp_path, number, code):
    command = [sys.executable, "-m", "wavenet.cli.main", "say", "-", "--voice", voice, "-o", str(tmp_path / "x.wav")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(b"The fox. The fox. The fox.\n")
        process.stdin.flush()
        deadline = time.monotonic() + 60
        while sum(path.stat().st_size for path in tmp_path.iterdir()) < 10_000 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [path.name for path in tmp_path.iterdir()] != ["x.wav"]
        process.send_signal(number)
        _, told = process.communicate()
    assert process.returncode == code
    assert re.search(r"wavenet: (ended by SIG\w+|interrupted)\n$", told.decode())
    assert [path.name for path in tmp_path.iterdir()] == ["x.wav"]


def test_signals_that_are_ignored_stay_so_and_others_are_as_before():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with system.ending_in_order():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, signal.SIG_IGN)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_is_the_end_that_shells_expect():
    with pytest.raises(system.Terminated) as caught, system.ending_in_order():
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.exit_code == 143
    assert str(caught.value) == "SIGTERM"


def test_our_warnings_are_one_line_and_others_as_ever(capsys):
    with warnings.catch_warnings(record=True) as others, system.warning_in_one_line():
        warnings.simplefilter("always")
        warn("a.csv: odd")
        warnings.warn("others", UserWarning, stacklevel=1)
    assert capsys.readouterr() == ("", "wavenet: a.csv: odd\n")
    assert [str(warning.message) for warning in others] == ["others"]
