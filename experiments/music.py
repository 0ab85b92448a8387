"""Measures music: whether tags hold, and whether what is generated stays what it began as (section 3.3).

``python -m experiments.music tags MODEL CORPUS`` generates clips for every instrument and asks a classifier, which has
learned from real recordings of the training split alone, what it hears. The other tags are those of real recordings.

``python -m experiments.music lasting CORPUS [NAME=MODEL …]`` compares the first and the last part of clips: their keys,
chroma, tempos, instruments and levels; of the corpus, of the corpus shuffled (the last part is that of another piece),
and of every model.

Both print a Markdown table for ``python -m experiments.pages --keep music_tags`` and ``music_lasting``. The corpus has
tags, by ``make data-bach``.
"""

import argparse
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from experiments import command
from experiments.shares import share
from wavenet.arithmetic import ceil_div
from wavenet.audio import features
from wavenet.config import FeatureConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError
from wavenet.generator import Generator
from wavenet.music.composer import Composer

INSTRUMENTS = ("piano", "harpsichord", "organ", "clarinet", "flute")
"""tags of which a recording has one"""
MEL = FeatureConfig(kinds=("log_mel",), n_mels=40, f_max=4_000)
"""what the classifier hears: as far as recordings at 8 kHz go"""
HOP = 160
"""samples between two values of the onset strength: 20 ms at 8 kHz"""
SHRINKAGE = 0.1
"""of the covariance towards a multiple of the identity"""
LOWEST, HIGHEST = 65.0, 2_000.0
"""Hz, of what counts for chroma: C2 to B6"""
SLOWEST, USUAL, FASTEST = 40.0, 90.0, 200.0
"""beats a minute"""
SAME_TEMPO = 0.08
"""largest difference between two tempos that are called the same, relative; half and double count as the same"""
SILENT = 10 ** (-50 / 20)
"""the root mean square below which a second is silent: -50 dB of full scale"""
STREAMS = 16
"""clips that are generated at once"""
# Krumhansl (1990), Cognitive Foundations of Musical Pitch, table 2.1: how well each pitch class fits C major, C minor
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

Waveform = NDArray[np.float32]
Array = NDArray[np.float64]


def statistics(waveform: Waveform, sample_rate: int) -> Array:
    """What the classifier knows of a clip (T,): of each mel band the mean, the deviation and the mean change.

    Its loudness is taken out.
    """
    frames = features.log_mel(waveform, sample_rate, MEL).astype(np.float64)
    frames -= frames.mean()
    return np.concatenate([frames.mean(0), frames.std(0), np.abs(np.diff(frames, axis=0)).mean(0)])


class Classifier:
    """Linear discriminant analysis: classes are normal distributions that share a covariance."""

    def __init__(self, rows: Array, labels: Sequence[str]) -> None:
        """Learn from statistics (N, D) and the class of each."""
        self._found = make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRINKAGE))
        self._found.fit(rows, labels)

    def of(self, rows: Array) -> list[str]:
        """The most probable class of each of the statistics (N, D)."""
        return [str(name) for name in self._found.predict(rows)]


def chroma(waveform: Waveform, sample_rate: int, size: int = 4_096) -> Array:
    """The strength of each pitch class from C on, (12,), summing to 1, or all zeros for silence."""
    padded = np.pad(waveform, (0, max(size - len(waveform), 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[:: size // 2]
    amplitudes = np.abs(np.fft.rfft(windows * np.hanning(size))).mean(0)
    frequencies = np.fft.rfftfreq(size, 1 / sample_rate)
    heard = (frequencies >= LOWEST) & (frequencies <= HIGHEST)
    classes = np.rint(12 * np.log2(frequencies[heard] / 440) + 9).astype(int) % 12
    found = np.bincount(classes, amplitudes[heard], 12)
    return np.asarray(found / max(found.sum(), 1e-9))


def key(pitches: Array, modes: Sequence[str] = ("major", "minor")) -> tuple[int, str]:
    """The key of a chroma (12,): the tonic as a pitch class, and the mode; by correlation with Krumhansl's profiles."""
    if not pitches.std():
        return -1, ""
    profiles = {"major": MAJOR, "minor": MINOR}
    fits = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), pitches)[0, 1])
        for mode, profile in profiles.items()
        if mode in modes
        for tonic in range(12)
    }
    return max(fits, key=lambda each: fits[each])


