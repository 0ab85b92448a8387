import re
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from tests import voices
from tests.training.conftest import noise_corpus  # noqa: F401
from wavenet.cli import system
from wavenet.cli.main import main
from wavenet.errors import MissingExtraError, UsageError, WavenetError, warn


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


SHORT = [
    MemoryError("Unable to allocate 3.2 GiB for an array"),
    RuntimeError(
        "[enforce fail at alloc_cpu.cpp:120] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8"
    ),
    RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 131072000 bytes."),
    RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("could not create a primitive"),
    RuntimeError("can't start new thread"),
    RuntimeError("std::bad_alloc"),
    OSError(12, "Cannot allocate memory"),
    ImportError("libtorch_cpu.so: failed to map segment from shared object"),
]


@pytest.mark.parametrize("error", SHORT, ids=str)
def test_where_memory_is_short_is_one_line_with_the_way_out(error, monkeypatch, capsys):
    def run(args):
        raise error

    monkeypatch.setattr("wavenet.cli.generate.run", run)
    with pytest.raises(SystemExit) as stopped:
        main(["generate", "english_prompts"])
    assert stopped.value.code == 1
    line = capsys.readouterr().err
    assert line.startswith("wavenet: out of memory; give less at once, as by shorter recordings, a lower --window or ")
    assert line.count("\n") == 1


def test_a_package_that_finds_no_memory_is_not_told_to_be_missing():
    def imported(error):
        with system.telling_of_memory():
            try:
                raise error
            except ImportError:
                raise MissingExtraError("training", "train") from None

    with pytest.raises(WavenetError, match=r"^out of memory"):
        imported(ImportError("libtorch_cpu.so: failed to map segment from shared object"))
    with pytest.raises(MissingExtraError):
        imported(ModuleNotFoundError("No module named 'torch'"))


@pytest.mark.parametrize(
    "error", [RuntimeError("an illegal memory access"), UsageError("can't allocate memory"), KeyboardInterrupt()]
)
def test_other_errors_are_what_they_were(error):
    with pytest.raises(type(error)) as raised, system.telling_of_memory():
        raise error
    assert raised.value is error


@pytest.mark.parametrize("megabytes", [300, 700, 1100])
def test_training_in_a_small_address_space_is_one_line(megabytes, noise_corpus, tmp_path):  # noqa: F811
    result = shell(
        f'ulimit -v {1000 * megabytes}; "$@"', "train", "--data", str(noise_corpus), "--out", str(tmp_path / "run"),
        "--audio.sample-rate", "1000", "--window", "50000", "--updates", "1",
    )  # fmt: skip
    lines = result.stderr.decode().splitlines()
    assert "Traceback (most recent call last):" not in lines
    assert result.returncode == 0 or "out of memory; " in lines[-1]
