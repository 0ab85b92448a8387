"""What ``worker.js`` calls."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wavenet.browser import core
from wavenet.errors import WavenetError


def opened(engine: Any, voice: str) -> "Local":
    """A voice that runs by the engine's module of WebAssembly, an object of JavaScript.

    Raises:
        ValueError: the folder cannot be opened as a voice.
    """
    core.use(engine)
    sys.modules["wavenet.engine._core"] = core
    return Local(Path(voice))


class Local:
    """A voice as the worker has it; its errors are ValueErrors of one line."""

    def __init__(self, folder: Path) -> None:
        from wavenet.tts.voice import Voice  # after its engine is known

        self.voice = _told(lambda: Voice.open(folder))
        self.rate = self.voice.sample_rate
        self.name = (folder / "name").read_text("utf-8")

    def begin(self, text: str, speed: float, seed: int) -> "Saying":
        """Say a text, step by step."""
        from wavenet.browser import speech

        return Saying(speech.say(self.voice, text, speed, seed))


class Saying:
    """A text that is being said."""

    def __init__(self, events: Iterator[dict[str, Any]]) -> None:
        self._events = events

    def step(self) -> list[Any] | None:
        """The next event as JSON, and its samples (T,) if it has any; None at the end."""
        event = _told(lambda: next(self._events, None))
        if event is None:
            return None
        samples = event.pop("samples", None)
        return [json.dumps(event)] if samples is None else [json.dumps(event), samples]


def _told(work: Any) -> Any:
    try:
        return work()
    except WavenetError as error:
        raise ValueError(str(error)) from None