def tempo(waveform: Waveform, sample_rate: int) -> float:
    """Beats a minute: the period at which the onset strength is most like itself; 0 if nothing changes.

    Periods far from ``USUAL`` count less, as in Ellis (2007), Beat tracking by dynamic programming: all multiples of a
    period are alike.
    """
    settings = replace(MEL, hop_length=HOP)
    rise = np.maximum(np.diff(features.log_mel(waveform, sample_rate, settings).astype(np.float64), axis=0), 0).mean(1)
    rise -= rise.mean()
    slow, fast = (round(60 / beats * sample_rate / HOP) for beats in (SLOWEST, FASTEST))
    if len(rise) <= slow + 1 or not rise.any():
        return 0.0
    beats = 60 * sample_rate / HOP / np.arange(fast, slow + 1)
    alike = np.array([np.mean(rise[:-lag] * rise[lag:]) for lag in range(fast, slow + 1)])
    return float(beats[(alike * np.exp(-0.5 * np.log2(beats / USUAL) ** 2)).argmax()])


def same_tempo(a: float, b: float) -> bool:
    """Whether two tempos are the same, up to a factor of two; 0 is none."""
    return bool(a and b) and min(abs(a * factor / b - 1) for factor in (0.5, 1, 2)) <= SAME_TEMPO


def level(waveform: Waveform) -> float:
    """How loud a waveform is, in dB of full scale."""
    return 20 * math.log10(max(math.sqrt(float(np.mean(np.square(waveform, dtype=np.float64)))), 1e-5))


@dataclass(frozen=True)
class Clip:
    """A stretch of sound, and the tags of the recording that it is from, or that were asked for."""

    waveform: Waveform
    tags: tuple[str, ...]
    piece: str = ""
    """the folder of the recording, or its id if it is in none"""

    @property
    def instrument(self) -> str:
        """The first of its tags that is an instrument; empty: none."""
        return next((tag for tag in self.tags if tag in INSTRUMENTS), "")


def real(corpus: PreparedCorpus, split: str, seconds: float, most: int) -> list[Clip]:
    """A stretch of each recording that is long enough: of each instrument at most ``most``, in an order drawn once."""
    utterances, tagged, samples = corpus.split(split), corpus.tagged(split), round(seconds * corpus.sample_rate)
    draw, found, counts = np.random.default_rng(0), [], dict.fromkeys(("", *INSTRUMENTS), 0)
    for i in draw.permutation(len(utterances)).tolist():
        spare = int(utterances.lengths[i]) - samples
        identity = utterances.ids[i]
        clip = Clip(np.empty(0, np.float32), tuple(tagged.get(identity, ())), identity.rpartition("/")[0] or identity)
        if spare < 0 or counts[clip.instrument] >= most:
            continue
        counts[clip.instrument] += 1
        start = int(draw.integers(spare + 1))
        found.append(replace(clip, waveform=corpus.waveform(utterances, i, start, start + samples)))
    if not found:
        raise UsageError(f"{corpus.folder}: no recording of the split {split!r} has {seconds:g} s; ask for less")
    return found


def generated(home: str, corpus: PreparedCorpus, asked: Sequence[tuple[str, ...]], seconds: float) -> list[Clip]:
    """A clip for each of the tags, of which a model without tags ignores all."""
    model = Generator.open(home)
    if model.sample_rate != corpus.sample_rate:
        raise UsageError(f"{home}: has {model.sample_rate} Hz, but {corpus.folder} has {corpus.sample_rate} Hz")
    composer, samples = Composer.of(home, model), round(seconds * model.sample_rate)
    frames = ceil_div(samples, model.model.features.hop_length)
    temperature, found = model.model.best_temperature(1.0), []
    for first in range(0, len(asked), STREAMS):
        some = asked[first : first + STREAMS]
        wanted = [[tag for tag in tags if tag in model.model.tags] if model.model.tags else None for tags in some]
        streams = [
            model.start(
                seed=first + i,
                temperature=temperature,
                tags=tags,
                features=composer.features(frames, tags=tags or (), seed=first + i) if composer else None,
            )
            for i, tags in enumerate(wanted)
        ]
        waveforms = model.advance(streams, [samples] * len(streams))
        found += [Clip(waveform, tags) for waveform, tags in zip(waveforms, some, strict=True)]
    return found


