"""A voice, opened: text to sound, sentence by sentence, without PyTorch.

All sentences go through one stream of the WaveNet, so the sound depends neither on how the text arrives nor on the
size of the blocks that are asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, Unpack

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import bands
from wavenet.config import SAYING
from wavenet.engine import folder as folders
from wavenet.engine.keywords import settled
from wavenet.engine.precision import Precision
from wavenet.engine.sampling import Sampling, SamplingKeywords
from wavenet.errors import UsageError
from wavenet.generator import Generator
from wavenet.tts import folder, linguistics
from wavenet.tts.front_ends import reader
from wavenet.tts.markup import Markup
from wavenet.tts.network import Array
from wavenet.tts.segments import Segment
from wavenet.tts.stages import Durations, Stages

SPEEDS, PITCHES = (0.2, 5.0), (0.5, 2.0)
"""between which factors may lie"""


@dataclass(frozen=True)
class Sentence:
    """What the stages made of a sentence."""

    segments: list[Segment]
    durations: Durations
    """frames of each segment (S,)"""
    pitch: Array | None
    """log F0 and voicing (F, 2) as ``audio.features.pitch`` has them; None where the voice does without"""
    parts: Callable[[], Iterator[Array]]
    """``conditions``, from the beginning on, each part (F, channels) computed when it is asked for"""
    written: str = ""
    """the forms that stand in the text for its words, with blanks between them"""

    @property
    def conditions(self) -> Array:
        """Of the WaveNet (F, channels)."""
        return np.concatenate(list(self.parts()))


class Voice:
    """A WaveNet that can be told what to say."""

    def __init__(self, opened: folder.VoiceFolder, precision: Precision | Literal["auto"] = "auto") -> None:
        self.settings = opened.voice
        self.generator = Generator(opened.wavenet, precision)
        self._stages = Stages(opened.voice, opened.tensors)
        self._read = reader(opened.voice.language)  # now as well: its modules take time to load
        bands.noise(opened.wavenet.model.decimation)  # now, for no sentence to wait for it

    @classmethod
    def open(cls, voice: str | Path, precision: Precision | Literal["auto"] = "auto") -> "Voice":
        """Open the folder of a voice, or a shipped voice by its name.

        Raises:
            ModelFolderError: there is no such voice, or its folder is broken.
            UsageError: int8 is asked for, and the WaveNet is not calibrated.
        """
        return cls(folder.read(folders.find(voice, folder.FORMAT)), precision)

    @property
    def sample_rate(self) -> int:
        """Samples per second of the sound."""
        return self.generator.sample_rate

    @property
    def hop_length(self) -> int:
        """Samples from frame to frame."""
        return self.generator.model.features.hop_length

    def say(
        self,
        text: str | Iterable[str],
        *,
        speed: float = 1.0,
        pitch: float = 1.0,
        lexicon: Iterable[str | Path] = (),
        markup: Markup = "auto",
        strict: bool = False,
        block: int = 1600,
        threads: int = 1,
        sampling: Sampling | None = None,
        **drawn: Unpack[SamplingKeywords],
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the sound (T,) in [-1, 1] of a text, as it is made; memory does not grow with the text.

        Args:
            text: whole or in pieces. What is wrong with a text given whole is told before any sound; of a Russian one,
                in its first ``AT_ONCE`` characters (``tts/russian/front_end.py``).
            speed: 2 is twice as fast.
            pitch: a factor on F0.
            lexicon: files of how English words are said, before the shipped one.
            markup: what the text is written in. SSML is for English.
            strict: refuse words in letters of other scripts, which are otherwise left out with a ``LeftOutWarning``.
            block: at most so many samples at a time; the samples do not depend on it.
            threads: of the WaveNet. Those of numpy are its own matter: where cores are busy, let it have one, by
                ``OPENBLAS_NUM_THREADS=1`` before it is imported.
            sampling: how samples are drawn; where it tells no temperature, at that at which this voice sounds best.
            **drawn: the fields of ``sampling``, in its place: ``seed=3, temperature=0.7``.

        Raises:
            UsageError: the text cannot be said, or an argument is out of range.
            WavenetError: a Russian voice lacks festival, which reads for it.
        """
        if block < 1:
            raise UsageError(f"block is {block}, and must be at least 1")
        planned = self.plan(text, speed=speed, pitch=pitch, lexicon=lexicon, markup=markup, strict=strict)
        return self.speak(planned, block=block, threads=threads, sampling=settled(Sampling, sampling, drawn))

    def plan(
        self,
        text: str | Iterable[str],
        *,
        speed: float = 1.0,
        pitch: float = 1.0,
        lexicon: Iterable[str | Path] = (),
        markup: Markup = "auto",
        strict: bool = False,
    ) -> Iterator[Sentence]:
        """What the stages make of a text, sentence by sentence; the arguments are those of ``say``."""
        _check("speed", speed, SPEEDS)
        _check("pitch", pitch, PITCHES)
        found = self._read(text, list(lexicon), markup=markup, strict=strict)
        return (replace(self.sentence(said, speed, pitch), written=written) for said, written in found)

    def sentence(
        self,
        said: Sequence[Segment],
        speed: float = 1.0,
        pitch: float = 1.0,
        *,
        durations: Durations | None = None,
        contour: Array | None = None,
    ) -> Sentence:
        """What the stages make of segments; durations (S,) and log F0 with voicing (F, 2) may be given instead."""
        features = linguistics.features(said, self.settings.phones)
        if durations is None:
            durations = self._stages.durations(features, said, self.sample_rate / self.hop_length, speed)
        if contour is None and self.settings.conditions != "linguistic":
            contour = self._stages.pitch(features, durations, said, pitch)
        return Sentence(list(said), durations, contour, partial(self._stages.parts, features, durations, contour))

    def speak(
        self,
        sentences: Iterable[Sentence],
        *,
        block: int,
        threads: int,
        sampling: Sampling | None = None,
        **drawn: Unpack[SamplingKeywords],
    ) -> Iterator[NDArray[np.float32]]:
        """The sound of planned sentences, in blocks; the arguments are those of ``say``."""
        sampling = settled(Sampling, sampling, drawn).at(self.generator.model.best_temperature(SAYING))
        stream = self.generator.start(sampling=sampling)

        def ready() -> Iterator[NDArray[np.float32]]:
            while left := stream.ready or 0:
                yield self.generator.advance([stream], min(left, block), threads=threads)[0]

        for sentence in sentences:
            for frames in sentence.parts():
                stream.feed(frames)
                yield from ready()
        stream.finish()
        yield from ready()


def _check(name: str, value: float, between: tuple[float, float]) -> None:
    if not between[0] <= value <= between[1]:
        raise UsageError(f"{name} is {value:g}, and must be from {between[0]:g} to {between[1]:g}")
