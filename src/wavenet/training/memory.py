"""The memory that an update takes, so that one that cannot fit is refused instead of being killed hours later."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from wavenet import outputs
from wavenet.config import TrainConfig
from wavenet.errors import UsageError

GROUPS = Path("/sys/fs/cgroup")


def check(config: TrainConfig, rows: int, free: float | None) -> None:
    """Refuse windows that do not fit into memory, on a CPU.

    Args:
        config: of the run, with its precision resolved.
        rows: windows that are computed at once.
        free: bytes; None if unknown.

    Raises:
        UsageError: the windows do not fit; the message names a window that does.
    """
    needed = rows * of_window(config, config.window)
    if free is None or needed <= free:
        return
    fixed = rows * of_window(config, 0)
    fitting = int(max(free - fixed, 0) / (needed - fixed) * config.window)
    lower = f"window to {fitting}, batch_size" if fitting else "batch_size"
    raise UsageError(
        f"window is {config.window} and batch_size {config.batch_size}: an update needs about {needed / 1e9:.1f} GB of "
        f"memory, but only {free / 1e9:.1f} GB are free; lower {lower} or the channels, or raise accumulate"
    )


def of_window(config: TrainConfig, samples: int) -> int:
    """Bytes that a window of ``samples`` samples takes: what is kept for the backward pass, and what that allocates.

    Measured, it is 2 to 17 % more than needed (tests/training/test_memory.py).
    """
    c, number = config.model, 2 if config.precision == "bf16" else 4
    layers = number * c.layers * (c.residual_channels + 4 * c.dilation_channels)
    head = number * 4 * (c.skip_channels + c.head_channels)
    head += (80 if c.scalar_input else 16) * outputs.of(c).channels  # mixtures: several arrays of float64
    upsampled = 16 * c.condition_channels if c.upsample_scales else 0
    contexts = sum(16 * context.residual_channels for context in c.contexts)
    main = (c.receptive_field + samples) * (layers + head + upsampled) * (2 if config.compile else 1)
    return main + (c.required_past + samples) * contexts


def free() -> float | None:
    """Bytes that this process, one of the local processes of ``torchrun``, may still allocate; None if unknown."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        groups = Path("/proc/self/cgroup").read_text("utf-8").splitlines()
    except OSError:
        return None
    of_system = (1024.0 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    found = [*of_system, *(each for line in groups for each in _of_groups(line))]
    return min(found) / int(os.environ.get("LOCAL_WORLD_SIZE", "1")) if found else None


def _of_groups(line: str) -> Iterator[float]:
    """Limits of a group in ``/proc/self/cgroup`` and of those above, minus memory that cannot be written to disk."""
    _, controllers, path = line.split(":", 2)
    second = not controllers
    if not second and "memory" not in controllers.split(","):
        return
    root, limit, kept = (
        (GROUPS, "memory.max", "anon") if second else (GROUPS / "memory", "memory.limit_in_bytes", "total_rss")
    )
    group = root / path.lstrip("/")
    for place in (group, *group.parents):
        with suppress(OSError, ValueError, KeyError):  # there is no such file, or it has no limit: "max"
            most = float((place / limit).read_text("ascii"))
            used = dict(row.split() for row in (place / "memory.stat").read_text("ascii").splitlines())
            yield most - float(used[kept])
        if place == root:
            return
