"""A voice, opened: text to sound, sentence by sentence, without PyTorch.

All sentences of a text go through one stream of the WaveNet, so the sound depends neither on how the text arrives nor
on the size of the blocks that are asked for; those of several texts share the WaveNet's batch.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, Unpack, get_args

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import bands
from wavenet.audio.features import check
from wavenet.config import LANGUAGES, SPEECH_TEMPERATURE, FeatureConfig
from wavenet.config.checks import instance, integer, is_number
from wavenet.engine import folder as folders
from wavenet.engine.claim import NotCopied
from wavenet.engine.keywords import resolve
from wavenet.engine.precision import Precision
from wavenet.engine.sampling import Sampling, SamplingKeywords
from wavenet.errors import UsageError
from wavenet.generator import Generator
from wavenet.stream import Stream
from wavenet.tts import folder, linguistics
from wavenet.tts.front_ends import Said, reader
from wavenet.tts.markup import Markup
from wavenet.tts.network import Array
from wavenet.tts.segments import Segment
from wavenet.tts.speech import Sentence, Speech, Text, checked
from wavenet.tts.stages import Durations, Stages
from wavenet.tts.timing import SaidWord, Source, words

Files = str | Path | Iterable[str | Path]
SPEEDS, PITCHES = (0.2, 5.0), (0.5, 2.0)
"""between which factors may lie"""


class Voice(NotCopied):
    """A WaveNet that can be told what to say."""

    def __init__(
        self, opened: folder.VoiceFolder, precision: Precision | Literal["auto"] = "auto", engine: str = "native"
    ) -> None:
        self.name = opened.name
        """what the folder of the voice is called"""
        self.settings = opened.voice
        self.generator = Generator(opened.wavenet, precision, engine)
        self._stages = Stages(opened.voice, opened.tensors)
        self._read = reader(opened.voice.language)  # now as well: its modules take time to load
        bands.noise(opened.wavenet.model.decimation)  # now, for no sentence to wait for it

    @classmethod
    def open(
        cls, voice: str | Path, precision: Precision | Literal["auto"] = "auto", engine: str = "native"
    ) -> "Voice":
        """Open the folder of a voice, or a shipped voice by its name; precision and engine as for a ``Generator``.

        Raises:
            ModelFolderError: there is no such voice, or its folder is broken.
            UsageError: int8 is asked for, and the WaveNet is not calibrated; or there is no engine of that name.
            WavenetError: the engine is not there.
        """
        return cls(folder.read(folders.find(voice, folder.FORMAT)), precision, engine)

    def __repr__(self) -> str:
        language = LANGUAGES[self.settings.language].title()
        generator = self.generator
        return (
            f"<Voice {self.name}: {language}, {self.sample_rate} Hz, {generator.precision} ({generator.network.isa})>"
        )

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
        lexicon: Files = (),
        markup: Markup = "auto",
        strict: bool = False,
        block: int = 1600,
        threads: int = 1,
        on_word: Callable[[SaidWord], object] | None = None,
        sampling: Sampling | None = None,
        **drawn: Unpack[SamplingKeywords],
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the sound (T,) in [-1, 1] of a text, as it is made; memory does not grow with the text.

        Args:
            text: whole or in pieces. What is wrong with a text given whole is told before any sound; of a Russian one,
                in its first ``AT_ONCE`` characters (``tts/russian/front_end.py``).
            speed: 2 is twice as fast.
            pitch: a factor on F0.
            lexicon: a file, or files, of how English words are said, before the shipped one.
            markup: what the text is written in. SSML is for English.
            strict: refuse words in letters of other scripts, which are otherwise left out with a ``WavenetWarning``.
            block: at most so many samples at a time; the samples do not depend on it.
            threads: of the WaveNet; the stages have one.
            on_word: is called with every written word and its times, before the block in which the word begins.
            sampling: how samples are drawn; where it tells no temperature, at that at which this voice sounds best.
            **drawn: the fields of ``sampling``, in its place: ``seed=3, temperature=0.7``.

        Raises:
            UsageError: the text cannot be said, or an argument is out of range.
            WavenetError: a Russian voice lacks festival, which reads for it.
        """
        block = integer("block", block, 1)
        checked(text)  # None too, which start takes for a text that is fed later
        speech = self.start(
            text, speed=speed, pitch=pitch, lexicon=lexicon, markup=markup, strict=strict, sampling=sampling, **drawn
        )
        return self._blocks(speech, block, threads, on_word)

    def start(
        self,
        text: str | Iterable[str] | None = None,
        *,
        speed: float = 1.0,
        pitch: float = 1.0,
        lexicon: Files = (),
        markup: Markup = "auto",
        strict: bool = False,
        watch: Callable[[Sentence], object] | None = None,
        sampling: Sampling | None = None,
        **drawn: Unpack[SamplingKeywords],
    ) -> Speech:
        """An utterance for ``advance``; the arguments are those of ``say``. Without a text it is fed with one.

        ``watch`` is called with each sentence when it is planned, before its sound is made.
        """
        source: str | Iterable[str | None] = Text() if text is None else text
        stream = self._stream(resolve(Sampling, sampling, drawn))
        planned = self._planned(source, speed, pitch, lexicon, markup, strict)
        if watch:
            planned = _watched(planned, watch)
        return self._speech(planned, stream, source if isinstance(source, Text) else None)

    def advance(
        self, speeches: Sequence[Speech], samples: int | Sequence[int], *, threads: int = 1
    ) -> list[NDArray[np.float32]]:
        """Generate the next samples of each utterance, in [-1, 1]; they depend neither on the batch nor on the threads.

        Args:
            speeches: of this voice; may be others in each call, so utterances join and leave at any time.
            samples: at most so many, of all or of each: there are fewer where a part of the text ends, and none where
                none are ready.
            threads: of the WaveNet, as in ``say``.

        Raises:
            UsageError: a text cannot be said; then no utterance has moved.
        """
        instance("speeches", speeches, (list, tuple), "a list of utterances, as start returns them")
        most = list(samples) if isinstance(samples, Sequence) else [samples] * len(speeches)
        ready = [speech.prepare() for speech in speeches]
        counts = [min(pair) for pair in zip(ready, most, strict=True)]
        return self.generator.advance([speech.stream for speech in speeches], counts, threads=threads)

    def plan(
        self,
        text: str | Iterable[str],
        *,
        speed: float = 1.0,
        pitch: float = 1.0,
        lexicon: Files = (),
        markup: Markup = "auto",
        strict: bool = False,
    ) -> Iterator[Sentence]:
        """What the stages make of a text, sentence by sentence; the arguments are those of ``say``."""
        planned = self._planned(text, speed, pitch, lexicon, markup, strict)
        return (sentence for sentence in planned if sentence is not None)

    def _planned(
        self,
        text: str | Iterable[str | None],
        speed: float,
        pitch: float,
        lexicon: Files,
        markup: Markup,
        strict: bool,
    ) -> Iterator[Sentence | None]:
        _check("speed", speed, SPEEDS)
        _check("pitch", pitch, PITCHES)
        if markup not in get_args(Markup):
            raise UsageError(f"markup is {markup!r}, and must be one of {', '.join(get_args(Markup))}")
        files = [lexicon] if isinstance(lexicon, str | os.PathLike) else lexicon
        instance("lexicon", files, Iterable, "the paths of files")
        text = checked(text)
        source = Source(text)
        found = self._read(text if isinstance(text, str) else source, list(files), markup=markup, strict=strict)
        return self._timed(found, source, speed, pitch)

    def _timed(
        self, found: Iterable[Said | None], source: Source, speed: float, pitch: float
    ) -> Iterator[Sentence | None]:
        frames, per_second = 0, self.sample_rate / self.hop_length
        for said in found:
            if said is None:
                yield None
                continue
            made = self.sentence(said.segments, speed, pitch)
            durations = made.durations.tolist()
            timed = words(said.words, source, said.segments, durations, frames, per_second)
            yield made._replace(written=said.text, words=tuple(timed), start=frames / per_second)
            frames += sum(durations)

    def sentence(
        self,
        said: Sequence[Segment],
        speed: float = 1.0,
        pitch: float = 1.0,
        *,
        durations: Durations | None = None,
        contour: Array | None = None,
    ) -> Sentence:
        """What the stages make of segments; durations (S,) and log F0 with voicing (F, 2) may be given instead.

        Raises:
            UsageError: the voice lacks a phone, or what is given does not fit.
        """
        features = linguistics.features(said, self.settings.phones)
        if durations is None:
            durations = self._stages.durations(features, said, self.sample_rate / self.hop_length, speed)
        else:
            _check_durations(durations, len(said))
        if contour is not None:
            _check_contour(contour, int(durations.sum()))
        elif self.settings.conditions != "linguistic":
            contour = self._stages.pitch(features, durations, said, pitch)
        return Sentence(list(said), durations, contour, partial(self._stages.parts, features, durations, contour))

    def speak(
        self,
        sentences: Iterable[Sentence],
        *,
        block: int,
        threads: int,
        on_word: Callable[[SaidWord], object] | None = None,
        sampling: Sampling | None = None,
        **drawn: Unpack[SamplingKeywords],
    ) -> Iterator[NDArray[np.float32]]:
        """The sound of planned sentences, in blocks; the arguments are those of ``say``."""
        speech = self._speech(sentences, self._stream(resolve(Sampling, sampling, drawn)))
        return self._blocks(speech, block, threads, on_word)

    def _speech(self, sentences: Iterable[Sentence | None], stream: Stream, text: Text | None = None) -> Speech:
        return Speech(sentences, stream, text, hop_length=self.hop_length, sample_rate=self.sample_rate)

    def _stream(self, sampling: Sampling) -> Stream:
        return self.generator.start(sampling=sampling.at(self.generator.model.best_temperature(SPEECH_TEMPERATURE)))

    def _blocks(
        self, speech: Speech, block: int, threads: int, on_word: Callable[[SaidWord], object] | None
    ) -> Iterator[NDArray[np.float32]]:
        while not speech.done:
            (sound,) = self.advance([speech], block, threads=threads)
            if on_word:
                for word in speech.words():
                    on_word(word)
            if len(sound):
                yield sound


def _watched(planned: Iterable[Sentence | None], watch: Callable[[Sentence], object]) -> Iterator[Sentence | None]:
    for sentence in planned:
        if sentence is not None:
            watch(sentence)
        yield sentence


def _check_durations(durations: Durations, segments: int) -> None:
    if durations.shape != (segments,) or durations.dtype.kind not in "iu" or (durations < 0).any():
        told = f"an array of {durations.dtype} with shape {durations.shape}"
        raise UsageError(f"durations are {told}, and must be frames, integers from 0, of {segments} segments")


def _check_contour(contour: Array, frames: int) -> None:
    check("the contour", contour, FeatureConfig(kinds=("pitch",)), frames)
    if len(contour) != frames:
        raise UsageError(f"the contour has {len(contour)} frames, and the durations {frames}")


def _check(name: str, value: float, between: tuple[float, float]) -> None:
    if not (is_number(value) and between[0] <= value <= between[1]):
        raise UsageError(f"{name} is {value!r}, and must be from {between[0]:g} to {between[1]:g}")
