"""The load generator, against a server of a tiny voice."""

import asyncio
import os

import pytest

from benchmarks import serve
from tests.serving.serving import served
from tests.serving.speaking import said, voice

TEXT = serve.TEXTS[0]


def test_a_listener_counts_all_of_the_sound():
    with served() as (_, port):
        found = asyncio.run(serve.heard(port, TEXT, 1, 16_000))
    assert found.audio == pytest.approx(len(said(TEXT, 1)) / 16_000)
    assert 0 < found.first <= found.took


def test_listeners_go_on_until_the_time_is_over(monkeypatch):
    monkeypatch.setattr(serve, "TEXTS", ("So? Run.",))
    with served() as (_, port):
        found = asyncio.run(serve.listeners(port, 2, 6.0, 16_000))
    assert len(found) >= 2


def test_the_engine_alone_makes_sound():
    made, worked = serve.batches(voice(), 2, 0.1)
    assert made > 0
    assert worked > 0


def test_a_row_tells_gaps_shares_and_processor_time():
    found = [serve.Heard(0.01 * i, 1.0, 5.0, gaps=i % 2) for i in range(1, 5)]
    assert serve.row("x", found, 20.0, 1.0) == ["x", "4", "25", "40", "5.0", "5.0", "0.25", "50", "2"]
    assert serve.row("x", found, 20.0, 1.0, played=2.0)[5:7] == ["10.0", "0.50"]


def test_percentiles_are_values_that_were_measured():
    assert serve.percentile(range(100), 99) == 99
    assert serve.percentile([3.0], 99) == 3.0


def test_the_processor_time_of_a_process_grows():
    before = serve.processor_time(os.getpid())
    sum(range(10**7))
    assert serve.processor_time(os.getpid()) > before
