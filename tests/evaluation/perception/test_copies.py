from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.networks import MICRO, as_folder, random_model
from wavenet.audio import feature_files
from wavenet.config import AudioConfig, FeatureConfig
from wavenet.errors import UsageError
from wavenet.evaluation.perception.clip import RATE, Clip
from wavenet.evaluation.perception.copies import copies, places, write
from wavenet.generator import Generator
from wavenet.recordings import ConditioningOptions

FEATURES = FeatureConfig(kinds=("log_mel",), hop_length=40, n_fft=128, win_length=100, n_mels=6, f_max=1900.0)


def generator(rate=4000, **changes):
    model = random_model(replace(MICRO, features=FEATURES, **changes))
    return Generator(as_folder(model, AudioConfig(rate)))


def clips(rate=RATE):
    rng = np.random.default_rng(0)
    return [
        Clip(f"{i}/x", rng.normal(0, 0.1, 700 + 300 * (7 * i % 5)).astype(np.float32), rate, f"text {i}")
        for i in range(5)
    ]


def test_each_copy_has_the_length_the_text_and_the_reference_of_its_clip():
    natural = clips()
    made = copies(generator(), natural, seed=1)
    assert [clip.name for clip in made] == [clip.name for clip in natural]
    for copy, clip in zip(made, natural, strict=True):
        assert (copy.text, copy.sample_rate) == (clip.text, RATE)
        assert abs(len(copy.waveform) - len(clip.waveform)) <= RATE // 4000
        assert np.array_equal(copy.reference, clip.waveform)


def test_a_copy_does_not_depend_on_its_company():
    natural = clips(4000)
    together = copies(generator(), natural, seed=1)
    alone = copies(generator(), natural[:1], seed=1)
    assert np.array_equal(alone[0].waveform, together[0].waveform)


def test_a_copy_speaks_as_its_clip_says_unless_told_otherwise():
    model = generator(speakers=("ann", "bob"), speaker_channels=3)
    natural = [replace(clip, speaker="ann") for clip in clips(4000)[:1]]
    ann, bob = (
        copies(model, natural, temperature=3.0, options=ConditioningOptions(speaker=who)) for who in (None, "bob")
    )
    assert not np.array_equal(ann[0].waveform, bob[0].waveform)
    with pytest.raises(UsageError, match="unknown speaker"):
        copies(model, [replace(natural[0], speaker="cid")])


def test_a_model_of_linguistic_features_copies_from_their_files(tmp_path):
    own = FeatureConfig(kinds=("file",), hop_length=40, file_channels=3)
    model = Generator(as_folder(random_model(replace(MICRO, features=own)), AudioConfig(4000)))
    clip = clips(4000)[0]
    for name, size in (("loud", 3.0), ("faint", 0.0)):
        feature_files.save(
            feature_files.place(tmp_path / name, clip.name), np.full((len(clip.waveform) // 40 + 1, 3), size)
        )
    loud, faint = (
        copies(model, [clip], options=ConditioningOptions(tmp_path / name))[0].waveform for name in ("loud", "faint")
    )
    assert not np.array_equal(loud, faint)
    with pytest.raises(UsageError, match="name their folder"):
        copies(model, [clip])


def test_copies_are_written_under_their_names(tmp_path):
    write(copies(generator(), clips()[:2]), tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.wav")) == ["0/x.wav", "1/x.wav"]
    assert soundfile.info(tmp_path / "0/x.wav").samplerate == RATE


def test_no_copy_leaves_its_folder_and_no_two_share_a_file(tmp_path):
    names = ["../x", "/x", "a.wav", "a.flac", "b", "b.ogg", "A.wav", "c/d.mp3", "x" * 300, "", "a\0"]
    natural = [replace(clips()[0], name=name) for name in names]
    paths = places(natural, tmp_path / "out")
    assert len({str(path).casefold() for path in paths}) == len(names)
    assert paths[7] == tmp_path / "out/c/d.wav"
    assert paths[2].name.startswith("a%~")
    write(natural, tmp_path / "out")
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(paths)


def test_a_model_without_features_has_nothing_to_copy():
    with pytest.raises(UsageError, match="takes no features"):
        copies(Generator(as_folder(random_model(MICRO))), clips())
