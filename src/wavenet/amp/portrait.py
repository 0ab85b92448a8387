"""What an amplifier does to sines: a transfer curve, and its frequency response at three levels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wavenet.amp.amp import Amp
from wavenet.audio import pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVELS = (-40.0, -20.0, -6.0)
"""dB below full scale, of the responses"""
TONE = 220.0
"""Hz, of the transfer curve"""
STEPS = np.arange(-60.0, 0.1, 3.0)
"""dB below full scale, of the transfer curve"""
UNKNOWN_RATE = 48_000.0
"""Hz, where a file does not say"""
_LOWEST, _HIGHEST, _TONES = 30.0, 20_000.0, 49
_CYCLES, _SHORTEST = 6, 0.02
"""cycles, and seconds, of a tone at least"""
_BEGINNING = 0.05
"""seconds before a tone is looked at"""
_FLOOR = 1e-9


@dataclass(frozen=True)
class Portrait:
    """``transfer`` is the peak that comes out, in dB, for each of ``STEPS``; ``responses`` (levels, frequencies) are
    the gains of the fundamental, in dB.
    """

    transfer: NDArray[np.float64]
    frequencies: NDArray[np.float64]
    responses: NDArray[np.float64]


def measure(amp: Amp, told: Callable[[int], object] = lambda tones: None) -> Portrait:
    """The portrait of an amplifier, which is reset before and behind; ``told`` hears of each tone that is done."""
    rate = amp.sample_rate or UNKNOWN_RATE
    frequencies = np.geomspace(_LOWEST, min(_HIGHEST, 0.45 * rate), _TONES)

    def play(frequency: float, level: float) -> NDArray[np.float64]:
        amp.reset()
        told(1)
        return _tone(amp, frequency, level, rate)

    transfer = [_decibels(np.abs(play(TONE, level)).max()) for level in STEPS]
    responses = [[_gain(play(f, level), f, level, rate) for f in frequencies] for level in LEVELS]
    amp.reset()
    return Portrait(np.array(transfer), frequencies, np.array(responses))


def tones() -> int:
    """How many tones a portrait takes."""
    return len(STEPS) + len(LEVELS) * _TONES


def _tone(amp: Amp, frequency: float, level: float, rate: float) -> NDArray[np.float64]:
    """What comes out for whole cycles of a sine, behind its beginning."""
    beginning, length = round(_BEGINNING * rate), round(max(_CYCLES, np.ceil(_SHORTEST * frequency)) * rate / frequency)
    sine = 10 ** (level / 20) * np.sin(2 * np.pi * frequency / rate * np.arange(beginning + length))
    return amp.process(sine.astype(np.float32))[beginning:].astype(np.float64)


def _gain(heard: NDArray[np.float64], frequency: float, level: float, rate: float) -> float:
    wave = np.exp(-2j * np.pi * frequency / rate * np.arange(len(heard)))
    return _decibels(2 * abs(np.mean((heard - heard.mean()) * wave))) - level


def _decibels(amplitude: float) -> float:
    return float(20 * np.log10(max(amplitude, _FLOOR)))


def draw(portrait: Portrait, title: str) -> "Figure":
    """The portrait as a figure.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    figure = pictures.figure(10, 4)
    left, right = figure.subplots(1, 2)
    figure.suptitle("".join(letter if letter.isprintable() else "?" for letter in title), parse_math=False)
    left.plot(STEPS, portrait.transfer)
    left.set(xlabel="peak in (dBFS)", ylabel="peak out (dBFS)", title=f"transfer at {TONE:g} Hz")
    for level, response in zip(LEVELS, portrait.responses, strict=True):
        right.semilogx(portrait.frequencies, response, label=f"{level:g} dBFS")
    right.set(xlabel="frequency (Hz)", ylabel="gain of the fundamental (dB)", title="response")
    right.legend()
    for axes in (left, right):
        axes.grid(alpha=0.3)
    return figure
