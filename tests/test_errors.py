import json
import re
import shlex
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_readme import ROOT
from wavenet.errors import (
    LONGEST,
    MissingExtraError,
    UsageError,
    WavenetError,
    WavenetWarning,
    escaped,
    install_command,
    one_line,
    warn,
)


class Installed:
    """A distribution with such a record of its source."""

    def __init__(self, source):
        self.source = source

    def read_text(self, name):
        assert name == "direct_url.json"
        return json.dumps(self.source) if self.source else None


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ({"url": "file:///home/ann/wavenet", "dir_info": {"editable": True}}, ["-e", "/home/ann/wavenet[train]"]),
        ({"url": "file:///home/ann/wavenet", "dir_info": {}}, ["/home/ann/wavenet[train]"]),
        ({"url": "file:///my%20dist/w-0.1-x.whl", "archive_info": {}}, ["/my dist/w-0.1-x.whl[train]"]),
        ({"url": "https://host/w.whl", "archive_info": {}}, ["wavenet-audio[train] @ https://host/w.whl"]),
        (
            {"url": "https://host/w.git", "vcs_info": {"vcs": "git", "commit_id": "1"}},
            ["wavenet-audio[train] @ git+https://host/w.git"],
        ),
        (None, ["wavenet-audio[train]"]),
    ],
)  # fmt: skip
def test_an_extra_comes_from_where_the_package_came(source, arguments, monkeypatch):
    monkeypatch.setattr(metadata, "distribution", lambda name: Installed(source))
    assert shlex.split(install_command("train")) == ["pip", "install", *arguments]


def test_a_checkout_that_nobody_installed_is_installed_where_it_is(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    assert shlex.split(install_command("plot")) == ["pip", "install", "-e", f"{ROOT}[plot]"]


def test_what_the_tests_run_on_is_a_checkout_with_that_extra():
    *_, place = shlex.split(install_command("train"))
    assert (Path(place.removesuffix("[train]")) / "pyproject.toml").is_file()


def test_a_missing_extra_is_one_line_with_both_commands():
    error = MissingExtraError("drawing", "plot", "then this")
    assert str(error) == f"drawing needs more packages: {install_command('plot')} && then this"


@given(st.text())
def test_an_error_is_one_line_that_controls_no_terminal(text):
    for message in (str(WavenetError(text)), one_line(text)):
        assert message.isprintable()
        assert one_line(message) == message
    if text.isprintable():
        assert one_line(text) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\x1b[31mred\x1b]0;title\x07", r"\x1b[31mred\x1b]0;title\x07"),
        ("\x9b2J\u202egnp.exe\udcff", r"\x9b2J\u202egnp.exe\udcff"),
        ("a\nb\tc\r\u2028d", "a b c  d"),
        ("čeština · 한국어 😀", "čeština · 한국어 😀"),
    ],
)
def test_what_would_control_a_terminal_is_escaped(text, told):
    assert escaped(text) == str(UsageError(text)) == told
    with pytest.warns(WavenetWarning, match=re.escape(told)):
        warn(text)


def test_a_message_of_any_length_is_cut():
    told = str(WavenetError("beginning" + "x" * 10**6 + "end"))
    assert len(told) <= LONGEST
    assert one_line(told) == told
    assert told.startswith("beginning")
    assert told.endswith("end")
