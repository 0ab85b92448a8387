from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation import conftest
from tests.evaluation.sources import MODEL, RATE, speech_like
from tests.networks import as_folder, random_model
from wavenet import recordings
from wavenet.audio import feature_files, files
from wavenet.calibrate import calibrate
from wavenet.config import AudioConfig, FeatureConfig
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine.sampling import Sampling
from wavenet.errors import AudioError, UsageError
from wavenet.evaluation.evaluate import evaluate
from wavenet.generator import Generator
from wavenet.recordings import Recording

model = conftest.model
corpus = conftest.corpus
clips = conftest.clips


def lengths(chosen):
    return [recording.samples for recording in chosen]


def test_a_split_of_a_corpus_has_its_recordings_whole(corpus):
    chosen = recordings.from_corpus(PreparedCorpus(corpus), "test")
    assert lengths(chosen) == [1200, 1600]
    assert [recording.name for recording in chosen] == ["clips/0.wav", "clips/1.wav"]
    waveform = np.concatenate(list(chosen[1].blocks()))
    assert np.array_equal(waveform, files.read(corpus.parent / "clips" / "1.wav", RATE))


def test_recordings_without_features_are_left_out_and_told_apart_from_results(corpus, tmp_path, capsys):
    prepared = PreparedCorpus(corpus)
    first, *others = recordings.from_corpus(prepared, "train")
    feature_files.save(feature_files.place(tmp_path, first.name), np.zeros((3, 2)))
    assert [each.name for each in recordings.from_corpus(prepared, "train", features_from=tmp_path)] == [first.name]
    out, err = capsys.readouterr()
    assert not out
    assert f"{len(others)} of {len(others) + 1} recordings have no features" in err


def test_a_long_recording_of_a_corpus_comes_in_blocks(corpus, monkeypatch):
    monkeypatch.setattr(recordings, "BLOCK", 700)
    (chosen,) = recordings.from_corpus(PreparedCorpus(corpus), "validation")
    blocks = list(chosen.blocks())
    assert [len(block) for block in blocks] == [700, 700, 600]
    assert np.array_equal(np.concatenate(blocks), files.read(corpus.parent / "clips" / "2.wav", RATE))


@pytest.mark.parametrize("limit", [1, 500, 1200, 2000, 5000, 9999, 20_000])
def test_a_limit_is_filled_exactly_and_the_same_each_time(clips, corpus, limit):
    chosen, _ = recordings.from_files(clips, RATE, limit)
    assert sum(lengths(chosen)) == min(limit, 10_000)
    assert lengths(recordings.from_files(clips, RATE, limit)[0]) == lengths(chosen)
    assert sum(lengths(recordings.from_corpus(PreparedCorpus(corpus), "train", limit))) == min(limit, 5200)


def test_what_a_limit_leaves_is_spread_over_the_whole(tmp_path):
    for i in range(40):
        files.write(tmp_path / f"{i:02}.wav", np.zeros(10, np.float32), RATE)
    names = [recording.name for recording in recordings.from_files(tmp_path, RATE, 100)[0]]
    assert names == sorted(names)
    assert len(names) == 10
    assert min(names) < "10.wav"
    assert max(names) > "30.wav"


def test_one_file_can_be_limited(clips):
    assert lengths(recordings.from_files(clips / "4.wav", RATE, 100)[0]) == [100]
    assert lengths(recordings.from_files(clips / "4.wav", RATE)[0]) == [2800]


def test_what_cannot_be_read_in_a_folder_is_told_and_left_out(clips):
    (clips / "1.wav").write_bytes(b"RIFF")
    (clips / "2.flac").write_bytes(b"")
    chosen, skipped = recordings.from_files(clips, RATE)
    assert [recording.name for recording in chosen] == ["0.wav", "2.wav", "3.wav", "4.wav"]
    assert len(skipped) == 2
    assert str(clips / "1.wav") in skipped[0]
    assert str(clips / "2.flac") in skipped[1]


def test_a_recording_that_vanishes_in_resampling_is_left_out(clips):
    files.write(clips / "0.wav", np.zeros(1, np.float32), 48_000)
    chosen, skipped = recordings.from_files(clips, 1000)
    assert len(chosen) + len(skipped) == 5
    assert all(recording.samples for recording in chosen)


@pytest.mark.parametrize("name", ["no.wav", "empty.wav", "text.txt", "empty folder", "bad folder"])
def test_nothing_to_score_is_one_line_that_names_it(tmp_path, name):
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.txt").write_text("no sound")
    (tmp_path / "empty folder").mkdir()
    (tmp_path / "bad folder").mkdir()
    (tmp_path / "bad folder" / "a.wav").write_bytes(b"no sound either")
    with pytest.raises((AudioError, UsageError)) as caught:
        recordings.from_files(tmp_path / name, RATE)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.lists(st.integers(0, 50), max_size=20), st.integers(1, 60), st.integers(0, 700))
def test_pieces_of_any_size_are_regrouped(sizes, size, samples):
    whole = np.arange(sum(sizes), dtype=np.float32)
    blocks = list(recordings._regrouped(np.split(whole, np.cumsum(sizes)[:-1]) if sizes else [], size, samples))
    assert all(len(block) == size for block in blocks[:-1])
    assert all(0 < len(block) <= size for block in blocks)
    assert np.array_equal(np.concatenate([*blocks, []]), whole[:samples])