def heard(corpus: PreparedCorpus, seconds: float, most: int) -> Callable[[Sequence[Waveform]], list[str]]:
    """Says which instrument each waveform has, by a classifier of real clips of the training split."""
    clips = [clip for clip in real(corpus, "train", seconds, most) if clip.instrument]
    if len({clip.instrument for clip in clips}) < 2:
        raise UsageError(
            f"{corpus.folder}: its tags name fewer than two of {', '.join(INSTRUMENTS)}; see make data-bach"
        )
    rate = corpus.sample_rate
    rows = np.stack([statistics(clip.waveform, rate) for clip in clips])
    classifier = Classifier(rows, [clip.instrument for clip in clips])
    return lambda waveforms: classifier.of(np.stack([statistics(each, rate) for each in waveforms]))


def tags_table(clips: Sequence[Clip], said: Sequence[str], natural: Sequence[Clip], said_natural: Sequence[str]) -> str:
    """Markdown: how often each instrument was heard as what was asked for, beside real clips that nobody trained on."""
    lines = [
        "| instrument | clips | right, with 95 % interval | chance | heard instead | real clips | right |",
        "|---" * 7 + "|",
    ]
    names = [name for name in INSTRUMENTS if any(clip.instrument == name for clip in clips)]
    for name in (*names, "all"):
        cells = [name]
        for some, answers in ((clips, said), (natural, said_natural)):
            of = [
                (clip.instrument, answer)
                for clip, answer in zip(some, answers, strict=True)
                if clip.instrument == name or (name == "all" and clip.instrument in names)
            ]
            right = sum(asked == answer for asked, answer in of)
            cells += [str(len(of)), share(right, len(of)) if of else ""]
            if some is clips:
                wrong = [answer for asked, answer in of if asked != answer and name != "all"]
                told = ", ".join(f"{each} {wrong.count(each)}" for each in sorted(set(wrong)))
                cells += [f"{1 / len(names):.0%}".replace("%", " %"), told]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def lasting_row(
    name: str, firsts: Sequence[Waveform], lasts: Sequence[Waveform], said: Callable[..., list[str]], rate: int
) -> str:
    """A line of the table: how alike the first parts of clips are to the last parts."""
    pairs = [(chroma(a, rate), chroma(b, rate)) for a, b in zip(firsts, lasts, strict=True)]
    keys = sum(key(a) == key(b) != (-1, "") for a, b in pairs)
    alike = [float(np.corrcoef(a, b)[0, 1]) if a.std() and b.std() else 0.0 for a, b in pairs]
    tempos = sum(same_tempo(tempo(a, rate), tempo(b, rate)) for a, b in zip(firsts, lasts, strict=True))
    instruments = sum(a == b for a, b in zip(said(firsts), said(lasts), strict=True))
    levels = [abs(level(a) - level(b)) for a, b in zip(firsts, lasts, strict=True)]
    of, silent = len(pairs), silent_seconds(lasts, rate)
    cells = [name, str(of), share(keys, of), f"{np.mean(alike):.2f}", share(tempos, of), share(instruments, of)]
    return f"| {' | '.join([*cells, f'{np.mean(levels):.1f}', f'{silent:.0%}'.replace('%', ' %')])} |"


def of_other_pieces(clips: Sequence[Clip]) -> list[int]:
    """For each clip the next one that is of another piece; raises UsageError."""
    found = []
    for i, clip in enumerate(clips):
        others = (j % len(clips) for j in range(i + 1, i + len(clips)) if clips[j % len(clips)].piece != clip.piece)
        if (other := next(others, None)) is None:
            raise UsageError(f"all real clips are of one piece, {clip.piece}; prepare more, or name another --split")
        found.append(other)
    return found


