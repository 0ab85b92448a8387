"""A model folder, opened: ``generate``, ``stream`` and ``log_likelihood``, without PyTorch."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import codec
from wavenet.config import AudioConfig, ModelConfig
from wavenet.engine import folder, native
from wavenet.engine.precision import Precision
from wavenet.errors import UsageError

MEMORY = 16_384
"""samples of a prime before the receptive field that the de-emphasis of the first output still hears"""


class Stream:
    """One sound in the making: the network's past, the random numbers, the filter behind it. ``Generator.start``."""

    def __init__(self, state: native.State, decoder: codec.Decoder) -> None:
        self.state = state
        self.decoder = decoder


class Generator:
    """An unconditional WaveNet that can be heard and asked for likelihoods."""

    def __init__(self, opened: folder.ModelFolder, precision: Precision | Literal["auto"] = "auto") -> None:
        self.audio: AudioConfig = opened.audio
        self.model: ModelConfig = opened.model
        self.tensors = opened.tensors
        calibrated = folder.CALIBRATION[0] in opened.tensors
        self.precision: Precision = precision if precision != "auto" else "int8" if calibrated else "fp32"
        self.network = native.Network(opened.model, opened.tensors, self.precision)

    @classmethod
    def open(cls, model: str | Path, precision: Precision | Literal["auto"] = "auto") -> "Generator":
        """Open a model folder, or a shipped model by its name.

        Args:
            model: the folder or the name.
            precision: of the products; ``auto`` is int8 where the folder is calibrated for it, else fp32.

        Raises:
            ModelFolderError: there is no such model, or it is broken.
            UsageError: int8 is asked for, and the folder is not calibrated.

        """
        return cls(folder.read(folder.find(model)), precision)

    @property
    def sample_rate(self) -> int:
        """Samples per second of every waveform that goes in or comes out."""
        return self.audio.sample_rate

    def encode(self, waveform: NDArray[np.floating]) -> NDArray[np.int64]:
        """The classes (T,) that the network models, of a waveform (T,) at ``sample_rate``."""
        return codec.encode(waveform, self.audio, self.model.quantization_channels)

    def start(
        self,
        *,
        seed: int = 0,
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
        prime: NDArray[np.floating] | None = None,
    ) -> Stream:
        """A stream for ``advance``.

        Args:
            seed: the same seed gives the same samples.
            temperature: 1 samples from the model, less is more timid, 0 takes the likeliest class.
            top_k: sample among so many likeliest classes; 0: all.
            top_p: of those, among the fewest whose chances add up to this part; 1: all.
            prime: a waveform (T,) to continue; what is generated comes after it.

        Raises:
            UsageError: an argument is out of range.

        """
        state = self.network.start(seed=seed, temperature=temperature, top_k=top_k, top_p=top_p)
        stream = Stream(state, codec.Decoder(self.audio, self.model.quantization_channels))
        if prime is not None and len(prime):
            classes = self.encode(prime[-(self.model.receptive_field + MEMORY) :])
            stream.decoder.decode(classes)
            self.network.prime(state, classes[-self.model.receptive_field :])  # nothing earlier is seen
        return stream

    def advance(
        self, streams: Sequence[Stream], samples: int | Sequence[int], *, threads: int = 1
    ) -> list[NDArray[np.float32]]:
        """The next samples of each stream, in [-1, 1]; they do not depend on the company, nor on the threads.

        Args:
            streams: may be others in each call, so streams join and leave at any sample.
            samples: how many, of all or of each.
            threads: 2 share the work of a single stream, where two cores are free.

        """
        classes = self.network.generate([stream.state for stream in streams], samples, threads=threads)
        return [stream.decoder.decode(each) for stream, each in zip(streams, classes, strict=True)]

    def generate(
        self,
        samples: int,
        *,
        seed: int = 0,
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
        prime: NDArray[np.floating] | None = None,
        threads: int = 1,
    ) -> NDArray[np.float32]:
        """A waveform (samples,) in [-1, 1]; the arguments are those of ``start`` and ``advance``."""
        if samples < 0:
            raise UsageError(f"samples is {samples}, and must be at least 0")
        stream = self.start(seed=seed, temperature=temperature, top_k=top_k, top_p=top_p, prime=prime)
        return self.advance([stream], samples, threads=threads)[0]

    def stream(
        self,
        samples: int | None = None,
        *,
        block: int = 160,
        seed: int = 0,
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
        prime: NDArray[np.floating] | None = None,
        threads: int = 1,
    ) -> Iterator[NDArray[np.float32]]:
        """Yield a waveform in blocks (the last may be shorter); the samples do not depend on the block size.

        Args:
            samples: how many in all; None: for ever, in constant memory.
            block: how many at a time, from 1 up.
            seed: and the others: as in ``start`` and ``advance``.
            temperature: see there.
            top_k: see there.
            top_p: see there.
            prime: see there.
            threads: see there.

        Raises:
            UsageError: an argument is out of range.

        """
        if block < 1 or (samples is not None and samples < 0):
            raise UsageError(f"samples is {samples} and block {block}; they must be at least 0 and 1")
        stream = self.start(seed=seed, temperature=temperature, top_k=top_k, top_p=top_p, prime=prime)
        return self._blocks(stream, samples, block, threads)

    def _blocks(self, stream: Stream, samples: int | None, block: int, threads: int) -> Iterator[NDArray[np.float32]]:
        made = 0
        while samples is None or made < samples:
            n = block if samples is None else min(block, samples - made)
            yield self.advance([stream], n, threads=threads)[0]
            made += n

    def log_likelihood(self, waveform: NDArray[np.floating]) -> NDArray[np.float32]:
        """Log p(x_t | x_1 … x_{t-1}) in nats, of each sample of a waveform (T,); the sum is equation 1."""
        return self.class_log_likelihood(self.encode(waveform))

    def class_log_likelihood(
        self, classes: NDArray[np.integer], state: native.State | None = None
    ) -> NDArray[np.float32]:
        """The same of classes (T,) as ``encode`` gives them; of a state, as what comes next, piece by piece."""
        return self.network.log_likelihood(state or self.network.start(), classes)
