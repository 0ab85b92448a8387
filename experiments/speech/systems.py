"""Systems that can speak a text: a program, a voice of this project, or the people who were recorded."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from experiments.speech.programs import PROGRAMS, Program
from experiments.speech.texts import Line
from wavenet import tts
from wavenet.engine import folder
from wavenet.errors import AudioError, ModelFolderError, UsageError, suggestion
from wavenet.evaluation.perception.clip import RATE, Waveform
from wavenet.tts.voice import Voice

NATURAL = "natural"
OURS = "WaveNet"
"""the kind of our voices"""

Say = Callable[[Line], Waveform]
"""maps a line to (T,) at ``RATE``"""


@dataclass(frozen=True)
class System:
    """A system and its name."""

    name: str
    kind: str
    version: str
    """whatever else affects its audio; if it changes, clips are generated again"""
    open: Callable[[], Say]
    """reports missing parts before any work"""

    def can_say(self, line: Line) -> bool:
        """Whether the system has a way to speak this line."""
        return self.name != NATURAL or line.recording is not None


def systems(names: Iterable[str], programs: Path, language: str = "en") -> list[System]:
    """The systems with these names: ``natural``, those of ``PROGRAMS``, or voices: FOLDER, NAME or NAME=FOLDER.

    Args:
        names: in the order of the tables.
        programs: the folder into which the script fetched them.
        language: of the texts, as in ``PROGRAMS``.

    Raises:
        UsageError: one is unknown, or occurs twice.
        ModelFolderError: a voice's folder is not one.
    """
    found: dict[str, System] = {}
    for name in names:
        system = _system(name, programs, language)
        if system.name in found:
            raise UsageError(f"the system {system.name} occurs twice")
        found[system.name] = system
    return list(found.values())


def known(language: str = "en") -> list[str]:
    """The names of all systems except ours."""
    return [NATURAL, *PROGRAMS[language]]


def _system(name: str, programs: Path, language: str) -> System:
    if name == NATURAL:
        return System(NATURAL, "recordings", "", lambda: _recorded)
    if name in PROGRAMS[language]:
        kind, program = PROGRAMS[language][name]
        return System(name, kind, program.version, lambda: _by_program(program, programs))
    called, _, path = name.rpartition("=")
    if (called or path) in known(language):
        raise UsageError(f"{name}: a voice cannot be called {called or path}, which is another system")
    home = _folder(path, language)
    # the text front end is part of a voice, and changes with the package
    version = _digest(home, Path(tts.__path__[0]))
    return System(called or path, OURS, version, lambda: _by_voice(home, language))


def _folder(voice: str, language: str) -> Path:
    try:
        return folder.find(voice or "?", folder.VOICE_FORMAT)  # an empty name would be the current folder
    except ModelFolderError:
        if voice and Path(voice).exists():
            raise
        way_out = suggestion(voice, known(language))
        raise UsageError(f"{voice!r} is not a system, a folder of a voice or a shipped voice{way_out}") from None


def _recorded(line: Line) -> Waveform:
    if line.recording is None:
        raise AudioError(f"nobody recorded {line.text!r}")
    return line.recording


def _by_program(program: Program, programs: Path) -> Say:
    root = program.locate(programs)
    return lambda line: program.say(line.text, root)


def _by_voice(home: Path, language: str) -> Say:
    voice = Voice.open(home)
    if voice.settings.language != language:
        raise UsageError(f"{home}: speaks {voice.settings.language!r}, but the texts are in {language!r}")
    return lambda line: said(voice, line.text)


def said(voice: Voice, text: str) -> Waveform:
    """A text spoken by a voice of this project, (T,) at ``RATE``."""
    waveform = np.concatenate([np.empty(0, np.float32), *voice.say(text)])
    if voice.sample_rate == RATE:
        return waveform
    return np.asarray(soxr.resample(waveform, voice.sample_rate, RATE), np.float32)


def _digest(*homes: Path) -> str:
    """A digest of all files of some folders."""
    total = hashlib.sha256()
    for home in homes:
        for path in sorted(path for path in home.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            with path.open("rb") as file:
                total.update(f"{path.relative_to(home)} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()
