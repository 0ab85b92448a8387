"""Pruning: blocks of the matrices become zero before the first update, and the network learns to do without them.

A block is what one instruction of the engine multiplies, 16 outputs by 4 inputs, so a block of zeros saves its bytes
and its time. Every 16 outputs keep as many blocks as any other 16 of their matrix: the engine takes several at once.

The optimal brain surgeon chooses which blocks go, and how the others make up for them (Hassibi and Stork, 1993; for
blocks, Kurtic et al., 2022): by least squares between the outputs before and after, over the inputs of the matrix.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from wavenet.model.conditioning import ConditioningInputs
from wavenet.model.wavenet import WaveNet

MATRICES = r"(layers\.\d+\.(dilated|residual|skip)|head\.(hidden|output))\.weight"
"""the weights that a step of the engine reads as integers"""
PART = {"skip": 1.0, "hidden": 0.6, "output": 0.5, "dilated": 0.4, "residual": 0.0}
"""how much of the sparsity each kind of matrix gets: what pruning costs differs widely (docs/engine.md, "Sparse")"""
OUTPUTS, INPUTS = 16, 4
"""of a block"""
DAMPING = 1e-3
"""added to the mean squares of the inputs, as a fraction of their average: they are nearly dependent"""
Past = tuple[Tensor, ConditioningInputs | None]
"""what the network reads: the past, and its conditioning"""


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


def fractions(sparsity: float) -> dict[str, float]:
    """What is pruned of each kind of matrix where so much of the skips is."""
    return {kind: sparsity * part for kind, part in PART.items()}


@torch.no_grad()
def prune(network: nn.Module, pruned: Mapping[str, float], squares: Mapping[str, Tensor]) -> None:
    """Make blocks of all matrices zero, and change the other weights so that they make up for them.

    Args:
        network: is changed.
        pruned: the fraction of the blocks of each kind of matrix; 0 where there is none.
        squares: of the inputs of every matrix, from ``mean_squares``.

    """
    weights = dict(network.named_parameters())
    for name, matrix in tqdm(matrices(weights).items(), "pruning", unit=" matrices", delay=2, file=sys.stderr):
        made = surgery(matrix.whole, squares[name], pruned.get(kind(name), 0.0), matrix.width, halves(name))
        for part, values in matrix.split(made).items():
            weights[part].copy_(values)


class Joined:
    """A matrix (out, in) of which weights (out, in, K) are parts: taps, and the skips of all layers, side by side.

    Their sums are one, so that what one part loses another one can make up for.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self._shapes = {name: weight.shape for name, weight in weights.items()}
        first = next(iter(weights.values()))
        self.width = first.shape[1]
        """inputs of one part"""
        self.whole = torch.cat([w[:, :, k] for w in weights.values() for k in range(w.shape[2])], 1).double().cpu()

    def split(self, whole: Tensor) -> dict[str, Tensor]:
        """A matrix like ``whole`` as the weights of its parts."""
        found, at = {}, 0
        for name, (_, inputs, taps) in self._shapes.items():
            found[name] = torch.stack(torch.split(whole[:, at : at + inputs * taps], inputs, 1), 2).float()
            at += inputs * taps
        return found


def matrices(weights: Mapping[str, Tensor]) -> dict[str, Joined]:
    """What is pruned, by the name of its first weight."""
    named = {name: w for name, w in weights.items() if re.fullmatch(MATRICES, name)}
    skips = {name: w for name, w in named.items() if kind(name) == "skip"}
    joined = {name: Joined({name: w}) for name, w in named.items() if name not in skips}
    return {next(iter(skips)): Joined(skips)} | joined


