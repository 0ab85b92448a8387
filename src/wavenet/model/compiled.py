"""The layers of ``fused.py`` by the compiled engine: on processors with products of bf16, by pairs or in tiles.

A layer is one pass over memory: products, gates and sums of a few rows at a time, while they are in the cache. Its
products are as fast as PyTorch's, which goes over the whole recording for each of them and for all between them.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wavenet.engine import native

SETS = ("avx512bf16", "amx")
"""the instruction sets that have these functions: by pairs, and in tiles"""
MULTIPLE, MOST = 32, 512
"""what numbers of channels must be multiples of, and their maximum"""
Condition = Callable[[int, Tensor], None]
"""of a layer and its sums (U, 2D)"""


def usable(x: Tensor, dilated: Tensor, skip: Tensor) -> bool:
    """Whether these functions compute layers with such inputs (N, R) and weights (L, K, R, 2D) and (L·D, S)."""
    fits = all(n % MULTIPLE == 0 and 0 < n <= MOST for n in (dilated.shape[2], dilated.shape[3] // 2))
    return fits and skip.shape[1] % 2 == 0 and x.dtype == torch.bfloat16 and x.device.type == "cpu" and _available()


def _available() -> bool:
    if not native.available():
        return False
    pairs, tiles = SETS
    chosen = native.chosen_instruction_set()
    return chosen == tiles or (chosen == pairs and not _pytorch_has_tiles())


@cache
def _pytorch_has_tiles() -> bool:
    """Whether PyTorch computes in tiles (AMX), several times as fast as in pairs."""
    return bool(torch.cpu.get_capabilities().get("amx_bf16"))


def forward(
    x: Tensor,  # (N, R)
    dilated: Tensor,  # (L, K, R, 2D)
    dilated_bias: Tensor,  # (L, 2D)
    residual: Tensor,  # (L - 1, D, R)
    dilations: Sequence[int],  # in rows
    zs: Tensor,  # (n, L·D)
    condition: Condition | None,
) -> tuple[list[Tensor], list[Tensor]]:
    """Fill zs; returns the inputs (N, R) and units (U, 2D), tanh and sigmoid of the sums, of all layers."""
    K, R, D = dilated.shape[1], dilated.shape[2], dilated.shape[3] // 2
    packed, packed_residual = _packed(dilated).flatten(1, 2), _packed(residual)
    nothing = x.new_empty(0, R)
    inputs, units = [], []
    for i, d in enumerate(dilations):
        U, last = x.shape[0] - (K - 1) * d, i == len(dilations) - 1
        unit = x.new_zeros(U, 2 * D) if condition else x.new_empty(U, 2 * D)
        if condition:
            condition(i, unit)
        after = nothing if last else x.new_empty(U, R)
        native.core().layer(
            *map(_shared, (x, packed[i], dilated_bias[i : i + 1], nothing if last else packed_residual[i], unit)),
            condition is not None,
            *map(_shared, (zs[:, i * D : (i + 1) * D], after)),
            d,
            native.chosen_instruction_set(),
            torch.get_num_threads(),
        )
        inputs.append(x)
        units.append(unit)
        x = after
    return inputs, units


def backward(
    inputs: Sequence[Tensor],
    units: Sequence[Tensor],
    d_skips: Tensor,  # (n, S)
    dilated: Tensor,
    residual: Tensor,
    skip: Tensor,  # (L·D, S)
    dilations: Sequence[int],
    condition_gradient: Condition | None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The gradients of x, and, in fp32, of dilated, of its bias and of residual."""
    L, _, R, D = *dilated.shape[:3], dilated.shape[3] // 2
    d_dilated, d_bias, d_residual = (torch.zeros(shape) for shape in (dilated.shape, (L, 2 * D), (L, D, R)))
    packed = _packed(dilated.transpose(2, 3)).flatten(1, 2)
    packed_residual = _packed(residual.transpose(1, 2))
    packed_skip = _packed(skip.view(L, D, -1).transpose(1, 2))
    room = torch.empty_like(units[0])
    nothing = d_x = room.new_empty(0, R)
    d_skips = d_skips.contiguous()
    for i in reversed(range(L)):
        d_next, d_x = d_x, torch.empty_like(inputs[i])
        d_unit = room[: len(units[i])]
        from_residual = packed_residual[i] if i < L - 1 else nothing
        native.core().layer_gradients(
            *map(_shared, (inputs[i], units[i], d_next, d_skips, from_residual, packed_skip[i], packed[i])),
            *map(_shared, (d_unit, d_x)),
            *(w.numpy() for w in (d_dilated[i].flatten(0, 1), d_bias[i : i + 1], d_residual[i])),
            dilations[i],
            native.chosen_instruction_set(),
            torch.get_num_threads(),
        )
        if condition_gradient:
            condition_gradient(i, d_unit)
    return d_x, d_dilated, d_bias, d_residual[: L - 1]


def _packed(matrices: Tensor) -> Tensor:
    """Matrices (…, in, out) with their rows in pairs: (…, in / 2, 2 out)."""
    *several, rows, columns = matrices.shape
    pairs = matrices.reshape(*several, rows // 2, 2, columns)
    return pairs.transpose(-1, -2).flatten(-2).contiguous()


def _shared(tensor: Tensor) -> NDArray[np.int16]:
    """A view of the memory of a tensor in bf16, which numpy does not know, as int16."""
    shared: NDArray[np.int16] = tensor.view(torch.int16).numpy()
    return shared
