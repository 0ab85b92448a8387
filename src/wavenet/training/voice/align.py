"""Recordings and their texts → which phone is when: the first stage of a voice. For English, by PocketSphinx.

Where a word has several pronunciations, the one that was said is taken. Pauses are where they were made: at a mark
without one it has 0 frames, and one within a phrase is a pause of given length.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import soxr
from numpy.typing import NDArray

from wavenet import bars
from wavenet.audio import features
from wavenet.corpora.prepared import SPLITS, PreparedCorpus, Utterances
from wavenet.errors import UsageError
from wavenet.training.voice.align_report import LeftOut, Report
from wavenet.training.voice.sphinx import FRAME, RATE, Aligned, Way
from wavenet.training.voice.sphinx_processes import align_each, processes
from wavenet.tts.english import markup, normalise
from wavenet.tts.english.lexicon import Lexicon, Phones
from wavenet.tts.english.normalise import Token, Word
from wavenet.tts.english.phones import PHONES, base, parse
from wavenet.tts.english.segments import segments
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.markup import Break
from wavenet.tts.segments import SIL, Segment
from wavenet.workers import Died

WORST = 3.5
"""How far the score of a recording, the mean of its phones', may lie below the median: in deviations, 1.48 times the
median one.

Of 520 prompts with the text of another one it leaves out 97.7 %, all of 6 phones or more; of 189 with one word
exchanged, half; of those with their own text, 1.7 %."""
HOPELESS = -35.0
"""a median score at which the texts are others' altogether: that of the prompts is -12, and -57 with each other's;
a noisy recording of another speaker gets -18"""

_LEAST_DEVIATION = 1.0
"""a few recordings may be alike by chance; that of the prompts is 3"""
_LEAST_PAUSE = 5
"""frames of 10 ms in silence where no mark is; less is the stop that the next phone begins with, often a glottal one"""

_MARKERS = re.compile(r"\[[^][\n]{1,40}\]|\{[^{}\n]{1,40}\}")
"""noises as transcripts mark them: [laughter], {breath}"""
_MARKERS_AND_TAGS = re.compile(rf"{_MARKERS.pattern}|</?[\w-]+>")
"""and <unk>, in a text that is not SSML"""


@dataclass(frozen=True)
class Prompt:
    """A recording and what shall be said in it."""

    id: str
    utterances: Utterances
    number: int
    """which of these"""
    sentences: tuple[tuple[Token, ...], ...]
    """of words and marks"""
    said: tuple[dict[Way, Phones], ...]
    """the pronunciations of each word, by what an aligner tells apart"""

    @property
    def words(self) -> list[tuple[Way, ...]]:
        """As an aligner takes them."""
        return [tuple(ways) for ways in self.said]

    @property
    def samples(self) -> int:
        """Of the recording, at the corpus' rate."""
        return int(self.utterances.lengths[self.number])