def surgery(weights: Tensor, squares: Tensor, fraction: float, width: int, parts: int = 1) -> Tensor:
    """A matrix (out, in) of which a fraction of the blocks is zero, for inputs with these mean squares (in, in).

    Of every 16 outputs (of each of so many parts) and every ``width`` inputs, equally many blocks. They go one by one:
    each time the one without which the outputs change least, when the remaining weights are the best ones without it.
    """
    drop = round(fraction * -(-width // INPUTS))
    pad = -width % INPUTS  # of every part, so that blocks do not reach across
    if not drop:
        return weights
    sections = weights.shape[1] // width
    inner = torch.arange(sections * width).view(sections, width)
    places = (inner + torch.arange(sections)[:, None] * pad).flatten()
    n = sections * (width + pad)
    spread = weights.new_zeros(weights.shape[0], n)
    spread[:, places] = weights
    moments = torch.eye(n, dtype=torch.float64) * squares.diagonal().mean()
    moments[places[:, None], places] = squares
    moments.diagonal().add_(DAMPING * squares.diagonal().mean())
    inverse = torch.linalg.inv(moments)
    rows = [each for part in spread.chunk(parts) for each in torch.split(part, OUTPUTS)]
    return torch.cat([_without_blocks(w, inverse.clone(), drop, (width + pad) // INPUTS) for w in rows])[:, places]


def _without_blocks(w: Tensor, inverse: Tensor, drop: int, section: int) -> Tensor:
    """At most 16 rows of a matrix without ``drop`` blocks in each section of so many blocks; ``inverse`` is used up."""
    n, w = w.shape[1] // INPUTS, w.clone()
    at = torch.arange(n)
    left = torch.full((n // section,), drop)
    alive = torch.ones(n, dtype=torch.bool)
    while bool(left.any()):
        diagonal = inverse.view(n, INPUTS, n, INPUTS)[at, :, at]  # (n, 4, 4)
        blocks = w.view(len(w), n, INPUTS).permute(1, 2, 0)  # (n, 4, 16)
        costs = (blocks * torch.linalg.solve(diagonal, blocks)).sum((1, 2))
        costs[~(alive & (left > 0).repeat_interleave(section))] = torch.inf
        block = int(costs.argmin())
        inside = slice(INPUTS * block, INPUTS * (block + 1))
        gain = torch.linalg.solve(inverse[inside, inside], inverse[inside])  # (4, in)
        w -= w[:, inside] @ gain
        inverse -= inverse[:, inside] @ gain
        inverse[inside], inverse[:, inside] = 0, 0
        inverse[inside, inside] = torch.eye(INPUTS, dtype=inverse.dtype)
        alive[block] = False
        left[block // section] -= 1
        w.view(len(w), n, INPUTS)[:, ~alive] = 0
    return w


@torch.no_grad()
def mean_squares(network: WaveNet, pasts: Iterable[Past]) -> dict[str, Tensor]:
    """Of the inputs of every matrix, the mean products (in, in) over what is read, by the name of its first weight."""
    sums: dict[str, Tensor] = {}
    count = 0
    for past, conditioning in pasts:
        with _inputs(network) as seen:
            network(past, conditioning)
        skips = [name for name in seen if kind(name) == "skip"]
        seen[skips[0]] = torch.cat([seen[name] for name in skips])
        for name, x in seen.items():
            if name not in skips[1:]:
                sums[name] = sums.get(name, 0) + x @ x.T
        count += 1
    return {name: total.cpu() / count for name, total in sums.items()}


@contextmanager
def _inputs(network: WaveNet) -> Iterator[dict[str, Tensor]]:
    """Inside the context, what enters every matrix in a forward pass of one excerpt, (in · K, T), by its name."""
    seen: dict[str, Tensor] = {}

    def noting(name: str) -> torch.utils.hooks.RemovableHandle:
        module = network.get_submodule(name.removesuffix(".weight"))
        assert isinstance(module, nn.Conv1d)
        taps, dilation = module.kernel_size[0], int(module.dilation[0])

        def note(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            x, length = inputs[0][0].double(), output.shape[-1]
            seen[name] = torch.cat([x[:, k * dilation : k * dilation + length] for k in range(taps)])

        return module.register_forward_hook(note)

    handles = [noting(name) for name, _ in network.named_parameters() if re.fullmatch(MATRICES, name)]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


def kind(name: str) -> str:
    """Of a matrix: what ``PART`` calls it."""
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
