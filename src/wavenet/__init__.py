"""A WaveNet for training on your own recordings and for generating audio on a CPU.

``wavenet.open`` opens a model, a voice or a recogniser. Everything else is imported when it is first used, so importing
the package takes no time and needs no other package.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

if sys.platform == "win32":
    raise ImportError("wavenet is for Linux and macOS, not for Windows; install it in the Windows Subsystem for Linux")

if TYPE_CHECKING:
    from wavenet.engine.conditioning import Conditioning
    from wavenet.engine.precision import Precision
    from wavenet.engine.sampling import Sampling
    from wavenet.errors import WavenetError
    from wavenet.generator import Generator
    from wavenet.recognition.recogniser import Recogniser
    from wavenet.tts.voice import Voice

__version__ = "0.1.0"
__all__ = [
    "Conditioning",
    "Generator",
    "Recogniser",
    "Sampling",
    "Voice",
    "WavenetError",
    "open",
    "open_generator",
    "open_recogniser",
    "open_voice",
]

_HOMES = {
    "Conditioning": "wavenet.engine.conditioning",
    "Generator": "wavenet.generator",
    "Recogniser": "wavenet.recognition.recogniser",
    "Sampling": "wavenet.engine.sampling",
    "Voice": "wavenet.tts.voice",
    "WavenetError": "wavenet.errors",
}
"""the modules of what is imported late"""


def __getattr__(name: str) -> Any:
    from wavenet.late import attribute  # not through this package, which would be asked for it

    return attribute(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


@overload
def open(
    model: Literal["allison", "english"], precision: "Precision | Literal['auto']" = "auto", engine: str = "native"
) -> "Voice": ...
@overload
def open(
    model: Literal["english_prompts", "many_speakers", "music", "vocoder"],
    precision: "Precision | Literal['auto']" = "auto",
    engine: str = "native",
) -> "Generator": ...
@overload
def open(
    model: str | Path, precision: "Precision | Literal['auto']" = "auto", engine: str = "native"
) -> "Generator | Recogniser | Voice": ...
def open(
    model: str | Path, precision: "Precision | Literal['auto']" = "auto", engine: str = "native"
) -> "Generator | Recogniser | Voice":
    """Open a model folder, or the folder of a voice or of a recogniser, or a shipped one by its name.

    Which of them a folder holds is known when it is read: for a type checker, ``open_voice``, ``open_generator`` and
    ``open_recogniser`` say it before.

    Args:
        model: the folder or the name.
        precision: of the matrix products: ``fp32``, ``bf16``, ``int8``, or ``auto``, which is int8 if the model is
            calibrated for it, else fp32.
        engine: ``native``, the compiled engine, or ``reference``, the same in numpy and much slower.

    Raises:
        ModelFolderError: there is no such folder, or it is incomplete, corrupt or of another version.
        UsageError: the precision or the engine is unknown, or the model cannot use it.

    """
    from wavenet.engine import folder

    home = folder.find(model, kind=None)
    found = folder.format_of(home)
    if found == folder.VOICE_FORMAT:
        return open_voice(home, precision, engine)
    if found == folder.RECOGNISER_FORMAT:
        return open_recogniser(home, precision, engine)
    return open_generator(home, precision, engine)


def open_voice(voice: str | Path, precision: "Precision | Literal['auto']" = "auto", engine: str = "native") -> "Voice":
    """Open the folder of a voice, or a shipped voice by its name; arguments and errors are those of ``open``."""
    from wavenet.tts.voice import Voice

    return Voice.open(voice, precision, engine)


def open_generator(
    model: str | Path, precision: "Precision | Literal['auto']" = "auto", engine: str = "native"
) -> "Generator":
    """Open a model folder, or a shipped model by its name; arguments and errors are those of ``open``."""
    from wavenet.generator import Generator

    return Generator.open(model, precision, engine)


def open_recogniser(
    model: str | Path, precision: "Precision | Literal['auto']" = "auto", engine: str = "native"
) -> "Recogniser":
    """Open the folder of a recogniser of phones; arguments and errors are those of ``open``."""
    from wavenet.recognition.recogniser import Recogniser

    return Recogniser.open(model, precision, engine)
