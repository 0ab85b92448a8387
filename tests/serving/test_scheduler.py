"""Many utterances at once, in real threads: each is what it is alone."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving.speaking import TEXTS, begin, said, voice
from wavenet.errors import UsageError
from wavenet.serving.errors import BusyError, ClosingError
from wavenet.serving.scheduler import Scheduler
from wavenet.serving.utterance import State, Utterance

LONG = "The fox sees you, and it runs, and it stays, and then it runs again, as it did before. " * 20


@contextmanager
def scheduler(**limits: int) -> Iterator[Scheduler]:
    found = Scheduler(**limits)
    try:
        yield found
    finally:
        found.close()


def start(found: Scheduler, text: str, seed: int = 0, **given: object) -> Utterance:
    return found.start(voice(), begin(text, seed, **given))


def heard(utterance: Utterance) -> np.ndarray:
    return np.concatenate([np.empty(0, np.float32), *utterance])


def soon(true: Callable[[], object], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never was"
        time.sleep(0.002)


@settings(max_examples=12)  # each makes some ten seconds of sound
@given(
    asked=st.lists(
        st.tuples(st.integers(0, len(TEXTS) - 1), st.integers(0, 2), st.floats(0, 0.05), st.booleans()),
        min_size=1,
        max_size=10,
    ),
    workers=st.integers(1, 3),
    places=st.integers(1, 6),
)
def test_each_sounds_as_it_does_alone_whoever_joins_and_leaves(asked, workers, places):
    with scheduler(workers=workers, max_streams=places, max_waiting=10) as found:
        staying, leaving = [], []
        for text, seed, pause, leaves in asked:
            utterance = start(found, TEXTS[text], seed)
            (leaving if leaves else staying).append((utterance, text, seed))
            time.sleep(pause)
            if len(leaving) > 1:
                leaving[-2][0].cancel()
        for utterance, text, seed in staying:
            assert np.array_equal(heard(utterance), said(TEXTS[text], seed))


@given(cuts=st.lists(st.integers(0, 40), max_size=5), waits=st.lists(st.booleans(), max_size=6))
@settings(max_examples=10)
def test_a_text_in_pieces_sounds_as_the_whole_one(cuts, waits):
    text = TEXTS[2]
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    with scheduler(workers=2) as found:
        utterance = found.start(voice(), begin(None, 1), whole=False)
        for i, (a, b) in enumerate(pairwise(edges)):
            utterance.feed(text[a:b])
            if i < len(waits) and waits[i]:
                time.sleep(0.01)
        utterance.finish()
        assert np.array_equal(heard(utterance), said(text, 1))


def test_a_sentence_is_said_before_the_next_one_is_there():
    with scheduler() as found:
        utterance = found.start(voice(), begin(None), whole=False)
        utterance.feed("The fox sees you. Does")
        soon(lambda: utterance.state is State.HUNGRY)
        first = utterance.take()
        assert len(first) > 8_000
        assert np.array_equal(first, said(TEXTS[2], 0)[: len(first)])
        utterance.finish()
        assert len(heard(utterance))


def test_an_error_in_one_text_ends_that_one_alone():
    with scheduler(workers=2) as found:
        good, bad = start(found, TEXTS[2]), start(found, "Мир.", strict=True)
        with pytest.raises(UsageError, match="this voice speaks English"):
            heard(bad)
        assert np.array_equal(heard(good), said(TEXTS[2], 0))
        assert found.streams == 0


def test_an_error_of_the_engine_that_moved_nothing_ends_that_one_alone(monkeypatch):
    with scheduler(max_streams=3) as found:
        bad, advance = [], type(voice()).advance

        def sometimes(self, speeches, samples, *, threads=1):
            if any(speech in bad for speech in speeches):
                raise UsageError("no")
            return advance(self, speeches, samples, threads=threads)

        monkeypatch.setattr(type(voice()), "advance", sometimes)
        every = [start(found, LONG) for _ in range(3)]
        soon(lambda: every[1].made)
        bad.append(every[1].speech)
        with pytest.raises(UsageError, match=r"^no$"):
            heard(every[1])
        every[2].cancel()
        assert np.array_equal(next(iter(every[0]))[:800], said(LONG, 0)[:800])


def test_cancelling_frees_the_place_at_once_and_the_next_one_has_it():
    with scheduler(max_streams=1, max_waiting=1) as found:
        first, second = start(found, LONG), start(found, TEXTS[0])
        soon(lambda: first.made)
        assert (found.streams, found.waiting, second.state) == (1, 1, State.QUEUED)
        began = time.monotonic()
        first.cancel()
        assert time.monotonic() - began < 0.05
        assert first.take() is None
        assert np.array_equal(heard(second), said(TEXTS[0], 0))
        first.cancel()  # again: nothing is left of it
        assert (found.streams, found.waiting) == (0, 0)


def test_one_that_waits_may_leave_the_queue():
    with scheduler(max_streams=1, max_waiting=1) as found:
        first, second = start(found, LONG), start(found, TEXTS[0])
        second.cancel()
        assert (found.streams, found.waiting, second.take()) == (1, 0, None)
        first.cancel()


def test_who_finds_no_place_is_told_when_to_come_again():
    with scheduler(max_streams=1, max_waiting=1) as found:
        for _ in range(2):
            start(found, LONG)
        with pytest.raises(BusyError, match="1 texts are being said and 1 wait") as refused:
            start(found, TEXTS[0])
        assert refused.value.status == 429
        assert int(refused.value.headers["Retry-After"]) >= 1
        assert refused.value.body["error"]["code"] == "busy"


def test_what_nobody_takes_rests_until_it_is_taken():
    with scheduler() as found:
        utterance = start(found, LONG, seed=3)
        soon(lambda: utterance.untaken >= 4 * 16_000)
        time.sleep(0.05)
        made = utterance.made
        assert made < 4.2 * 16_000
        time.sleep(0.1)
        assert utterance.made == made
        first = utterance.take()
        assert len(first) == made
        soon(lambda: utterance.made > made)
        utterance.cancel()
        assert np.array_equal(first, said(LONG, 3)[: len(first)])


def test_closing_lets_the_running_end_and_leaves_no_thread():
    before = set(threading.enumerate())
    found = Scheduler(workers=2)
    utterance = start(found, TEXTS[1])
    assert len(set(threading.enumerate()) - before) == 4
    assert found.close(30.0) == 0
    assert np.array_equal(heard(utterance), said(TEXTS[1], 0))
    assert set(threading.enumerate()) == before
    with pytest.raises(ClosingError):
        start(found, TEXTS[1])


def test_closing_cuts_off_what_takes_longer_than_its_limit():
    found = Scheduler(max_streams=1)
    running, waiting = start(found, LONG), start(found, LONG)
    soon(lambda: running.made)
    began = time.monotonic()
    assert found.close(0.1) == 2
    assert time.monotonic() - began < 5
    for each in (running, waiting):
        with pytest.raises(ClosingError):
            heard(each)


def test_impossible_limits_are_refused():
    for wrong in ({"workers": 0}, {"max_streams": 0}, {"max_waiting": -1}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            Scheduler(**wrong)


def test_what_has_ended_holds_no_frames_and_no_past():
    with scheduler(workers=2) as found:
        ended, cancelled = start(found, TEXTS[0]), start(found, LONG)
        soon(lambda: cancelled.made)
        cancelled.cancel()
        heard(ended)
        soon(lambda: ended.speech is cancelled.speech is None)


def test_scheduling_needs_no_web_framework():
    code = (
        "import sys, wavenet.serving.scheduler, wavenet.serving.formats; "
        "print(sorted({*sys.modules} & {'starlette', 'uvicorn', 'prometheus_client', 'torch'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
