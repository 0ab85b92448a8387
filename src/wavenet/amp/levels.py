"""Gains before and behind an amplifier, from what its file says of levels. Nothing is applied that was not asked for.

A model is trained on what an audio interface recorded. Its file may say how strong a signal was, in dBu, that filled
the interface's range, on either side; and how loud the model is.
"""

from wavenet.amp.model import Model
from wavenet.errors import UsageError

NORMAL = -18.0
"""dB: the loudness that ``normalise`` brings a model to, as plug-ins for these models do"""
LARGEST = 120.0
"""dB"""


def factor(decibels: float) -> float:
    """A gain as a factor."""
    return float(10 ** (decibels / 20))


def before(model: Model, path: str, gain: float = 0.0, input_level: float | None = None) -> float:
    """The factor on what goes in.

    Args:
        model: with the level that its training data had.
        path: its file, for messages.
        gain: in dB, as of a knob.
        input_level: dBu of a sine of full scale in the recording; None: as in the training data.

    Raises:
        UsageError: a number out of range, or the file does not say a level that is needed.
    """
    _check("--gain", gain)
    if input_level is None:
        return factor(gain)
    _check("--input-level", input_level)
    return factor(gain + input_level - _needed(model.input_level, path, "input_level_dbu", "--input-level"))


def behind(model: Model, path: str, output_level: float | None = None, normalise: bool = False) -> float:
    """The factor on what comes out.

    Args:
        model: with its output level and loudness.
        path: its file, for messages.
        output_level: dBu of a sine of full scale in what is written; None: as in the training data.
        normalise: bring the model's loudness to ``NORMAL`` instead.

    Raises:
        UsageError: both, a number out of range, or the file does not say a level that is needed.
    """
    if output_level is not None and normalise:
        raise UsageError("--output-level and --normalise are two answers to how loud it shall be; give one of them")
    if normalise:
        return factor(NORMAL - _needed(model.loudness, path, "loudness", "--normalise"))
    if output_level is None:
        return 1.0
    _check("--output-level", output_level)
    return factor(_needed(model.output_level, path, "output_level_dbu", "--output-level") - output_level)


def _needed(level: float | None, path: str, key: str, option: str) -> float:
    if level is None:
        raise UsageError(f"{path}: its metadata has no {key}, which {option} needs; leave {option} out")
    return level


def _check(option: str, decibels: float) -> None:
    if not abs(decibels) <= LARGEST:
        raise UsageError(f"{option} is {decibels:g}, and must be from {-LARGEST:g} to {LARGEST:g} dB")
