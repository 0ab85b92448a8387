"""A WaveNet for training on your own recordings and for generating audio on a CPU."""

from pathlib import Path
from typing import Any

__version__ = "0.1.0"
__all__ = ["open"]


def open(model: str | Path) -> Any:
    """Open a model folder or the folder of a voice, or a shipped one by its name.

    Returns a ``wavenet.generator.Generator``, or a ``wavenet.tts.voice.Voice`` for a voice. The return type is ``Any``
    because only the folder determines which; for type checking, write ``voice: Voice = wavenet.open("english")``.

    Raises:
        ModelFolderError: there is no such folder, or it is incomplete, corrupt or of another version.

    """
    from wavenet.engine import folder

    home = folder.find(model, kind=None)
    if folder.format_of(home) == folder.VOICE_FORMAT:
        from wavenet.tts.voice import Voice

        return Voice.open(home)
    from wavenet.generator import Generator

    return Generator.open(home)
