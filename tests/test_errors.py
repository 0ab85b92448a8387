import json
import shlex
from importlib import metadata
from pathlib import Path

import pytest

from tests.test_readme import ROOT
from wavenet.errors import MissingExtraError, install_command


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