def align(
    corpus: PreparedCorpus,
    lexicon: Lexicon,
    *,
    speaker: str | None = None,
    hop_length: int = 160,
    worst: float = WORST,
    workers: int | None = None,
    progress: bool = False,
) -> tuple[Labels, Report]:
    """The labels of a corpus, of all its splits, and what became of its recordings.

    Args:
        corpus: with texts, in English.
        lexicon: how words are said.
        speaker: whose recordings; None takes all.
        hop_length: samples of a frame, at the corpus' rate.
        worst: see ``WORST``.
        workers: processes that align; 0 is this one, None takes as many as pay. The labels are the same.
        progress: show a bar.

    Raises:
        UsageError: a setting is impossible, there is no such speaker, nothing could be aligned, or the texts are those
            of other recordings.
        MissingExtraError: PocketSphinx is not installed.
    """
    if hop_length < 1:
        raise UsageError(f"hop_length is {hop_length}, and must be at least 1 sample")
    if not worst > 0:
        raise UsageError(f"worst is {worst:g}, and must be above 0; the usual is {WORST:g}")
    if workers is not None and workers < 0:
        raise UsageError(f"workers is {workers}, and must be at least 0, which is this process")
    prompts, left_out = _prompts(corpus, lexicon, speaker)
    found: list[tuple[Labelled, float]] = []
    results = _aligned(corpus, prompts, processes(len(prompts), workers))
    for prompt, result in bars.bar(
        results, "aligning", total=len(prompts), unit=" files", delay=1, disable=not progress
    ):
        try:
            found.append(_labelled(prompt, result, corpus.sample_rate, hop_length, lexicon))
        except UsageError as error:
            left_out.append(LeftOut(prompt.id, prompt.samples / corpus.sample_rate, str(error)))
    if not found:
        first = f"; first {left_out[0].id}: {left_out[0].reason}" if left_out else ""
        raise UsageError(f"{corpus.folder}: none of its recordings could be aligned to its text{first}")
    lowest, median = lowest_score([score for _, score in found], worst)
    if median < HOPELESS:
        raise UsageError(
            f"{corpus.folder}: most texts are not what is said, or not English: they score {median:.0f} where -12 is "
            "usual; check which text belongs to which recording"
        )
    for row, score in found:
        if score < lowest:
            seconds = sum(row.durations) * hop_length / corpus.sample_rate
            message = f"its text fits badly: {score:.1f}, the lowest allowed {lowest:.1f}"
            left_out.append(LeftOut(row.id, seconds, message))
    labels = Labels(PHONES, hop_length, corpus.sample_rate, [row for row, score in found if score >= lowest])
    return labels, Report.of(labels, left_out, median)


def lowest_score(scores: Sequence[float], worst: float) -> tuple[float, float]:
    """The score below which a recording is left out, and the median one."""
    median = float(np.median(scores))
    deviation = 1.4826 * float(np.median(np.abs(np.array(scores) - median)))
    return median - worst * max(deviation, _LEAST_DEVIATION), median


def sentences(text: str, lexicon: Lexicon) -> tuple[tuple[Token, ...], ...]:
    """The sentences of a text, without its breaks, which the recording has its own, and without noises in brackets.

    Raises:
        UsageError: there is no text, or it cannot be spoken.
    """
    if not text.strip():
        raise UsageError("it has no text")
    markers = _MARKERS if text.lstrip().startswith("<speak") else _MARKERS_AND_TAGS
    text = markers.sub(" ", text)
    if not text.strip():
        raise UsageError("its text consists of noises")
    found = normalise.sentences(list(markup.read(text, strict=True)), lexicon.__contains__)
    spoken = (tuple(token for token in sentence if not isinstance(token, Break)) for sentence in found)
    return tuple(filter(None, spoken))


def pronunciations(word: Word, lexicon: Lexicon) -> dict[Way, Phones]:
    """Those of a word that differ in more than stress, by their phones without it; the usual one first."""
    if word.manner.phones:
        ways = [parse(word.manner.phones, word.manner.alphabet or None)]
    else:
        usual = lexicon.phones(word.spoken)
        known = [one.phones for one in lexicon.known(word.spoken)]
        ways = [usual, *(known if usual in known else [])]
    found: dict[Way, Phones] = {}
    for way in ways:
        found.setdefault(tuple(map(base, way)), way)
    return found


def _prompts(corpus: PreparedCorpus, lexicon: Lexicon, speaker: str | None) -> tuple[list[Prompt], list[LeftOut]]:
    """What can be said, and which recordings have a text that cannot."""
    prompts: list[Prompt] = []
    left_out: list[LeftOut] = []
    for split in SPLITS:
        rows = list(corpus.rows(split, speaker))
        if not rows:  # whose split would be an error
            continue
        utterances = corpus.split(split, speaker)
        for i, row in enumerate(rows):
            try:
                spoken = sentences(row.text, lexicon)
                words = [token for sentence in spoken for token in sentence if isinstance(token, Word)]
                said = tuple(pronunciations(word, lexicon) for word in words)
            except UsageError as error:
                left_out.append(LeftOut(row.id, float(utterances.lengths[i]) / corpus.sample_rate, str(error)))
            else:
                prompts.append(Prompt(row.id, utterances, i, spoken, said))
    if not prompts and not left_out:
        corpus.split(SPLITS[0], speaker)  # which tells why
    return prompts, left_out


