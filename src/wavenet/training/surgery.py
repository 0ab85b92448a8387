"""The optimal brain surgeon: which blocks of a matrix the loss needs least, and how the others make up for them.

Blocks go one by one: each time the one without which the loss rises least, when the remaining weights are the best ones
without it (Hassibi and Stork, 1993; for blocks, Kurtic et al., 2022). What the loss rises by is taken to be the squared
change of every output times the mean square of the loss's gradient by it: as if outputs did not depend on each other,
nor their gradients on a matrix's inputs (Martens and Grosse, 2015).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wavenet.model.conditioning import ConditioningInputs
from wavenet.model.wavenet import WaveNet

OUTPUTS, INPUTS = 16, 4
"""of a block"""
DAMPING = 1e-3
"""added to the mean squares of the inputs, as a fraction of their average: they are nearly dependent"""
FLOOR = 1e-6
"""the same for the mean squares of the gradients: an output that the loss does not need still has to keep its place"""
TINY = 1e-30
"""in place of a mean of squares that are all 0, as those of a network are whose last layer still is"""
Done = Callable[[int], object]
"""is told of each part of the work"""
Excerpt = tuple[Tensor, Tensor, ConditioningInputs | None]
"""what the network reads of one recording, (1, N) classes; its targets, (1, T); its conditioning"""


def ignore(work: int) -> None:
    """Where nobody is to be told of the work."""


class Statistics(NamedTuple):
    """Of a matrix."""

    inputs: Tensor
    """(in, in), mean products of its inputs"""
    gradients: Tensor
    """(out,), sums over an excerpt of the squares of the loss's gradient by its outputs"""


class Order(NamedTuple):
    """In which order the blocks of a matrix go, in each row of blocks by itself."""

    costs: NDArray[np.float64]
    """(rows, blocks that can go), of each step; never less than before it"""
    parts: NDArray[np.int64]
    """(rows, blocks that can go), to which part the block belongs"""
    shape: tuple[int, int]
    """how many parts there are, and columns of blocks in each"""

    @property
    def rows(self) -> int:
        """Of blocks."""
        return len(self.costs)

    @property
    def blocks(self) -> int:
        """Of the whole matrix."""
        return self.rows * self.shape[0] * self.shape[1]

    def below(self, limit: float) -> NDArray[np.float64]:
        """How many blocks of each part cost at most so much, as a mean over the rows."""
        return np.bincount(self.parts[self.costs <= limit], minlength=self.shape[0]) / self.rows


