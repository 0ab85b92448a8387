"""The progress bar of a run, and the running averages that it shows."""

import math
import sys
import time

from tqdm import tqdm

from wavenet import bars
from wavenet.config import TrainConfig
from wavenet.training import checkpoint

TIMED = 4
"""updates from which the duration of a run is estimated"""


def duration(seconds: float) -> str:
    """An approximate duration, as text."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"about {seconds:.0f} s"
    return f"about {minutes} min" if minutes < 120 else f"about {minutes // 60} h {minutes % 60} min"


class Meter:
    """The progress bar, and the running averages that it shows."""

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
        self._began = self._started = time.monotonic()
        self._updates = 0  # of this call
        self._warned = False
        self._rate = 0.0

    def add(self, loss: float, samples: int) -> None:
        """Count one update."""
        self._progress.loss_sum += loss
        self._progress.loss_count += 1
        self._samples += samples
        self._bar.update()
        self._estimate()
        self._warn_when_stuck(self._loss())
        if self._rate:
            times = self._rate * self._config.model.decimation / self._config.audio.sample_rate
            self._bar.set_postfix_str(
                f"{loss / math.log(2):.3f} bits, {self._rate:,.0f} samples/s, {times:.2f} × real time"
            )

    def report_size(self, weights: int, samples: int) -> None:
        """Report the size of the network, and the amount of audio that it trains on."""
        config, rate = self._config, self._config.audio.sample_rate / self._config.model.decimation
        field = config.model.receptive_field / rate
        seen = config.updates * config.batch_size * config.window / samples
        self.say(
            f"{weights / 1e6:.2g} M weights, receptive field {1000 * field:.0f} ms; {samples / rate / 60:.1f} minutes "
            f"of training data, seen {seen:.1f} times in {config.updates:,} updates"
        )

    def _estimate(self) -> None:
        """Report how long the run will take, from the first updates except the very first, which is slower."""
        self._updates += 1
        if self._updates == 1:
            self._started = time.monotonic()
        left = self._config.updates - self._progress.update
        if self._updates == 1 + TIMED and left:
            each = (time.monotonic() - self._started) / TIMED
            self.say(f"{duration(each * left)} for {left:,} updates, without validations: {each:.2g} s each")

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
        """The averages since the last call."""
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
        """The mean since the last call of ``values``, in nats, including updates before an interruption."""
        return self._progress.loss_sum / self._progress.loss_count

    def say(self, line: str) -> None:
        """Print a line above the bar."""
        if not self._bar.disable:
            tqdm.write(line, file=sys.stderr)

    def close(self) -> None:
        """Finish the bar."""
        self._bar.close()
