"""The network of ``wavenet.py`` computed for training speed: the same weights, the same function, other loops.

What makes it fast, on CPU and GPU alike:

- Time is the first axis, so the taps of a dilated convolution are contiguous slices, and every product is one plain
  matrix product, forward and backward.
- The skips of all layers are one product of their concatenated z, instead of a sum of 20 wide arrays.
- The backward pass keeps only the activations, and writes each gradient once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from wavenet.model import compiled, gates
from wavenet.model.conditioning import ConditioningInputs, spans
from wavenet.model.layers import ResidualLayer
from wavenet.model.wavenet import WaveNet


def logits(model: WaveNet, past: Tensor, dtype: torch.dtype, conditioning: ConditioningInputs | None = None) -> Tensor:
    """The logits (B, T, Q) that ``model(past, conditioning)`` returns, with the products of layers and head in
    ``dtype``.

    A subclass of ``WaveNet`` computes another function, so it is called as it is.
    """
    if type(model) is not WaveNet:
        with torch.autocast(past.device.type, dtype, enabled=dtype != torch.float32):
            plain: Tensor = model(past, conditioning)
        return plain
    hidden = head(model, skips(model, past, dtype, conditioning), dtype)  # (T·B, Q)
    return hidden.view(-1, past.shape[0], hidden.shape[1]).transpose(0, 1)


def skips(model: WaveNet, past: Tensor, dtype: torch.dtype, conditioning: ConditioningInputs | None = None) -> Tensor:
    """The sums of the skips, (T·B, S) with time first, from which ``head`` computes the logits; also of subclasses."""
    c = model.config
    batch = past.shape[0]
    n = past.shape[1] - c.required_past + 1
    series = model.series(past, conditioning)
    x = _input(model, model.cropped(past).t().contiguous()).to(dtype)  # (T', B, R), T' = receptive_field - K_in + T
    geometry = _Geometry(
        tuple(dilation * batch for dilation in c.dilations),  # a step in time is a step over all rows of the batch
        n * batch,
        batch,
        c.conditioned_past + n,
        tuple((one.steps_per_row, one.offset) for one in series),
    )
    ys = [one.rows.transpose(0, 1).to(dtype).contiguous() for one in series]  # (F, B, C) each
    vs = _projections(model, dtype)  # (L, C, 2D) each
    found: Tensor = _Layers.apply(geometry, x.flatten(0, 1), *_weights(model), *ys, *vs)  # type: ignore[no-untyped-call]
    return found


def head(model: WaveNet, skips: Tensor, dtype: torch.dtype) -> Tensor:
    """The logits (T·B, Q) of sums of skips (T·B, S)."""
    hidden = _product(F.relu(skips), model.head.hidden, dtype)  # (T·B, H)
    return _product(F.relu(hidden), model.head.output, dtype)


def _input(model: WaveNet, past: Tensor) -> Tensor:
    kernel_size = model.input.weight.shape[2]
    n = past.shape[0] - kernel_size + 1
    return sum((model.input.tap(past[k : k + n], k) for k in range(kernel_size)), start=model.input.bias)


def _product(x: Tensor, conv: torch.nn.Conv1d, dtype: torch.dtype) -> Tensor:
    return F.linear(x, conv.weight[:, :, 0].to(dtype), _bias(conv).to(dtype))


def _bias(conv: torch.nn.Conv1d) -> Tensor:
    assert conv.bias is not None
    return conv.bias


def _weights(model: WaveNet) -> tuple[Tensor, ...]:
    """The weights of all layers, stacked and transposed to (in, out), with the residual biases in the dilated biases.

    A residual bias shifts the inputs of all later layers by a constant, so it can be added to their dilated biases.
    """
    layers = [layer for layer in model.layers if isinstance(layer, ResidualLayer)]
    dilated = torch.stack([layer.dilated.weight.permute(2, 1, 0) for layer in layers])  # (L, K, R, 2D)
    residuals = [layer.residual for layer in layers if layer.residual is not None]
    residual = dilated.new_zeros(0, dilated.shape[3] // 2, dilated.shape[2])
    shift = dilated.new_zeros(1, dilated.shape[2])  # (1, R)
    if residuals:
        residual = torch.stack([conv.weight[:, :, 0].t() for conv in residuals])  # (L - 1, D, R)
        shift = torch.cat([shift, torch.stack([_bias(conv) for conv in residuals]).cumsum(0)])  # (L, R)
    dilated_bias = torch.stack([_bias(layer.dilated) for layer in layers]) + torch.einsum("lkrd,lr->ld", dilated, shift)
    skip = torch.cat([layer.skip.weight[:, :, 0].t() for layer in layers])  # (L·D, S)
    skip_bias = torch.stack([_bias(layer.skip) for layer in layers]).sum(0)
    return dilated, dilated_bias, residual, skip, skip_bias


def _projections(model: WaveNet, dtype: torch.dtype) -> list[Tensor]:
    """V of every series, with the layers stacked: (L, C, 2D)."""
    layers = [layer.projections for layer in model.layers if isinstance(layer, ResidualLayer)]
    return [torch.stack([V.weight[:, :, 0].t() for V in each]).to(dtype) for each in zip(*layers, strict=True)]


@dataclass(frozen=True)
class _Geometry:
    """Lengths. A dilation, a hop or an offset of one sample is ``batch`` rows."""

    dilations: tuple[int, ...]
    """in rows"""
    n: int
    """rows of the output, T·B"""
    batch: int
    total: int
    """samples that need conditioning"""
    series: tuple[tuple[int, int], ...]
    """steps per row, and offset, of each series"""

    def spans(self, index: int, rows: int) -> Iterator[tuple[slice, slice, int]]:
        """How the rows of a series (F, B, …) cover the last ``rows`` of all: frames, rows, and steps per frame."""
        hop, skip = self.series[index]
        B, at = self.batch, 0
        for first, frames, each in spans(hop, skip, rows // B, self.total):
            yield slice(first, first + frames), slice(at, at + frames * each * B), each
            at += frames * each * B


class _Layers(torch.autograd.Function):
    """All residual layers and the sum of their skips; rows are time-major, (T·B, channels).

    Shapes: N rows of a layer's input, U = N - (K - 1) · dilation rows of its units, n rows of the output.
    """

    @staticmethod
    def forward(
        ctx: Any,
        geometry: _Geometry,
        x: Tensor,  # (N, R)
        *weights_and_series: Tensor,  # those of ``_weights``; y of every series, (F, B, C) each; V of each, (L, C, 2D)
    ) -> Tensor:
        dilated, dilated_bias, residual, skip, skip_bias = (w.to(x.dtype) for w in weights_and_series[:5])
        series = weights_and_series[5:]
        zs = x.new_empty(geometry.n, len(skip))  # (n, L·D)
        layers = compiled.forward if compiled.usable(x, dilated, skip) else _layers
        inputs, units = layers(
            x, dilated, dilated_bias, residual, geometry.dilations, zs, _conditions(geometry, series)
        )
        ctx.save_for_backward(dilated, residual, skip, zs, *series, *inputs, *units)
        ctx.geometry = geometry
        return torch.addmm(skip_bias, zs, skip)  # (n, S)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (d_skips,) = grads  # (n, S)
        geometry: _Geometry = ctx.geometry
        dilated, residual, skip, zs, *saved = ctx.saved_tensors
        L = len(geometry.dilations)
        series, inputs, units = saved[: -2 * L], saved[-2 * L : -L], saved[-L:]
        d_series = [torch.zeros_like(tensor) for tensor in series]
        layers = compiled.backward if compiled.usable(inputs[0], dilated, skip) else _layer_gradients
        d_x, d_dilated, d_dilated_bias, d_residual = layers(
            inputs,
            units,
            d_skips,
            dilated,
            residual,
            skip,
            geometry.dilations,
            _condition_gradients(geometry, series, d_series),
        )
        d_skip = (d_skips.t() @ zs).t()  # (L·D, S); in this order the long side is not transposed
        return None, d_x, d_dilated, d_dilated_bias, d_residual, d_skip, d_skips.sum(0), *d_series


def _layers(
    x: Tensor,  # (N, R)
    dilated: Tensor,  # (L, K, R, 2D)
    dilated_bias: Tensor,  # (L, 2D)
    residual: Tensor,  # (L - 1, D, R)
    dilations: Sequence[int],
    zs: Tensor,  # (n, L·D)
    condition: compiled.Condition | None,
) -> tuple[list[Tensor], list[Tensor]]:
    """``compiled.forward`` by PyTorch."""
    D, n = dilated.shape[-1] // 2, len(zs)
    inputs, units = [], []
    for i, d in enumerate(dilations):
        taps = _taps(x, dilated.shape[1], d)  # K of (U, R)
        unit = torch.addmm(dilated_bias[i], taps[-1], dilated[i, -1])  # (U, 2D)
        for k in range(len(taps) - 1):
            unit.addmm_(taps[k], dilated[i, k])
        if condition:
            condition(i, unit)
        # unit then holds both halves of the gate, for the backward pass; z is (U, D)
        z = gates.forward(unit)  # equation 2
        zs[:, i * D : (i + 1) * D] = z[-n:]
        inputs.append(x)
        units.append(unit)
        if i < len(dilations) - 1:
            x = torch.addmm(taps[-1], z, residual[i])  # (U, R), the next layer's (N, R)
    return inputs, units


def _layer_gradients(
    inputs: Sequence[Tensor],
    units: Sequence[Tensor],
    d_skips: Tensor,  # (n, S)
    dilated: Tensor,
    residual: Tensor,
    skip: Tensor,  # (L·D, S)
    dilations: Sequence[int],
    condition_gradient: compiled.Condition | None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """``compiled.backward`` by PyTorch."""
    L, D, n = len(dilations), dilated.shape[-1] // 2, len(d_skips)
    d_dilated, d_residual = torch.empty_like(dilated), torch.empty_like(residual)
    d_dilated_bias = dilated.new_empty(L, 2 * D)
    d_zs = d_skips @ skip.t()  # (n, L·D)
    d_x: Tensor | None = None
    for i in reversed(range(L)):
        x, unit = inputs[i], units[i]  # (N, R), (U, 2D)
        d_z = d_zs[:, i * D : (i + 1) * D]  # (n, D)
        if d_x is not None:
            d_skip_z, d_z = d_z, d_x @ residual[i].t()  # (n, D), (U, D)
            d_z[-n:] += d_skip_z
        d_unit, z = gates.backward(unit, d_z)  # (U, 2D), (U, D)
        if d_x is not None:
            torch.mm(z.t(), d_x, out=d_residual[i])
        torch.sum(d_unit, 0, out=d_dilated_bias[i])
        if condition_gradient:
            condition_gradient(i, d_unit)
        d_x = _input_gradient(x, d_unit, d_x, dilated[i], d_dilated[i], dilations[i])  # (N, R)
    assert d_x is not None
    return d_x, d_dilated, d_dilated_bias, d_residual


def _conditions(geometry: _Geometry, series: Sequence[Tensor]) -> compiled.Condition | None:
    """What adds all series to the sums of a layer."""
    ys, vs = _halves(series)

    def condition(i: int, unit: Tensor) -> None:
        for index, (y, v) in enumerate(zip(ys, vs, strict=True)):
            _condition(unit, y, v[i], geometry.spans(index, unit.shape[0]))

    return condition if ys else None


def _condition_gradients(
    geometry: _Geometry, series: Sequence[Tensor], d_series: Sequence[Tensor]
) -> compiled.Condition | None:
    """Backward pass of what ``_conditions`` returns; adds to d_series."""
    ys, vs = _halves(series)
    d_ys, d_vs = _halves(d_series)

    def condition_gradient(i: int, d_unit: Tensor) -> None:
        for index, (y, v) in enumerate(zip(ys, vs, strict=True)):
            spans = geometry.spans(index, d_unit.shape[0])
            _condition_gradient(d_unit, y, v[i], spans, d_ys[index], d_vs[index][i])

    return condition_gradient if ys else None


def _halves(tensors: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    middle = len(tensors) // 2
    return list(tensors[:middle]), list(tensors[middle:])


Spans = Iterator[tuple[slice, slice, int]]


def _condition(unit: Tensor, y: Tensor, v: Tensor, spans: Spans) -> None:
    """Add V·y to the rows (T·B, 2D), each frame of y (F, B, C) to all its positions."""
    for frames, rows, hop in spans:
        if hop == 1:
            unit[rows].addmm_(y[frames].flatten(0, 1), v)  # (F·B, C) @ (C, 2D)
        else:
            # (F, hop, B, 2D) + (F, 1, B, 2D)
            unit[rows].view(-1, hop, *y.shape[1:2], v.shape[1]).add_((y[frames] @ v)[:, None])


def _condition_gradient(d_unit: Tensor, y: Tensor, v: Tensor, spans: Spans, d_y: Tensor, d_v: Tensor) -> None:
    """Backward pass of ``_condition``; adds to d_y and d_v."""
    for frames, rows, hop in spans:
        d_frames = d_unit[rows].view(-1, hop, *y.shape[1:2], v.shape[1]).sum(1).flatten(0, 1)  # (F·B, 2D)
        d_v.addmm_(y[frames].flatten(0, 1).t(), d_frames)
        d_y[frames].view(-1, v.shape[0]).addmm_(d_frames, v.t())


def _taps(x: Tensor, kernel_size: int, dilation: int) -> list[Tensor]:
    """The slices of x (rows) that each tap multiplies, the oldest first."""
    n = x.shape[0] - (kernel_size - 1) * dilation
    return [x[k * dilation : k * dilation + n] for k in range(kernel_size)]


def _input_gradient(
    x: Tensor, d_unit: Tensor, d_residual_sum: Tensor | None, dilated: Tensor, d_dilated: Tensor, dilation: int
) -> Tensor:
    """Backward pass of one dilated convolution; adds the gradient that came along the residual connection."""
    d_x = torch.empty_like(x)  # (N, R)
    n = d_unit.shape[0]
    d_x[: x.shape[0] - n].zero_()
    now = dilated[-1].t()  # (2D, R)
    if d_residual_sum is None:
        torch.mm(d_unit, now, out=d_x[-n:])
    else:
        torch.addmm(d_residual_sum, d_unit, now, out=d_x[-n:])
    for k, (tap, d_tap) in enumerate(
        zip(_taps(x, len(dilated), dilation), _taps(d_x, len(dilated), dilation), strict=True)
    ):
        d_dilated[k] = (d_unit.t() @ tap).t()  # (R, 2D)
        if k < len(dilated) - 1:
            d_tap.addmm_(d_unit, dilated[k].t())
    return d_x