class Matrix:
    """A matrix (out, in) whose parts are taps, or the skips of all layers, side by side: weights (out, in, K).

    Their sums are one, so that what one part loses another one can make up for.
    """

    def __init__(self, weights: Mapping[str, Tensor], halves: int = 1) -> None:
        """``halves``: of the outputs, each with blocks of its own."""
        self._shapes = {name: weight.shape for name, weight in weights.items()}
        self._width, self._halves = next(iter(weights.values())).shape[1], halves
        self.whole = torch.cat([w[:, :, k] for w in weights.values() for k in range(w.shape[2])], 1).double().cpu()
        parts = self.whole.shape[1] // self._width
        pad = -self._width % INPUTS  # of every part, so that blocks do not reach across
        self._columns = (self._width + pad) // INPUTS
        inputs = torch.arange(self.whole.shape[1]).view(parts, self._width)
        self._places = (inputs + torch.arange(parts)[:, None] * pad).flatten()

    @property
    def work(self) -> int:
        """How much ``order`` or ``without`` has to do: of each row of blocks, the third power of its inputs."""
        return self._halves * -(-len(self.whole) // self._halves // OUTPUTS) * len(self._places) ** 3

    def _one_by_one(
        self, statistics: Statistics, left: Tensor, done: Done
    ) -> Iterator[tuple[Tensor, list[float], list[int]]]:
        """``one_by_one`` of each row of blocks."""
        for each in self._rows(statistics):
            yield one_by_one(*each, left.clone())
            done(len(self._places) ** 3)

    def order(self, statistics: Statistics, done: Done = ignore) -> Order:
        """What each block costs when all but one of each part go; ``done`` is told of each row of blocks."""
        shape = self.whole.shape[1] // self._width, self._columns
        left = torch.full(shape[:1], self._columns - 1)
        _, costs, parts = zip(*self._one_by_one(statistics, left, done), strict=True)
        return Order(np.maximum.accumulate(np.array(costs), 1), np.array(parts, np.int64), shape)

    def without(self, drops: NDArray[np.int64], statistics: Statistics, done: Done = ignore) -> dict[str, Tensor]:
        """The weights when every row of blocks loses so many of each part."""
        if not drops.any():
            done(self.work)
            return self.split(self.whole)
        left = torch.from_numpy(drops)
        made = torch.cat([row for row, _, _ in self._one_by_one(statistics, left, done)])
        return self.split(made[:, self._places] / _importance(statistics))

    def _rows(self, statistics: Statistics) -> Iterator[tuple[Tensor, Tensor]]:
        """For each row of blocks, its weights (16, in) by importance, and the inverse of the moments, to be used up."""
        n = len(self._places) // self._width * self._columns * INPUTS
        mean = _mean(statistics.inputs.diagonal())
        moments = torch.eye(n, dtype=torch.float64) * mean
        moments[self._places[:, None], self._places] = statistics.inputs
        moments.diagonal().add_(DAMPING * mean)
        inverse = torch.linalg.inv(moments)
        spread = self.whole.new_zeros(len(self.whole), n)
        spread[:, self._places] = self.whole * _importance(statistics)
        for half in spread.chunk(self._halves):
            for rows in torch.split(half, OUTPUTS):
                yield rows.clone(), inverse.clone()

    def split(self, whole: Tensor) -> dict[str, Tensor]:
        """A matrix like ``whole`` as the weights of its parts."""
        found, at = {}, 0
        for name, (_, inputs, taps) in self._shapes.items():
            found[name] = torch.stack(torch.split(whole[:, at : at + inputs * taps], inputs, 1), 2).float()
            at += inputs * taps
        return found


def _importance(statistics: Statistics) -> Tensor:
    """(out, 1); its square weights the squared change of an output."""
    return (statistics.gradients + FLOOR * _mean(statistics.gradients)).sqrt()[:, None]


def _mean(squares: Tensor) -> Tensor:
    """Above 0, also where no window has any."""
    return squares.mean().clamp(min=TINY)


def one_by_one(w: Tensor, inverse: Tensor, left: Tensor) -> tuple[Tensor, list[float], list[int]]:
    """A row of blocks (16, in) without so many blocks of each part; what each one cost, and its part, in their order.

    All arguments are used up.
    """
    n, columns = w.shape[1] // INPUTS, w.shape[1] // INPUTS // len(left)
    at = torch.arange(n)
    alive = torch.ones(n, dtype=torch.bool)
    paid, parts = [], []
    while bool(left.any()):
        diagonal = inverse.view(n, INPUTS, n, INPUTS)[at, :, at]  # (n, 4, 4)
        blocks = w.view(len(w), n, INPUTS).permute(1, 2, 0)  # (n, 4, 16)
        costs = (blocks * torch.linalg.solve(diagonal, blocks)).sum((1, 2))
        costs[~(alive & (left > 0).repeat_interleave(columns))] = torch.inf
        block = int(costs.argmin())
        inside = slice(INPUTS * block, INPUTS * (block + 1))
        gain = torch.linalg.solve(inverse[inside, inside], inverse[inside])  # (4, in)
        w -= w[:, inside] @ gain
        inverse -= inverse[:, inside] @ gain
        inverse[inside], inverse[:, inside] = 0, 0
        inverse[inside, inside] = torch.eye(INPUTS, dtype=inverse.dtype)
        alive[block] = False
        left[block // columns] -= 1
        paid.append(float(costs[block]))
        parts.append(block // columns)
        w.view(len(w), n, INPUTS)[:, ~alive] = 0
    return w, paid, parts


def statistics(network: WaveNet, excerpts: Iterable[Excerpt], names: str) -> dict[str, Statistics]:
    """Of every matrix, as means over the excerpts, by the name of its first weight.

    ``names``: a pattern of the weights; those called skip are one matrix.
    """
    sums: dict[str, list[Tensor]] = {}
    count = 0
    for past, targets, conditioning in excerpts:
        with _watched(network, names) as (inputs, gradients):
            logits = network(past, conditioning)
            nats = network.distribution.negative_log_likelihood(logits.flatten(0, 1), targets.flatten())
            torch.autograd.grad(nats.sum(), list(network.parameters()), allow_unused=True)
        skips = [name for name in inputs if name.endswith("skip.weight")]
        inputs[skips[0]] = torch.cat([inputs[name] for name in skips])
        for name, x in inputs.items():
            if name not in skips[1:]:
                new = [(x @ x.T).cpu() / x.shape[1], gradients[name].cpu()]
                sums[name] = [a + b for a, b in zip(sums[name], new, strict=True)] if name in sums else new
        count += 1
    return {name: Statistics(inputs / count, gradients / count) for name, (inputs, gradients) in sums.items()}


@contextmanager
def _watched(network: WaveNet, names: str) -> Iterator[tuple[dict[str, Tensor], dict[str, Tensor]]]:
    """Inside the context, of one excerpt: what enters every matrix, (in · K, T), and ``Statistics.gradients``."""
    inputs: dict[str, Tensor] = {}
    gradients: dict[str, Tensor] = {}

    def watch(name: str) -> torch.utils.hooks.RemovableHandle:
        module = network.get_submodule(name.removesuffix(".weight"))
        assert isinstance(module, nn.Conv1d)
        taps, dilation = module.kernel_size[0], int(module.dilation[0])

        def squares(gradient: Tensor) -> None:
            gradients[name] = gradient[0].double().square().sum(1)

        def note(_: nn.Module, entered: tuple[Tensor, ...], output: Tensor) -> None:
            x, length = entered[0][0].detach().double(), output.shape[-1]
            inputs[name] = torch.cat([x[:, k * dilation : k * dilation + length] for k in range(taps)])
            output.register_hook(squares)  # type: ignore[no-untyped-call]

        return module.register_forward_hook(note)

    handles = [watch(name) for name, _ in network.named_parameters() if re.fullmatch(names, name)]
    try:
        yield inputs, gradients
    finally:
        for handle in handles:
            handle.remove()
