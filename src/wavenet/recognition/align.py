"""Forced alignment of a corpus by a recogniser, for any language: recordings and their phones → labels."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from wavenet import bars
from wavenet.corpora.prepared import SPLITS, PreparedCorpus, Utterance
from wavenet.errors import UsageError
from wavenet.recognition import alignment, lexicon
from wavenet.recognition.alignment import Graph, Pronunciation
from wavenet.recognition.frames import Array
from wavenet.recognition.recogniser import Recogniser
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.segments import SIL, Segment

WORST = 3.5
"""how far the score of a recording may lie below the median, in deviations, 1.48 times the median one"""
LEAST_DEVIATION = 0.3
"""recordings may be alike, and a recogniser sure of them: of 120 of one voice that it had not heard, each with its text
had -0.94 or more, and with the first half of its text -3.67 or less"""
HOPELESS = -1.5
"""a score at which a text is another one's: of 54 Russian recordings, those with their own text have -0.34 or more,
those with the text of another one -3.3 or less"""


@dataclass(frozen=True)
class Aligned:
    """The labels of a corpus, and what became of its recordings."""

    labels: Labels
    median: float
    """of the scores"""
    left_out: tuple[tuple[str, float, str], ...]
    """id, seconds and reason of each recording without labels"""


Text = Callable[[Utterance, Array], tuple[Labelled, float]]
"""an utterance and the log probabilities of its frames → its labels and their score; UsageError: it has none"""


def by_lexicon(recogniser: Recogniser, known: Mapping[str, Sequence[Pronunciation]]) -> Text:
    """The phones are those of the words of the texts; pauses may be made between any two words."""
    numbers = {phone: i for i, phone in enumerate(recogniser.phones)}

    def text(utterance: Utterance, logs: Array) -> tuple[Labelled, float]:
        words = lexicon.words(utterance.text)
        if not words:
            raise UsageError("it has no text")
        for word in words:
            if word not in known:
                raise UsageError(f"{word!r} is not in the lexicon; add it")
        graph = Graph.of([known[word] for word in words])
        path = alignment.best(graph, logs, numbers)
        states = [graph.states[s] for s in path.states]
        segments = [Segment(state.phone, text=words[state.word] if state.first else "") for state in states]
        return Labelled(utterance.id, segments, path.frames), path.score

    return text


def by_labels(recogniser: Recogniser, labels: Labels) -> Text:
    """The phones are those of labels, whose durations are of no account; of their pauses, each may be left out."""
    numbers = {phone: i for i, phone in enumerate(recogniser.phones)}
    rows = {row.id: row for row in labels.rows}

    def text(utterance: Utterance, logs: Array) -> tuple[Labelled, float]:
        if utterance.id not in rows:
            raise UsageError("it is not in the file of phones")
        given = rows[utterance.id].segments
        path = alignment.best(Graph.of_segments([segment.phone for segment in given]), logs, numbers)
        frames = dict(zip(path.states, path.frames, strict=True))
        segments = [replace(one, seconds=None) if one.phone == SIL else one for one in given]
        return Labelled(utterance.id, segments, [frames.get(i, 0) for i in range(len(given))]), path.score

    return text


def align(
    corpus: PreparedCorpus,
    recogniser: Recogniser,
    text: Text,
    *,
    speaker: str | None = None,
    worst: float = WORST,
    progress: bool = False,
) -> Aligned:
    """Align the recordings of a corpus, of all its splits.

    Args:
        corpus: at the recogniser's sample rate.
        recogniser: of the language that is spoken.
        text: ``by_lexicon`` or ``by_labels``.
        speaker: whose recordings; None takes all.
        worst: see ``WORST``.
        progress: show a bar.

    Raises:
        UsageError: a setting is impossible, there is no such speaker, or nothing could be aligned.
    """
    if not worst > 0:
        raise UsageError(f"worst is {worst:g}, and must be above 0; the usual is {WORST:g}")
    rate = recogniser.sample_rate
    if corpus.sample_rate != rate:
        raise UsageError(
            f"{corpus.folder} is prepared at {corpus.sample_rate} Hz, but the recogniser has {rate} Hz; prepare it "
            f"again, into another folder, with --sample-rate {rate}"
        )
    found: list[tuple[Labelled, float, float]] = []
    left_out: list[tuple[str, float, str]] = []
    utterances = list(_utterances(corpus, speaker))
    for utterance, read in bars.bar(utterances, "aligning", unit=" files", delay=1, disable=not progress):
        waveform = read()
        seconds = len(waveform) / rate
        try:
            row, score = text(utterance, recogniser.log_probabilities(waveform))
            found.append((row, score, seconds))
        except UsageError as error:
            left_out.append((utterance.id, seconds, str(error)))
    if not found:
        first = f"; first {left_out[0][0]}: {left_out[0][2]}" if left_out else ""
        raise UsageError(f"{corpus.folder}: none of its recordings could be aligned{first}")
    least, median = lowest([score for _, score, _ in found], worst, LEAST_DEVIATION)
    if median < HOPELESS:
        raise UsageError(
            f"{corpus.folder}: most texts are not what is said, or are of another language than the recogniser: they "
            f"score {median:.2f}, and 0 is the best; check which text belongs to which recording"
        )
    least = max(least, HOPELESS)
    for row, score, seconds in found:
        if score < least:
            left_out.append((row.id, seconds, f"its text fits badly: {score:.2f}, the lowest allowed {least:.2f}"))
    hop = recogniser.opened.recogniser.features.hop_length
    labels = Labels(recogniser.phones, hop, rate, [row for row, score, _ in found if score >= least])
    return Aligned(labels, median, tuple(left_out))


def lowest(scores: Sequence[float], worst: float, least_deviation: float) -> tuple[float, float]:
    """The score below which a recording is an outlier, and the median one."""
    median = float(np.median(scores))
    deviation = 1.4826 * float(np.median(np.abs(np.array(scores) - median)))
    return median - worst * max(deviation, least_deviation), median


def tiers(row: Labelled, seconds: float, length: float) -> dict[str, list[tuple[float, float, str]]]:
    """The labels of a recording of ``length`` seconds as tiers of a TextGrid: its phones, and its words if it has any.

    ``seconds`` is the length of a frame.
    """
    ends = np.cumsum(row.durations).tolist()
    times = [0.0, *(min(end * seconds, length) for end in ends[:-1]), length]
    spans = list(zip(times[:-1], times[1:], row.segments, row.durations, strict=True))
    phones = [(a, b, segment.phone) for a, b, segment, n in spans if n]
    words: list[tuple[float, float, str]] = []
    for a, b, segment, n in spans:
        if not n:
            continue
        label = "" if segment.phone == SIL else segment.text
        begins = segment.phone == SIL or segment.text
        if begins or not words:
            words.append((a, b, label))
        else:
            words[-1] = (words[-1][0], b, words[-1][2])
    return {"phones": phones} | ({"words": words} if any(label for *_, label in words) else {})


def _utterances(corpus: PreparedCorpus, speaker: str | None) -> Iterator[tuple[Utterance, Callable[[], Array]]]:
    """Every utterance, and a function that reads its waveform."""
    some = False
    for split in SPLITS:
        rows = list(corpus.rows(split, speaker))
        if not rows:  # whose split would be an error
            continue
        some = True
        utterances = corpus.split(split, speaker)
        for i, row in enumerate(rows):
            yield row, partial(corpus.waveform, utterances, i)
    if not some:
        corpus.split(SPLITS[0], speaker)  # which tells why
