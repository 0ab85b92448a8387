import builtins
import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.audio.coded import ffmpeg_bytes
from wavenet.audio import decoders, files
from wavenet.errors import AudioError, MissingExtraError, UsageError, WavenetError


def tone(seconds: float, rate: int, frequency: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """The best over a lag of up to 300 samples: codecs delay."""
    n = min(len(a), len(b)) - 300
    return max(float(np.corrcoef(a[lag : lag + n], b[:n])[0, 1]) for lag in range(300))


@pytest.mark.parametrize(
    ("name", "subtype", "tolerance"),
    [
        ("x.wav", "PCM_U8", 1 / 128),
        ("x.wav", "PCM_16", 1 / 32768),
        ("x.wav", "PCM_24", 1e-6),
        ("x.wav", "PCM_32", 1e-6),
        ("x.wav", "FLOAT", 0),
        ("x.wav", "DOUBLE", 0),
        ("x.flac", "PCM_16", 1 / 32768),
        ("x.flac", "PCM_24", 1e-6),
        ("x.aiff", "PCM_16", 1 / 32768),
        ("x.WAV", "PCM_16", 1 / 32768),
        ("x.w64", "PCM_16", 1 / 32768),
    ],
)
def test_every_depth_comes_back_within_its_own_step(tmp_path, name, subtype, tolerance):
    x = tone(0.1, 16_000)
    soundfile.write(tmp_path / name, x, 16_000, subtype=subtype)
    y = files.read(tmp_path / name, 16_000)
    assert y.dtype == np.float32
    assert y.shape == x.shape
    assert np.abs(x - y).max() <= tolerance


@pytest.mark.parametrize("name", ["x.ogg", "x.opus", "x.mp3"])
def test_lossy_files_sound_like_what_was_written(tmp_path, name):
    x = tone(1, 48_000, 300)
    container, subtype = {"x.ogg": ("OGG", "VORBIS"), "x.opus": ("OGG", "OPUS"), "x.mp3": ("MP3", None)}[name]
    soundfile.write(tmp_path / name, x, 48_000, format=container, subtype=subtype)
    assert correlation(files.read(tmp_path / name, 48_000), x) > 0.98


@pytest.mark.parametrize(
    ("name", "rate", "container", "codec"),
    [
        ("x.g722", 16_000, "g722", "g722"),
        ("x.m4a", 44_100, "mp4", "aac"),
        ("x.mka", 44_100, "matroska", "aac"),
    ],
)
def test_what_only_ffmpeg_reads_sounds_like_what_was_written(tmp_path, name, rate, container, codec):
    noise = np.random.default_rng(0).standard_normal(rate // 10).astype(np.float32)
    x = np.convolve(np.tile(noise, 10), np.ones(16) / 40, "same").astype(np.float32).clip(-0.9, 0.9)
    (tmp_path / name).write_bytes(ffmpeg_bytes(x, rate, container, codec))
    y = files.read(tmp_path / name, rate)
    assert abs(len(y) - len(x)) <= 2048
    a, b = y[rate // 10 :], x[: -rate // 10]  # periodic: any lag below a period can be found
    assert max(correlation(a[shift:], b) for shift in range(0, rate // 10, 300)) > 0.9


def test_a_g722_file_lasts_its_bytes_over_8000(tmp_path):
    path = tmp_path / "x.g722"
    path.write_bytes(ffmpeg_bytes(tone(0.5, 16_000), 16_000, "g722", "g722"))
    assert len(files.read(path, 16_000)) == path.stat().st_size * 2 == 8_000


def test_channels_are_averaged(tmp_path):
    x = np.random.default_rng(0).uniform(-1, 1, (1000, 5)).astype(np.float32)
    soundfile.write(tmp_path / "x.wav", x, 16_000, subtype="FLOAT")
    assert np.allclose(files.read(tmp_path / "x.wav", 16_000), x.mean(axis=1), atol=1e-7)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_any_rate_is_resampled_to_the_same_sound(tmp_path, rate):
    soundfile.write(tmp_path / "x.wav", tone(0.5, rate), rate, subtype="FLOAT")
    y = files.read(tmp_path / "x.wav", 16_000)
    assert len(y) == 8_000
    assert np.abs(y - tone(0.5, 16_000))[400:-400].max() < 2e-3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    frames=st.integers(1, 5_000),
    rate=st.sampled_from([8_000, 11_025, 16_000, 44_100]),
    channels=st.integers(1, 3),
    block=st.integers(1, 4_000),
)
def test_blocks_of_any_size_join_to_one_pass_over_the_whole(tmp_path, monkeypatch, frames, rate, channels, block):
    x = np.random.default_rng(frames).uniform(-0.5, 0.5, (frames, channels)).astype(np.float32)
    soundfile.write(tmp_path / "x.wav", x, rate, subtype="FLOAT")
    whole = soxr.resample(x.mean(axis=1, dtype=np.float32), rate, 16_000)
    monkeypatch.setattr(decoders, "BLOCK", block)
    joined = np.concatenate(list(files.blocks(tmp_path / "x.wav", 16_000)))
    assert joined.shape == whole.shape
    assert np.allclose(joined, whole, atol=1e-5)


def test_blocks_stay_small_however_long_the_file(tmp_path):
    with soundfile.SoundFile(tmp_path / "x.wav", "w", 16_000, 2) as file:
        for _ in range(60):
            file.write(np.zeros((160_000, 2), np.int16))
    sizes = [len(block) for block in files.blocks(tmp_path / "x.wav", 8_000)]
    assert sum(sizes) == 60 * 80_000
    assert max(sizes) <= 131_072


def test_blocks_of_ffmpeg_are_read_as_they_are_needed(tmp_path):
    path = tmp_path / "x.g722"
    path.write_bytes(bytes(8_000 * 60))
    blocks = files.blocks(path, 16_000)
    assert len(next(blocks)) < 16_000
    blocks.close()


def test_a_little_over_full_scale_is_clipped_and_can_be_seen(tmp_path):
    soundfile.write(tmp_path / "x.wav", np.array([0.5, 1.5, -3, 0]), 16_000, subtype="FLOAT")
    assert files.read(tmp_path / "x.wav", 16_000).tolist() == [0.5, 1, -1, 0]
    raw = np.concatenate(list(files.blocks(tmp_path / "x.wav", 16_000, clip=False)))
    assert raw.tolist() == [0.5, 1.5, -3, 0]


def damage(path: Path, kind: str) -> None:
    x = tone(0.2, 16_000)
    if kind in ("nan", "infinite", "far outside"):
        x[1234] = {"nan": np.nan, "infinite": -np.inf, "far outside": 20_000}[kind]
        soundfile.write(path, x, 16_000, subtype="FLOAT")
    elif kind == "no samples":
        soundfile.write(path, x[:0], 16_000)
    elif kind == "text":
        path.write_text("these are the words of a transcript\n" * 50)
    elif kind == "playlist":
        soundfile.write(path.with_name("target.wav"), x, 16_000)
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{path.with_name('target.wav')}\n")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "half":
        soundfile.write(path, x, 16_000)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("missing", "no such file"),
        ("empty", "empty"),
        ("no samples", "no audio"),
        ("text", "cannot be read as audio"),
        ("playlist", "cannot be read as audio"),
        ("folder", "not a regular file"),
        ("fifo", "not a regular file"),
        ("nan", "sample 1234 is nan"),
        ("infinite", "sample 1234 is -inf"),
        ("far outside", "20000"),
        ("half", "truncated"),
    ],
)
def test_a_bad_file_gets_one_line_that_names_it(tmp_path, capfd, kind, word):
    path = tmp_path / "bad.wav"
    damage(path, kind)
    with pytest.raises(AudioError) as caught:
        files.read(path, 16_000)
    line = str(caught.value)
    assert str(path) in line
    assert word in line
    assert "\n" not in line
    assert capfd.readouterr() == ("", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    suffix=st.sampled_from(["wav", "flac", "aiff", "ogg", "g722"]),
    edits=st.lists(st.tuples(st.integers(0, 1_500), st.integers(0, 255)), min_size=1, max_size=12),
    keep=st.integers(1, 2_000),
)
def test_mangled_files_are_read_or_refused_but_nothing_else(tmp_path, suffix, edits, keep):
    path = tmp_path / f"x.{suffix}"
    if suffix == "g722":
        data = bytearray(2_000)
    else:
        soundfile.write(path, tone(0.05, 16_000), 16_000)
        data = bytearray(path.read_bytes())
    for position, value in edits:
        data[position % len(data)] = value
    path.write_bytes(data[:keep])
    with suppress(AudioError):
        for block in files.blocks(path, 16_000, tell=lambda line: None):
            assert np.abs(block).max(initial=0) <= 1


def test_names_that_are_not_utf8_are_read(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    soundfile.write(tmp_path / "x.wav", tone(0.1, 16_000), 16_000)
    (tmp_path / "x.wav").rename(path)
    assert len(files.read(path, 16_000)) == 1_600


def test_without_av_the_install_line_is_given(tmp_path, monkeypatch):
    real = builtins.__import__

    def without_av(name, *args, **kwargs):
        if name == "av":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_av)
    (tmp_path / "x.g722").write_bytes(bytes(800))
    with pytest.raises(MissingExtraError, match=r"pip install .*\[corpora\]'"):
        files.read(tmp_path / "x.g722", 16_000)
    damage(tmp_path / "x.wav", "text")
    with pytest.raises(AudioError, match="cannot be read as audio"):
        files.read(tmp_path / "x.wav", 16_000)


@given(st.integers(-32768, 32767))
def test_16_bit_samples_survive_the_way_through_floats(n):
    assert files.to_int16(np.float32(n / 32768)) == n


@pytest.mark.parametrize("name", ["x.wav", "x.flac", "X.FLAC"])
def test_what_is_written_comes_back_to_the_16_bit_sample(tmp_path, name):
    x = np.random.default_rng(0).uniform(-1.2, 1.2, 1_000).astype(np.float32)
    files.write(tmp_path / name, x, 24_000)
    assert np.array_equal(files.to_int16(files.read(tmp_path / name, 24_000)), files.to_int16(x))
    assert soundfile.info(tmp_path / name).subtype == "PCM_16"
    assert soundfile.info(tmp_path / name).samplerate == 24_000
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("encoding", files.ENCODINGS)
def test_a_wav_of_any_encoding_is_read_by_others_and_its_samples_are_those_of_a_pipe(tmp_path, encoding):
    x = np.linspace(-1, 1, 3_001, dtype=np.float32)
    with files.writing(tmp_path / "a.wav", 8_000, "me", encoding) as add:
        add(x[:1_000])
        add(x[1_000:])
    (tmp_path / "b.wav").write_bytes(files.wav_header(8_000, encoding) + files.encoded(x, encoding))
    read, piped = (soundfile.read(tmp_path / name, dtype="float32")[0] for name in ("a.wav", "b.wav"))
    assert soundfile.info(tmp_path / "a.wav").subtype == soundfile.info(tmp_path / "b.wav").subtype
    assert np.array_equal(read, piped)
    assert np.abs(read - x).max() < (1e-4 if encoding == "pcm" else 0.04)
    assert len(files.encoded(x, encoding)) == len(x) * (2 if encoding == "pcm" else 1)
    assert len(files.encoded(np.empty(0, np.float32), encoding)) == 0


def test_long_vorbis_files_are_written(tmp_path):
    x = np.tile(tone(1, 16_000), 60)
    files.write(tmp_path / "x.ogg", x, 16_000)
    y = files.read(tmp_path / "x.ogg", 16_000)
    assert len(y) == len(x)
    assert correlation(y[-16_000:], x[-16_000:]) > 0.99


def test_mp3_at_a_rate_that_it_lacks_is_refused_before_any_sound(tmp_path):
    with pytest.raises(UsageError, match=r"x\.mp3: MP3 has no 10000 Hz, only 8000, .* 48000; use \.flac"):
        files.write(tmp_path / "x.mp3", tone(0.1, 10_000), 10_000)
    assert list(tmp_path.iterdir()) == []


def test_without_mp3_in_libsndfile_another_suffix_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(soundfile, "available_formats", lambda: {"WAV": "", "FLAC": "", "OGG": ""})
    with pytest.raises(UsageError, match=r"libsndfile has no MP3 before version 1\.1; use \.flac"):
        files.check_writable(tmp_path / "x.mp3")


def test_an_unknown_suffix_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(UsageError, match=r"'\.wave'; did you mean '\.wav'"):
        files.write(tmp_path / "x.wave", tone(0.1, 16_000), 16_000)


@pytest.mark.parametrize(("waveform", "word"), [(np.zeros((1, 5)), r"shape \(1, 5\)"), (np.array([np.nan]), "NaN")])
def test_what_is_no_waveform_is_not_written(tmp_path, waveform, word):
    with pytest.raises(AudioError, match=word):
        files.write(tmp_path / "x.wav", waveform, 16_000)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(WavenetError, match=r"no/x\.wav: its folder does not exist"):
        files.write(tmp_path / "no" / "x.wav", tone(0.1, 16_000), 16_000)


@pytest.mark.parametrize("name", ["x.wav", "x.flac", "x.ogg", "x.mp3"])
@given(cuts=st.lists(st.integers(0, 5000), max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_written_in_blocks_is_that_written_whole(tmp_path, name, cuts):
    x = np.random.default_rng(0).uniform(-1.2, 1.2, 5000).astype(np.float32)
    with files.writing(tmp_path / name, 16_000) as add:
        for block in np.split(x, sorted(cuts)):
            add(block)
        assert not (tmp_path / name).exists()
    files.write(tmp_path / f"whole_{name}", x, 16_000)
    blocks, whole = (soundfile.read(path)[0] for path in (tmp_path / name, tmp_path / f"whole_{name}"))
    assert len(blocks) == len(whole) == len(x)
    assert np.abs(blocks - whole).max() <= (0.3 if name == "x.ogg" else 0)  # Vorbis looks ahead as far as it can
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"whole_{name}", name]
    (tmp_path / name).unlink()


def test_what_fails_in_the_middle_leaves_the_old_file(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"earlier")

    def interrupted():
        with files.writing(tmp_path / "x.wav", 16_000) as add:
            add(tone(1, 16_000))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"earlier"]


@pytest.mark.parametrize("name", ["x.wav", "x.flac", "x.ogg", "x.mp3"])
def test_a_disk_that_is_full_at_any_byte_leaves_no_part_of_a_file(tmp_path, name):
    path = tmp_path / name
    for samples in (500, 3_000, 20_000):
        noise = np.random.default_rng(0).uniform(-0.5, 0.5, samples)
        files.write(path, noise, 16_000)
        size = path.stat().st_size
        path.unlink()
        for missing in (1, 7, 50, 400, 2_000, 4_096, 9_000):
            unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (max(size - missing, 1), unlimited[1]))
            try:
                with pytest.raises(WavenetError, match="would be larger than the system allows"):
                    files.write(path, noise, 16_000)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
            assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x.wav", "x.flac", "x.ogg", "x.mp3"])
@pytest.mark.parametrize("samples", [*range(5), 575, 576, 577, 4_095, 4_096, 4_097])
def test_a_file_of_any_length_is_whole(tmp_path, name, samples):
    files.write(tmp_path / name, np.zeros(samples), 16_000)
    if samples:
        assert len(files.read(tmp_path / name, 16_000)) == samples


def test_more_than_wav_has_room_for_is_refused_before_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_LARGEST_WAV", 2_000)
    files.write(tmp_path / "x.wav", np.zeros(1_000), 16_000)
    with pytest.raises(UsageError, match=r"x\.wav: WAV holds 4 GiB at most, 0\.0 hours at this rate; use \.flac"):
        files.write(tmp_path / "x.wav", np.zeros(1_001), 16_000)
    files.write(tmp_path / "x.flac", np.zeros(1_001), 16_000)
    with files.writing(tmp_path / "x.wav", 16_000) as add:
        add(np.ones(600))
        with pytest.raises(UsageError):
            add(np.ones(600))
    assert len(files.read(tmp_path / "x.wav", 16_000)) == 600


@pytest.mark.parametrize("name", ["x.wav", "x.flac", "x.ogg", "x.mp3"])
def test_a_full_disk_gives_one_line_and_leaves_the_old_file(tmp_path, name):
    files.write(tmp_path / name, tone(0.1, 16_000), 16_000)
    before = (tmp_path / name).read_bytes()
    script = (
        "import sys, numpy as np\n"
        "from wavenet.audio import files\n"
        "from wavenet.errors import WavenetError\n"
        "noise = np.random.default_rng(0).uniform(-1, 1, 100_000)\n"
        "try: files.write(sys.argv[1], noise, 16_000)\n"
        "except WavenetError as error: print(error)\n"
    )
    limit = (20_000, 20_000)
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    assert result.stdout == f"cannot write {tmp_path / name}: the file would be larger than the system allows; " + (
        "choose another place\n"
    )
    assert result.stderr == ""
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize("leak", [0.0, 0.001])
def test_channels_that_cancel_each_other_are_no_silence(tmp_path, leak):
    tone = np.sin(np.arange(8000) / 9) / 2
    soundfile.write(tmp_path / "a.wav", np.stack([tone, (leak - 1) * tone], axis=1), 8000, subtype="PCM_24")
    with pytest.raises(AudioError, match=r"a\.wav: its channels are opposite, and their mean is silent; give one of"):
        files.read(tmp_path / "a.wav", 8000)


@pytest.mark.parametrize("other", [0.0, -0.9, 1.0])
def test_channels_that_leave_something_are_averaged(tmp_path, other):
    tone = np.sin(np.arange(8000) / 9) / 2
    soundfile.write(tmp_path / "a.wav", np.stack([tone, other * tone], axis=1), 8000, subtype="FLOAT")
    assert files.read(tmp_path / "a.wav", 8000) == pytest.approx((1 + other) / 2 * tone, abs=1e-6)


def test_channels_of_silence_are_silence(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros((800, 2)), 8000)
    assert not files.read(tmp_path / "a.wav", 8000).any()
