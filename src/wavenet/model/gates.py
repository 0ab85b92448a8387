"""Equation 2 and its gradient for training: on a processor, in bf16, in one pass over memory by the compiled engine.

PyTorch goes over the sums of a layer five times, and has no vector code for their halves where a layer has fewer than
64 channels: in the preset ``small`` that was a fifth of an update.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wavenet.engine import native

LANES = 16
"""channels of each half are a multiple of it where the compiled engine is used"""
tanh_backward = torch.ops.aten.tanh_backward.grad_input
sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input


def forward(unit: Tensor) -> Tensor:
    """Both halves of the sums (U, 2D) become tanh and sigmoid, in place; returns z (U, D), their product."""
    D = unit.shape[1] // 2
    if not _compiled(unit):
        return unit[:, :D].tanh_() * unit[:, D:].sigmoid_()  # equation 2
    z = unit.new_empty(unit.shape[0], D)
    native.core().gates(native.chosen_instruction_set(), _shared(unit), _shared(z))
    return z


def backward(unit: Tensor, d_z: Tensor) -> tuple[Tensor, Tensor]:
    """The gradient of the sums (U, 2D), and z again, from what ``forward`` left in unit and that of z (U, D)."""
    d_unit = torch.empty_like(unit)
    D = unit.shape[1] // 2
    if _compiled(unit):
        z = unit.new_empty(unit.shape[0], D)
        isa = native.chosen_instruction_set()
        native.core().gate_gradients(isa, *map(_shared, (unit, d_z, d_unit, z)))
        return d_unit, z
    filter_, gate = unit[:, :D], unit[:, D:]
    d_filter, d_gate = d_unit[:, :D], d_unit[:, D:]
    tanh_backward(torch.mul(d_z, gate, out=d_filter), filter_, grad_input=d_filter)
    sigmoid_backward(torch.mul(d_z, filter_, out=d_gate), gate, grad_input=d_gate)
    return d_unit, filter_ * gate


def _compiled(unit: Tensor) -> bool:
    return (
        unit.dtype == torch.bfloat16
        and unit.device.type == "cpu"
        and unit.shape[1] % (2 * LANES) == 0
        and native.available()
    )


def _shared(tensor: Tensor) -> NDArray[np.int16]:
    """A view of the memory of a tensor in bf16, which numpy does not know, as int16."""
    shared: NDArray[np.int16] = tensor.view(torch.int16).numpy()
    return shared
