"""Letters to phones of words that no lexicon has: a residual convolution network over the letters, in numpy.

Each letter tells which phones it stands for: none, one or two, with stress. x = E[letters]; in each block
x ← x + V·ReLU(W∗n(x) + b) + c, W∗ a convolution over five letters and n(x) = x / rms(x); the outputs are O·n(x) + d.
``training/g2p.py`` trains it; weights are stored in 8 bits with one scale for each output channel.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from wavenet.errors import ModelFolderError

WEIGHTS = Path(__file__).parent / "data" / "g2p.safetensors"
LONGEST = 64
"""letters that are seen at once; whatever is longer is no word, and is read in pieces"""
EPSILON = 1e-6

Array = NDArray[np.float32]


class Network:
    """The weights, and what their inputs and outputs mean."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        """Read the weights.

        Raises:
            ModelFolderError: they cannot be read.
        """
        try:
            with safe_open(path, framework="numpy") as file:
                stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
                told = json.loads(file.metadata()["g2p"])
            self.letters: str = told["letters"]
            self.outputs: list[tuple[str, ...]] = [tuple(output.split()) for output in told["outputs"]]
            self.tensors = dequantised(stored)
            self._blocks = [_block(self.tensors, f"blocks.{i}") for i in range(told["blocks"])]
            self._primary = np.array(["1" in "".join(output) for output in self.outputs])
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise ModelFolderError(
                f"{path}: is no letter-to-phone network: {error}; install the package anew"
            ) from None

    def logits(self, word: str) -> Array:
        """What each of the letters stands for: (letters, outputs), not normalised. Letters are those of ``letters``."""
        x = self.tensors["embedding.weight"][[self.letters.index(letter) for letter in word]]
        for weight, bias, mix, shift, taps in self._blocks:
            padded = np.pad(_normalised(x), ((taps // 2, taps // 2), (0, 0)))
            windows = np.lib.stride_tricks.sliding_window_view(padded, taps, axis=0)  # (letters, channels, taps)
            hidden = np.maximum(windows.reshape(len(x), -1) @ weight + bias, 0)
            x = x + hidden @ mix + shift
        scores: Array = _normalised(x) @ self.tensors["output.weight"].T + self.tensors["output.bias"]
        return scores

    def phones(self, word: str) -> tuple[str, ...]:
        """The likeliest phones that have exactly one primary stress; so there is always a vowel.

        The best of all letters' outputs without it, but for the one letter where a primary stress costs least.
        """
        logits = self.logits(word)
        plain = np.where(self._primary, -np.inf, logits)
        stressed = np.where(self._primary, logits, -np.inf)
        chosen = plain.argmax(1)
        at = int((stressed.max(1) - plain.max(1)).argmax())
        chosen[at] = stressed[at].argmax()
        return tuple(phone for i in chosen for phone in self.outputs[i])


@lru_cache(1)
def shipped() -> Network:
    """The network of this package, read once."""
    return Network()


@lru_cache(4096)
def guess(word: str) -> tuple[str, ...]:
    """The phones of a word of the letters a … z and the apostrophe."""
    pieces = [word[i : i + LONGEST] for i in range(0, len(word), LONGEST)]
    return tuple(phone for piece in pieces for phone in shipped().phones(piece))


def dequantised(stored: dict[str, Any]) -> dict[str, Array]:
    """Weights as float32 from what ``quantised`` made of them."""
    plain = {name: tensor for name, tensor in stored.items() if not name.endswith(".scale")}
    return {
        name: tensor * stored[f"{name}.scale"].reshape(-1, *[1] * (tensor.ndim - 1))
        if tensor.dtype == np.int8
        else tensor
        for name, tensor in plain.items()
    }


def quantised(tensors: dict[str, Array]) -> dict[str, NDArray[Any]]:
    """Weights in int8 with one float32 scale for each output channel; vectors stay as they are."""
    stored: dict[str, NDArray[Any]] = {}
    for name, tensor in tensors.items():
        if tensor.ndim == 1:
            stored[name] = tensor
            continue
        flat = tensor.reshape(len(tensor), -1)
        scale = np.maximum(np.abs(flat).max(1), 1e-12).astype(np.float32) / 127
        stored[name] = np.rint(flat / scale[:, None]).astype(np.int8).reshape(tensor.shape)
        stored[f"{name}.scale"] = scale
    return stored


def _block(tensors: dict[str, Array], name: str) -> tuple[Array, Array, Array, Array, int]:
    """A convolution (out, in, taps) as the matrix (in · taps, out), and the matrix that mixes its outputs."""
    weight, mix = tensors[f"{name}.conv.weight"], tensors[f"{name}.mix.weight"]
    flat = np.ascontiguousarray(weight.reshape(len(weight), -1).T)
    return flat, tensors[f"{name}.conv.bias"], mix.T, tensors[f"{name}.mix.bias"], weight.shape[2]


def _normalised(x: Array) -> Array:
    normalised: Array = x / np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(EPSILON))
    return normalised
