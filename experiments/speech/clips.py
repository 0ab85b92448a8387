"""Audio of systems as files: 16 kHz, one loudness, generated once."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.speech.systems import System
from experiments.speech.texts import Line
from wavenet import atomic, bars
from wavenet.audio import files
from wavenet.errors import AudioError
from wavenet.evaluation.perception.clip import RATE, Clip, silent, standard

_LONGEST = 100  # characters of a name; file systems take 255 bytes


@dataclass(frozen=True)
class Clips:
    """The audio of one system for one set of texts: every line that it can speak."""

    system: System
    texts: str
    """the set's name"""
    lines: tuple[Line, ...]
    folder: Path
    """the folder of all systems' clips"""

    @property
    def keys(self) -> dict[str, str]:
        """By line: a key that distinguishes its clip from those of other texts or versions of the system."""
        return {line.name: _key(self.system, line) for line in self.lines}

    def path(self, line: Line) -> Path:
        """The path of a line's clip, whether it exists or not."""
        name = f"{_plain(line.name)}-{_key(self.system, line)}.wav"
        return self.folder / _plain(self.texts) / _plain(self.system.name) / name

    def missing(self) -> list[Line]:
        """The lines that have no clip yet."""
        return [line for line in self.lines if not self.path(line).exists()]

    def read(self) -> list[Clip]:
        """Read the clips for scoring; raises AudioError."""
        return [Clip(line.name, files.read(self.path(line), RATE), RATE, line.text) for line in self.lines]


def plan(systems: Sequence[System], texts: Mapping[str, Sequence[Line]], folder: Path) -> list[Clips]:
    """The clips of all systems in a folder, set by set; a system that can speak nothing of a set is left out."""
    planned = [
        Clips(system, name, tuple(line for line in lines if system.can_say(line)), folder)
        for name, lines in texts.items()
        for system in systems
    ]
    return [clips for clips in planned if clips.lines]


def make(planned: Sequence[Clips], *, progress: bool = False) -> None:
    """Speak all missing lines; each clip is written as soon as it exists.

    Raises:
        WavenetError: a program or a voice is missing (reported before any work) or fails, or a file cannot be written.
        AudioError: a system returned no audio.
    """
    todo = [(clips, line) for clips in planned for line in clips.missing()]
    says = {system: system.open() for system in dict.fromkeys(clips.system for clips, _ in todo)}
    with bars.bar(todo, desc="speaking", unit=" clips", delay=1, disable=not progress) as bar:
        for clips, line in bar:
            bar.set_postfix_str(clips.system.name, refresh=False)
            waveform = standard(says[clips.system](line))
            if silent(waveform):
                raise AudioError(f"{clips.system.name} generates no audio for {line.text!r}")
            atomic.make_folder(clips.path(line).parent)
            files.write(clips.path(line), waveform, RATE)


def _key(system: System, line: Line) -> str:
    key = json.dumps([system.name, system.version, line.name, line.text])
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def _plain(name: str) -> str:
    """A name, or its beginning, as a file name for any system; keys keep clips apart."""
    return re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII).strip(".")[:_LONGEST] or "_"
