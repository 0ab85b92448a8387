"""The stages between text and what conditions the WaveNet (section 3.2): durations, then pitch, then log-mel.

Each is a network over the features of segments (an encoder) and, except for the durations, a network over frames (a
decoder), which also sees the position of each frame in its segment.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from wavenet.audio.features import PITCH_SPREAD
from wavenet.config import FeatureConfig, StageConfig, VoiceConfig
from wavenet.engine.eight_bits import Stored
from wavenet.tts import linguistics
from wavenet.tts.network import Array, Stack
from wavenet.tts.segments import SIL, Segment

Durations = NDArray[np.intp]

PART, LATER = 96, 288
"""frames that are decoded at first and later at a time: the first audio of a long sentence comes early, and what two
parts have to compute both is a fifth of the first ones, and little of the others; multiples of the block size of the
WaveNet's conditioning network"""
LONGEST = 3.0
"""longest phone or pause in seconds, at the voice's own speed; limits what networks predict for unusual input"""


class Stages:
    """The networks of a voice."""

    def __init__(self, voice: VoiceConfig, tensors: Stored) -> None:
        """Take the weights, with the names of ``shapes``."""
        self._durations = Stack(tensors, "durations.encoder", voice.durations.encoder_blocks)
        self._pitch = _Decoded(tensors, "pitch", voice.pitch) if voice.conditions != "linguistic" else None
        self._mel = _Decoded(tensors, "mel", voice.mel) if voice.uses_mel else None
        self._gives_pitch = voice.uses_pitch

    def durations(self, features: Array, segments: Sequence[Segment], frame_rate: float, speed: float = 1) -> Durations:
        """The frames of each segment (S,).

        Args:
            features: of the segments, (S, channels).
            segments: which pauses have a given duration, and how fast each segment should be.
            frame_rate: frames per second.
            speed: a factor on everything except pauses of given duration.
        """
        most = np.log1p(LONGEST * frame_rate)
        frames = np.expm1(np.minimum(self._durations(features)[:, 0].astype(np.float64), most))
        frames /= speed * np.array([segment.speed for segment in segments])
        least = np.array([0.0 if segment.phone == SIL else 1.0 for segment in segments])
        given = [segment.seconds for segment in segments]
        fixed = np.array([np.nan if seconds is None else round(seconds * frame_rate) for seconds in given])
        return rounded(np.where(np.isnan(fixed), np.maximum(frames, least), fixed), least)

    def pitch(self, features: Array, durations: Durations, segments: Sequence[Segment], factor: float = 1) -> Array:
        """Log F0 and voicing (F, 2), as in ``audio.features.pitch``."""
        assert self._pitch
        found = self._pitch(features, durations, [])
        factors = np.repeat(np.log([factor * segment.pitch for segment in segments]), durations)
        return np.stack([found[:, 0] + factors / PITCH_SPREAD, found[:, 1] > 0], 1).astype(np.float32)

    def conditions(self, features: Array, durations: Durations, pitch: Array | None) -> Array:
        """The features (F, channels) that condition the WaveNet."""
        return np.concatenate(list(self.parts(features, durations, pitch)))

    def parts(self, features: Array, durations: Durations, pitch: Array | None) -> Iterator[Array]:
        """The same in parts of ``PART`` frames, then ``LATER``, each computed when it is requested."""
        beside = [pitch] if self._gives_pitch and pitch is not None else []
        if not self._mel:
            frames = np.concatenate([linguistics.frames(features, durations), *beside], 1)
            yield frames[:PART]
            yield from (frames[first : first + LATER] for first in range(PART, len(frames), LATER))
            return
        assert pitch is not None
        first = 0
        for mel in self._mel.parts(features, durations, [pitch]):
            yield np.concatenate([mel, *(each[first : first + len(mel)] for each in beside)], 1)
            first += len(mel)


class _Decoded:
    """An encoder over segments and a decoder over frames."""

    def __init__(self, tensors: Stored, name: str, settings: StageConfig) -> None:
        self._encoder = Stack(tensors, f"{name}.encoder", settings.encoder_blocks)
        self._decoder = Stack(tensors, f"{name}.decoder", settings.decoder_blocks)

    def __call__(self, features: Array, durations: Durations, others: list[Array]) -> Array:
        return np.concatenate(list(self.parts(features, durations, others)))

    def parts(self, features: Array, durations: Durations, others: list[Array]) -> Iterator[Array]:
        frames = np.concatenate([linguistics.frames(self._encoder(features), durations), *others], 1)
        return self._decoder.parts(frames, chain([PART], repeat(LATER)))


def rounded(frames: NDArray[np.float64], least: NDArray[np.float64]) -> Durations:
    """Whole frames whose cumulative sums are accurate to a frame; integers are unchanged, and none is below its
    minimum.

    Every input is at least its minimum.
    """
    found, owed = np.empty(len(frames), np.intp), 0.0
    for i, wanted in enumerate(frames.tolist()):
        found[i] = wanted if wanted.is_integer() else max(round(wanted + owed), least[i])
        owed += wanted - found[i]
    return found


def feature_channels(voice: VoiceConfig, mels: int) -> int:
    """The number of channels of ``Stages.conditions``."""
    linguistic = linguistics.channels(voice.phones) + linguistics.FRAME_CHANNELS
    return (mels if voice.uses_mel else linguistic) + 2 * voice.uses_pitch


def shapes(voice: VoiceConfig, features: FeatureConfig) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight of the stages; convolutions are (out, in, taps)."""
    inputs, places = linguistics.channels(voice.phones), linguistics.FRAME_CHANNELS
    found = dict(stack_shapes("durations.encoder", voice.durations.encoder_blocks, inputs, 1, voice.durations))
    stages = {"pitch": (voice.pitch, 0, 2)} if voice.conditions != "linguistic" else {}
    stages |= {"mel": (voice.mel, 2, features.n_mels)} if voice.uses_mel else {}
    for name, (settings, others, outputs) in stages.items():
        encoded = settings.channels
        found |= stack_shapes(f"{name}.encoder", settings.encoder_blocks, inputs, encoded, settings)
        found |= stack_shapes(f"{name}.decoder", settings.decoder_blocks, encoded + places + others, outputs, settings)
    return found


def stack_shapes(
    name: str, blocks: int, inputs: int, outputs: int, settings: StageConfig
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Those of one ``network.Stack``."""
    C = settings.channels
    matrices = {f"{name}.input": (C, inputs)}
    for i in range(blocks):
        matrices[f"{name}.blocks.{i}.mix"] = (C, C)
    for matrix, shape in (matrices | {f"{name}.output": (outputs, C)}).items():
        yield f"{matrix}.weight", shape
        yield f"{matrix}.bias", shape[:1]
    for i in range(blocks):
        yield f"{name}.blocks.{i}.conv.weight", (C, C, settings.taps)
        yield f"{name}.blocks.{i}.conv.bias", (C,)
