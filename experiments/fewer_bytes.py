"""Three ways to read fewer bytes a sample, each trained from the same model by as many updates: what bits they keep.

    python -m experiments.fewer_bytes english_prompts data/english_prompts --ways blocks:0.5 skips:64 four

``blocks:S``: this fraction of all weights are zeros, in blocks (``wavenet train --sparsity``). ``skips:R``: the skip
matrices of all layers are one product of rank R. ``four``: sixteen values for each matrix, times a scale for each
output. Bits per sample of the validation recordings before and after the training, and the bytes that a step reads of
each 1,000 of int8. ``--plain`` learns from the recordings, not from what the model predicts.
"""

import argparse
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor, nn

from experiments import command
from wavenet.config import OptimConfig, TrainConfig
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.model.wavenet import WaveNet
from wavenet.training import loop, pruning, surgery
from wavenet.training.processes import Processes

VALUES, LLOYD_STEPS = 16, 20


class Way(Protocol):
    """Takes the place of ``pruning.Masks`` in a run: what holds of the weights after every update."""

    bytes: float
    """that a step reads, as a fraction of those of int8"""

    def mask_gradients(self) -> None:
        """Before ``Optimiser.step``."""

    def mask_weights(self) -> None:
        """After it."""

    def apply(self, network: nn.Module) -> None:
        """Make it hold for another network of the same shape, such as the averaged one."""


def read(network: nn.Module) -> list[Tensor]:
    """The weights that a step of the engine reads as integers."""
    return [weight for name, weight in network.named_parameters() if re.fullmatch(pruning.MATRICES, name)]


class Blocks(pruning.Masks):
    """Blocks of zeros."""

    def __init__(self, network: WaveNet, found: dict[str, surgery.Statistics], sparsity: float) -> None:
        pruning.prune(network, sparsity, found)
        super().__init__(network)
        self.bytes = 1 - pruning.zeros(dict(network.named_parameters()))

    def apply(self, network: nn.Module) -> None:
        """Averages of zeros are zero."""


class Skips:
    """Skip matrices of low rank: the nearest ones, by the change of their sums."""

    def __init__(self, network: WaveNet, found: dict[str, surgery.Statistics], rank: int) -> None:
        self._network, self._rank = network, rank
        squares = next(each for name, each in found.items() if name.endswith("skip.weight")).inputs
        values, vectors = torch.linalg.eigh(
            squares + surgery.DAMPING * squares.diagonal().mean() * torch.eye(len(squares))
        )
        self._root = (vectors * values.sqrt() @ vectors.T).float()
        self._inverse = (vectors / values.sqrt() @ vectors.T).float()
        skips = self._skips(network)
        whole = sum(weight.numel() for weight in read(network))
        outputs, inputs = skips[0].shape[0], len(squares)
        self.bytes = 1 - (outputs * inputs - rank * (outputs + inputs)) / whole
        self.apply(network)

    def mask_gradients(self) -> None:
        """All weights may change."""

    def mask_weights(self) -> None:
        """The nearest ones again."""
        self.apply(self._network)

    @torch.no_grad()
    def apply(self, network: nn.Module) -> None:
        """See ``Way``."""
        skips = self._skips(network)
        left, values, right = torch.linalg.svd(
            torch.cat([w[:, :, 0] for w in skips], 1) @ self._root, full_matrices=False
        )
        r = self._rank
        joined = (left[:, :r] * values[:r]) @ right[:r] @ self._inverse
        for weight, made in zip(skips, joined.split(skips[0].shape[1], 1), strict=True):
            weight.copy_(made[:, :, None])

    @staticmethod
    def _skips(network: nn.Module) -> list[Tensor]:
        return [w for name, w in network.named_parameters() if name.endswith("skip.weight")]


class Four:
    """Weights of 4 bits. The optimiser moves the exact ones, by the gradients of the rounded ones."""

    bytes = 0.5

    def __init__(self, network: WaveNet) -> None:
        self._weights = read(network)
        self._values = [sixteen(w.detach()) for w in self._weights]
        self.mask_weights()

    @torch.no_grad()
    def mask_gradients(self) -> None:
        """Bring the exact weights back."""
        for weight, exact in zip(self._weights, self._exact, strict=True):
            weight.copy_(exact)

    @torch.no_grad()
    def mask_weights(self) -> None:
        """Round, and keep the exact ones."""
        self._exact = [weight.clone() for weight in self._weights]
        for weight, values in zip(self._weights, self._values, strict=True):
            weight.copy_(rounded(weight, values))

    @torch.no_grad()
    def apply(self, network: nn.Module) -> None:
        """See ``Way``."""
        for weight, values in zip(read(network), self._values, strict=True):
            weight.copy_(rounded(weight, values))


