import json
import pickle
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
    AudioError,
    MissingExtraError,
    ModelFolderError,
    UsageError,
    WavenetError,
    WavenetWarning,
    escaped,
    install_command,
    one_line,
    suggestion,
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


def test_a_message_of_2000_characters_is_whole_and_of_a_longer_one_both_ends_are_kept():
    text = "".join(chr(0x4E00 + i) for i in range(2_001))
    assert one_line(text[:2_000]) == text[:2_000]
    assert one_line(text) == f"{text[:998]} … {text[-998:]}"


def test_errors_end_a_command_with_1_or_2():
    assert [kind("x").exit_code for kind in (WavenetError, AudioError, ModelFolderError, UsageError)] == [1, 1, 1, 2]
    assert MissingExtraError("x", "plot").exit_code == 1


def test_a_missing_extra_comes_whole_out_of_another_process():
    error = pickle.loads(pickle.dumps(MissingExtraError("drawing", "plot", "then this")))
    assert str(error) == str(MissingExtraError("drawing", "plot", "then this"))


def test_the_nearest_of_the_known_words_is_suggested_or_all_are_told():
    assert suggestion("upates", ["window", "updates"]) == "; did you mean 'updates'?"
    assert suggestion("xyz", ["window", "updates"]) == "; known: updates, window"


def test_a_warning_is_about_the_line_that_calls_what_warns():
    def odd():
        warn("odd")

    with pytest.warns(WavenetWarning, match="odd") as told:
        odd()
    assert told[0].filename == __file__
