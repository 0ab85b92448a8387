from dataclasses import replace

import numpy as np
import pytest

from experiments.speech.programs import PROGRAMS
from experiments.speech.systems import NATURAL, OURS, known, said, systems
from experiments.speech.texts import Line
from tests import voices
from tests.tts.russian.stand_in import pretend
from wavenet.errors import ModelFolderError, UsageError, WavenetError
from wavenet.evaluation.perception.clip import RATE
from wavenet.tts.voice import Voice


@pytest.fixture
def voice(tmp_path):
    return voices.write(tmp_path / "voice")


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_others_are_natural_speech_and_the_programs(tmp_path, language):
    found = systems(known(language), tmp_path, language)
    assert [system.name for system in found] == [NATURAL, *PROGRAMS[language]]
    assert len({system.version for system in found}) == len(found)


def test_one_program_says_two_languages_in_two_versions(tmp_path):
    assert systems(["espeak-ng"], tmp_path)[0].version != systems(["espeak-ng"], tmp_path, "ru")[0].version
    with pytest.raises(UsageError, match="'piper-joe' is not a system"):
        systems(["piper-joe"], tmp_path, "ru")


def test_a_voice_says_texts_of_its_own_language_alone(voice, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="speaks 'en', but the texts are in 'ru'"):
        systems([str(voice)], tmp_path, "ru")[0].open()
    pretend(monkeypatch)
    russian = voices.write(tmp_path / "russian", language="ru")
    (system,) = systems([str(russian)], tmp_path, "ru")
    expected = np.concatenate(list(Voice.open(russian).say("Кот спит.")))
    assert np.array_equal(system.open()(Line("a", "Кот спит.")), expected)


def test_natural_speech_is_what_was_recorded_and_nothing_else(tmp_path):
    (natural,) = systems([NATURAL], tmp_path)
    recording = np.ones(3, np.float32)
    assert natural.can_say(Line("a", "One.", recording))
    assert not natural.can_say(Line("a", "One."))
    assert natural.open()(Line("a", "One.", recording)) is recording


def test_a_voice_says_its_blocks_at_the_rate_of_the_metrics(voice, tmp_path):
    named, bare = systems([f"ours={voice}", str(voice)], tmp_path)
    assert (named.name, bare.name, named.kind) == ("ours", str(voice), OURS)
    opened = Voice.open(voice)
    whole = np.concatenate(list(opened.say("One two three.")))
    assert np.array_equal(named.open()(Line("a", "One two three.")), whole)
    opened.generator.audio = replace(opened.generator.audio, sample_rate=2 * RATE)
    halved = said(opened, "One two three.")
    assert (halved.dtype, len(halved)) == (np.float32, pytest.approx(len(whole) / 2, abs=2))


def test_a_voice_has_another_version_when_any_of_its_files_changes(voice, tmp_path):
    versions = {systems([str(voice)], tmp_path)[0].version}
    (voice / "sub").mkdir()
    (voice / "sub" / "weights").write_bytes(b"1")
    versions.add(systems([str(voice)], tmp_path)[0].version)
    (voice / "sub" / "weights").write_bytes(b"2")
    versions.add(systems([str(voice)], tmp_path)[0].version)
    assert len(versions) == 3


def test_a_model_that_cannot_read_is_refused(tmp_path):
    (system,) = systems(["english_prompts"], tmp_path)
    with pytest.raises(ModelFolderError, match="english_prompts: is a model, not a voice"):
        system.open()


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        (["flite-sl"], UsageError, "'flite-sl' is not a system.*did you mean 'flite-slt'"),
        (["natural=english_prompts"], UsageError, "a voice cannot be called natural"),
        (["ours="], UsageError, "is not a system"),
        (["natural", "natural"], UsageError, "the system natural occurs twice"),
        (["run"], ModelFolderError, "its model is"),
    ],
)
def test_a_wrong_name_is_one_clear_line(tmp_path, monkeypatch, names, error, message):
    (tmp_path / "run" / "model").mkdir(parents=True)
    (tmp_path / "run" / "model" / "config.json").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=message) as found:
        systems(names, tmp_path)
    assert "\n" not in str(found.value)


def test_a_missing_program_is_told_when_it_is_opened(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (system,) = systems(["espeak-ng"], tmp_path)
    with pytest.raises(WavenetError, match="espeak-ng is neither in"):
        system.open()
