"""Pictures of audio and of training, drawn by matplotlib (extra ``[plot]``) without a display."""

import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wavenet import atomic
from wavenet.errors import MissingExtraError, UsageError, suggestion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

FORMATS = (".pdf", ".png", ".svg")
"""suffixes of pictures"""
INCHES = 4.0
"""width of a second of speech, so that the names of its phones, in two rows, do not touch where each has 30 ms"""


def figure(width: float, height: float) -> "Figure":
    """An empty figure, sized in inches, that belongs to no display; Jupyter shows it."""
    try:
        import_matplotlib()
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("drawing", "plot") from None
    fig = Figure(figsize=(width, height), layout="constrained")
    fig._repr_png_ = partial(_png, fig)  # type: ignore[attr-defined]
    return fig


def import_matplotlib() -> None:
    """Import matplotlib, whatever display MPLBACKEND names: no picture here needs one. Raises ImportError.

    A command that Jupyter starts inherits Jupyter's, which matplotlib refuses where Jupyter is not installed.
    """
    try:
        import matplotlib
    except ValueError:
        named = os.environ.pop("MPLBACKEND", None)
        if named is None:
            raise
        for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
            del sys.modules[name]  # half of it was imported
        import matplotlib  # noqa: F401

        os.environ["MPLBACKEND"] = named


def _png(fig: "Figure") -> bytes:
    """What Jupyter shows of a figure."""
    buffer = BytesIO()
    fig.savefig(buffer, format="png", dpi=100)
    return buffer.getvalue()


def write(fig: "Figure", path: Path, software: str = "") -> None:
    """Write a picture in the format of its suffix. ``software`` is stored in its metadata; see ``made.mark``."""
    metadata = {"Software" if path.suffix.lower() == ".png" else "Creator": software} if software else None
    with atomic.writing(path) as temporary, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # of a title: it is drawn as a box
        fig.savefig(temporary, dpi=100, metadata=metadata)


def check_writable(path: Path) -> None:
    """Raise now what ``write`` would raise after the work."""
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"cannot draw {path}: unknown suffix {path.suffix!r}{suggestion(path.suffix, FORMATS)}")
    atomic.check(path)


def waveform_and_spectrogram(waveform: NDArray[np.floating], sample_rate: int, title: str) -> "Figure":
    """A waveform (T,) above its spectrogram, on one time axis in seconds."""
    fig = figure(10, 5)
    _title(fig, title)
    top, bottom = fig.subplots(2, 1, sharex=True, height_ratios=[1, 2])
    _waveform(top, waveform, sample_rate)
    image = _spectrogram(bottom, waveform, sample_rate)
    bottom.set_xlabel("seconds")
    fig.colorbar(image, ax=bottom, label="dB", pad=0.01)
    return fig


def speech(
    waveform: NDArray[np.floating],
    sample_rate: int,
    phones: Sequence[tuple[str, float]],
    f0: NDArray[np.floating],
    title: str,
) -> "Figure":
    """The same for speech, with F0 over the spectrogram and the phones below it.

    Args:
        waveform: (T,) in [-1, 1].
        sample_rate: in Hz.
        phones: each with the time in seconds at which it ends; a pause has no name.
        f0: in Hz, for frames (F,) that span all phones; 0 where unvoiced. (0,): unknown.
        title: above the figure.
    """
    ends = [0.0, *(end for _, end in phones)]
    fig = figure(max(10.0, INCHES * ends[-1]), 6)
    _title(fig, title)
    top, middle, bottom = fig.subplots(3, 1, sharex=True, height_ratios=[5, 12, 1.6])
    _waveform(top, waveform, sample_rate)
    _spectrogram(middle, waveform, sample_rate)
    if len(f0):
        contour = middle.twinx()
        times = (np.arange(len(f0)) + 0.5) * ends[-1] / len(f0)
        contour.plot(times, np.where(f0 > 0, f0, np.nan), color="cyan", marker=".", markersize=3, linewidth=1.5)
        contour.set(ylabel="F0 in Hz", ylim=(0, max(400.0, 1.05 * float(f0.max()))))
    for axes in (top, middle, bottom):
        axes.vlines(ends, 0, 1, transform=axes.get_xaxis_transform(), color="gray", linewidth=0.5)
    for i, ((name, end), start) in enumerate(zip(phones, ends[:-1], strict=True)):
        bottom.text((start + end) / 2, (0.73, 0.27)[i % 2], name, ha="center", va="center", fontsize=7, clip_on=True)
    bottom.set(xlabel="seconds", yticks=[], xlim=(0, max(ends[-1], 1e-3)), ylim=(0, 1))
    return fig


