"""A model folder, opened: ``generate``, ``stream`` and ``log_likelihood``, without PyTorch."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import codec, mu_law
from wavenet.config import AudioConfig, ModelConfig
from wavenet.engine import folder, reference, sampling
from wavenet.errors import UsageError

MEMORY = 16_384
"""samples of a prime before the receptive field that the de-emphasis of the first output still hears"""
SCORING_BLOCK = 4096
"""samples that one pass scores; it bounds the memory, and is fixed so that scores do not depend on the caller"""


class Generator:
    """An unconditional WaveNet that can be heard and asked for likelihoods."""

    def __init__(self, opened: folder.ModelFolder) -> None:
        self.audio: AudioConfig = opened.audio
        self.model: ModelConfig = opened.model
        self.tensors = opened.tensors
        self._weights = reference.Weights(opened.model, opened.tensors)
        self._silence = int(mu_law.encode(0.0, opened.model.quantization_channels))

    @classmethod
    def open(cls, model: str | Path) -> "Generator":
        """Open a model folder, or a shipped model by its name; raises ModelFolderError."""
        return cls(folder.read(folder.find(model)))

    @property
    def sample_rate(self) -> int:
        """Samples per second of every waveform that goes in or comes out."""
        return self.audio.sample_rate

    def encode(self, waveform: NDArray[np.floating]) -> NDArray[np.int64]:
        """The classes (T,) that the network models, of a waveform (T,) at ``sample_rate``."""
        return codec.encode(waveform, self.audio, self.model.quantization_channels)

    def generate(
        self,
        samples: int,
        *,
        seed: int = 0,
        temperature: float = 1.0,
        prime: NDArray[np.floating] | None = None,
    ) -> NDArray[np.float32]:
        """A waveform (samples,) in [-1, 1]; the arguments are those of ``stream``."""
        blocks = list(self.stream(samples, block=SCORING_BLOCK, seed=seed, temperature=temperature, prime=prime))
        return np.concatenate(blocks) if blocks else np.empty(0, np.float32)

    def stream(
        self,
        samples: int,
        *,
        block: int = 160,
        seed: int = 0,
        temperature: float = 1.0,
        prime: NDArray[np.floating] | None = None,
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the waveform in blocks (the last may be shorter); the samples do not depend on the block size.

        Args:
            samples: how many in all.
            block: how many at a time.
            seed: the same seed gives the same samples.
            temperature: 1 samples from the model, less is more timid, 0 takes the likeliest class.
            prime: a waveform (T,) to continue; what is yielded comes after it.

        Raises:
            UsageError: an argument is out of range.

        """
        sampling.check_temperature(temperature)
        if samples < 0 or block < 1:
            raise UsageError(f"samples is {samples} and block {block}; they must be at least 0 and 1")
        if not 0 <= seed < 2**64:
            raise UsageError(f"seed is {seed}, and must be at least 0 and below 2^64")
        return self._stream(samples, block, seed, temperature, prime)

    def _stream(
        self, samples: int, block: int, seed: int, temperature: float, prime: NDArray[np.floating] | None
    ) -> Iterator[NDArray[np.float32]]:
        state = reference.State(self._weights)
        decoder = codec.Decoder(self.audio, self.model.quantization_channels)
        newest = self._silence
        if prime is not None and len(prime):
            classes = self.encode(prime[-(self.model.receptive_field + MEMORY) :])
            decoder.decode(classes)
            inputs = self._shifted(classes)[-self.model.receptive_field :]  # nothing earlier is seen
            for start in range(0, len(inputs), SCORING_BLOCK):
                reference.block(self._weights, state, inputs[start : start + SCORING_BLOCK])
            newest = int(classes[-1])
        for start in range(0, samples, block):
            classes = np.empty(min(block, samples - start), np.int64)
            for t, uniform in enumerate(sampling.uniforms(seed, 0, start, len(classes))):
                logits = reference.step(self._weights, state, newest)
                newest = classes[t] = sampling.sample(logits, uniform, temperature)
            yield decoder.decode(classes)

    def log_likelihood(self, waveform: NDArray[np.floating]) -> NDArray[np.float32]:
        """Log p(x_t | x_1 … x_{t-1}) in nats, of each sample of a waveform (T,); the sum is equation 1."""
        return self.class_log_likelihood(self.encode(waveform))

    def class_log_likelihood(self, classes: NDArray[np.integer]) -> NDArray[np.float32]:
        """The same of classes (T,) as ``encode`` gives them."""
        state = reference.State(self._weights)
        inputs = self._shifted(classes)
        out = np.empty(len(classes), np.float32)
        for start in range(0, len(classes), SCORING_BLOCK):
            stop = min(start + SCORING_BLOCK, len(classes))
            logits = reference.block(self._weights, state, inputs[start:stop])
            log_p = sampling.log_probabilities(logits)
            out[start:stop] = log_p[np.arange(stop - start), classes[start:stop]]
        return out

    def _shifted(self, classes: NDArray[np.integer]) -> NDArray[np.integer]:
        """The network's inputs for these targets: silence, then all but the last."""
        return np.concatenate([[self._silence], classes[:-1]])
