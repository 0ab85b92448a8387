"""Phone labels that come with a Russian voice of festvox → labels of a prepared corpus.

``python -m experiments.festvox FESTVOX_FOLDER CORPUS -o labels.jsonl``

Phones and times are those of ``lab/*.lab``. Where a phone stands in syllable, word and phrase is what festival says of
the text, so a recording whose phones are not festival's is left out. Pauses may differ: where there is none at a mark,
it lasts 0 frames, and one within a phrase is a pause of given length. Two in a row are one.

``--phones-alone`` writes phones and times of all recordings without these positions: enough for ``wavenet
train-recogniser``, and it needs no festival.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from experiments import command
from wavenet import made
from wavenet.arithmetic import ceil_div
from wavenet.corpora import festvox
from wavenet.corpora.prepared import SPLITS, PreparedCorpus
from wavenet.corpora.row import Row
from wavenet.corpora.text import lines
from wavenet.errors import AudioError, UsageError
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.russian import festival
from wavenet.tts.segments import SIL, Segment

FRAME_RATE = 100
"""frames per second; that of the labels' own grid"""
_SLACK = 0.05
"""seconds by which a recording may be longer or shorter than its labels: those of festvox-ru miss 4 to 14 ms"""


class Phone(NamedTuple):
    """A line of a file of labels."""

    name: str
    end: float
    """in seconds"""


def read(path: Path) -> list[Phone]:
    """The phones of a file of labels: after a line ``#``, lines of an end in seconds, a colour, and a phone.

    Raises:
        AudioError: it cannot be read, is empty, has another form, or times do not rise.
    """
    found: list[Phone] = []
    inside = False
    for number, line in lines(path):
        inside, header = inside or line.strip() == "#", not inside
        if header or not line.strip():
            continue
        match line.split():
            case [end, _, name] if end.replace(".", "", 1).isdecimal():
                found.append(Phone(SIL if name == festival.PAUSE else name, float(end)))
            case _:
                raise AudioError(f"{path}, line {number}: {line!r} is not an end in seconds, a colour, and a phone")
        if found[-1].end <= (found[-2].end if len(found) > 1 else 0):
            raise AudioError(f"{path}, line {number}: {name} ends at {end} s, not after the phone before")
    if not found:
        raise AudioError(f"{path}: contains no labels")
    return found


def label(
    source: Path, corpus: PreparedCorpus, *, phones_alone: bool = False, progress: bool = False
) -> tuple[Labels, list[str]]:
    """The labels of all recordings of a corpus that come from ``source``, whatever their split; and which are left out.

    Args:
        source: a folder of festvox, as ``wavenet prepare`` takes it, with ``lab``.
        corpus: made of ``source``, or of this and others; the recordings are whole.
        phones_alone: without where the phones stand, so that festival is not asked.
        progress: show a bar.

    Raises:
        UsageError: the source or the corpus is something else, or nothing is left.
        AudioError: labels cannot be read, or are of another recording.
        WavenetError: festival is not there.
    """
    if not festvox.matches(source):
        raise UsageError(f"{source}: is no folder of festvox: it lacks etc/txt.done.data or wav")
    hop, rest = divmod(corpus.sample_rate, FRAME_RATE)
    if rest:
        raise UsageError(
            f"{corpus.folder}: {corpus.sample_rate} Hz is no multiple of {FRAME_RATE}; prepare it at 16000"
        )
    chosen = list(_chosen(source, corpus))
    texts = [row.text for _, row, _ in chosen]
    said = [None] * len(texts) if phones_alone else festival.segments(texts, progress=progress)
    found: dict[str, Labelled | None] = {}
    for (identity, row, samples), segments in zip(chosen, said, strict=True):
        path = row.path.parents[1] / "lab" / f"{row.id}.lab"
        phones = read(path)
        seconds = samples / corpus.sample_rate
        if abs(phones[-1].end - seconds) > _SLACK:
            raise AudioError(
                f"{path}: ends at {phones[-1].end:.2f} s, and {identity} in {corpus.folder} at {seconds:.2f} s; "
                "prepare it whole"
            )
        frames = ceil_div(samples, hop)
        found[identity] = match(identity, segments, phones, frames) if segments else alone(identity, phones, frames)
    rows = [row for row in found.values() if row]
    if not rows:
        raise UsageError(f"{corpus.folder}: none of its recordings is one of {source} with the phones of its text")
    return Labels(festival.PHONES, hop, corpus.sample_rate, rows), [name for name, row in found.items() if not row]


