"""The mixed load, against a server of a tiny voice: what clients do wrong is no error of the server."""

import asyncio
import os

import pytest

from experiments.serving import mixed
from tests.experiments.serving.test_listening import tiny
from tests.serving.serving import served


@pytest.mark.parametrize("nonsense", mixed.NONSENSE, ids=range(len(mixed.NONSENSE)))
def test_garbage_is_refused(nonsense):
    with served() as (_, port):
        assert asyncio.run(mixed._garbage(tiny(port), nonsense)) == ""


def test_a_load_is_reported(monkeypatch):
    monkeypatch.setattr(mixed, "TEXTS", ("So? Run.",))
    monkeypatch.setattr(mixed, "GARBAGE", 0.3)
    monkeypatch.setattr(mixed, "LEAVING", 0.5)
    monkeypatch.setattr(mixed, "START", 0.1)
    with served() as (_, port):
        report = asyncio.run(mixed.run(tiny(port), 4, 4.0))
    assert report.texts > 4
    assert report.garbage
    assert not report.errors
    assert len(report.looks) == mixed.LOOKS + 2
    told = mixed.told(report, ["1", "2"])
    assert f"{report.texts} texts, of which {report.left} were left midway" in told
    assert "first audio, ms: 1, 2" in told


def test_growth_is_counted_from_a_quarter_of_the_time():
    looks = [mixed.Look(i, memory, 1, 1) for i, memory in enumerate((50, 90, 100, 104, 110, 105, 106, 110))]
    assert mixed.Report(looks=looks).growth == pytest.approx(0.1)


def test_a_look_tells_of_this_process():
    found = mixed.look(os.getpid(), 1.0)
    assert found.memory > 10
    assert found.threads >= 1
    assert found.files >= 3
