"""The progress bar of a run, and the running numbers behind it."""

import math
import sys
import time

from tqdm import tqdm

from wavenet import bars
from wavenet.config import TrainConfig
from wavenet.training import checkpoint


class Meter:
    """The progress bar, and the running numbers behind it."""

    def __init__(self, config: TrainConfig, progress: checkpoint.Progress, show: bool) -> None:
        self._config, self._progress = config, progress
        self._bar = bars.bar(
            total=config.updates,
            initial=progress.update,
            unit="update",
            disable=not show,
            dynamic_ncols=True,
            smoothing=0.05,
        )
        self._samples = 0
        self._began = time.monotonic()
        self._warned = False
        self._rate = 0.0

    def add(self, loss: float, samples: int) -> None:
        """Count one update."""
        self._progress.loss_sum += loss
        self._progress.loss_count += 1
        self._samples += samples
        self._bar.update()
        self._warn_when_stuck(self._loss())
        if self._rate:
            times = self._rate * self._config.model.decimation / self._config.audio.sample_rate
            self._bar.set_postfix_str(
                f"{loss / math.log(2):.3f} bits, {self._rate:,.0f} samples/s, {times:.2f} × real time"
            )

    def _warn_when_stuck(self, loss: float) -> None:
        uniform = math.log(self._config.model.quantization_channels)
        learnt_enough = self._progress.update > self._config.optim.warmup + 100
        if learnt_enough and loss > 0.98 * uniform and not self._warned:
            self._warned = True
            self.say(
                f"warning: the loss is {loss:.3f} nats after {self._progress.update} updates, that is ln(classes) = "
                f"{uniform:.3f}: nothing is learnt; try `wavenet train --overfit-one` or another learning rate"
            )

    def values(self) -> dict[str, float]:
        """The numbers since the last call."""
        seconds = time.monotonic() - self._began
        self._rate = self._samples / seconds
        values = {
            "train_bits": self._loss() / math.log(2),
            "samples_per_second": self._rate,
            "hours": self._progress.seconds / 3600,
            "samples_seen": self._progress.samples,
        }
        self._progress.loss_sum, self._progress.loss_count = 0.0, 0
        self._samples, self._began = 0, time.monotonic()
        return values

    def _loss(self) -> float:
        """The mean since the last call of ``values``, in nats; of the interrupted run too, before this one."""
        return self._progress.loss_sum / self._progress.loss_count

    def say(self, line: str) -> None:
        """Print a line above the bar."""
        if not self._bar.disable:
            tqdm.write(line, file=sys.stderr)

    def close(self) -> None:
        """Finish the bar."""
        self._bar.close()
