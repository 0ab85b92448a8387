"""Pruning: blocks of the matrices become zero before the first update, and the network learns to do without them.

A block is what one instruction of the engine multiplies, 16 outputs by 4 inputs, so a block of zeros saves its bytes
and its time. Every 16 outputs of a matrix lose as many blocks as any other 16 of it: the engine takes several at once.

Which blocks go: those without which the loss rises least (``surgery.py``, which also changes the others to make up for
them), of all matrices together. How many of each matrix: ``plan``.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import NoReturn

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from wavenet.training.surgery import INPUTS, OUTPUTS, Excerpt, Matrix, Order, Statistics
from wavenet.training.windows import Windows

MATRICES = r"(layers\.\d+\.(dilated|residual|skip)|head\.(hidden|output))\.weight"
"""the weights that a step of the engine reads as integers"""
LEAST = 0.25
"""of the blocks of a matrix: with fewer zeros the engine does not look for them (``WORTH_LISTING`` in packing.h)"""


WINDOWS = 16
"""that tell which weights the loss needs least"""


class Masks:
    """Keeps the blocks of a network at zero that are zero.

    They are the only state: a network that is restored from a checkpoint goes on as it was.
    """

    def __init__(self, network: nn.Module | None) -> None:
        """``network``: None, where nothing is pruned."""
        named = network.named_parameters() if network else ()
        self._weights = {name: weight for name, weight in named if re.fullmatch(MATRICES, name)}
        self._masks = [mask(weight, halves(name)) for name, weight in self._weights.items()]

    def mask_gradients(self) -> None:
        """Keep the optimiser from spending its step on blocks that are zero. Before ``Optimiser.step``."""
        for weight, kept in zip(self._weights.values(), self._masks, strict=True):
            if weight.grad is not None:
                weight.grad.mul_(kept)

    @torch.no_grad()
    def mask_weights(self) -> None:
        """After ``Optimiser.step``."""
        for weight, kept in zip(self._weights.values(), self._masks, strict=True):
            weight.mul_(kept)


@torch.no_grad()
def prune(network: nn.Module, sparsity: float, statistics: Mapping[str, Statistics]) -> None:
    """Make this fraction of the blocks of all matrices zero, and change the other weights so that they make up for it.

    Args:
        network: is changed.
        sparsity: of all matrices together; the next one that is possible, or the highest.
        statistics: of every matrix, from ``surgery.statistics``.

    """
    weights = dict(network.named_parameters())
    found = matrices(weights)
    with _shown("what each block costs", found) as bar:
        orders = {name: matrix.order(statistics[name], bar.update) for name, matrix in found.items()}
    drops = plan(orders, sparsity)
    with _shown("pruning", found) as bar:
        for name, matrix in found.items():
            for part, values in matrix.without(drops[name], statistics[name], bar.update).items():
                weights[part].copy_(values)


def has(network: nn.Module, sparsity: float) -> bool:
    """Whether a network has this fraction of zeros already, to the nearest block, and is not to be pruned again."""
    weights = dict(network.named_parameters())
    return zeros(weights) >= sparsity - 0.5 / len(_are_zero(weights))


def excerpts(windows: Windows, device: torch.device) -> Iterator[Excerpt]:
    """What the network reads in the first updates of a run."""
    for update in tqdm(range(WINDOWS), "what the loss needs", unit=" windows", delay=2, file=sys.stderr):
        batch = windows.batch(update, range(1))
        past, targets = (torch.from_numpy(each).to(device) for each in (batch.past, batch.targets))
        yield past, targets, batch.conditioning(device)


def _shown(what: str, found: Mapping[str, Matrix]) -> "tqdm[NoReturn]":
    """A bar of work, which grows with the third power of a matrix's inputs."""
    form = "{l_bar}{bar}| [{elapsed}<{remaining}]"
    return tqdm(desc=what, total=sum(m.work for m in found.values()), bar_format=form, delay=2, file=sys.stderr)


