"""Melodies become classes and come back; in time they keep their order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.music.melodies import melodies
from wavenet.music import notes
from wavenet.music.notes import HOLD, UP, Note


@given(melodies())
def test_a_melody_is_the_same_after_it_was_classes(melody):
    drawn = notes.classes(melody)
    assert all(0 <= each < notes.CLASSES for each in drawn)
    assert notes.melody(drawn) == melody
    assert len(drawn) == (sum(melody[-1][:2]) if melody else 0)


@given(st.lists(st.integers(0, notes.CLASSES - 1), max_size=64))
def test_any_classes_are_a_melody_of_keys_that_exist(drawn):
    found = notes.melody(drawn)
    assert all(notes.LOWEST <= note.key <= notes.HIGHEST and note.length > 0 for note in found)
    assert all(a.start + a.length <= b.start for a, b in pairwise(found))
    assert not found or found[-1].start + found[-1].length <= len(drawn)


def test_a_rest_begins_once_and_lasts():
    assert notes.classes([Note(2, 2, 36), Note(7, 1, 38)]) == [UP, HOLD, 65, HOLD, UP, HOLD, HOLD, 67]


@given(st.integers(-60, 200))
def test_keys_out_of_range_keep_their_name(key):
    found = notes.within(key)
    assert notes.LOWEST <= found <= notes.HIGHEST
    assert (found - key) % 12 == 0
    assert found == key or not notes.LOWEST <= key <= notes.HIGHEST


@given(melodies(), st.floats(40, 200))
def test_in_time_every_note_sounds_and_none_begins_before_its_predecessor(melody, beats):
    played = notes.timed(melody, beats, 100)
    assert [each.key for each in played] == [note.key for note in melody]
    assert all(each.down < each.up for each in played)
    assert all(a.down <= b.down for a, b in pairwise(played))


@pytest.mark.parametrize("beats", [60, 120])
def test_a_quarter_note_takes_its_part_of_a_minute(beats):
    first, second = notes.timed([Note(0, 4, 60), Note(4, 4, 62)], beats, 100)
    assert second.down - first.down == 6_000 / beats
    assert first.up == pytest.approx(0.94 * 6_000 / beats, abs=0.5)