def _scales(weight: Tensor) -> Tensor:
    return weight.abs().amax((1, 2), keepdim=True).clamp(min=1e-9)


def sixteen(weight: Tensor) -> Tensor:
    """Sixteen values of a matrix whose outputs are at most 1, by Lloyd's algorithm."""
    each = (weight / _scales(weight)).flatten()
    values = torch.quantile(each[:: 1 + len(each) // 10_000], torch.linspace(0.5 / VALUES, 1 - 0.5 / VALUES, VALUES))
    for _ in range(LLOYD_STEPS):
        nearest = torch.bucketize(each, (values[1:] + values[:-1]) / 2)
        counts = torch.bincount(nearest, minlength=VALUES)
        sums = torch.zeros(VALUES).index_add_(0, nearest, each)
        values = torch.where(counts > 0, sums / counts.clamp(min=1), values)
    return values


def rounded(weight: Tensor, values: Tensor) -> Tensor:
    """A matrix whose every weight is one of sixteen values times the scale of its output."""
    scales = _scales(weight)
    return values[torch.bucketize(weight / scales, (values[1:] + values[:-1]) / 2)] * scales


class Run(loop.Run):
    """A run in one of the ways."""

    def __init__(self, config: TrainConfig, way: str) -> None:
        super().__init__(config, Processes.join("cpu"))
        found = surgery.statistics(self.model, pruning.excerpts(self.windows, self.processes.device), pruning.MATRICES)
        self.way: Way = made(way, self.model, found)
        self.masks = self.way  # type: ignore[assignment]
        self.average.load_state_dict({name: w.clone() for name, w in self.model.state_dict().items()})

    def bits(self) -> float:
        """Of the averaged weights."""
        with self.average.inside(self.model):
            self.way.apply(self.model)
            return self.validator.bits_per_sample(self.model, self.dtype)


def made(way: str, network: WaveNet, found: dict[str, surgery.Statistics]) -> Way:
    """The network is changed; raises UsageError."""
    name, _, value = way.partition(":")
    if name == "four" and not value:
        return Four(network)
    if name == "blocks" and re.fullmatch(r"0?\.\d+", value):
        return Blocks(network, found, float(value))
    if name == "skips" and re.fullmatch(r"[1-9]\d*", value):
        return Skips(network, found, int(value))
    raise UsageError(f"{way!r} is no way; use blocks:SPARSITY, skips:RANK or four")


def compare(model: str, data: str, updates: int, ways: Sequence[str], optim: OptimConfig, plain: bool) -> None:
    """Print a line of Markdown for each way."""
    opened = folder.read(folder.find(model))
    print("| weights | bytes of 1,000 | bits before | bits after |\n| --- | --- | --- | --- |", flush=True)
    for way in ways:
        with tempfile.TemporaryDirectory() as out:
            config = TrainConfig(
                data=data,
                out=out,
                audio=opened.audio,
                model=opened.model,
                optim=optim,
                updates=updates,
                init_from=model,
                teacher="" if plain else model,
                validate_every=updates,
                listen_seconds=0,
            )
            run = Run(config, way)
            before = run.bits()
            run.go(lambda: False)
            print(f"| {way} | {1000 * run.way.bytes:.0f} | {before:.3f} | {run.bits():.3f} |", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("fewer_bytes", __doc__)
    parser.add_argument("model", help="a model folder, or the name of a shipped one")
    parser.add_argument("data", help="a prepared corpus")
    parser.add_argument("--updates", type=int, default=1500)
    parser.add_argument("--ways", nargs="+", default=["blocks:0.5", "skips:64", "four"])
    parser.add_argument("--plain", action="store_true", help="learn from the recordings")
    parser.add_argument("--lr", type=float, default=0.001, help="of AdamW; Muon has five times as much")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    optim = replace(OptimConfig(), lr=given.lr, muon_lr=5 * given.lr, decay_fraction=0.9)
    compare(given.model, given.data, given.updates, given.ways, optim, given.plain)


if __name__ == "__main__":
    main()
