"""Compresses a WAV file without loss, and restores it byte for byte."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet.coder import container, runs, wave_bytes
from wavenet.coder.container import Header
from wavenet.coder.values import KINDS, Values
from wavenet.engine import folder, native
from wavenet.engine.coding import MOST_CLASSES, Decoder, Encoder, least_bits
from wavenet.engine.folder import ModelFolder
from wavenet.errors import UsageError, WavenetError

BLOCK = 8_000
"""samples between two reports of progress"""
_PART = 2**17
"""samples over all channels that are restored at once: of hours of silence, few are stored"""

Progress = Callable[[int, int], object]
"""is told how many more samples are done, and how many there are in all"""


class Codec:
    """Codes with one model, in int8: the only precision in which all machines compute the same."""

    def __init__(self, opened: ModelFolder) -> None:
        """Pack the weights.

        Raises:
            UsageError: the model cannot be a coder, or is not calibrated.
        """
        model, audio = opened.model, opened.audio
        for what, bad in (
            ("features, speakers or tags", model.conditioned),
            ("decimation", model.decimation > 1),
            ("pre_emphasis or lpc_order", audio.pre_emphasis > 0 or audio.lpc_order > 0),
            ("a gain other than 1", audio.gain != 1),
            (
                f"more than {MOST_CLASSES:,} classes",
                model.output == "softmax" and model.quantization_channels > MOST_CLASSES,
            ),
        ):
            if bad:
                raise UsageError(
                    f"{opened.name}: has {what}, and cannot code files without loss; use a model without, such as "
                    "english_prompts"
                )
        self.name, self.hash = opened.name, fingerprint(opened)
        self._values = partial(Values, classes=model.quantization_channels, quantizer=audio.quantizer)
        self._network = native.Network(model, opened.tensors, "int8")

    def compress(self, content: bytes, name: str = "the file", progress: Progress = lambda done, total: None) -> bytes:
        """A compressed file.

        Args:
            content: of a WAV file of 16-bit integers, μ-law or A-law.
            name: of the file, for messages.
            progress: see ``Progress``.

        Raises:
            WavenetError: it is no such file, or mostly something else than audio.
        """
        wave = wave_bytes.parsed(content, name)
        if (around := len(wave.head) + len(wave.tail)) > container.MOST_AROUND:
            raise WavenetError(
                f"{name}: has {around:,} bytes around its audio, and {container.MOST_AROUND:,} can be kept; remove them"
            )
        values = self._values(wave.kind)
        channels = np.frombuffer(wave.data, "<i2" if wave.kind == "pcm16" else np.uint8).reshape(-1, wave.channels).T
        if channels.size > container.MOST_SAMPLES:
            raise WavenetError(
                f"{name}: has {channels.size:,} samples, and at most {container.MOST_SAMPLES:,} can be kept"
            )
        found = [runs.find(channel) for channel in channels]
        told = partial(_told, progress, channels.size)
        coded = [self._encoded(values, *each, told) for each in zip(channels, found, strict=True)]
        header = Header(
            model=self.name,
            model_hash=self.hash,
            kind=wave.kind,
            channels=wave.channels,
            frames=channels.shape[1],
            file_hash=sha256(content).hexdigest(),
            head=wave.head.hex(),
            tail=wave.tail.hex(),
            coded=tuple(map(len, coded)),
            runs=tuple(map(runs.stored, found)),
        )
        return container.written(header, coded)

    def _encoded(
        self, values: Values, channel: np.ndarray[tuple[int], np.dtype[np.integer]], found: list[tuple[int, int]],
        progress: Callable[[int], object],
    ) -> bytes:  # fmt: skip
        kept = channel[runs.without(found, len(channel))]
        progress(len(channel) - len(kept))
        classes, positions = values.classes(kept.tobytes())
        state, encoder = self._network.start(), Encoder(self._network, values.widths)
        for at in range(0, len(kept), BLOCK):
            encoder.take(state, classes[at : at + BLOCK], positions[at : at + BLOCK])
            progress(min(BLOCK, len(kept) - at))
        return encoder.finish()

    def decompress(
        self, content: bytes, name: str = "the file", progress: Progress = lambda done, total: None
    ) -> bytes:
        """The original file, whole; arguments and errors as in ``restored``."""
        return b"".join(self.restored(content, name, progress))

    def restored(
        self, content: bytes, name: str = "the file", progress: Progress = lambda done, total: None
    ) -> Iterator[bytes]:
        """The original file in parts; arguments as in ``compress``.

        Memory holds what is coded and a part: a few bytes may stand for gigabytes of silence, and nothing is known to
        be true of them before all is compared with the digest, which is done first.

        Raises:
            WavenetError: the file is damaged, or was compressed with another model; on the call, before any part.
        """
        header, coded = container.read(content, name)
        if header.model_hash != self.hash:
            raise WavenetError(
                f"{name}: was compressed with another model than {self.name}, called {header.model}; give that one"
            )
        try:
            values = self._values(header.kind)
            counts = [runs.check(each, header.frames) for each in header.runs]
            for count, each in zip(counts, coded, strict=True):
                self._check_length(count, each)
        except (UsageError, ValueError) as error:
            raise WavenetError(f"{name}: is damaged ({error})") from None
        told = partial(_told, progress, header.frames * header.channels)
        channels = []
        for own, count in zip(coded, counts, strict=True):
            told(header.frames - count)
            channels.append(self._decoded(values, own, count, told))
        digest = sha256()
        for part in _whole(header, channels):
            digest.update(part)
        if digest.hexdigest() != header.file_hash:
            raise WavenetError(f"{name}: is damaged; what it decodes to is not what was compressed")
        return _whole(header, channels)

    def _check_length(self, count: int, coded: bytes) -> None:
        """Raise ValueError if so few bytes cannot be so many samples: each costs something, however probable it is."""
        if count * least_bits(self._network.model) > 8 * (len(coded) + 16):
            raise ValueError("it is too short for its audio")

    def _decoded(
        self, values: Values, coded: bytes, count: int, progress: Callable[[int], object]
    ) -> NDArray[np.unsignedinteger]:
        """The coded samples of a channel, (count,)."""
        out = np.empty(count, f"u{KINDS[values.kind]}")
        state, decoder = self._network.start(), Decoder(self._network, values.widths, coded)
        for at in range(0, count, BLOCK):
            many = min(BLOCK, count - at)
            out[at : at + many] = np.frombuffer(values.data(*decoder.take(state, many)), out.dtype)
            progress(many)
        return out


def _whole(header: Header, channels: list[NDArray[np.unsignedinteger]]) -> Iterator[bytes]:
    """A file in parts, from the coded samples of each channel (C,)."""
    head, tail = header.around()
    places, many = [runs.Places(each) for each in header.runs], max(_PART // header.channels, 1)
    yield head
    for first in range(0, header.frames, many):
        part = np.empty((min(many, header.frames - first), header.channels), channels[0].dtype)
        for channel, place, out in zip(channels, places, part.T, strict=True):
            out[:] = channel[place.at(first, len(part))]
        yield part.tobytes()
    yield tail


def _told(progress: Progress, total: int, done: int) -> None:
    progress(done, total)


def fingerprint(opened: ModelFolder) -> str:
    """SHA-256 of all that the probabilities of a model depend on: its settings and tensors.

    Settings at their defaults do not count, so that files stay readable when there are more settings.
    """
    parts: dict[str, Any] = {"model": opened.model, "audio": opened.audio}
    changed = {
        name: {key: value for key, value in asdict(part).items() if value != asdict(type(part)())[key]}
        for name, part in parts.items()
    }
    found = sha256(json.dumps(changed, sort_keys=True).encode())
    for name in sorted(opened.tensors):
        tensor = np.ascontiguousarray(opened.tensors[name], "<f4")
        found.update(f"{name} {tensor.shape}".encode() + tensor.tobytes())
    return found.hexdigest()


def is_original(path: Path, content: bytes, name: str) -> bool:
    """Whether a file is what a compressed file would be restored to; raises WavenetError if that is damaged."""
    header = container.read(content, name)[0]
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == header.file_hash


def model_named(content: bytes, name: str) -> str:
    """The name of the model of a compressed file, if a model with that name ships; else raises WavenetError."""
    model = container.read(content, name)[0].model
    if model not in folder.shipped(folder.FORMAT):
        raise WavenetError(f"{name}: was compressed with the model {model!r}, which does not ship; name its folder")
    return model
