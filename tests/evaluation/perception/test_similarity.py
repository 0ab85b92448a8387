import math

import numpy as np
import pytest

from tests.evaluation.perception.installed import needs
from tests.evaluation.sources import speech_like
from wavenet.errors import AudioError, UsageError
from wavenet.evaluation.perception import similarity
from wavenet.evaluation.perception.clip import RATE, Clip

resemblyzer = needs("resemblyzer", "librosa", "webrtcvad", "torch")
SILENCE = np.zeros(RATE, np.float32)


@pytest.fixture
def voices(monkeypatch):
    """Embeddings made by hand: the mean and the roughness of a waveform."""

    def embed(x, sample_rate=RATE):
        raw = np.array([x.mean(), np.abs(np.diff(x)).mean()], np.float32)
        return raw / np.linalg.norm(raw) if np.any(raw) else None

    monkeypatch.setattr(similarity, "embed", embed)
    smooth, rough = np.ones(8, np.float32), np.tile(np.float32([1, -1]), 4)
    return {"smooth": smooth, "rough": rough}


def test_the_nearest_of_several_speakers_is_found(voices):
    centroids = {name: similarity.centroid([x, 0.5 * x]) for name, x in voices.items()}
    for name, x in voices.items():
        found, cosines = similarity.nearest(0.3 * x, centroids)
        assert found == name
        assert cosines[name] == pytest.approx(1)
        assert set(cosines) == set(voices)


def test_silence_is_like_no_one(voices):
    assert similarity.nearest(SILENCE, {"smooth": similarity.centroid([voices["smooth"]])}) == ("", {})


def test_a_centroid_passes_over_silence_and_has_length_1(voices):
    centroid = similarity.centroid([SILENCE, voices["smooth"], voices["rough"]])
    assert np.linalg.norm(centroid) == pytest.approx(1)
    assert np.all(centroid > 0)


def test_a_centroid_of_silence_is_refused(voices):
    with pytest.raises(AudioError, match="no voice"):
        similarity.centroid([SILENCE])


def test_the_nearest_of_none_is_refused():
    with pytest.raises(UsageError, match="no reference speakers"):
        similarity.nearest(SILENCE, {})


def test_a_score_is_the_cosine_with_the_reference(voices):
    smooth, rough = voices.values()
    assert similarity.score(Clip("a", smooth, RATE, reference=0.1 * smooth)).value == pytest.approx(1)
    assert similarity.score(Clip("a", smooth, RATE, reference=rough)).value == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("ours", "theirs", "note"),
    [(None, "smooth", "no voice in it"), ("smooth", None, "no voice in its reference")],
)
def test_without_a_voice_there_is_no_score(voices, ours, theirs, note):
    score = similarity.score(Clip("a", voices.get(ours, SILENCE), RATE, reference=voices.get(theirs, SILENCE)))
    assert math.isnan(score.value)
    assert score.note == note


def test_without_a_reference_there_is_no_score():
    assert similarity.score(Clip("a", SILENCE, RATE)).note == "has no reference"


@resemblyzer
def test_a_voice_is_itself_at_any_level_and_unlike_another():
    low, high = speech_like(3.0, 0), speech_like(3.0, 0, 10_000)  # played faster it has another pitch and throat
    low_again = speech_like(3.0, 5)
    own = similarity.embed(low)
    assert own is not None
    assert np.linalg.norm(own) == pytest.approx(1, abs=1e-5)
    assert own @ similarity.embed(0.03 * low) == pytest.approx(1, abs=1e-3)
    assert own @ similarity.embed(low_again) > own @ similarity.embed(high)
    assert similarity.embed(SILENCE) is None
