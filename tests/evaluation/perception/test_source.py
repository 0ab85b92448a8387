import numpy as np
import pytest

from tests.evaluation.sources import RATE, speech_like
from wavenet.audio import files
from wavenet.corpora.prepare import prepare
from wavenet.errors import AudioError, UsageError, WavenetWarning
from wavenet.evaluation.perception import source
from wavenet.evaluation.perception.clip import RATE as HEARD


@pytest.fixture
def told(clips):
    """A manifest of the clips with texts and speakers; those of 0 and 1 are the test split."""
    path = clips / "told.jsonl"
    splits = ["test", "test", "validation", "train", "train"]
    line = '{{"path": "{0}.wav", "text": "number {0}", "speaker": "ada", "split": "{1}"}}\n'
    path.write_text("".join(line.format(i, split) for i, split in enumerate(splits)))
    return path


@pytest.fixture
def prepared(tmp_path, told):
    prepare(told, tmp_path / "prepared", sample_rate=RATE, workers=0, progress=False)
    return tmp_path / "prepared"


def test_a_folder_is_read_at_16_khz(clips):
    found = source.clips(clips)
    assert [clip.name for clip in found] == ["0.wav", "1.wav", "2.wav", "3.wav", "4.wav"]
    assert {clip.sample_rate for clip in found} == {HEARD}
    assert np.array_equal(found[1].waveform, files.read(clips / "1.wav", HEARD))
    assert {(clip.text, clip.speaker, clip.reference) for clip in found} == {("", "", None)}


def test_a_manifest_tells_texts_and_speakers(told):
    assert [(clip.text, clip.speaker) for clip in source.clips(told)] == [(f"number {i}", "ada") for i in range(5)]


def test_a_prepared_corpus_gives_one_split(prepared):
    assert [clip.text for clip in source.clips(prepared)] == ["number 0", "number 1"]
    (clip,) = source.clips(prepared, split="validation")
    assert clip.seconds == pytest.approx(0.5, abs=0.001)
    assert clip.sample_rate == HEARD


def test_a_single_file_is_a_clip(clips):
    (clip,) = source.clips(clips / "3.wav")
    assert clip.name == "3.wav"


def test_references_are_those_of_the_same_name_whatever_the_suffix(tmp_path, clips):
    made = tmp_path / "made" / "deep"
    made.mkdir(parents=True)
    for i in (2, 4):
        files.write(made / f"{i}.flac", speech_like(0.4, 9, RATE), RATE)
    for clip, i in zip(source.clips(made, clips), (2, 4), strict=True):
        assert clip.name == f"{i}.flac"
        assert np.array_equal(clip.reference, files.read(clips / f"{i}.wav", HEARD))


def test_texts_and_speakers_come_from_references_of_any_split_where_the_recordings_tell_none(clips, prepared, told):
    for references in (prepared, told):
        with pytest.warns(WavenetWarning, match=r"name one of these in it: told\.jsonl"):
            found = source.clips(clips, references)
        assert [(clip.text, clip.speaker) for clip in found] == [(f"number {i}", "ada") for i in range(5)]
        assert found[0].reference == pytest.approx(found[0].waveform, abs=1e-3)


def test_a_name_keeps_its_dots(tmp_path, clips):
    made = tmp_path / "made"
    made.mkdir()
    (clips / "4.wav").rename(clips / "take.2.wav")
    files.write(made / "take.2.flac", speech_like(0.4, 9, RATE), RATE)
    (clip,) = source.clips(made, clips)
    assert clip.reference is not None


def test_a_recording_without_a_reference_is_refused_with_the_nearest_name(tmp_path, clips):
    made = tmp_path / "made"
    made.mkdir()
    files.write(made / "take4.wav", speech_like(0.4, 9, RATE), RATE)
    (clips / "4.wav").rename(clips / "take_4.wav")
    with pytest.raises(UsageError, match=r"clips: has no reference named 'take4'; the nearest name is 'take_4'"):
        source.clips(made, clips)


def test_two_references_of_a_name_are_refused(clips):
    files.write(clips / "4.flac", speech_like(0.4, 9, RATE), RATE)
    with pytest.raises(UsageError, match=r"4.flac and 4.wav are references with the same name"):
        source.clips(clips / "1.wav", clips)


def test_a_split_needs_a_prepared_corpus(clips):
    with pytest.raises(UsageError, match="is not a prepared corpus, which split needs"):
        source.clips(clips, split="test")


@pytest.mark.parametrize("content", [b"", b"RIFF"])
def test_a_file_that_cannot_be_read_is_named(clips, content):
    (clips / "2.wav").write_bytes(content)
    with pytest.raises(AudioError, match=r"clips/2.wav: (is empty|cannot be read as audio)"):
        source.clips(clips)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(AudioError, match="contains no recording"):
        source.clips(tmp_path)


def test_nothing_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no such folder or manifest"):
        source.clips(tmp_path / "nowhere")


def test_the_files_that_are_read_are_known_before(clips):
    assert sorted(source.paths(clips)) == sorted(clips.glob("*.wav"))
    assert source.paths(clips / "3.wav") == [clips / "3.wav"]
    with pytest.raises(UsageError):
        source.paths(clips / "missing")


def test_those_of_a_list_are_known_and_a_prepared_corpus_has_none(clips, told, prepared):
    assert sorted(source.paths(told)) == sorted(clips.glob("*.wav"))
    assert source.paths(prepared) == []
