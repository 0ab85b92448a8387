"""Copy synthesis: recordings resynthesised by a model from their features, to be judged against the originals."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Unpack

import numpy as np
import soxr

from wavenet import atomic, bars, made, recordings
from wavenet.audio import files
from wavenet.audio.suffixes import SUFFIXES
from wavenet.config import COPY_TEMPERATURE
from wavenet.engine.keywords import resolve
from wavenet.engine.sampling import Sampling, SamplingKeywords
from wavenet.errors import UsageError
from wavenet.evaluation.perception.clip import RATE, Clip, Waveform
from wavenet.generator import Generator
from wavenet.recordings import NOTHING, ConditioningOptions, Recording
from wavenet.safe_paths import below

STREAMS = 16
"""clips that are generated together"""


def copies(
    model: Generator,
    natural: Sequence[Clip],
    *,
    options: ConditioningOptions = NOTHING,
    progress: bool = False,
    sampling: Sampling | None = None,
    **drawn: Unpack[SamplingKeywords],
) -> list[Clip]:
    """A copy of each clip, which is its reference; each has random numbers from its position and the seed.

    Args:
        model: a network with local conditioning.
        natural: the recordings.
        options: conditioning in addition to that of the recordings.
        progress: show a progress bar.
        sampling: how samples are drawn; without a temperature, at that at which the model sounds best.
        **drawn: the fields of ``sampling``, in its place.

    Raises:
        UsageError: the model takes no features, or features that must be given, or another speaker.
    """
    if not model.model.takes_features:
        raise UsageError("this model takes no features, so it cannot copy a recording")
    sampling = resolve(Sampling, sampling, drawn).at(model.model.best_temperature(COPY_TEMPERATURE))
    waveforms = [_at(clip.waveform, clip.sample_rate, model.sample_rate) for clip in natural]
    samples = [len(waveform) for waveform in waveforms]
    made: dict[int, Clip] = {}
    # clips of similar lengths together, so that none waits long for the others
    order = np.argsort(samples, kind="stable").tolist()
    with bars.bar(
        total=sum(samples), desc="copying", unit=" samples", unit_scale=True, delay=1, disable=not progress
    ) as bar:
        for group in (order[i : i + STREAMS] for i in range(0, len(order), STREAMS)):
            streams = [
                recordings.start(
                    model, _recording(natural[i], waveforms[i]), options, replace(sampling, seed=sampling.seed + i)
                )
                for i in group
            ]
            for i, waveform in zip(group, model.advance(streams, [samples[i] for i in group]), strict=True):
                clip = natural[i]
                reference = _at(clip.waveform, clip.sample_rate, RATE)
                copy = _at(waveform, model.sample_rate, RATE)[: len(reference)]
                made[i] = replace(clip, waveform=copy, sample_rate=RATE, reference=reference)
                bar.update(samples[i])
    return [made[i] for i in range(len(natural))]


def _recording(clip: Clip, waveform: Waveform) -> Recording:
    return Recording(clip.name, len(waveform), lambda: iter([waveform]), clip.speaker)


def places(clips: Sequence[Clip], folder: Path) -> list[Path]:
    """The paths of copies in a folder: the names of the clips, with the suffix .wav instead of a recording's.

    Names that would share a file, such as ``a.wav`` and ``a.flac``, or ``A`` and ``a`` on some systems, each get a
    hash.
    """
    paths = [below(folder, _stem(clip.name), ".wav") for clip in clips]
    sharing = Counter(str(path).casefold() for path in paths)
    return [
        path if sharing[str(path).casefold()] == 1 else path.with_stem(f"{path.stem}%~{_hash(clip.name)}")
        for path, clip in zip(paths, clips, strict=True)
    ]


def write(clips: Sequence[Clip], folder: Path) -> None:
    """Write each as a .wav file at its path, with the mark of ``wavenet evaluate``; existing files are replaced."""
    for clip, path in zip(clips, places(clips, folder), strict=True):
        atomic.make_folder(path.parent)
        files.write(path, clip.waveform, clip.sample_rate, made.mark("evaluate"))


def _stem(name: str) -> str:
    suffix = PurePath(name).suffix
    return name.removesuffix(suffix) if suffix.lower() in SUFFIXES else name


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _at(waveform: Waveform, rate: int, wanted: int) -> Waveform:
    return waveform if rate == wanted else np.asarray(soxr.resample(waveform, rate, wanted), np.float32)
