"""What stands around a written form: how 3/4, May or St. is read depends on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


def _nothing(_: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Context:
    """The forms before, back to the last mark, and the i-th after: ``""`` where a mark or the end comes first."""

    before: tuple[str, ...] = ()
    after: Callable[[int], str] = _nothing
    known: Callable[[str], bool] | None = None
    """whether the dictionary has a word"""

    @property
    def previous(self) -> str:
        """The form before, in lower case."""
        return self.before[-1].lower() if self.before else ""

    @property
    def next(self) -> str:
        """The form after, in lower case."""
        return self.after(0).lower()

    def inside(self, before: Sequence[str], after: Sequence[str]) -> "Context":
        """That of a part of a form, whose other parts are these."""
        size, outer = len(after), self.after
        return replace(
            self,
            before=(*self.before, *before),
            after=lambda i: after[i] if i < size else outer(i - size),
        )
