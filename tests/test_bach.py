"""What scripts/music/play.py plays: without its synthesiser, which is in an environment of its own."""

import csv
import importlib.util
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from wavenet.corpora.row import hashed_split

SCRIPT = Path(__file__).parents[1] / "scripts" / "music" / "play.py"
SCORES = [
    {"piece": name, "mode": "minor", "top": 1, "parts": [[[0.0, 60.0, 48]], [[4.0, 1.0, 72], [5.0, 1.0, 72]]]}
    for name in ("bwv1", "bwv2", "bwv3")
]


@pytest.fixture(scope="module")
def play():
    spec = importlib.util.spec_from_file_location("play", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_turn_plays_every_piece_on_every_instrument_at_another_tempo(play):
    plan = [(score["piece"], instrument, tempo) for score, instrument, tempo in play.plan(SCORES)]
    assert len(set(plan)) == len(plan) == 3 * 5 * 3
    first = plan[:15]
    assert len({each[:2] for each in first}) == 15
    assert len({piece for piece, *_ in first[:5]}) == 1
    assert set(Counter(tempo for *_, tempo in first[:5]).values()) == {1, 2}


def test_the_order_says_nothing_about_the_split(play):
    """Or the first hours would all be held-out."""
    scores = [{**SCORES[0], "piece": f"bwv{i}.6"} for i in range(400)]
    first = [score["piece"] for score, *_ in list(play.plan(scores))[: 100 * 5 : 5]]
    held_out = sum(hashed_split(piece, 0.1, 0.1) != "train" for piece in first)
    assert 10 <= held_out <= 30  # 20 are expected


def test_notes_begin_at_zero_and_a_key_goes_up_before_it_goes_down(play):
    beat = 60 / 90 * play.INNER_RATE / play.BLOCK
    solo = play.events(SCORES[0], "flute", 90, 80)
    assert [(round(block / beat, 1), down) for block, down, *_ in solo] == [
        (0, True), (0.9, False), (1, True), (1.9, False),
    ]  # fmt: skip
    every = play.events(SCORES[0], "organ", 90, 80)
    assert {channel for _, _, channel, *_ in every} == {0, 1}
    legato = {**SCORES[0], "parts": [[[0, 1 / play.SOUNDING, 60], [1, 1, 60]]], "top": 0}
    assert [down for _, down, *_ in play.events(legato, "flute", 90, 80)] == [True, False, True, False]


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

    def noise(score, instrument, tempo, font):
        played.append((score["piece"], instrument, tempo))
        return np.random.default_rng(0).normal(0, 0.1, 20 * play.RATE)

    monkeypatch.setattr(play, "play", noise)
    (tmp_path / "scores.jsonl").write_text("".join(json.dumps(score) + "\n" for score in SCORES))
    for hours, files in ((100 / 3600, 5), (100 / 3600, 5), (160 / 3600, 8)):
        play.main(str(tmp_path / "scores.jsonl"), "font.sf2", str(tmp_path / "out"), str(hours))
        assert len(played) == len(set(played)) == files
        with open(tmp_path / "out" / "manifest.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == files
    for row in rows:
        assert soundfile.info(tmp_path / "out" / row["path"]).samplerate == 16_000
        assert row["path"].startswith(row["group"] + "/")
        instrument, tempo, mode = row["tags"].split(";")
        assert (instrument, tempo, mode) in {(i, t, "minor") for i in play.PROGRAMS for t in play.TEMPOS}
