"""What decoders are asked for, and what is told of what they give, with stand-ins of libsndfile and FFmpeg."""

import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from wavenet.audio import decoders
from wavenet.errors import AudioError, MissingExtraError

PATH = Path("x.wav")


class Sound:
    """A file of libsndfile whose header promises more frames than there are."""

    samplerate = 8_000

    def __init__(self, promised, there, form="WAV", channels=2, error=None):
        self.frames, self.format, self.channels = promised, form, channels
        self._there, self._error, self.asked = there, error, []

    def read(self, frames, dtype, always_2d):
        assert (dtype, always_2d) == (np.float32, True)
        self.asked.append(frames)
        if not self._there and self._error:
            raise self._error
        taken = min(frames, self._there)
        self._there -= taken
        return np.zeros((taken, self.channels), np.float32)


def by_libsndfile(sound, window=None):
    told = []
    blocks = list(decoders._by_libsndfile(PATH, sound, window, told.append))
    assert {rate for rate, _ in blocks} <= {8_000}
    return [len(block) for _, block in blocks], told


def test_a_block_has_a_mebibyte_over_all_channels():
    sound = Sound(300_000, 300_000)
    assert by_libsndfile(sound) == ([131_072, 131_072, 37_856], [])
    assert set(sound.asked) == {131_072}
    many = Sound(3, 3, channels=300_000)
    assert by_libsndfile(many) == ([1, 1, 1], [])


def test_of_an_mp3_eight_frames_may_be_missing_and_of_others_none():
    assert by_libsndfile(Sound(20_000, 20_000 - 8 * 1_152, "MP3"))[1] == []
    told = "x.wav: decoding ended after 10783 of 20000 samples; it is truncated or damaged"
    assert by_libsndfile(Sound(20_000, 20_000 - 8 * 1_152 - 1, "MP3"))[1] == [told]
    with pytest.raises(AudioError, match=r"x\.wav: is truncated: 19999 of 20000 samples; copy or record it again"):
        by_libsndfile(Sound(20_000, 19_999))


def test_damage_is_told_with_its_place():
    with pytest.raises(AudioError, match=r"x\.wav: is damaged after 5 samples: "):
        by_libsndfile(Sound(20, 5, error=soundfile.LibsndfileError(1)))


@pytest.mark.parametrize("error", [None, soundfile.LibsndfileError(1)])
def test_what_interrupted_the_reading_of_a_part_is_raised_itself(error):
    window = SimpleNamespace(error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        by_libsndfile(Sound(20, 20, error=error), window)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("x.wav", AudioError, r"x\.wav: cannot be read as audio: "),
        ("x.WAV", AudioError, r"x\.WAV: cannot be read as audio: "),
        ("x.m4a", MissingExtraError, r"reading .*x\.m4a.*corpora"),
    ],
)
def test_without_ffmpeg_the_extra_is_named_where_it_would_help(tmp_path, monkeypatch, name, error, message):
    monkeypatch.setitem(sys.modules, "av", None)
    (tmp_path / name).write_bytes(b"whatever this is" * 10)
    with pytest.raises(error, match=message):
        list(decoders.decoded(tmp_path / name, print))


@pytest.mark.parametrize("make", [None, Path.mkdir, Path.touch])
def test_what_is_no_file_or_has_no_bytes_is_one_line(tmp_path, make):
    path = tmp_path / "x.wav"
    if make:
        make(path)
    words = {None: "no such file; check the name", Path.mkdir: "is not a regular file", Path.touch: "is empty, 0 bytes"}
    with pytest.raises(AudioError, match=words[make]) as told:
        list(decoders.decoded(path, print))
    assert str(told.value).startswith(f"{path}: ")


def stream(codec="aac", duration=None, base=Fraction(1, 1000), rate=8_000):
    context = SimpleNamespace(name=codec, options={})
    return SimpleNamespace(codec_context=context, duration=duration, time_base=base, rate=rate)


def container(name="mov,mp4", duration=None, video=()):
    streams = SimpleNamespace(video=video)
    return SimpleNamespace(format=SimpleNamespace(name=name), duration=duration, streams=streams)