@pytest.mark.parametrize("size", [1, 7, 400, 5000])
def test_classes_in_blocks_are_those_of_the_whole(model, clips, size):
    generator = Generator.open(model)
    ((clip,), _) = recordings.from_files(clips / "0.wav", RATE)
    blocks = list(recordings.classes(generator, clip, size=size))
    assert np.array_equal(np.concatenate(blocks), generator.encode(files.read(clips / "0.wav", RATE)))


@pytest.mark.parametrize("size", [7, 400, 5000])
def test_classes_that_follow_from_frames_in_blocks_are_those_of_the_whole(tmp_path, clips, size):
    settings = FeatureConfig(kinds=("log_mel",), n_fft=64, win_length=40, n_mels=6, hop_length=20, f_max=400.0)
    model = replace(MODEL, features=settings)
    generator = Generator(as_folder(random_model(model), AudioConfig(RATE, gain=0.1, lpc_order=9)))
    ((clip,), _) = recordings.from_files(clips / "0.wav", RATE)
    blocks = list(recordings.classes(generator, clip, size=size))
    assert np.array_equal(np.concatenate(blocks), generator.encode(files.read(clips / "0.wav", RATE)))


def test_no_more_is_read_than_counts():
    def pieces():
        yield np.zeros(10, np.float32)
        yield np.zeros(10, np.float32)
        raise AssertionError("read on")

    short = Recording("r", 15, pieces)
    assert sum(len(block) for block in recordings._regrouped(short.blocks(), 4, short.samples)) == 15


def test_a_recording_of_a_corpus_has_its_speaker_or_an_empty_name(tmp_path, clips):
    rows = ["path,split,speaker", "0.wav,test,ann", "1.wav,test,", "2.wav,test,bob", "3.wav,train,cid"]
    (clips / "told.csv").write_text("\n".join(rows))
    prepare(clips / "told.csv", tmp_path / "told", sample_rate=RATE, workers=0, progress=False)
    chosen = recordings.from_corpus(PreparedCorpus(tmp_path / "told"), "test")
    assert [(each.name, each.speaker) for each in chosen] == [("0.wav", "ann"), ("1.wav", ""), ("2.wav", "bob")]


def test_what_a_recording_does_not_tell_of_its_speaker_must_be_given(clips):
    speakers = replace(MODEL, speakers=("ann", "bob"), speaker_channels=3)
    generator = Generator(as_folder(random_model(speakers), AudioConfig(RATE)))
    ((clip,), _) = recordings.from_files(clips / "0.wav", RATE)
    with pytest.raises(UsageError, match=r"0\.wav: its speaker is not known, but the model needs one; give --speaker"):
        recordings.start(generator, clip)
    for whose in (0, "ann", {"bob": 1.0}):
        recordings.start(generator, clip, recordings.ConditioningOptions(speaker=whose))
    recordings.start(generator, replace(clip, speaker="bob"))
    with pytest.raises(UsageError, match="speaker"):
        recordings.start(generator, replace(clip, speaker="cid"))


def test_a_stream_samples_as_it_is_told(clips, model):
    ((clip,), _) = recordings.from_files(clips / "0.wav", RATE)
    generator = Generator.open(model)
    made = [
        generator.advance([recordings.start(generator, clip, sampling=sampling)], 200)[0]
        for sampling in (None, Sampling(seed=0), Sampling(seed=5))
    ]
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


def test_a_file_too_short_for_a_sample_is_told(tmp_path):
    files.write(tmp_path / "a.wav", np.zeros(1, np.float32), 48_000)
    with pytest.raises(AudioError, match=r"a\.wav: is too short to contain a sample at 1000 Hz; leave it out"):
        recordings.from_files(tmp_path / "a.wav", 1000)


def test_a_folder_without_a_usable_recording_tells_of_the_first_flaw(tmp_path):
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(b"no sound")
    with pytest.raises(AudioError, match=r"contains no usable recording; .*[ab]\.wav: cannot be read") as told:
        recordings.from_files(tmp_path, RATE)
    assert str(told.value).count("cannot be read") == 1


def test_blocks_of_a_corpus_and_of_classes_have_65536_samples(clips, tmp_path):
    files.write(clips / "0.wav", speech_like(20, 0, RATE)[: 2**16 + 1], RATE)
    (clips / "long.csv").write_text("path,split\n0.wav,test\n1.wav,train\n")
    prepare(clips / "long.csv", tmp_path / "long", sample_rate=RATE, workers=0, progress=False)
    (chosen,) = recordings.from_corpus(PreparedCorpus(tmp_path / "long"), "test")
    assert [len(block) for block in chosen.blocks()] == [2**16, 1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tags": ["loud"]}, "this model has no tags"),
        ({"speaker": "ann"}, "this model has no speakers to choose from"),
        ({"features_from": "somewhere"}, "this model takes no features; leave features_from out"),
    ],
)
def test_what_a_model_cannot_be_given_is_refused_before_anything_is_read(options, message, tmp_path):
    generator = Generator.open("english_prompts")
    given = recordings.ConditioningOptions(**options)
    with pytest.raises(UsageError, match=message):
        recordings.check(generator, given)
    with pytest.raises(UsageError, match=message):
        evaluate("english_prompts", tmp_path / "missing", options=given)
    with pytest.raises(UsageError, match=message):
        calibrate("english_prompts", tmp_path / "missing", out=tmp_path / "copy", options=given)
    recordings.check(generator, recordings.NOTHING)
    recordings.check(Generator.open("many_speakers"), recordings.NOTHING)
    recordings.check(Generator.open("many_speakers"), recordings.ConditioningOptions(speaker="june"))
