"""Sound in progress: what is passed on, kept and counted."""

import time

import numpy as np
import pytest

from wavenet.cli import making
from wavenet.cli.making import Making
from wavenet.cli.player import PlayerError
from wavenet.cli.progress import Progress
from wavenet.cli.texts import letters
from wavenet.errors import UsageError

BLOCKS = [np.full(100, value, np.float32) for value in (0.1, -0.5, 0.2)]


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(making.time, "perf_counter", lambda: now[0])
    return now


def blocks(clock, seconds=1.0):
    for block in BLOCKS:
        clock[0] += seconds
        yield block


def test_every_block_goes_to_every_output_in_turn(clock):
    made, seen = Making(100, 0), []
    made.run(blocks(clock), [lambda block: seen.append(("a", block[0])), lambda block: seen.append(("b", block[0]))])
    assert [name for name, _ in seen] == ["a", "b"] * 3
    assert (made.samples, made.seconds, made.peak) == (300, 3.0, 0.5)
    assert made.stopped is None


def test_work_is_the_time_in_which_sound_is_made_without_the_outputs_and_without_waiting(clock):
    waited = [0.0]

    def made_with_waiting():
        for block in blocks(clock):
            clock[0] += 5
            waited[0] += 5
            yield block

    def slow(block):
        clock[0] += 10

    made = Making(100, 0, lambda: waited[0])
    made.run(made_with_waiting(), [slow])
    assert (made.work, made.first, made.speed) == (3.0, 1.0, 100.0)


@pytest.mark.parametrize(("keep", "kept"), [(0, 0), (0.5, 50), (1.0, 100), (1.5, 150), (9, 300)])
def test_of_the_beginning_as_much_is_drawn_as_is_kept(clock, monkeypatch, tmp_path, keep, kept):
    drawn = []
    monkeypatch.setattr("wavenet.audio.pictures.waveform_and_spectrogram", lambda *given: drawn.append(given))
    monkeypatch.setattr("wavenet.audio.pictures.speech", lambda *given: drawn.append(given))
    monkeypatch.setattr("wavenet.audio.pictures.write", lambda figure, path, software: None)
    made = Making(100, keep)
    made.run(blocks(clock), [])
    line = made.draw(tmp_path / "a.png", "title", "mark")
    end = f" of the first {keep:g} s" if kept < 300 else ""
    assert line == f"{tmp_path / 'a.png'}: waveform and spectrogram{end}"
    waveform, rate, title = drawn[0]
    assert (len(waveform), rate, title) == (kept, 100, "title")
    assert len(made._beginning) == -(-kept // 100)
    course = ([("A", 1.0)], np.zeros(3))
    assert " with phones and F0" in made.draw(tmp_path / "a.png", "title", "mark", course)
    assert drawn[1][2:4] == course


@pytest.mark.parametrize("error", [KeyboardInterrupt(), UsageError("x"), PlayerError("x")])
def test_what_ends_it_after_some_sound_is_kept_and_before_any_is_raised(clock, error):
    def until(count):
        yield from BLOCKS[:count]
        raise error

    made = Making(100, 0)
    made.run(until(2), [])
    assert made.stopped is error
    assert made.samples == 200
    with pytest.raises(type(error)):
        Making(100, 0).run(until(0), [])
    with pytest.raises(KeyError):
        Making(100, 0).run(iter(BLOCKS), [{}.__getitem__, lambda block: {}[0]][1:])


class Bar:
    last_print_t = start_t = 0.0

    def __init__(self, **settings):
        self.settings, self.total, self.n, self.told, self.cleared = settings, None, 0, "", 0

    def set_postfix_str(self, text, refresh):
        self.told = text

    def update(self, n):
        assert n == 0

    def clear(self):
        self.cleared += 1


@pytest.fixture
def bar(monkeypatch):
    made = []
    monkeypatch.setattr("wavenet.bars.bar", lambda **settings: made.append(Bar(**settings)) or made[-1])
    monkeypatch.setattr("wavenet.cli.progress.DELAY", 0.0)
    return made


def test_the_share_that_is_said_is_that_of_letters_and_grows_within_a_sentence(bar):
    progress = Progress("One two. Three!")  # 6 and 5 letters
    progress.begin("One two.", 0.0, 2.0)
    shares = []
    for seconds in (0.5, 1.0, 2.0, 2.5):
        progress.move(seconds, 0.5)
        shares.append(bar[0].n / bar[0].total)
    progress.begin("Three!", 3.0, 1.0)
    for seconds in (3.0, 3.5, 4.0, 9.0):
        progress.move(seconds, 0.5)
        shares.append(bar[0].n / bar[0].total)
    assert shares == pytest.approx([1.5 / 11, 3 / 11, 6 / 11, 6 / 11, 6 / 11, 8.5 / 11, 1, 1])
    assert bar[0].told == "18.0 × real time"
    assert "{percentage" in bar[0].settings["bar_format"]


def test_of_a_text_that_comes_in_pieces_no_share_is_told(bar):
    progress = Progress(iter(["One"]))
    progress.begin("One", 0.0, 2.0)
    progress.move(1.0, 0.5)
    assert (bar[0].total, bar[0].n) == (None, 1.0)
    assert "{percentage" not in bar[0].settings["bar_format"]


def test_a_line_clears_the_bar_that_is_on_the_screen(bar, capsys):
    import sys

    progress = Progress("One")
    progress.print("line", sys.stdout)
    progress.move(0.1, 0.1)
    progress.print("line", sys.stdout)
    assert bar[0].cleared == 0
    bar[0].last_print_t = 1.0
    progress.print("line", sys.stdout)
    assert bar[0].cleared == 1
    assert capsys.readouterr().out == "line\nline\nline\n"


def test_the_bar_comes_when_it_is_due_and_knows_how_long_the_work_has_taken(bar, monkeypatch):
    now = [10.0]
    monkeypatch.setattr("wavenet.cli.progress.time.monotonic", lambda: now[0])
    monkeypatch.setattr("wavenet.cli.progress.DELAY", 2.0)
    progress = Progress("One")
    for now[0] in (10.5, 11.9):
        progress.move(1.0, 0.5)
    assert not bar
    for now[0] in (12.5, 13.0):
        progress.move(1.0, 0.5)
    assert [each.settings["elapsed"] for each in bar] == [2.5]


def test_letters_and_digits_are_counted_without_markup():
    assert letters("It is 5 o'clock.") == 11
    assert letters("<speak>It is <break time='1s'/>5</speak>") == 5
    assert letters("2 < 3 and 5 > 4") == 7
    assert letters(["ab", "c"]) == 3
    assert time.perf_counter() > 0
