"""Reads the entries of a ``.nam`` file: each is typed and bounded, and none is passed over."""

from collections.abc import Sequence
from typing import Any, TypeVar

from wavenet.errors import AmpError, suggestion

T = TypeVar("T")
_SHOWN = 60
"""characters of a wrong value in a message"""


class Fields:
    """One JSON object of a file, whose name and place start every message.

    Args:
        found: the object, from the file.
        path: the file's name.
        where: the object's place in the file, ``config.layers[0]``; empty for the file itself.

    Raises:
        AmpError: it is not an object; so do all methods below where a value is missing or wrong.
    """

    def __init__(self, found: object, path: str, where: str) -> None:
        self.path, self.where = path, where
        if not isinstance(found, dict):
            raise self.error("", found, "an object")
        self.values: dict[str, Any] = found
        self._known: set[str] = set()

    def place(self, key: str) -> str:
        """Where an entry stands."""
        return ".".join(filter(None, (self.where, key))) or "it"

    def error(self, key: str, value: object, wanted: str) -> AmpError:
        """What is told of a wrong value."""
        text = repr(value)
        text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        return AmpError(f"{self.path}: {self.place(key)} is {text}, and must be {wanted}; export the model again")

    def has(self, key: str) -> bool:
        """Whether an entry is there and not null; from now on it is known."""
        self._known.add(key)
        return self.values.get(key) is not None

    def get(self, key: str) -> Any:
        """An entry that must be there."""
        if not self.has(key):
            raise AmpError(f"{self.path}: {self.place(key)} is missing; export the model again")
        return self.values[key]

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """An integer within bounds."""
        if default is not None and not self.has(key):
            return default
        return self.whole_of(key, self.get(key), low, high)

    def whole_of(self, key: str, value: object, low: int, high: int) -> int:
        """The same of a value that was already found, as in a list."""
        if type(value) is not int or not low <= value <= high:
            raise self.error(key, value, f"a whole number from {low:,} to {high:,}")
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number within bounds."""
        if default is not None and not self.has(key):
            return default
        return self.number_of(key, self.get(key), low, high)

    def number_of(self, key: str, value: object, low: float, high: float) -> float:
        """The same of a value that was already found, as in a list."""
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise self.error(key, value, f"a number from {low:g} to {high:g}")
        return float(value)

    def truth(self, key: str, default: bool | None = None) -> bool:
        """True or false."""
        if default is not None and not self.has(key):
            return default
        if type(value := self.get(key)) is not bool:
            raise self.error(key, value, "true or false")
        return value

    def text(self, key: str) -> str:
        """A text."""
        if not isinstance(value := self.get(key), str):
            raise self.error(key, value, "a text")
        return value

    def items(self, key: str, most: int) -> list[Any]:
        """A list of 1 to ``most`` entries."""
        return self.items_of(key, self.get(key), most)

    def items_of(self, key: str, value: object, most: int) -> list[Any]:
        """The same of a value that was already found."""
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise self.error(key, value, f"a list of 1 to {most:,} entries")
        return value

    def each(self, key: str, count: int) -> list[tuple[str, Any]]:
        """One value for each of ``count`` layers, with its place: a list of so many, or one for all."""
        value = self.get(key)
        if not isinstance(value, list):
            return [(key, value)] * count
        if len(value) != count:
            raise self.error(key, value, f"one value, or a list of {count} as dilations has")
        return [(f"{key}[{i}]", one) for i, one in enumerate(value)]

    def below(self, key: str) -> "Fields":
        """An object inside this one."""
        return Fields(self.get(key), self.path, self.place(key))

    def choice(self, key: str, value: object, known: Sequence[str]) -> str:
        """One of several words."""
        if not isinstance(value, str) or value not in known:
            raise AmpError(f"{self.path}: {self.place(key)} is {value!r}{suggestion(str(value), known)}")
        return value

    def ignore(self, *keys: str) -> None:
        """Entries that change nothing that is heard."""
        self._known.update(keys)

    def finish(self) -> None:
        """Refuse what was not read: a misspelled or newer entry would be another sound, silently."""
        if unknown := sorted(self.values.keys() - self._known):
            raise AmpError(
                f"{self.path}: {self.place(unknown[0])} is not known here{suggestion(unknown[0], self._known)}; "
                "it may need a later version of wavenet"
            )