def _title(fig: "Figure", title: str) -> None:
    fig.suptitle("".join(letter if letter.isprintable() else "?" for letter in title), parse_math=False)


def _waveform(axes: "Axes", waveform: NDArray[np.floating], sample_rate: int) -> None:
    axes.plot(np.arange(len(waveform)) / sample_rate, waveform, linewidth=0.4)
    axes.set(ylabel="amplitude", ylim=(-1, 1))


def _spectrogram(axes: "Axes", waveform: NDArray[np.floating], sample_rate: int) -> "AxesImage":
    levels, extent = spectrogram(waveform, sample_rate)
    image = axes.imshow(levels, origin="lower", aspect="auto", extent=extent, cmap="magma", vmin=-100, vmax=0)
    axes.set(ylabel="kHz", xlim=(0, max(len(waveform) / sample_rate, 1e-3)))
    return image


def spectrogram(
    waveform: NDArray[np.floating], sample_rate: int, window: int = 512, hop: int = 128
) -> tuple[NDArray[np.float64], tuple[float, float, float, float]]:
    """Levels (frequency, frame) in dB relative to a full-scale sine, and the extent (s, s, kHz, kHz) that they
    cover.
    """
    padded = np.pad(np.asarray(waveform, np.float64), window // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    taper = np.hanning(window)
    power = np.abs(np.fft.rfft(frames * taper)) ** 2 / (taper.sum() / 2) ** 2
    return 10 * np.log10(power.T + 1e-12), (0.0, len(waveform) / sample_rate, 0.0, sample_rate / 2000)


def training_curve(
    rows: Sequence[dict[str, Any]], title: str = "", baselines: Mapping[str, float] | None = None
) -> "Figure":
    """Bits per sample of training and validation over hours and updates.

    Args:
        rows: of a ``log.jsonl``.
        title: above the figure.
        baselines: bits of predictors to be beaten, by their names: drawn as horizontal lines, of which the lowest is
            always in the picture.
    """
    fig = figure(8, 4.5)
    _title(fig, title)
    axes = fig.subplots()
    shown = []
    for name, style in (
        ("train_bits", {"linewidth": 0.8, "alpha": 0.6}),
        ("validation_bits", {"marker": "o", "markersize": 3}),
    ):
        points = [(row["hours"], row[name]) for row in rows if name in row]
        if points:
            axes.plot(*zip(*points, strict=True), label=name.replace("_bits", ""), **style)
            shown += [*np.percentile([bits for _, bits in points], [0, 95])]  # without the first updates
    for i, (name, bits) in enumerate(sorted((baselines or {}).items())):
        axes.axhline(bits, color="gray", linewidth=1, linestyle=(":", "--", "-.")[i % 3], label=f"{name}: {bits:.2f}")
    shown += [min(baselines.values())] if baselines else []
    axes.set(xlabel="hours of training", ylabel="bits per sample")
    if shown:
        axes.set_ylim(min(shown) - 0.1, max(shown) + 0.2)
    _updates(axes, rows)
    axes.grid(alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
    return fig


def error_curve(rows: Sequence[dict[str, Any]], title: str = "") -> "Figure":
    """Error-to-signal ratios of training and validation over updates, from the rows of a ``log.jsonl``."""
    fig = figure(8, 4.5)
    _title(fig, title)
    axes = fig.subplots()
    for name, style in (("train_esr", {"linewidth": 0.8}), ("validation_esr", {"marker": "o", "markersize": 3})):
        points = [(row["update"], row[name]) for row in rows if name in row]
        if points:
            axes.plot(*zip(*points, strict=True), label=name.replace("_esr", ""), **style)
    axes.set(xlabel="updates", ylabel="error-to-signal ratio", yscale="log")
    axes.grid(alpha=0.3, which="both")
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
    return fig


def _updates(axes: "Axes", rows: Sequence[dict[str, Any]]) -> None:
    """A second scale above the axes, of updates at the hours at which they were made."""
    known = sorted({(int(row["update"]), float(row["hours"])) for row in rows if {"update", "hours"} <= row.keys()})
    if not known:
        return
    from matplotlib.ticker import MaxNLocator

    updates, hours = zip(*known, strict=True)
    ticks = [int(n) for n in MaxNLocator(6, integer=True).tick_values(0, updates[-1]) if updates[0] <= n <= updates[-1]]
    above = axes.twiny()
    above.set_xlim(axes.get_xlim())
    above.set_xticks(np.interp(ticks, updates, hours), [f"{n:,}" for n in ticks])
    above.set_xlabel("updates")
