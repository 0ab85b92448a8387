"""The records of a run: always ``log.jsonl`` and ``curve.png``, and TensorBoard's files."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet import atomic, made
from wavenet.audio import pictures
from wavenet.errors import WavenetError, warn


class Tracker:
    """Writes the log of one run; on resuming, entries after the checkpoint are removed."""

    def __init__(self, folder: Path, update: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._folder = folder
        self._path = folder / "log.jsonl"
        self.rows = [row for row in read_log(self._path) if row.get("update", update + 1) <= update]
        write_log(self._path, self.rows)
        self._board = SummaryWriter(str(folder / "tensorboard"), purge_step=update + 1)

    def log(self, update: int, **values: float) -> None:
        """Record named numbers of an update."""
        row = {"update": update, **values}
        self.rows.append(row)
        try:
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        except OSError as error:
            raise WavenetError(f"cannot write {self._path}: {atomic.reason(error)}") from error
        for name, value in values.items():
            self._board.add_scalar(name, value, update)
        self._board.flush()

    def log_audio(self, update: int, waveform: NDArray[np.float32], sample_rate: int) -> None:
        """Record generated audio and its spectrogram."""
        self._board.add_audio("generated", waveform, update, sample_rate)
        figure = pictures.waveform_and_spectrogram(waveform, sample_rate, f"update {update}")
        self._board.add_figure("generated", figure, update)

    def draw(self, baselines: Mapping[str, float] | None = None) -> None:
        """Draw the curves so far, and the bits of baselines by their names, into ``curve.png``.

        A file there that no run has drawn is kept as ``curve-1.png``, or under the next number that is free.
        """
        path = self._folder / "curve.png"
        if path.exists() and not made.by(path, "train"):
            kept = next(new for i in count(1) if not (new := path.with_stem(f"curve-{i}")).exists())
            path.rename(kept)
            warn(f"{path} was not made by wavenet train, or by a version before this one; it is now {kept}")
        curve = pictures.training_curve(self.rows, self._folder.resolve().name, baselines)
        pictures.write(curve, path, made.mark("train"))

    def close(self) -> None:
        """Flush and close TensorBoard's file."""
        self._board.close()


def read_log(path: Path) -> list[dict[str, Any]]:
    """The rows of a ``log.jsonl``, without a truncated last line."""
    rows = []
    if path.exists():
        for line in path.read_text("utf-8", errors="replace").splitlines():
            with suppress(ValueError):
                row = json.loads(line)
                if isinstance(row, dict):
                    rows.append(row)
    return rows


def write_log(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace a file by rows for ``read_log``, a line each."""
    with atomic.writing(path) as temporary:
        temporary.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
