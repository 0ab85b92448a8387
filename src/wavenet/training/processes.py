"""One run on several processes (``torchrun``): each computes its rows of a batch, and the gradients are summed."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import torch
import torch.distributed as dist

from wavenet.errors import UsageError, WavenetError


@dataclass(frozen=True)
class Processes:
    """One process of a run."""

    rank: int
    count: int
    device: torch.device

    @classmethod
    def join(cls, device: str) -> "Processes":
        """Join the group that ``torchrun`` describes in the environment, or form one of a single process."""
        rank, count = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        if device not in ("auto", "cpu", "cuda"):
            raise UsageError(f"device is {device!r}, and must be auto, cpu or cuda")
        if device == "cuda" and not torch.cuda.is_available():
            raise UsageError("device is 'cuda', but this machine has none; use --device cpu")
        cuda = torch.cuda.is_available() and device != "cpu"
        chosen = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if cuda else torch.device("cpu")
        if cuda:
            torch.cuda.set_device(chosen)
        if count > 1 and not dist.is_initialized():
            dist.init_process_group("nccl" if cuda else "gloo")
        return cls(rank, count, chosen)

    @property
    def first(self) -> bool:
        """Whether this is the process that logs and writes."""
        return self.rank == 0

    def batch_size(self, wanted: int) -> int:
        """Windows of an update, at least one per process, as the default, 1, is meant for a single process."""
        return self.count if wanted == 1 else wanted

    def rows(self, batch_size: int) -> range:
        """The rows of a batch that this process computes."""
        if batch_size % self.count:
            raise UsageError(f"batch_size is {batch_size}, and must be a multiple of the {self.count} processes")
        share = batch_size // self.count
        return range(self.rank * share, (self.rank + 1) * share)

    def sum(self, tensors: Iterable[torch.Tensor]) -> None:
        """Replace each tensor by its sum over all processes, in one exchange; raises WavenetError if one is gone."""
        if self.count == 1:
            return
        tensors = list(tensors)
        flat = torch.cat([t.reshape(-1) for t in tensors])
        try:
            dist.all_reduce(flat)
        except RuntimeError as error:
            told = str(error).strip().partition("\n")[0]
            raise WavenetError(
                f"another process of this run is gone ({told}); start all again, and they resume from the checkpoint"
            ) from error
        start = 0
        for t in tensors:
            t.copy_(flat[start : start + t.numel()].view_as(t))
            start += t.numel()

    def leave(self) -> None:
        """Leave the group."""
        if self.count > 1 and dist.is_initialized():
            dist.destroy_process_group()
