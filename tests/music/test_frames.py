"""What each frame says of the note that sounds in it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.music.melodies import melodies
from wavenet.music.frames import CHANNELS, KEYS, frames
from wavenet.music.notes import LOWEST, Played, timed


def test_a_frame_has_its_key_whether_it_is_down_and_how_new_it_is():
    found = frames([Played(2, 5, LOWEST + 3), Played(7, 20, LOWEST)], 10, 100)
    assert found.shape == (10, CHANNELS)
    assert not found[:2].any()
    keys = [row.nonzero()[0].tolist() for row in found[:, :KEYS]]
    assert keys == [[], [], *[[3]] * 5, *[[0]] * 3]
    assert found[:, KEYS].tolist() == [0, 0, 1, 1, 1, 0, 0, 1, 1, 1]
    np.testing.assert_allclose(found[2:6, KEYS + 2], np.exp(-np.arange(4) / 30), rtol=1e-6)
    assert found[7, KEYS + 1] == 1


@given(melodies(), st.integers(0, 300), st.integers(0, 300))
def test_fewer_frames_are_the_first_ones(melody, count, more):
    played = timed(melody, 90, 100)
    np.testing.assert_array_equal(frames(played, count + more, 100)[:count], frames(played, count, 100))
