"""What scripts/music/play.py plays: without its synthesiser, which is in an environment of its own."""

import csv
import importlib.util
import json
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from tests.music.melodies import melodies
from wavenet.corpora.row import hashed_split
from wavenet.music import notes

SCRIPT = Path(__file__).parents[1] / "scripts" / "music" / "play.py"
SCORES = [
    {"piece": name, "mode": "minor", "top": 1, "parts": [[[0.0, 60.0, 48]], [[4.0, 1.0, 72], [5.0, 1.0, 72]]]}
    for name in ("bwv1", "bwv2", "bwv3")
]


@cache
def loaded():
    spec = importlib.util.spec_from_file_location("play", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def play():
    return loaded()


def test_each_turn_plays_every_piece_on_every_instrument_at_another_tempo(play):
    plan = [(score["piece"], instrument, tempo) for score, _, instrument, tempo in play.plan(SCORES)]
    assert len(set(plan)) == len(plan) == 3 * 5 * 3
    first = plan[:15]
    assert len({each[:2] for each in first}) == 15
    assert len({piece for piece, *_ in first[:5]}) == 1
    assert set(Counter(tempo for *_, tempo in first[:5]).values()) == {1, 2}


def test_instruments_take_turns_at_the_voices_and_the_flute_has_the_highest(play):
    parts = [(instrument, part) for _, part, instrument, _ in play.plan(SCORES)]
    assert {part for instrument, part in parts if instrument == "flute"} == {1}
    assert all({part for each, part in parts if each == instrument} == {0, 1} for instrument in ("piano", "organ"))


def test_the_order_says_nothing_about_the_split(play):
    """Or the first hours would all be held-out."""
    scores = [{**SCORES[0], "piece": f"bwv{i}.6"} for i in range(400)]
    first = [score["piece"] for score, *_ in list(play.plan(scores))[: 100 * 5 : 5]]
    held_out = sum(hashed_split(piece, 0.1, 0.1) != "train" for piece in first)
    assert 10 <= held_out <= 30  # 20 are expected


def test_a_melody_is_known_again_in_another_key(play):
    def score(piece, keys):
        return {"piece": piece, "mode": "major", "top": 0, "parts": [[[i, 1, key] for i, key in enumerate(keys)]]}

    scale = [60, 62, 64, 65, 67, 69, 71, 72]
    scores = [score("b", scale), score("a", [key + 3 for key in scale]), score("c", [60, 63, *scale[2:]])]
    assert play.melodies(scores) == {"a": "a", "b": "a", "c": "c"}


def test_a_melody_has_one_note_at_a_time_and_no_long_rest(play):
    chords = [[4.0, 2.0, 60], [4.0, 2.0, 72], [5.0, 0.5, 64], [9.0, 1.0, 62]]
    assert play.melody(chords) == [(0, 4, 72), (4, 2, 64), (10, 4, 62)]


parts = st.lists(st.tuples(st.integers(0, 99), st.integers(1, 8), st.integers(21, 108)), min_size=1)


@given(parts)
def test_any_part_becomes_a_melody_that_begins_at_once(part):
    play = loaded()
    found = play.melody([[at / 6, length / 6, key] for at, length, key in part])
    assert found[0][0] == 0
    for (at, length, _), (following, *_) in pairwise(found):
        assert 0 < length <= following - at <= length + play.REST


@given(melodies(), st.floats(50, 140))
def test_what_is_played_is_what_the_network_is_told(melody, beats):
    play = loaded()
    told = notes.timed(melody, beats, play.INNER_RATE / play.BLOCK)
    downs = [(block, key) for block, down, key, _ in play.events(melody, beats, 80) if down]
    ups = sorted((block, key) for block, down, key, _ in play.events(melody, beats, 80) if not down)
    assert downs == [(each.down, each.key) for each in told]
    assert ups == sorted((each.up, each.key) for each in told)


def test_a_key_goes_up_before_it_goes_down(play):
    steps = [(0, 4, 72), (4, 4, 72)]
    assert [down for _, down, *_ in play.events(steps, 90, 80)] == [True, False, True, False]
    beat = 60 / 90 * play.INNER_RATE / play.BLOCK
    assert [block for block, *_ in play.events(steps, 90, 80)] == [round(x * beat) for x in (0, 0.94, 1, 1.94)]


def test_a_lower_rate_keeps_what_it_can_hold_and_nothing_else(play):
    t = np.arange(play.INNER_RATE) / play.INNER_RATE
    low, high = np.sin(2 * np.pi * 1000 * t), np.sin(2 * np.pi * 9000 * t)
    np.testing.assert_allclose(play.resampled(low + high), low[::3], atol=1e-9)


def test_every_file_has_one_level_and_ends_where_it_falls_silent(play):
    rng = np.random.default_rng(0)
    sound = play.levelled(np.concatenate([rng.normal(0, 3, play.RATE), np.zeros(play.RATE)]))
    assert len(sound) == pytest.approx(play.RATE, abs=10)
    assert np.abs(sound).max() <= play.PEAK
    assert sound[-1] == 0
    click = np.zeros(play.RATE)
    click[100] = 1
    assert np.abs(play.levelled(np.concatenate([click, rng.normal(0, 1e-3, 9)]))).max() <= play.PEAK


def test_a_second_run_plays_only_what_is_missing_and_lists_all(play, tmp_path, monkeypatch):
    played = []

    def noise(*told):
        played.append(str(told))
        return np.random.default_rng(0).normal(0, 0.1, 20 * play.RATE)

    monkeypatch.setattr(play, "play", noise)
    (tmp_path / "scores.jsonl").write_text("".join(json.dumps(score) + "\n" for score in SCORES))
    for hours, files in ((100 / 3600, 5), (100 / 3600, 5), (160 / 3600, 8)):
        play.main(str(tmp_path / "scores.jsonl"), "font.sf2", str(tmp_path / "out"), str(hours))
        assert len(played) == len(set(played)) == files
        with open(tmp_path / "out" / "manifest.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == files
    lines = (tmp_path / "out" / "notes.jsonl").read_text().splitlines()
    told = {line["path"]: line for line in map(json.loads, lines)}
    assert len(told) == len(rows)
    for row in rows:
        assert soundfile.info(tmp_path / "out" / row["path"]).samplerate == 16_000
        assert row["group"] == "bwv1"  # all three have one melody
        instrument, tempo, mode = row["tags"].split(";")
        assert told[row["path"]]["notes"] == [[0, 4, 72], [4, 4, 72]] or instrument != "flute"
        assert play.TEMPOS[tempo][0] <= told[row["path"]]["beats"] <= play.TEMPOS[tempo][1]
        assert (instrument, tempo, mode) in {(i, t, "minor") for i in play.PROGRAMS for t in play.TEMPOS}
