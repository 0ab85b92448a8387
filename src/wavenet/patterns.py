"""Regular expressions that are compiled when they are first used: Python takes a millisecond for some of them.

A short text needs few of the patterns that a front end has, and a process that says one sentence would spend more time
on the others than on the sentence.
"""

import re
from typing import Any, cast


class _Late:
    """Has what ``re.Pattern`` has, once that is asked for."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self._source, self._flags), name)
        vars(self)[name] = value  # so that it is found there the next time
        return value


def late(source: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` returns, for its methods and attributes alone: no function of ``re`` takes it."""
    return cast("re.Pattern[str]", _Late(source, int(flags)))
