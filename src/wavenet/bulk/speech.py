"""Many texts, each to a file: ``wavenet say-many``."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from wavenet.bulk import jobs, lists
from wavenet.config.checks import is_number, shortened
from wavenet.engine import folder as folders
from wavenet.engine.precision import Precision
from wavenet.engine.sampling import Sampling
from wavenet.errors import UsageError
from wavenet.tts import folder
from wavenet.tts.markup import Markup
from wavenet.tts.voice import PITCHES, SPEEDS, Voice


@dataclass(frozen=True)
class Row:
    """A text, and how it is said."""

    id: str
    """names its file"""
    text: str
    seed: int = 0
    speed: float = 1.0
    pitch: float = 1.0


@dataclass(frozen=True)
class Job(jobs.Job[Row]):
    """A voice says rows."""

    markup: Markup = "auto"

    command: ClassVar[str] = "say-many"
    row: ClassVar[type[Any]] = Row
    parts: ClassVar[tuple[str, ...]] = (
        *("config.json", folder.WEIGHTS),
        *(f"{folder.WAVENET}/{name}" for name in ("config.json", "model.safetensors")),
    )

    @classmethod
    def find(cls, model: str | Path) -> Path:
        """See ``jobs.Job``."""
        home = folders.find(model, folder.FORMAT).resolve()
        folder.read(home)  # what is wrong with it is told once, not for each text
        return home

    def sound(self, row: Row) -> tuple[NDArray[np.float32], int]:
        """See ``jobs.Job``."""
        voice = _voice(self.model, self.precision)
        sampling = Sampling(row.seed, self.temperature)
        blocks = voice.say(row.text, speed=row.speed, pitch=row.pitch, markup=self.markup, sampling=sampling)
        return np.concatenate([np.empty(0, np.float32), *blocks]), voice.sample_rate

    def depends(self, row: Row) -> list[Any]:
        """See ``jobs.Job``."""
        said = [row.text, row.seed, row.speed, row.pitch]
        return [*said, self.precision, self.temperature, self.markup, self.suffix]

    def told(self, row: Row) -> dict[str, Any]:
        """See ``jobs.Job``."""
        return {"text": row.text, "seed": row.seed}

    def size(self, row: Row) -> int:
        """See ``jobs.Job``: its characters."""
        return len(row.text)


@lru_cache(maxsize=1)
def _voice(home: Path, precision: Precision | Literal["auto"]) -> Voice:
    return Voice.open(home, precision)


def read(source: Path, like: Row) -> list[Row]:
    """The rows of a file: a text a line, or where its name ends in ``.jsonl``, an object a line.

    Args:
        source: the file. Objects have ``text``, and may have ``id``, ``seed``, ``speed`` and ``pitch``; without an id,
            and in a file of texts, it is the number of the line, as in ``000001``. Empty lines count, and are left out.
        like: has the settings of rows that say nothing else.

    Raises:
        UsageError: a line is wrong, an id is there twice, or there are no rows; the message names the line.
        AudioError: the file cannot be read, or is not UTF-8.
    """

    def of_object(where: str, number: int, given: dict[str, Any]) -> Row:
        given = {"id": f"{number:06d}", **given}
        lists.check_fields(where, given, Row.__dataclass_fields__, ("id", "text"))
        try:
            return checked(replace(like, **given))
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from None

    return lists.read(source, lambda number, line: replace(like, id=f"{number:06d}", text=line), of_object)


def checked(row: Row) -> Row:
    """A row whose settings are possible; raises UsageError."""
    for name, between in (("speed", SPEEDS), ("pitch", PITCHES)):
        value: Any = getattr(row, name)
        if isinstance(value, bool) or not (is_number(value) and between[0] <= value <= between[1]):
            raise UsageError(f"{name} is {shortened(value)}, and must be from {between[0]:g} to {between[1]:g}")
    return replace(row, seed=lists.seed(row.seed))
