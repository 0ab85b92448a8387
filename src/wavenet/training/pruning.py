"""Gradual pruning: more and more blocks of the matrices become zero while the network learns to do without them.

A block is what one instruction of the engine multiplies, 16 outputs by 4 inputs, so a block of zeros saves its bytes
and its time. Every 16 outputs keep as many blocks as any other 16 of their matrix: the engine takes several at once.
"""

import re

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MATRICES = r"(layers\.\d+\.(dilated|residual|skip)|head\.(hidden|output))\.weight"
"""the weights that a step of the engine reads as integers"""
PART = {"skip": 1.0, "output": 1.0, "hidden": 0.6, "residual": 0.6, "dilated": 0.3}
"""how much of the sparsity each kind of matrix gets: what pruning costs differs widely (docs/engine.md, "Sparse")"""
OUTPUTS, INPUTS = 16, 4
"""of a block"""
FRACTION = 0.4
"""of the updates, after which all blocks are pruned that will be"""
PRUNINGS = 100
"""in all the updates"""


class Pruning:
    """Keeps the pruned blocks of a network at zero, and prunes more of them as the updates go on.

    The blocks that are zero are the only state: a network that is restored from a checkpoint goes on as it was.
    """

    def __init__(self, network: nn.Module, sparsity: float, updates: int) -> None:
        self._sparsity, self._updates = sparsity, updates
        self._every = max(1, updates // PRUNINGS)
        named = network.named_parameters() if sparsity else ()
        self._weights = {name: weight for name, weight in named if re.fullmatch(MATRICES, name)}
        self._masks: list[Tensor] = []

    def finished(self, update: int) -> bool:
        """Whether no more blocks are pruned after update number ``update``."""
        return pruned(update, self._updates) == 1

    def mask_gradients(self) -> None:
        """Keep the optimiser from spending its step on blocks that are zero. Before ``Optimiser.step``."""
        gradients = [weight.grad for weight in self._weights.values() if weight.grad is not None]
        if gradients:
            torch._foreach_mul_(gradients, self._kept())

    @torch.no_grad()
    def apply(self, update: int, average: dict[str, Tensor]) -> None:
        """Zero the pruned blocks of the weights and of their average, by name. After update number ``update``."""
        if not self._weights:
            return
        weights = list(self._weights.values())
        torch._foreach_mul_(weights, self._kept())
        if update % self._every == 0 or self.finished(update) != self.finished(update - 1):
            done = self._sparsity * pruned(update, self._updates)
            self._masks = [kept(w, done * PART[kind(name)], halves(name)) for name, w in self._weights.items()]
            torch._foreach_mul_(weights, self._masks)
        torch._foreach_mul_([average[name] for name in self._weights], self._kept())

    def _kept(self) -> list[Tensor]:
        """1 for every weight in a block that is not zero, otherwise 0."""
        if not self._masks:
            self._masks = [kept(weight, 0.0, halves(name)) for name, weight in self._weights.items()]
        return self._masks


def pruned(update: int, updates: int) -> float:
    """How much of the pruning is done after an update: fast at first, when what is pruned matters least, 0 … 1.

    The cubic schedule of Zhu and Gupta (2017).
    """
    return 1 - (1 - min(1.0, (update + 1) / (FRACTION * updates))) ** 3


def kind(name: str) -> str:
    """Of a matrix: what ``PART`` calls it."""
    return name.split(".")[-2]


def halves(name: str) -> int:
    """The outputs of a dilated convolution are two halves, in blocks of their own: filters and gates."""
    return 2 if kind(name) == "dilated" else 1


@torch.no_grad()
def kept(weight: Tensor, fraction: float, parts: int = 1) -> Tensor:
    """The mask of a weight (out, in, K): 0 in the ``fraction`` of blocks with the least norm, of every 16 outputs."""
    norms = blocks(weight, parts).norm(dim=(2, 4))  # (rows, columns, K)
    least = norms.argsort(dim=1)[:, : round(fraction * norms.shape[1])]
    unpruned = norms > 0 if norms.any() else torch.ones_like(norms, dtype=torch.bool)  # the last layer starts at zero
    mask = unpruned.to(weight.dtype).scatter(1, least, 0.0)
    whole = mask.repeat_interleave(OUTPUTS, 0).repeat_interleave(INPUTS, 1)
    out = weight.shape[0] // parts
    rows = whole.view(parts, -1, *whole.shape[1:])[:, :out, : weight.shape[1]]
    return rows.reshape(weight.shape)


def blocks(weight: Tensor, parts: int = 1) -> Tensor:
    """A weight (out, in, K), whose outputs are parts of one size, as (rows, columns, 16, K, 4) with zeros added."""
    out, inputs, taps = weight.shape
    whole = weight.view(parts, out // parts, inputs, taps)
    padded = F.pad(whole, (0, 0, 0, -inputs % INPUTS, 0, -(out // parts) % OUTPUTS))
    return padded.reshape(-1, OUTPUTS, padded.shape[2] // INPUTS, INPUTS, taps).permute(0, 2, 1, 4, 3)
