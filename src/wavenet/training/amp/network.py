"""The WaveNet of ``.nam`` files in PyTorch: without sampling, without gates, and with its own backward pass.

Signals are (channels, T·B), time-major: a tap is then a slice of the columns, for any number of windows B, and every
product is a plain matrix product. That takes two thirds of the time of PyTorch's convolutions, which layers of 16
channels do not fill. Nothing is padded: T samples in, T - past out.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wavenet.amp import model as plain
from wavenet.config.amp import HEAD_SCALE, KERNEL_SIZE, AmpShape


class AmpLayer(nn.Module):
    """The weights of one layer: z = tanh(dilated(x) + mixin · input); x + residual(z) goes on, z goes to the head.

    The last layer of all has no residual, because nothing would use it.
    """

    def __init__(self, channels: int, last: bool) -> None:
        super().__init__()
        conv = nn.Conv1d(channels, channels, KERNEL_SIZE)
        self.dilated, self.bias = conv.weight, conv.bias
        self.mixin = nn.Parameter(nn.Conv1d(1, channels, 1).weight[:, :, 0].detach())
        residual = None if last else nn.Conv1d(channels, channels, 1)
        self.residual = residual.weight if residual else None
        self.residual_bias = residual.bias if residual else None

    def taps(self) -> Tensor:
        """The weights of all taps but the newest: (K - 1, C, C)."""
        return self.dilated[:, :, :-1].permute(2, 0, 1)

    def newest(self) -> Tensor:
        """The weights of the newest tap, of the input, and the bias: (C, C + 2)."""
        assert self.bias is not None
        return torch.cat([self.dilated[:, :, -1], self.mixin, self.bias[:, None]], 1)

    def onwards(self) -> Tensor:
        """The weights of the residual and their bias: (C, C + 1)."""
        assert self.residual is not None
        assert self.residual_bias is not None
        return torch.cat([self.residual[:, :, 0], self.residual_bias[:, None]], 1)


class AmpArray(nn.Module):
    """Layers of one width, and the head over the sum of what they give."""

    def __init__(self, inputs: int, channels: int, outputs: int, dilations: tuple[int, ...], last: bool) -> None:
        super().__init__()
        self.dilations = dilations
        self.rechannel = nn.Parameter(nn.Conv1d(inputs, channels, 1).weight[:, :, 0].detach())
        self.layers = nn.ModuleList(AmpLayer(channels, last and i + 1 == len(dilations)) for i in range(len(dilations)))
        head = nn.Conv1d(channels, outputs, 1)
        self.head = nn.Parameter(head.weight[:, :, 0].detach())
        self.head_bias = head.bias if last else None

    def forward(self, x: Tensor, given: Tensor, start: Tensor | None, n: int, batch: int) -> tuple[Tensor, Tensor]:
        """What goes on to the next array (C, N - past · B), and the head's output (outputs, n · B).

        Args:
            x: (inputs, N).
            given: (2, N): the network's input, and ones.
            start: what the head's sum starts from, (C, n · B).
            n: samples of the output.
            batch: B, columns for each sample.
        """
        layers = [layer for layer in self.layers if isinstance(layer, AmpLayer)]
        onwards = [layer.onwards() for layer in layers if layer.residual is not None]
        x = self.rechannel @ x
        x, sums = _Layers.apply(  # type: ignore[no-untyped-call]
            tuple(d * batch for d in self.dilations),
            n * batch,
            x,
            given,
            2 * torch.stack([layer.taps() for layer in layers]),
            2 * torch.stack([layer.newest() for layer in layers]),
            torch.stack(onwards) if onwards else x.new_empty(0, len(x), len(x) + 1),
        )
        if start is not None:
            sums = sums + start
        head = self.head @ sums
        return x, head if self.head_bias is None else head + self.head_bias[:, None]


class AmpNetwork(nn.Module):
    """A network of one input and one output."""

    def __init__(self, shape: AmpShape) -> None:
        super().__init__()
        self.shape = shape
        sizes = zip((1, *shape.channels), shape.channels, shape.heads, shape.dilations, strict=False)
        last = len(shape.channels) - 1
        self.arrays = nn.ModuleList(AmpArray(*each, last=i == last) for i, each in enumerate(sizes))

    def forward(self, samples: Tensor) -> Tensor:
        """(B, past + T) samples to (B, T)."""
        batch, n = samples.shape[0], samples.shape[1] - self.shape.past
        x = samples.t().reshape(1, -1)
        given = torch.cat([x, torch.ones_like(x)])
        head: Tensor | None = None
        for array in self.arrays:
            x, head = array(x, given[:, given.shape[1] - x.shape[1] :], head, n, batch)
        assert head is not None
        y: Tensor = HEAD_SCALE * head.view(n, batch).t()
        return y


class _Layers(torch.autograd.Function):
    """All layers of an array: x (C, N) to what goes on (C, N - past), and the sum of the last n columns of every z.

    A signal has the network's input and ones as further rows, so that one product takes the newest tap, the input and
    the bias; z has the ones. The weights of the sums are doubled: tanh(a) is 2 σ(2 a) - 1, and PyTorch computes σ in a
    sixth of the time.
    """

    @staticmethod
    def forward(
        ctx: Any,
        dilations: tuple[int, ...],
        n: int,
        x: Tensor,  # (C, N)
        given: Tensor,  # (2, N)
        taps: Tensor,  # (L, K - 1, C, C)
        newest: Tensor,  # (L, C, C + 2)
        onwards: Tensor,  # (L or L - 1, C, C + 1)
    ) -> tuple[Tensor, Tensor]:
        C = x.shape[0]
        x, saved = torch.cat([x, given]), []
        sums = x.new_zeros(C, n)
        for i, d in enumerate(dilations):
            reach = taps.shape[1] * d
            m = x.shape[1] - reach
            unit = newest[i] @ x[:, reach:]
            for k in range(taps.shape[1]):
                unit.addmm_(taps[i, k], x[:C, k * d : k * d + m])
            z = x.new_empty(C + 1, m)
            torch.sigmoid(unit, out=z[:C])
            z[:C].mul_(2).sub_(1)
            z[C] = 1
            sums += z[:C, m - n :]
            saved += [x, z]
            if i < len(onwards):
                following = x.new_empty(C + 2, m)
                torch.addmm(x[:C, reach:], onwards[i], z, out=following[:C])
                following[C:] = x[C:, reach:]
                x = following
        ctx.save_for_backward(taps, newest, onwards, *saved)
        ctx.dilations = dilations
        return x[:C], sums

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        taps, newest, onwards, *saved = ctx.saved_tensors
        d_x, d_sums = grads  # (C, N - past), (C, n)
        C, n = d_sums.shape
        d_taps, d_newest, d_onwards = map(torch.empty_like, (taps, newest, onwards))
        taps, newest = taps / 2, newest / 2  # d tanh(a / 2) is (1 - tanh²) / 2
        for i in reversed(range(len(taps))):
            x, z, d = saved[2 * i], saved[2 * i + 1], ctx.dilations[i]
            m, reach = z.shape[1], x.shape[1] - z.shape[1]
            if i < len(onwards):
                torch.mm(d_x, z.t(), out=d_onwards[i])
                d_z = onwards[i, :, :C].t() @ d_x
                d_z[:, m - n :] += d_sums
            else:
                d_z = d_sums.clone()
            d_unit = d_z.addcmul_(d_z * z[:C], z[:C], value=-1)
            torch.mm(d_unit, x[:, reach:].t(), out=d_newest[i])
            following, d_x = d_x, torch.empty_like(x[:C])
            d_x[:, :reach] = 0
            if i < len(onwards):
                torch.addmm(following, newest[i, :, :C].t(), d_unit, out=d_x[:, reach:])
            else:
                torch.mm(newest[i, :, :C].t(), d_unit, out=d_x[:, reach:])
            for k in range(taps.shape[1]):
                torch.mm(d_unit, x[:C, k * d : k * d + m].t(), out=d_taps[i, k])
                d_x[:, k * d : k * d + m].addmm_(taps[i, k].t(), d_unit)
        return None, None, d_x, None, d_taps / 2, d_newest / 2, d_onwards


def exported(network: AmpNetwork, weights: dict[str, Tensor]) -> plain.WaveNet:
    """A network with these weights, of its ``state_dict``, as a ``.nam`` file holds it."""

    def numpy(name: str) -> NDArray[np.float32]:
        found: NDArray[np.float32] = weights[name].detach().cpu().numpy()
        return found

    arrays = []
    for i, dilations in enumerate(network.shape.dilations):
        layers, C = [], network.shape.channels[i]
        for j, dilation in enumerate(dilations):
            at = f"arrays.{i}.layers.{j}."
            known = f"{at}residual" in weights
            residual = plain.Convolution(
                numpy(f"{at}residual") if known else np.zeros((C, C, 1), np.float32),
                numpy(f"{at}residual_bias") if known else np.zeros(C, np.float32),
            )
            convolution = plain.Convolution(numpy(f"{at}dilated"), numpy(f"{at}bias"), dilation)
            mixin = plain.Convolution(numpy(f"{at}mixin")[:, :, None])
            tanh, no_gate = plain.Activation("Tanh"), plain.Activation("Sigmoid")
            layers.append(plain.Layer(convolution, mixin, tanh, "none", no_gate, residual, None))
        bias = numpy(f"arrays.{i}.head_bias") if f"arrays.{i}.head_bias" in weights else None
        head = plain.Convolution(numpy(f"arrays.{i}.head")[:, :, None], bias)
        rechannel = plain.Convolution(numpy(f"arrays.{i}.rechannel")[:, :, None])
        arrays.append(plain.LayerArray(rechannel, tuple(layers), head))
    return plain.WaveNet(tuple(arrays), HEAD_SCALE, (), None)
