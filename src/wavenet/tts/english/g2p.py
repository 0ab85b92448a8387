"""Letters to phones, for words that are in no lexicon: a residual convolution network over the letters, in numpy.

Each letter stands for none, one or two phones, with stress. x = E[letters], then the residual blocks of
``tts/network.py`` over five letters each; the outputs are O·n(x) + d. ``experiments/g2p.py`` trains it.
"""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet import blas, untrusted
from wavenet.engine.eight_bits import dequantised
from wavenet.errors import ModelFolderError
from wavenet.tts.network import Blocks, normalised

WEIGHTS = Path(__file__).parent / "data" / "g2p.safetensors"
LONGEST = 64
"""letters that are processed at once; anything longer is not a word, and is read in pieces"""

Array = NDArray[np.float32]


class Network:
    """The weights, and the meaning of their inputs and outputs."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        """Read the weights.

        Raises:
            ModelFolderError: they cannot be read.
        """
        try:
            stored, told = untrusted.tensors(path, ("F32", "I8"))
            metadata = json.loads(told["g2p"])
            self.letters: str = metadata["letters"]
            self.outputs: list[tuple[str, ...]] = [tuple(output.split()) for output in metadata["outputs"]]
            self.tensors = dequantised(stored)
            self._blocks = Blocks(self.tensors, "blocks", metadata["blocks"])
            self._primary = np.array(["1" in "".join(output) for output in self.outputs])
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise ModelFolderError(
                f"{path}: is not a letter-to-phone network: {error}; reinstall the package"
            ) from None

    @blas.one_thread()
    def logits(self, word: str) -> Array:
        """Logits of what each letter stands for: (letters, outputs). Letters are those of ``letters``."""
        x = self._blocks(self.tensors["embedding.weight"][[self.letters.index(letter) for letter in word]])
        scores: Array = normalised(x) @ self.tensors["output.weight"].T + self.tensors["output.bias"]
        return scores

    def phones(self, word: str) -> tuple[str, ...]:
        """The most likely phones that have exactly one primary stress, so that there is always a vowel.

        These are the best outputs of all letters without primary stress, except for the one letter where it costs
        least.
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
    """The phones of a word with the letters a … z and the apostrophe."""
    pieces = [word[i : i + LONGEST] for i in range(0, len(word), LONGEST)]
    return tuple(phone for piece in pieces for phone in shipped().phones(piece))
