"""A model folder opened for generating, streaming and scoring audio, without PyTorch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Unpack

import numpy as np
from numpy.typing import NDArray

from wavenet.audio.features import Frames
from wavenet.audio.front_end import FrontEnd
from wavenet.audio.waveforms import checked
from wavenet.config import AudioConfig, ModelConfig
from wavenet.config.checks import instance, integer
from wavenet.engine import engines, folder
from wavenet.engine.claim import NotCopied, claimed
from wavenet.engine.conditioning import (
    Conditioning,
    ConditioningKeywords,
    ConditioningNetwork,
    ConditioningStream,
    SpeakerKeywords,
    global_bias,
)
from wavenet.engine.decoder import Decoder
from wavenet.engine.interface import Counts, Engine, LocalConditioning, State, counts
from wavenet.engine.keywords import resolve
from wavenet.engine.precision import Precision, resolved
from wavenet.engine.sampling import Sampling, SamplingKeywords
from wavenet.errors import UsageError
from wavenet.stream import Stream

__all__ = ["Conditioning", "Generator", "Sampling"]

MEMORY = 16_384
"""samples of a prime before the receptive field that still affect the de-emphasis of the first output"""


class StreamKeywords(SamplingKeywords, ConditioningKeywords, total=False):
    """The fields of ``Sampling`` and ``Conditioning`` as keywords."""


class Generator(NotCopied):
    """A WaveNet that generates waveforms and computes likelihoods."""

    def __init__(
        self, opened: folder.ModelFolder, precision: Precision | Literal["auto"] = "auto", engine: str = "native"
    ) -> None:
        make = engines.find(engine)
        self.name = opened.name
        """what the model folder is called"""
        self.audio: AudioConfig = opened.audio
        self.model: ModelConfig = opened.model
        self.front_end = FrontEnd(opened.audio, opened.model)
        self.tensors = opened.tensors
        self.precision = resolved(precision, opened.tensors)
        self.network: Engine[Any] = make(opened.model, opened.tensors, self.precision)
        self._conditioning = ConditioningNetwork(opened.model, opened.tensors) if opened.model.takes_features else None

    @classmethod
    def open(
        cls, model: str | Path, precision: Precision | Literal["auto"] = "auto", engine: str = "native"
    ) -> "Generator":
        """Open a model folder, or a shipped model by its name.

        Args:
            model: the folder or the name.
            precision: of the matrix products; ``auto`` is int8 if the folder is calibrated for it, else fp32.
            engine: ``native``, the compiled engine, or ``reference``, the same in numpy: much slower, but readable,
                and without a compiler.

        Raises:
            ModelFolderError: there is no such model, or it is damaged.
            UsageError: int8 is requested, but the folder is not calibrated; or there is no engine of that name.
            WavenetError: the engine is not installed.

        """
        return cls(folder.read(folder.find(model)), precision, engine)

    def __repr__(self) -> str:
        model, rate = self.model, self.sample_rate / self.model.decimation
        conditioned = [f"{len(model.speakers)} speakers"] * bool(model.speakers) + [*model.features.kinds]
        return (
            f"<Generator {self.name}: {self.sample_rate} Hz, {model.layers} layers, receptive field "
            f"{1000 * model.receptive_field / rate:.0f} ms{''.join(f', {each}' for each in conditioned)}, "
            f"{self.precision} ({self.network.isa})>"
        )

    @property
    def sample_rate(self) -> int:
        """Samples per second of all waveforms, input and output."""
        return self.audio.sample_rate

    @property
    def speakers(self) -> tuple[str, ...]:
        """The names that ``speaker`` accepts; empty if the model has no speakers."""
        return self.model.speakers

    def encode(self, waveform: NDArray[np.floating], features: NDArray[np.floating] | None = None) -> NDArray[np.int64]:
        """The classes (T,) that the network models, from a waveform (T,) at ``sample_rate``; fewer if it is decimated.

        If they depend on features (F, channels) (``AudioConfig.lpc_order``), those are given or computed from the
        waveform.
        """
        return self.front_end.encode(waveform, features)

    def features(self, waveform: NDArray[np.floating], file_features: Frames | None = None) -> Frames:
        """The model's local features (frames, channels) of a waveform (T,) at ``sample_rate``.

        ``file_features`` (frames, file_channels) are those that only the user can give, if the model takes any.

        Raises:
            UsageError: the model takes no features, or features that cannot be computed from a waveform.
            MissingExtraError: a package that they need is not installed.
        """
        return self.front_end.features(waveform, file_features)

    def start(
        self,
        *,
        sampling: Sampling | None = None,
        conditioning: Conditioning | None = None,
        prime: NDArray[np.floating] | None = None,
        **settings: Unpack[StreamKeywords],
    ) -> Stream:
        """Start a stream for ``advance``.

        Args:
            sampling: how samples are drawn: ``seed``, ``temperature`` (default 1), ``top_k``, ``top_p``.
            conditioning: who speaks, and how: ``speaker``, ``tags``, ``features``. If the model takes features and none
                are given here, they are fed to the stream later.
            prime: a waveform (T,) to continue; the output follows it, and the frames begin with its first sample.
            **settings: the fields of ``sampling`` and ``conditioning`` as keywords: ``seed=7, speaker="ann"``.

        Raises:
            UsageError: an argument is out of range, unknown or missing; or given both in an object and as a keyword.

        """
        sampling = resolve(Sampling, sampling, settings, Conditioning)
        conditioning = resolve(Conditioning, conditioning, settings, Sampling)
        bias = self._bias(conditioning)

        def begin(first: LocalConditioning | None) -> State:
            state: State = self.network.start(sampling, bias=bias, features=first)
            return state

        conditioner = ConditioningStream(self._conditioning) if self._conditioning else None
        decoder = Decoder(self.front_end, sampling.seed)
        stream = Stream(begin, decoder, conditioner, bias, self.model.decimation)
        if conditioning.features is not None:
            stream.feed(conditioning.features)
            stream.finish()
        if conditioner is None:
            _ = stream.state  # so that wrong arguments are reported immediately
        if prime is not None and len(heard := checked(prime if np.size(prime) else np.empty(0))):
            self._prime(stream, heard, conditioning.features)
        return stream

    def _prime(self, stream: Stream, prime: NDArray[np.floating], features: NDArray[np.floating] | None) -> None:
        if self.model.decimation > 1:
            raise UsageError("a decimated model cannot continue a recording; leave out the prime")
        if not (self.model.takes_features or self.model.contexts):
            prime = prime[-(self.model.receptive_field + MEMORY) :]
        classes = self.encode(prime, features)
        stream.decoder.decode(classes)
        if not (self.model.takes_features or self.model.contexts):
            classes = classes[-self.model.receptive_field :]  # the output depends on nothing earlier
        self.network.prime(stream.state, classes, stream.features(len(classes)))

    def _bias(self, conditioning: Conditioning) -> NDArray[np.float32] | None:
        return global_bias(self.model, self.tensors, conditioning.weights(self.model))

    def switch(
        self, stream: Stream, *, conditioning: Conditioning | None = None, **settings: Unpack[SpeakerKeywords]
    ) -> None:
        """Change the speaker or the tags of a stream from its next sample on; the arguments are those of ``start``."""
        conditioning = resolve(Conditioning, conditioning, settings)
        if conditioning.features is not None:
            raise UsageError(
                "switch changes the speaker or the tags of a stream, not its features; feed these to the stream"
            )
        bias = self._bias(conditioning)
        if bias is None:
            raise UsageError("this model has no speakers and no tags to switch between")
        stream.state.set_bias(bias)

    def advance(self, streams: Sequence[Stream], samples: Counts, *, threads: int = 1) -> list[NDArray[np.float32]]:
        """Generate the next samples of each stream, in [-1, 1]; they depend neither on the batch nor on the threads.

        Args:
            streams: may change between calls, so streams can join and leave at any sample.
            samples: how many, for all or for each.
            threads: so many share the streams, and 2 the work of a single one, if as many cores are free.

        Raises:
            UsageError: a stream has too few frames, occurs twice, is in use by another call, or was interrupted by an
                exception (Ctrl-C) in an earlier call, so that its output would have a gap.

        """
        instance("streams", streams, (list, tuple), "a list of streams, as start returns them")
        for stream in streams:
            instance("a stream", stream, Stream, "what start returns")
        wanted = counts(samples, len(streams))
        with claimed([stream.claim for stream in streams]):
            return self._advance(streams, wanted, threads)

    def _advance(self, streams: Sequence[Stream], counts: Sequence[int], threads: int) -> list[NDArray[np.float32]]:
        wanted = [stream.decoder.missing(count) for stream, count in zip(streams, counts, strict=True)]
        active = [i for i, classes in enumerate(wanted) if classes]  # the others may not have a single frame yet
        rows = [rows for i in active if (rows := streams[i].features(wanted[i]))]
        classes = self.network.generate(
            [streams[i].state for i in active],
            [wanted[i] for i in active],
            threads=threads,
            features=rows if self._conditioning else None,
        )
        new = dict(zip(active, classes, strict=True))
        nothing = np.empty(0, np.int64)
        return [
            stream.decoder.decode(new.get(i, nothing), count)
            for i, (stream, count) in enumerate(zip(streams, counts, strict=True))
        ]

    def generate(
        self,
        samples: int | None = None,
        *,
        sampling: Sampling | None = None,
        conditioning: Conditioning | None = None,
        prime: NDArray[np.floating] | None = None,
        threads: int = 1,
        **settings: Unpack[StreamKeywords],
    ) -> NDArray[np.float32]:
        """Generate a waveform (samples,) in [-1, 1]; the arguments are those of ``start`` and ``advance``.

        ``samples`` may be left out if there are features, which then determine the length.
        """
        stream = self.start(sampling=sampling, conditioning=conditioning, prime=prime, **settings)
        return self.advance([stream], self._count(stream, samples), threads=threads)[0]

    def _count(self, stream: Stream, samples: int | None) -> int:
        ready = stream.ready
        if ready is not None and not ready + stream.time:
            raise UsageError("this model needs features: frames for what is to be generated")
        if samples is None:
            if ready is None:
                raise UsageError("samples is missing: how many to generate")
            return ready
        if isinstance(samples, float):
            raise UsageError(
                f"samples is {samples}, and must be an integer; for seconds, round(seconds * generator.sample_rate)"
            )
        samples = integer("samples", samples, 0)
        if ready is not None and samples > ready:
            raise UsageError(f"samples is {samples}, but the features last for {ready} more; give more frames, or 0")
        return samples

    def stream(
        self,
        samples: int | None = None,
        *,
        block: int = 160,
        sampling: Sampling | None = None,
        conditioning: Conditioning | None = None,
        prime: NDArray[np.floating] | None = None,
        threads: int = 1,
        **settings: Unpack[StreamKeywords],
    ) -> Iterator[NDArray[np.float32]]:
        """Yield a waveform in blocks (the last may be shorter); the samples do not depend on the block size.

        ``samples`` is the total number; None: as many as there are features for, or without end, in constant memory.
        ``block`` is the size of a block, at least 1. The other arguments are those of ``start`` and ``advance``.

        Raises:
            UsageError: an argument is out of range.

        """
        block = integer("block", block, 1)
        stream = self.start(sampling=sampling, conditioning=conditioning, prime=prime, **settings)
        total = samples if samples is None and stream.ready is None else self._count(stream, samples)
        return self._blocks(stream, total, block, threads)

    def _blocks(self, stream: Stream, samples: int | None, block: int, threads: int) -> Iterator[NDArray[np.float32]]:
        made = 0
        while samples is None or made < samples:
            n = block if samples is None else min(block, samples - made)
            yield self.advance([stream], n, threads=threads)[0]
            made += n

    def log_likelihood(
        self,
        waveform: NDArray[np.floating],
        *,
        conditioning: Conditioning | None = None,
        **settings: Unpack[ConditioningKeywords],
    ) -> NDArray[np.float32]:
        """Log p(x_t | x_1 … x_{t-1}, h) in nats of each class (T,) of a waveform; their sum is equation 1.

        The conditioning is given as for ``start``; features that are not given are computed from the waveform if
        possible.
        """
        conditioning = resolve(Conditioning, conditioning, settings)
        if conditioning.features is None and self.model.takes_features:
            conditioning = replace(conditioning, features=self.features(waveform))
        stream = self.start(conditioning=conditioning)
        return self.class_log_likelihood(self.encode(waveform, conditioning.features), stream)

    def class_log_likelihood(self, classes: NDArray[np.integer], stream: Stream | None = None) -> NDArray[np.float32]:
        """The same for classes (T,), as ``encode`` returns them, that continue a stream; in any number of calls."""
        stream = stream or self.start()
        if not len(classes):
            return np.empty(0, np.float32)
        with claimed([stream.claim]):
            return self.network.log_likelihood(stream.state, classes, stream.features(len(classes)))