def alone(identity: str, phones: Sequence[Phone], frames: int) -> Labelled | None:
    """The phones of a file of labels, ``frames`` in all; None if one but a pause would have no frame."""
    ends = [min(round(phone.end * FRAME_RATE), frames) for phone in phones[:-1]]
    segments: list[Segment] = []
    durations: list[int] = []
    for phone, begin, end in zip(phones, [0, *ends], [*ends, frames], strict=True):
        if phone.name == SIL and segments and segments[-1].phone == SIL:
            durations[-1] += end - begin
        elif end > begin or phone.name != SIL:
            segments.append(Segment(phone.name))
            durations.append(end - begin)
    return Labelled(identity, segments, durations) if segments and min(durations) > 0 else None


def match(identity: str, said: Sequence[Segment], phones: Sequence[Phone], frames: int) -> Labelled | None:
    """What festival says, from pause to pause, with the durations that the labels have, ``frames`` in all.

    None where the phones differ, there is none but pauses, or one would have no frame.
    """
    ends = [min(round(phone.end * FRAME_RATE), frames) for phone in phones[:-1]]
    lengths: list[int] = []
    pauses = {0: 0}  # which phone is next → frames of the pause
    for phone, begin, end in zip(phones, [0, *ends], [*ends, frames], strict=True):
        if phone.name == SIL:
            pauses[len(lengths)] = pauses.get(len(lengths), 0) + end - begin
        else:
            lengths.append(end - begin)
    names = [phone.name for phone in phones if phone.name != SIL]
    if names != [segment.phone for segment in said if segment.phone != SIL] or min(lengths, default=0) < 1:
        return None
    pairs = list(_pairs(said, lengths, pauses))
    return Labelled(identity, [segment for segment, _ in pairs], [length for _, length in pairs])


def _pairs(said: Sequence[Segment], lengths: list[int], pauses: dict[int, int]) -> Iterator[tuple[Segment, int]]:
    i = 0
    for segment in said:
        pause = pauses.pop(i, 0)
        if segment.phone == SIL:
            yield segment, pause
            continue
        if pause:
            yield Segment(SIL, seconds=pause / FRAME_RATE), pause
        yield segment, lengths[i]
        i += 1


def _chosen(source: Path, corpus: PreparedCorpus) -> Iterator[tuple[str, Row, int]]:
    """Of each recording its id, its row in the source, and its samples."""
    rows = {(row.speaker, row.id): row for row in festvox.rows(source)}
    for split in SPLITS:
        known = list(corpus.rows(split))
        samples = corpus.split(split).lengths.tolist() if known else []
        for utterance, length in zip(known, samples, strict=True):
            if row := rows.get((utterance.speaker, utterance.id.rpartition("/")[2])):
                yield utterance.id, row, length


def summary(labels: Labels, left_out: Sequence[str], phones_alone: bool = False) -> str:
    """How much is labelled, and where the pauses are not festival's."""
    segments = [pair for row in labels.rows for pair in zip(row.segments, row.durations, strict=True)]
    pauses = [(segment, frames) for segment, frames in segments if segment.phone == SIL]
    unforeseen = sum(segment.seconds is not None for segment, _ in pauses)
    skipped = sum(frames == 0 for _, frames in pauses)
    minutes = sum(frames for _, frames in segments) / FRAME_RATE / 60
    named = f": {' '.join(left_out[:5])}{' …' * (len(left_out) > 5)}" if left_out else ""
    counts = (
        f"{len(labels.rows)} recordings, {minutes:.1f} minutes, {len(segments) - len(pauses):,} phones, "
        f"{len(pauses) - skipped:,} pauses"
    )
    if phones_alone:
        return f"{counts}; {len(left_out)} recordings left out, with phones too short for a frame{named}"
    return (
        f"{counts}; {unforeseen} of these festival does not expect, and {skipped} that it "
        f"expects were not made; {len(left_out)} recordings left out, whose phones are not festival's{named}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = command.parser("festvox", __doc__)
    parser.add_argument("source", type=Path, help="a folder of festvox, as wavenet prepare takes it")
    parser.add_argument("corpus", type=Path, help="a folder that wavenet prepare made of it")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the file of labels to write")
    parser.add_argument("--phones-alone", action="store_true", help="without their positions, and without festival")
    parser.add_argument("--overwrite", action="store_true", help=made.OVERWRITE)
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    """Write the labels of a corpus, and tell what became of its recordings."""
    made.check("festvox", [given.out], given.overwrite)
    labels, left_out = label(given.source, PreparedCorpus(given.corpus), phones_alone=given.phones_alone, progress=True)
    labels.write(given.out, made.mark("festvox"))
    print(f"{given.out}: {summary(labels, left_out, given.phones_alone)}")


if __name__ == "__main__":
    main()
