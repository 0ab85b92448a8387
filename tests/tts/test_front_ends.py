"""Which language is read by which module, and that none needs another's."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from wavenet import tts
from wavenet.config import Language
from wavenet.tts.front_ends import FRONT_ENDS, reader

PACKAGES = {language: module.rpartition(".")[0] for language, module in FRONT_ENDS.items()}


def loaded(code: str) -> set[str]:
    """The modules under ``wavenet.tts`` that a fresh Python has after some code."""
    code += "; import sys; print(*(name for name in sys.modules if name.startswith('wavenet.tts.')))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def inside(package: str, modules: set[str]) -> set[str]:
    return {module for module in modules if f"{module}.".startswith(f"{package}.")}


def test_the_config_knows_the_languages_of_the_table():
    assert get_args(Language) == tuple(FRONT_ENDS)


def test_every_folder_of_a_language_is_in_the_table():
    (home,) = {Path(path) for path in tts.__path__ if (Path(path) / "front_ends.py").exists()}
    folders = {f"wavenet.tts.{path.parent.name}.front_end" for path in home.glob("*/front_end.py")}
    assert folders == set(FRONT_ENDS.values())


@pytest.mark.parametrize("language", FRONT_ENDS)
def test_a_front_end_loads_nothing_of_another_language(language):
    modules = loaded(f"from wavenet.tts.front_ends import reader; reader({language!r})")
    assert FRONT_ENDS[language] in modules
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
