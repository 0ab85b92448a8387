"""Opens a recogniser of phones and applies it: to whole recordings, or to a stream."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wavenet.audio.waveforms import checked
from wavenet.engine import engines
from wavenet.engine.folder import shapes_beside
from wavenet.engine.interface import Engine
from wavenet.engine.precision import Precision, resolved
from wavenet.errors import UsageError, suggestion
from wavenet.recognition import folder
from wavenet.recognition.decoding import Bigram, Decoder, Decoding, Greedy, Phone, Spans
from wavenet.recognition.folder import RecogniserFolder
from wavenet.recognition.frames import Array, Classifier, FrameStream
from wavenet.recognition.pooling import MelPooling, Pooling, SkipPooling
from wavenet.tts.segments import SIL


class Recogniser:
    """A recogniser, ready to run; it does not change, and may be used by any number of streams."""

    def __init__(
        self, opened: RecogniserFolder, precision: Precision | Literal["auto"] = "auto", engine: str = "native"
    ) -> None:
        self.opened = opened
        self.classifier = Classifier(folder.only(opened.tensors, "frames."), opened.recogniser.layers)
        self.sequences = folder.only(opened.tensors, "phones.")
        """the tensors of ``bigram.py``"""
        self._network: Engine[Any] | None = None
        """None where the input is log-mel"""
        if opened.recogniser.input == "waveform":
            tensors = {name: opened.tensors[name] for name in shapes_beside(opened.model, opened.tensors)}
            self._network = engines.find(engine)(opened.model, tensors, resolved(precision, tensors))

    @classmethod
    def open(
        cls, model: str | Path, precision: Precision | Literal["auto"] = "auto", engine: str = "native"
    ) -> "Recogniser":
        """Open the folder of a recogniser; precision and engine as for a ``Generator``.

        Raises:
            ModelFolderError: there is none, or it is damaged.
            UsageError: int8 is asked for, and the folder is not calibrated; or there is no engine of that name.
            WavenetError: the engine is not there.
        """
        return cls(folder.read(model), precision, engine)

    def __repr__(self) -> str:
        r = self.opened.recogniser
        return f"<Recogniser {self.opened.name}: {len(r.phones)} phones, {self.sample_rate} Hz, from {r.input}>"

    @property
    def sample_rate(self) -> int:
        """Samples per second of what it hears."""
        return self.opened.audio.sample_rate

    @property
    def phones(self) -> tuple[str, ...]:
        """All phones that it knows, the pause included."""
        return self.opened.recogniser.phones

    @property
    def frame_seconds(self) -> float:
        """The length of a frame."""
        return self.opened.recogniser.features.hop_length / self.sample_rate

    def look_ahead(self, decoding: Decoding = "bigram") -> float:
        """Seconds after the end of a frame after which its phone is known, and changes no more."""
        lag = _decoder(decoding, self).lag * self.opened.recogniser.features.hop_length
        return (self.opened.recogniser.look_ahead + lag) / self.sample_rate

    def pooling(self) -> Pooling:
        """The frames of a new stream."""
        return MelPooling(self.opened) if self._network is None else SkipPooling(self.opened, self._network)

    def log_probabilities(self, waveform: NDArray[np.floating]) -> Array:
        """Of each phone in each frame, (F, P), of a waveform (T,) in [-1, 1] at the sample rate; raises UsageError."""
        return self.classifier(self.pooling().feed(checked(waveform), last=True))

    def start(self, decoding: Decoding = "bigram") -> "RecognitionStream":
        """Start a stream; raises UsageError if the decoding is unknown."""
        return RecognitionStream(self, decoding)

    def recognise(self, waveform: NDArray[np.floating], decoding: Decoding = "bigram") -> list[Phone]:
        """The phones of a waveform (T,) in [-1, 1] at the sample rate, pauses included, without a gap."""
        return list(self.recognised([waveform], decoding))

    def recognised(self, blocks: Iterable[NDArray[np.floating]], decoding: Decoding = "bigram") -> Iterator[Phone]:
        """The same of blocks (T,) of any size, as they come."""
        stream = self.start(decoding)
        for block in blocks:
            yield from stream.feed(block)
        yield from stream.end()


class RecognitionStream:
    """A recording that arrives in blocks; blocks of any size give the same phones."""

    def __init__(self, recogniser: Recogniser, decoding: Decoding = "bigram") -> None:
        self._pooling, self._frames = recogniser.pooling(), FrameStream(recogniser.classifier)
        self._decoder = _decoder(decoding, recogniser)
        self._spans = Spans(recogniser.phones, recogniser.frame_seconds, recogniser.sequences)
        self._rate = recogniser.sample_rate
        self._logs = np.empty((0, len(recogniser.phones)), np.float32)
        """of the frames that are not decided"""
        self.samples = 0
        """that were heard"""

    def feed(self, waveform: NDArray[np.floating]) -> list[Phone]:
        """Take the next samples (T,), and return the phones that have ended and will not change."""
        return self._feed(checked(waveform), False)

    def end(self) -> list[Phone]:
        """The phones that are left when the recording has ended; the stream takes nothing more."""
        found = self._feed(np.empty(0, np.float32), True)
        return found + self._spans.end(self.samples / self._rate)

    def _feed(self, waveform: NDArray[np.floating], last: bool) -> list[Phone]:
        self.samples += len(waveform)
        logs = self._frames.feed(self._pooling.feed(waveform, last), last)
        self._logs = np.concatenate([self._logs, logs])
        phones = self._decoder.feed(logs, last)
        decided, self._logs = self._logs[: len(phones)], self._logs[len(phones) :]
        return self._spans.feed(phones, decided)


def _decoder(decoding: Decoding, recogniser: Recogniser) -> Decoder:
    if decoding not in get_args(Decoding):
        raise UsageError(f"unknown decoding {decoding!r}{suggestion(str(decoding), get_args(Decoding))}")
    return Greedy() if decoding == "greedy" else Bigram(recogniser.sequences)


def confidence(phones: Sequence[Phone]) -> float | None:
    """The mean confidence of phones, by their lengths, pauses left out; None if there is nothing else."""
    said = [phone for phone in phones if phone.name != SIL]
    seconds = sum(phone.end - phone.start for phone in said)
    return sum(phone.confidence * (phone.end - phone.start) for phone in said) / seconds if seconds else None
