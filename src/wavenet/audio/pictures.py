"""Pictures of sound and of training, by matplotlib (extra ``[plot]``), drawn without a screen."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wavenet import atomic
from wavenet.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure(width: float, height: float) -> "Figure":
    """An empty figure, in inches, that belongs to no screen."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("drawing", "plot") from None
    return Figure(figsize=(width, height), layout="constrained")


def write(fig: "Figure", path: Path) -> None:
    """Write a picture; the suffix chooses the format."""
    with atomic.writing(path) as temporary:
        fig.savefig(temporary, dpi=100)


def waveform_and_spectrogram(waveform: NDArray[np.floating], sample_rate: int, title: str) -> "Figure":
    """A waveform (T,) above its spectrogram, on one time axis in seconds."""
    fig = figure(10, 5)
    printable = "".join(letter if letter.isprintable() else "?" for letter in title)
    fig.suptitle(printable, parse_math=False)
    top, bottom = fig.subplots(2, 1, sharex=True, height_ratios=[1, 2])
    top.plot(np.arange(len(waveform)) / sample_rate, waveform, linewidth=0.4)
    top.set(ylabel="amplitude", ylim=(-1, 1))
    levels, extent = spectrogram(waveform, sample_rate)
    image = bottom.imshow(levels, origin="lower", aspect="auto", extent=extent, cmap="magma", vmin=-100, vmax=0)
    bottom.set(xlabel="seconds", ylabel="kHz", xlim=(0, max(len(waveform) / sample_rate, 1e-3)))
    fig.colorbar(image, ax=bottom, label="dB", pad=0.01)
    return fig


def spectrogram(
    waveform: NDArray[np.floating], sample_rate: int, window: int = 512, hop: int = 128
) -> tuple[NDArray[np.float64], tuple[float, float, float, float]]:
    """Levels (frequency, frame) in dB below a full-scale sine, and the extent (s, s, kHz, kHz) that they cover."""
    padded = np.pad(np.asarray(waveform, np.float64), window // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    taper = np.hanning(window)
    power = np.abs(np.fft.rfft(frames * taper)) ** 2 / (taper.sum() / 2) ** 2
    return 10 * np.log10(power.T + 1e-12), (0.0, len(waveform) / sample_rate, 0.0, sample_rate / 2000)


def training_curve(rows: Sequence[dict[str, Any]]) -> "Figure":
    """Bits per sample of training and validation against hours, from the rows of a ``log.jsonl``."""
    fig = figure(8, 4.5)
    axes = fig.subplots()
    for name, style in (
        ("train_bits", {"linewidth": 0.8, "alpha": 0.6}),
        ("validation_bits", {"marker": "o", "markersize": 3}),
    ):
        points = [(row["hours"], row[name]) for row in rows if name in row]
        if points:
            axes.plot(*zip(*points, strict=True), label=name.replace("_bits", ""), **style)
    axes.set(xlabel="hours of training", ylabel="bits per sample")
    validated = [row["validation_bits"] for row in rows if "validation_bits" in row]
    if validated:
        axes.set_ylim(min(validated) - 0.1, min(validated) + 2)
    axes.grid(alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
    return fig
