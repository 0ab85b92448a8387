"""Which language is read by which module, and that none needs another's."""

import subprocess
import sys
from pathlib import Path

import pytest

from wavenet import tts
from wavenet.config import LANGUAGES, VoiceConfig
from wavenet.errors import UsageError
from wavenet.tts.front_ends import reader

PACKAGES = {language: f"wavenet.tts.{folder}" for language, folder in LANGUAGES.items()}


def loaded(code: str) -> set[str]:
    """The modules under ``wavenet.tts`` that a fresh Python has after some code."""
    code += "; import sys; print(*(name for name in sys.modules if name.startswith('wavenet.tts.')))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def inside(package: str, modules: set[str]) -> set[str]:
    return {module for module in modules if f"{module}.".startswith(f"{package}.")}


def test_every_folder_of_a_language_is_in_the_table():
    (home,) = {Path(path) for path in tts.__path__ if (Path(path) / "front_ends.py").exists()}
    assert {path.parent.name for path in home.glob("*/front_end.py")} == set(LANGUAGES.values())


def test_another_language_is_refused_by_the_settings():
    with pytest.raises(UsageError, match="language is 'eo', and must be one of en, ru"):
        VoiceConfig(language="eo")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_front_end_loads_nothing_of_another_language(language):
    modules = loaded(f"from wavenet.tts.front_ends import reader; reader({language!r})")
    assert f"{PACKAGES[language]}.front_end" in modules
    for other in PACKAGES.keys() - {language}:
        assert not inside(PACKAGES[other], modules)


def test_what_is_common_to_all_loads_no_language():
    modules = loaded("from wavenet.tts import examples, folder, labels, linguistics, markup, stages, voice")
    assert "wavenet.tts.voice" in modules
    assert not any(inside(package, modules) for package in PACKAGES.values())


def test_a_text_is_read_to_segments_and_what_is_written():
    (sentence,) = reader("en")("The fox runs.", ())
    assert sentence[1] == "The fox runs"
    assert [segment.text for segment in sentence[0] if segment.text] == ["the", "fox", "runs"]
    assert sentence[2] == [(0, 3, 1), (4, 7, 1), (8, 13, 1)]