def test_a_header_that_tells_the_length_is_believed_and_no_other():
    assert decoders._promised_seconds(container(), stream(duration=2_500)) == 2.5
    assert decoders._promised_seconds(container(duration=3_500_000), stream()) == 3.5
    assert decoders._promised_seconds(container(), stream()) == 0
    assert decoders._promised_seconds(container("matroska,webm", 1_000_000), stream()) == 1
    assert decoders._promised_seconds(container("aac", 1_000_000), stream(duration=2_500)) == 0
    assert decoders._promised_seconds(container(video=("a film",)), stream(duration=2_500)) == 0


@pytest.mark.parametrize("codec", ["wmav1", "wmav2"])
def test_of_wma_one_frame_is_dropped_here_and_none_there(codec):
    given = stream(codec)
    assert decoders._own_ends(container("asf"), given) == (1, sys.maxsize)
    assert given.codec_context.options == {"flags2": "+skip_manual"}


def test_alac_in_caf_has_as_many_samples_as_its_header_says():
    given = stream("alac", 700, Fraction(1, 8_000))
    assert decoders._own_ends(container("caf"), given) == (0, 700)
    assert given.codec_context.options == {"flags2": "+skip_manual"}
    assert decoders._own_ends(container("caf"), stream("alac", None, Fraction(1, 8_000))) == (0, sys.maxsize)
    for other in (container("mov"), container("caf")):
        given = stream("alac", 700, Fraction(1, 1000)) if other.format.name == "caf" else stream("alac", 700)
        assert decoders._own_ends(other, given) == (0, sys.maxsize)
        assert given.codec_context.options == {}
    assert decoders._own_ends(container("caf"), stream("aac", 700, Fraction(1, 8_000))) == (0, sys.maxsize)


class Broken(Exception):
    pass


class Decoding:
    """FFmpeg's side of a file of frames of 100 samples, which may end in an error."""

    def __init__(self, monkeypatch, frames, promised, error=False):
        self.promised, self._frames, self._error = promised, frames, error
        monkeypatch.setattr(decoders, "_own_ends", lambda container, stream: self.ends)
        monkeypatch.setattr(decoders, "_promised_seconds", lambda container, stream: self.promised)
        module = SimpleNamespace(AudioResampler=self._resampler, error=SimpleNamespace(FFmpegError=Broken))
        monkeypatch.setitem(sys.modules, "av", module)
        self.ends = 0, sys.maxsize

    def _resampler(self, format):
        assert format == "flt"
        return SimpleNamespace(resample=lambda frame: [] if frame is None else [frame])

    def decode(self, stream):
        for i in range(self._frames):
            yield SimpleNamespace(to_ndarray=lambda i=i: np.full((1, 200), i), layout=SimpleNamespace(nb_channels=2))
        if self._error:
            raise Broken

    def read(self):
        told = []
        blocks = [block for _, block in decoders._frames(PATH, self, SimpleNamespace(rate=100), told.append)]
        return np.concatenate(blocks) if blocks else np.zeros((0, 2)), told


def test_frames_become_rows_of_channels_without_those_that_are_dropped(monkeypatch):
    made = Decoding(monkeypatch, 4, 0.0)
    assert made.read()[0].shape == (400, 2)
    made.ends = 1, 250
    samples, told = made.read()
    assert samples[::100, 0].tolist() == [1, 2, 3]
    assert (len(samples), told) == (250, [])


def test_sound_may_end_half_a_second_before_its_header_says(monkeypatch):
    for promised, told in (
        (4.5, []),
        (4.52, ["x.wav: ends after 4.00 s, but its header says 4.52 s; it is truncated"]),
    ):
        assert Decoding(monkeypatch, 4, promised).read()[1] == told
    assert Decoding(monkeypatch, 0, 9.0).read()[1] == []


def test_an_error_behind_all_of_the_sound_is_about_tags(monkeypatch):
    for promised in (4.0, 3.9):
        assert len(Decoding(monkeypatch, 4, promised, error=True).read()[0]) == 400
    for promised in (4.01, 0.0):
        with pytest.raises(Broken):
            Decoding(monkeypatch, 4, promised, error=True).read()
