"""What is to be said: an argument, a file, a pipe."""

import io
import sys
import time
from types import SimpleNamespace

import pytest

from wavenet.cli import texts
from wavenet.cli.texts import Piped
from wavenet.errors import UsageError


def test_an_argument_is_a_text_or_the_name_of_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("Grüße.", "utf-8")
    (tmp_path / "letter").write_text("Dear.")
    (tmp_path / "folder").mkdir()
    assert texts.read("a.txt") == "Grüße."
    assert texts.read("letter") == "Dear."
    assert texts.read("folder") == "folder"
    assert texts.read("Read a.txt") == "Read a.txt"
    assert texts.read("x" * 5_000) == "x" * 5_000
    for name in ("b.txt", "b.md", "b.ssml", "b.xml"):
        with pytest.raises(UsageError, match=f"{name}: no such file; to say the name itself, pipe it in and say -"):
            texts.read(name)
    assert texts.read("b.wav") == "b.wav"


def test_what_is_no_text_is_one_line(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"ab\xff")
    with pytest.raises(UsageError, match=r"a\.txt: is not UTF-8 text: it holds the byte 0xff; convert it"):
        texts.read(str(tmp_path / "a.txt"))
    with pytest.raises(UsageError, match="a pipe: is not UTF-8 text: it holds the byte 0xc3"):
        list(Piped(io.BufferedReader(io.BytesIO(b"ab\xc3")), "a pipe"))


def test_a_letter_may_be_cut_between_two_pieces():
    pieces = iter(["Gr\u00fc".encode()[:3], "Gr\u00fc".encode()[3:], b""])
    closed = []
    stream = SimpleNamespace(read1=lambda most: next(pieces), close=lambda: closed.append(True))
    assert list(Piped(stream, "a pipe")) == ["Gr", "ü", ""]
    assert closed


def test_the_time_in_which_nothing_came_is_counted(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])

    def read1(most):
        assert most == 65_536
        now[0] += 2.0
        return next(pieces)

    pieces = iter([b"a", b"b", b""])
    piped = Piped(SimpleNamespace(read1=read1, close=lambda: None), "a pipe")
    assert piped.waited == 0
    for _ in piped:
        now[0] += 100.0
    assert piped.waited == 6.0


def test_a_minus_is_the_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(b"Hello."))))
    assert "".join(texts.read("-")) == "Hello."
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UsageError, match="there is no standard input to read from"):
        texts.read("-")
