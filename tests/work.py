"""What other processes do in tests of workers; it imports little, because they do, each time."""

import os
import signal
import sys
import time
from pathlib import Path

from wavenet.errors import UsageError


def double(number: int) -> int:
    return 2 * number


def fragile(number: int) -> int:
    """Negative numbers end the process; how, they tell."""
    if number < -100:
        os._exit(-number - 100)
    if number < 0:
        os.kill(os.getpid(), -number)
    return 2 * number


def once(path: str) -> str:
    """Ends the process the first time that it is called with a path."""
    if not Path(path).exists():
        Path(path).touch()
        os._exit(3)
    return "done"


def slow(seconds: float) -> tuple[float, int]:
    time.sleep(seconds)
    return seconds, os.getpid()


def refuse(number: int) -> int:
    raise UsageError(f"{number} is refused")


class Odd(Exception):
    """Cannot be made anew from its arguments."""

    def __init__(self, a: int, b: int) -> None:
        super().__init__("odd")


def odd(number: int) -> int:
    raise Odd(1, 2)


def noisy(number: int) -> int:
    print("a library speaks", flush=True)
    os.write(1, b"and its C, too\n")
    return number


def large(number: int) -> bytes:
    return bytes(number)


def fragile_pesq(job: tuple) -> float:
    """Ends the process at signals of more than a second."""
    if len(job[1]) > job[0]:
        os.kill(os.getpid(), signal.SIGSEGV)
    return 1.5


def fatal(job: object) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


class Killer:
    """Ends the process that receives it."""

    def __reduce__(self) -> tuple:
        return os._exit, (1,)


def tells(job: tuple[str, int]) -> int:
    """Notes that it was called; ends the process if the number is negative."""
    path, number = job
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"{number}\n")
    return fragile(number)


def surroundings(_: int) -> tuple[str, bool, int]:
    """What can be read, whether a line can be typed, and the group of the process, which Ctrl-C reaches as a whole."""
    return sys.stdin.read(), sys.stdin.isatty(), os.getpgrp()
