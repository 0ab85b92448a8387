"""What the benchmarks that make the tables of the recipes compute, on inputs whose result is known."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import corpora, instrument, speakers, voicing
from tests.corpora.recordings import RATE, record
from wavenet.corpora.prepare import prepare
from wavenet.evaluation.perception.clip import Clip, Score
from wavenet.evaluation.perception.judge import Judgement
from wavenet.evaluation.perception.scores import Scores
from wavenet.tts.labels import Labelled
from wavenet.tts.segments import Segment

VOICES = {"ann": np.array([1.0, 0.0]), "bob": np.array([0.0, 1.0])}


@pytest.fixture
def _scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(instrument.__file__).parent))


def test_a_clip_without_a_voice_is_wrong_and_has_no_cosine(monkeypatch):
    heard = iter([("ann", {"ann": 0.9, "bob": 0.2}), ("", {}), ("bob", {"ann": 0.4, "bob": 0.8})])
    monkeypatch.setattr(speakers, "nearest", lambda clip, voices, rate: next(heard))
    rows = speakers.confusion([np.zeros(1)] * 3, VOICES, 16_000)
    assert rows == {"nearest": [0, -1, 1], "ann": [0.9, 0.4], "bob": [0.2, 0.8]}
    assert speakers.line("ann", rows, VOICES) == ("| ann | 1 of 3 | 0.650 | 0.500 |", 1, 3)


def test_the_clips_of_a_speaker_have_a_seed_each_and_are_those_of_one_stream_alone():
    class Model:
        sample_rate = 10

        def start(self, seed, speaker, temperature):
            return (seed, speaker, temperature)

        def advance(self, streams, samples):
            assert samples == 50
            return [np.array([seed]) for seed, *_ in streams]

    made = speakers.generated(Model(), "ann", 20, 0.5)
    assert [int(clip[0]) for clip in made] == list(range(20))


def test_recordings_and_minutes_of_a_corpus_are_counted_with_and_without_labels(tmp_path):
    (tmp_path / "in").mkdir()
    for i in range(3):
        record(tmp_path / f"in/{i}.wav", i, 6.0)
    splits = dict(zip(("0.wav", "1.wav", "2.wav"), ("train", "train", "test"), strict=True))
    lines = "".join(f"{name},{split}\n" for name, split in splits.items())
    (tmp_path / "in/list.csv").write_text(f"path,split\n{lines}")
    prepare(tmp_path / "in/list.csv", tmp_path / "corpus", sample_rate=RATE, workers=0, progress=False)
    assert corpora.labelled(tmp_path / "corpus") == set()
    (tmp_path / "corpus/labels.jsonl").write_text('{"format": 1}\n' + json.dumps({"id": "1.wav"}) + "\n")
    assert corpora.amounts(tmp_path / "corpus") == [
        "| corpus | train | 2 | 0.2 | 1 | 0.1 |",
        "| corpus | test | 1 | 0.1 | 0 | 0.0 |",
    ]


def judged(**means):
    scores = {name: Scores({str(i): Score(value) for i, value in enumerate(values)}) for name, values in means.items()}
    return Judgement(scores, 2, 1.0)


def test_a_table_has_means_and_for_what_needs_no_reference_the_difference_from_natural():
    found = {
        "natural": judged(naturalness=[4.0, 4.5], pesq=[4.6, 4.6]),
        "coded": judged(naturalness=[3.5, 4.0]),
    }
    assert instrument.table(found).splitlines() == [
        "|  | naturalness | pesq |",
        "| --- | --- | --- |",
        "| natural | 4.25 | 4.60 |",
        "| coded | 3.75 (-0.50; -0.50 to -0.50) | - |",
    ]


@pytest.mark.usefixtures("_scripts")
def test_every_system_of_the_copies_has_the_length_of_its_recording():
    import copy_synthesis

    waveform = (0.1 * np.sin(np.arange(4000) / 9)).astype(np.float32)
    clips = [Clip("a", waveform, 16_000)]
    made = copy_synthesis.systems(["vocoder"], "auto", 0)
    assert next(iter(made)) == "natural"
    for name in ("natural", "μ-law 256", "μ-law 256, linear prediction", "the same, lowest quarter of the band",
                 "vocoder", "white noise, filtered"):  # fmt: skip
        (clip,) = made[name](clips)
        assert len(clip.waveform) == 4000, name
        assert np.array_equal(clip.reference, waveform), name
    assert np.array_equal(made["natural"](clips)[0].waveform, waveform)
    coded = made["μ-law 256, linear prediction"](clips)[0].waveform
    assert 0.99 < np.corrcoef(coded, waveform)[0, 1] < 1


@pytest.mark.usefixtures("_scripts")
def test_what_is_natural_stands_in_the_place_of_what_is_predicted(monkeypatch):
    import voice_stages
    from tests.experiments.test_prosody import EXAMPLE, Wrong

    voice = Wrong(late=(5, 5, 5, 5), high=2.0)
    voice.settings = type("Settings", (), {"uses_pitch": True})()
    free = voice_stages.planned(voice, EXAMPLE, ())
    assert free.durations.tolist() == [8, 6, 9, 7]
    assert voice_stages.planned(voice, EXAMPLE, ("durations",)).durations.tolist() == [3, 1, 4, 2]
    natural = voice_stages.planned(voice, replace(EXAMPLE), ("durations", "pitch", "mel")).conditions
    assert np.array_equal(natural, np.concatenate([EXAMPLE.mel, EXAMPLE.pitch], 1))


def test_voicing_counts_only_frames_within_a_phone():
    row = Labelled("a", [Segment("SIL"), Segment("S"), Segment("IY")], [2, 3, 4])
    phones = voicing.inner(row)
    assert phones.tolist() == ["SIL", "", "", "S", "", "", "IY", "IY", "IY"]
    voiced = np.array([1, 1, 1, 0, 1, 1, 1, 0, 1], bool)
    assert voicing.shares(voiced, phones) == pytest.approx([2 / 3, 0, 1])


def test_frames_forty_decibels_below_the_loud_ones_are_not_audible():
    waveform = np.repeat([0.5, 0.5, 0.006, 0.004, 0.0], 10)[:-3]
    assert voicing.audible(waveform, 10).tolist() == [True, True, True, False, False]
    assert len(voicing.audible(np.zeros(25), 10)) == 3
