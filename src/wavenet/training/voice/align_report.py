"""The report on an alignment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wavenet import atomic
from wavenet.errors import escaped
from wavenet.tts.labels import Labels
from wavenet.tts.segments import SIL


@dataclass(frozen=True)
class LeftOut:
    """A recording without labels."""

    id: str
    seconds: float
    reason: str


@dataclass(frozen=True)
class Report:
    """How much is labelled, and what is not."""

    recordings: int
    minutes: float
    phones: int
    pauses: tuple[int, int, int]
    """pauses made at punctuation marks and at the ends; made elsewhere; not made at marks"""
    median: float
    """median score of a recording"""
    left_out: tuple[LeftOut, ...]

    @classmethod
    def of(cls, labels: Labels, left_out: Sequence[LeftOut], median: float) -> "Report":
        """Compute the report."""
        pairs = [pair for row in labels.rows for pair in zip(row.segments, row.durations, strict=True)]
        pauses = [(segment, frames) for segment, frames in pairs if segment.phone == SIL]
        elsewhere = sum(segment.seconds is not None for segment, _ in pauses)
        skipped = sum(frames == 0 for segment, frames in pauses if segment.mark)
        made = sum(frames > 0 for segment, frames in pauses if segment.seconds is None)
        minutes = sum(frames for _, frames in pairs) * labels.hop_length / labels.sample_rate / 60
        counts = len(labels.rows), minutes, len(pairs) - len(pauses), (made, elsewhere, skipped)
        return cls(*counts, median, tuple(sorted(left_out, key=lambda one: one.id)))

    def __str__(self) -> str:
        of = self.recordings + len(self.left_out)
        made, elsewhere, skipped = self.pauses
        return (
            f"{self.recordings} of {of} recordings aligned, {self.minutes:.1f} minutes, {self.phones:,} phones; "
            f"pauses: {made:,} at marks and ends, {elsewhere:,} elsewhere, {skipped:,} marks without one; "
            f"median score {self.median:.1f}"
        )

    def write(self, path: Path, note: str = "") -> None:
        """Write the report, with all recordings that are left out, and a note at the end."""
        with atomic.writing(path) as temporary:
            temporary.write_text("".join(f"{line}\n" for line in [*self._lines(), *filter(None, [note])]), "utf-8")

    def _lines(self) -> Iterator[str]:
        yield str(self)
        if self.left_out:
            minutes = sum(one.seconds for one in self.left_out) / 60
            yield f"left out: {len(self.left_out)} recordings, {minutes:.1f} minutes"
        for one in self.left_out:
            yield escaped(f"  {one.id} ({one.seconds:.1f} s): {one.reason}")