def matrices(weights: Mapping[str, Tensor]) -> dict[str, Matrix]:
    """What is pruned, by the name of its first weight. The skips of all layers are one matrix: their sums are one."""
    named = {name: w for name, w in weights.items() if re.fullmatch(MATRICES, name)}
    skips = {name: w for name, w in named.items() if kind(name) == "skip"}
    joined = {name: Matrix({name: w}, halves(name)) for name, w in named.items() if name not in skips}
    return {next(iter(skips)): Matrix(skips)} | joined


def plan(orders: Mapping[str, Order], sparsity: float) -> dict[str, NDArray[np.int64]]:
    """How many blocks of each part of every matrix are dropped, in all of its rows alike, so that this fraction is.

    One limit holds for all: blocks go that cost less. A part that would lose hardly any loses none.
    """
    limits = np.sort(np.concatenate([[-np.inf], *(order.costs.ravel() for order in orders.values())]))
    wanted = sparsity * sum(order.blocks for order in orders.values())

    def dropped(limit: float) -> dict[str, NDArray[np.int64]]:
        return {name: _drops(order, limit) for name, order in orders.items()}

    low, high = 0, len(limits) - 1
    while low < high:
        middle = (low + high) // 2
        gone = sum(int(each.sum()) * orders[name].rows for name, each in dropped(limits[middle]).items())
        low, high = (middle + 1, high) if gone < wanted else (low, middle)
    return dropped(limits[low])


def _drops(order: Order, limit: float) -> NDArray[np.int64]:
    """The blocks of each part that cost less than a limit, a mean over the rows, or what the engine can use of it."""
    counts = order.below(limit)
    columns = order.shape[1]
    least = np.ceil(LEAST * columns)
    usable = np.where(counts < least / 2, 0, np.maximum(np.rint(counts), least))
    return np.minimum(usable, columns - 1).astype(np.int64)


def zeros(weights: Mapping[str, Tensor]) -> float:
    """The fraction of the blocks of all matrices that are zero: the sparsity with which a pruned network trains on."""
    found = _are_zero(weights)
    return int(found.sum()) / len(found)


def _are_zero(weights: Mapping[str, Tensor]) -> Tensor:
    """Of every block of all matrices. One that is all zero is not pruned, but new (``mask``)."""
    found = [
        (blocks(w, halves(name)).abs().amax(dim=(2, 4)) == 0).flatten() & bool(w.any())
        for name, w in weights.items()
        if re.fullmatch(MATRICES, name)
    ]
    return torch.cat(found)


def kind(name: str) -> str:
    """Of a weight: dilated, residual, skip, hidden or output."""
    return name.split(".")[-2]


def halves(name: str) -> int:
    """The outputs of a dilated convolution are two halves, in blocks of their own: filters and gates."""
    return 2 if kind(name) == "dilated" else 1


def mask(weight: Tensor, parts: int = 1) -> Tensor:
    """0 for every weight in a block that is zero, otherwise 1; of a matrix that is all zero (at first, the last), 1."""
    zero = blocks(weight.detach(), parts).abs().amax(dim=(2, 4)) == 0  # (rows, columns, K)
    if bool(zero.all()):
        return torch.ones_like(weight)
    whole = (~zero).to(weight.dtype).repeat_interleave(OUTPUTS, 0).repeat_interleave(INPUTS, 1)
    rows = whole.view(parts, -1, *whole.shape[1:])[:, : weight.shape[0] // parts, : weight.shape[1]]
    return rows.reshape(weight.shape)


def blocks(weight: Tensor, parts: int = 1) -> Tensor:
    """A weight (out, in, K), whose outputs are parts of one size, as (rows, columns, 16, K, 4) with zeros added."""
    out, inputs, taps = weight.shape
    whole = weight.view(parts, out // parts, inputs, taps)
    padded = F.pad(whole, (0, 0, 0, -inputs % INPUTS, 0, -(out // parts) % OUTPUTS))
    return padded.reshape(-1, OUTPUTS, padded.shape[2] // INPUTS, INPUTS, taps).permute(0, 2, 1, 4, 3)