def silent_seconds(waveforms: Iterable[Waveform], rate: int) -> float:
    """The share of seconds that are silent."""
    seconds = np.concatenate([each[: len(each) // rate * rate].reshape(-1, rate) for each in waveforms])
    return float(np.mean(np.sqrt(np.mean(np.square(seconds, dtype=np.float64), axis=1)) < SILENT))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("music", __doc__)
    of = parser.add_subparsers(required=True)
    tags = of.add_parser("tags", help="does a classifier hear the instrument that was asked for?")
    tags.add_argument("model")
    tags.add_argument("corpus", type=Path)
    tags.add_argument("--clips", type=int, default=16, help="generated for each instrument")
    tags.add_argument("--seconds", type=float, default=5.0, help="of each clip")
    tags.set_defaults(run=_tags)
    lasting = of.add_parser("lasting", help="is the end of a clip like its beginning?")
    lasting.add_argument("corpus", type=Path)
    lasting.add_argument("models", nargs="*", metavar="NAME=MODEL")
    lasting.add_argument("--clips", type=int, default=60, help="of each row")
    lasting.add_argument("--seconds", type=float, default=30.0, help="of each clip")
    lasting.add_argument("--part", type=float, default=10.0, help="seconds of the first and of the last part")
    lasting.set_defaults(run=_lasting)
    for each in (tags, lasting):
        each.add_argument("--learn-from", type=int, default=60, help="real clips of each instrument for the classifier")
        each.add_argument("--split", default="validation", help="of the real clips that are compared")
    command.main(parser, lambda given: given.run(given), arguments)


def _tags(given: argparse.Namespace) -> None:
    corpus = PreparedCorpus(given.corpus)
    said = heard(corpus, given.seconds, given.learn_from)
    natural = [clip for clip in real(corpus, given.split, given.seconds, given.clips) if clip.instrument]
    asked = []
    for name in INSTRUMENTS:
        like = [clip.tags for clip in natural if clip.instrument == name]
        asked += [like[i % len(like)] for i in range(given.clips) if like]
    known = Generator.open(given.model).model.tags
    if missing := [name for name in INSTRUMENTS if name not in known and any(name in tags for tags in asked)]:
        raise UsageError(f"{given.model}: has no tag {missing[0]!r}; train it with --model.tags all")
    clips = generated(given.model, corpus, asked, given.seconds)
    print(tags_table(clips, said([c.waveform for c in clips]), natural, said([c.waveform for c in natural])))


def _lasting(given: argparse.Namespace) -> None:
    corpus = PreparedCorpus(given.corpus)
    rate, part = corpus.sample_rate, round(given.part * corpus.sample_rate)
    models = [each.partition("=")[::2] for each in given.models]
    if wrong := [name for name, home in models if not (name and home)]:
        raise UsageError(f"{wrong[0]!r} is no NAME=MODEL; write, for example, 128ms=my_run/model")
    if not 0 < 2 * given.part <= given.seconds:
        raise UsageError(f"part is {given.part:g}, and must be at most half of seconds, which is {given.seconds:g}")
    natural = real(corpus, given.split, given.seconds, given.clips)[: given.clips]
    said = heard(corpus, given.part, given.learn_from)
    columns = (
        "music",
        "clips",
        "same key",
        "correlation of chroma",
        "same tempo",
        "same instrument",
        "level differs by, dB",
        "silent",
    )
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    waveforms = [clip.waveform for clip in natural]
    firsts, lasts = [each[:part] for each in waveforms], [each[-part:] for each in waveforms]
    print(lasting_row("real", firsts, lasts, said, rate))
    print(lasting_row("real, shuffled", firsts, [lasts[i] for i in of_other_pieces(natural)], said, rate))
    asked = [natural[i % len(natural)].tags for i in range(given.clips)]
    for name, home in models:
        waveforms = [clip.waveform for clip in generated(home, corpus, asked, given.seconds)]
        parts = [each[:part] for each in waveforms], [each[-part:] for each in waveforms]
        print(lasting_row(name, *parts, said, rate), flush=True)


if __name__ == "__main__":
    main()