def _aligned(
    corpus: PreparedCorpus, prompts: Sequence[Prompt], number: int
) -> Iterator[tuple[Prompt, Aligned | Died | None]]:
    """Each prompt with what a number of processes found in its recording."""

    def sound(prompt: Prompt) -> NDArray[np.float32]:
        waveform = corpus.waveform(prompt.utterances, prompt.number)
        return waveform if corpus.sample_rate == RATE else soxr.resample(waveform, corpus.sample_rate, RATE)

    items = ((sound(prompt), prompt.words) for prompt in prompts)
    return zip(prompts, align_each(items, (word for prompt in prompts for word in prompt.words), number), strict=True)


def _labelled(
    prompt: Prompt, aligned: Aligned | Died | None, sample_rate: int, hop_length: int, lexicon: Lexicon
) -> tuple[Labelled, float]:
    """The labels of a recording, and how well they fit; UsageError tells why there are none."""
    if isinstance(aligned, Died):
        raise UsageError(f"the process that aligned it {aligned}")
    if aligned is None:
        raise UsageError("its text cannot be found in it")
    timed = list(_timed(_segments(prompt, aligned.ways, lexicon), aligned))
    found = [segment for segment, _ in timed]
    ends = np.array([end for _, end in timed]) * FRAME / RATE * sample_rate / hop_length
    least = np.array([segment.phone != SIL for segment in found])
    frames = features.count(prompt.samples, hop_length)
    if least.sum() > frames:
        raise UsageError(f"its {frames} frames are fewer than its phones; a smaller hop_length helps")
    return Labelled(prompt.id, found, durations(ends, least, frames).tolist()), float(aligned.scores.mean())


def _segments(prompt: Prompt, ways: Sequence[int], lexicon: Lexicon) -> list[Segment]:
    """Of all sentences, as they were said; the pause that ends one is the one that begins the next."""
    found: list[Segment] = []
    chosen = (list(said.values())[way] for said, way in zip(prompt.said, ways, strict=True))
    for sentence in prompt.sentences:
        tokens = [_as_said(token, next(chosen)) if isinstance(token, Word) else token for token in sentence]
        found += segments(tokens, lexicon)[bool(found) :]
    return found


def _as_said(word: Word, phones: Phones) -> Word:
    return replace(word, manner=word.manner._replace(alphabet="x-arpabet", phones=" ".join(phones)))


def _timed(said: Sequence[Segment], aligned: Aligned) -> Iterator[tuple[Segment, float]]:
    """Segments and their ends, with the pauses that no mark foresees; an end after the last phone is at infinity."""
    begins = [*map(float, aligned.begins), np.inf]
    i, end = 0, 0.0
    for segment in said:
        if segment.phone == SIL:
            end = begins[i]
            yield segment, end
            continue
        if begins[i] - end >= _LEAST_PAUSE:
            yield Segment(SIL, seconds=(begins[i] - end) * FRAME / RATE), begins[i]
        end = float(aligned.ends[i])
        yield segment, end
        i += 1


def durations(ends: NDArray[np.float64], least: NDArray[np.integer | np.bool_], frames: int) -> NDArray[np.int64]:
    """Whole frames (S,) of segments, as near to their ends (S,) as can be if each has its least, and all ``frames``.

    The last end is behind the last frame.
    """
    earliest = np.cumsum(least)
    latest = frames - (earliest[-1] - earliest)
    spare = np.rint(ends).clip(0, frames).astype(np.int64) - earliest
    apart = np.maximum.accumulate(np.maximum(spare, 0)) + earliest
    found: NDArray[np.int64] = np.diff(np.minimum(apart, latest), prepend=0)
    return found
