"""The optimisers: Muon for the matrices of the layers, AdamW for the rest; the schedule; the moving average."""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from wavenet.config import OptimConfig

ENDS = r"input\.|head\.output\.|frames\.output\.|contexts\.\d+\.input\.|conditioning\.upsampling\."
"""weights of three dimensions that AdamW trains: the first and last layers, and filters rather than matrices"""

LOW_RANK = r"layers\.\d+\.(global_condition|condition|contexts\.\d+)\."
"""projections of inputs with one row per window or frame: few rows in a batch give gradients of low rank"""


def schedule(optim: OptimConfig, update: int, updates: int) -> float:
    """Factor on the learning rates in update 0 … updates - 1: linear warm-up, plateau, linear decay to zero."""
    warm = min(1.0, (update + 1) / (optim.warmup + 1))
    decay = optim.decay_fraction * updates
    return warm * (min(1.0, (updates - update) / decay) if decay else 1.0)


class Muon(torch.optim.Optimizer):
    """Momentum whose step is the nearest orthogonal matrix: every direction of a weight moves equally far.

    For convolution weights (out, in, K), whose K taps are treated as K matrices. They are orthogonalised by five
    Newton–Schulz steps with the coefficients of Jordan et al. (2024), all weights of one shape as one batch; the step
    is scaled by √(out/in) if that is more than 1. docs/lab-notebook.md has the comparison with AdamW.

    Products are in ``dtype``; bf16 is exact enough for a direction. For ``exact`` weights they are in fp32: the
    iteration makes all directions equally long, also those that only rounding contributes to a gradient of low rank.
    In bf16, two thirds of a step of rank one are rounding.
    """

    def __init__(
        self,
        params: list[nn.Parameter],
        lr: float,
        weight_decay: float,
        dtype: torch.dtype = torch.float32,
        exact: Collection[nn.Parameter] = (),
    ) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": 0.95})
        self._dtype, self._exact = dtype, {id(weight) for weight in exact}

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Update every weight that has a gradient."""
        assert closure is None
        for group in self.param_groups:
            alike: dict[tuple[torch.Size, torch.dtype], list[Tensor]] = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    alike[weight.shape, torch.float32 if id(weight) in self._exact else self._dtype].append(weight)
            for (_, dtype), weights in alike.items():
                self._step(weights, group, dtype)

    def _step(self, weights: list[Tensor], group: dict[str, Any], dtype: torch.dtype) -> None:
        steps = []
        for weight in weights:
            assert weight.grad is not None
            state = self.state[weight]
            if not state:
                state["momentum"] = torch.zeros_like(weight)
            state["momentum"].mul_(group["momentum"]).add_(weight.grad)
            steps.append(weight.grad + group["momentum"] * state["momentum"])
        taps = torch.stack(steps).movedim(-1, 1)  # (weights, K, out, in)
        stacked = orthogonalise(taps.flatten(0, 1), dtype).view(taps.shape).movedim(1, -1)
        scale = max(1.0, weights[0].shape[0] / weights[0].shape[1]) ** 0.5
        for weight, direction in zip(weights, stacked, strict=True):
            weight.mul_(1 - group["lr"] * group["weight_decay"]).add_(direction, alpha=-group["lr"] * scale)


def orthogonalise(matrices: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """The approximate orthogonal factor of each matrix (N, m, n): its singular values become 0.7 … 1.2."""
    tall = matrices.shape[-2] > matrices.shape[-1]
    x: Tensor = matrices.mT if tall else matrices
    x = (x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)).to(dtype)
    for _ in range(5):
        gram = x @ x.mT
        polynomial = torch.baddbmm(gram, gram, gram, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, polynomial, x, beta=3.4445)
    x = x.to(matrices.dtype)
    return x.mT if tall else x


class Optimiser:
    """Both optimisers under one schedule, with clipping."""

    def __init__(self, model: nn.Module, optim: OptimConfig, updates: int, dtype: torch.dtype = torch.float32) -> None:
        self._optim, self._updates = optim, updates
        matrices: list[nn.Parameter] = []
        rest: list[nn.Parameter] = []
        low_rank = [weight for name, weight in model.named_parameters() if re.match(LOW_RANK, name)]
        for name, weight in model.named_parameters():
            inner = weight.ndim == 3 and not re.match(ENDS, name)
            (matrices if inner and optim.muon_lr else rest).append(weight)
        betas = (optim.beta1, optim.beta2)
        adam = torch.optim.AdamW(rest, lr=optim.lr, betas=betas, weight_decay=optim.weight_decay, fused=True)
        self._parts: list[tuple[torch.optim.Optimizer, float]] = [(adam, optim.lr)]
        if matrices:
            self._parts.append((Muon(matrices, optim.muon_lr, optim.weight_decay, dtype, low_rank), optim.muon_lr))
        self._weights = [*matrices, *rest]

    def step(self, update: int) -> float:
        """Clip the gradients, apply update number ``update``, clear them; returns the norm before clipping.

        If the norm is NaN or infinite, no weight changes.
        """
        norm = float(nn.utils.clip_grad_norm_(self._weights, self._optim.clip_norm))
        factor = schedule(self._optim, update, self._updates)
        for part, lr in self._parts:
            for group in part.param_groups:
                group["lr"] = lr * factor
            if math.isfinite(norm):
                part.step()
            part.zero_grad()
        return norm

    def state_dict(self) -> list[dict[str, Any]]:
        """The state for ``load_state_dict``."""
        return [part.state_dict() for part, _ in self._parts]

    def load_state_dict(self, states: list[dict[str, Any]]) -> None:
        """Restore what ``state_dict`` returned."""
        for (part, _), state in zip(self._parts, states, strict=True):
            part.load_state_dict(state)


class MovingAverage:
    """An exponential moving average of the weights, with a lower decay at first so that it forgets the random start."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay = decay
        self.weights = {name: weight.detach().clone() for name, weight in model.state_dict().items()}

    def update(self, model: nn.Module, update: int) -> None:
        """Move towards the weights after update number ``update``."""
        decay = min(self._decay, (1 + update) / (10 + update))
        current = [weight.detach() for weight in model.state_dict().values()]
        torch._foreach_lerp_(list(self.weights.values()), current, 1 - decay)

    @contextmanager
    def inside(self, model: nn.Module) -> Iterator[None]:
        """Give the model the averaged weights, and its own ones back at the end."""
        own = {name: weight.clone() for name, weight in model.state_dict().items()}
        model.load_state_dict(self.weights)
        try:
            yield
        finally:
            model.load_state_dict(own)

    def state_dict(self) -> dict[str, Tensor]:
        """The state for ``load_state_dict``, here or of the model."""
        return self.weights

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Restore what ``state_dict`` returned; raises ValueError if it belongs to another network."""
        for name, weight in self.weights.items():
            if name not in state or state[name].shape != weight.shape:
                raise ValueError(f"no average of {name}")
            weight.copy_(state[name])


def states(network: nn.Module, optimiser: Optimiser, average: MovingAverage) -> dict[str, Any]:
    """The part of a training state that every training has: what an update changes."""
    return {
        "network": network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "average": average.state_dict(),
    }


def restore(state: Mapping[str, Any], network: nn.Module, optimiser: Optimiser, average: MovingAverage) -> None:
    """Bring back what ``states`` returned; raises KeyError, RuntimeError or ValueError if it does not fit."""
    network.load_state_dict(state["network"])
    average.load_state_dict(state["average"])
    optimiser.load_state_dict(state["optimiser"])
