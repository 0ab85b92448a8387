"""A WaveNet to train on your own recordings and to hear on a CPU."""

from pathlib import Path
from typing import Any

__version__ = "0.1.0"
__all__ = ["open"]


def open(model: str | Path) -> Any:
    """Open a model folder or the folder of a voice, or a shipped one by its bare name.

    Returns a ``wavenet.generator.Generator``, or of a voice a ``wavenet.tts.voice.Voice``. The type is ``Any``, as only
    the folder tells which: whoever wants it checked writes ``voice: Voice = wavenet.open("english")``.

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
