"""WAV files of 16 bits are what libsndfile writes, but for its name beside that of the software."""

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import pcm


def written(path, parts, rate=16_000, software=""):
    with open(path, "wb", buffering=0) as file, pcm.writing(file, rate, software) as take:
        for part in parts:
            take(np.array(part, np.int16))


@given(st.lists(st.lists(st.integers(-32768, 32767), max_size=9), max_size=4), st.sampled_from([8_000, 24_000]))
def test_what_is_written_is_read_by_others_and_is_the_same_to_the_byte_without_software(tmp_path_factory, parts, rate):
    folder = tmp_path_factory.mktemp("pcm")
    samples = np.array([value for part in parts for value in part], np.int16)
    written(folder / "a.wav", parts, rate)
    soundfile.write(folder / "b.wav", samples, rate, subtype="PCM_16")
    assert (folder / "a.wav").read_bytes() == (folder / "b.wav").read_bytes()


@pytest.mark.parametrize("software", ["made by wavenet say.", "odd", "é"])
def test_software_and_samples_are_found(tmp_path, software):
    written(tmp_path / "a.wav", [[1, -2], [3]], 22_050, software)
    with soundfile.SoundFile(tmp_path / "a.wav") as sound:
        assert (sound.samplerate, sound.channels, sound.subtype, sound.software) == (22_050, 1, "PCM_16", software)
        assert sound.read(dtype=np.int16).tolist() == [1, -2, 3]


def test_a_part_of_a_sample_that_an_interrupt_left_is_cut_off(tmp_path):
    with open(tmp_path / "a.wav", "wb", buffering=0) as file, pcm.writing(file, 16_000) as take:
        take(np.array([5, 6], np.int16))
        file.write(b"x")
    assert soundfile.read(tmp_path / "a.wav", dtype=np.int16)[0].tolist() == [5, 6]
