"""A page to listen to music: real recordings, clips that were asked for by tags, and clips without (section 3.3).

``python -m experiments.music_page MODEL CORPUS OUT`` writes clips as FLAC and ``index.html``, which has a player for
each of them and needs no server; with ``--picture FILE`` also the spectrograms of the first of each kind. Real clips
are of held-out recordings, and the tags that are asked for are theirs. The corpus has tags, by ``make data-bach``.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from experiments import command
from experiments.music import INSTRUMENTS, Clip, generated, real
from wavenet import atomic, made
from wavenet.audio import files, pictures
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError

COMMAND, INDEX = "music-page", "index.html"
"""the mark of its files, and the page"""
REAL, ASKED, FREE = "held-out recording", "asked for by its tags", "without tags"
STYLE = (
    "body{font:1rem/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}td,th{text-align:left;padding:.3rem}"
)


@dataclass(frozen=True)
class Shown:
    """A clip of the page."""

    row: str
    """an instrument, or ``FREE``"""
    kind: str
    number: int
    clip: Clip

    @property
    def file(self) -> str:
        """Its name in the folder of the page."""
        return f"{self.row}-{self.kind}-{self.number}.flac".replace(" ", "_")


def chosen(model: str, corpus: PreparedCorpus, split: str, seconds: float, most: int) -> list[Shown]:
    """The clips of a page: of each instrument ``most`` real and as many generated, then ``most`` without tags.

    Raises:
        UsageError: the corpus has no instrument, or no recording is long enough, or the rates differ.
    """
    natural = [clip for clip in real(corpus, split, seconds, most) if clip.instrument]
    if not natural:
        raise UsageError(f"{corpus.folder}: its tags name none of {', '.join(INSTRUMENTS)}; see make data-bach")
    made_clips = generated(model, corpus, [*(clip.tags for clip in natural), *[()] * most], seconds)
    asked, free = made_clips[: len(natural)], made_clips[len(natural) :]
    return [
        *_numbered(REAL, natural),
        *_numbered(ASKED, asked),
        *(Shown(FREE, "generated", i, clip) for i, clip in enumerate(free)),
    ]


def _numbered(kind: str, clips: Sequence[Clip]) -> Iterator[Shown]:
    counts = dict.fromkeys(INSTRUMENTS, 0)
    for clip in clips:
        yield Shown(clip.instrument, kind, counts[clip.instrument], clip)
        counts[clip.instrument] += 1


def page(shown: Sequence[Shown], title: str) -> str:
    """HTML: a row for each instrument and one without tags, a player for each clip."""
    rows = []
    for name in dict.fromkeys(each.row for each in shown):
        cells = [
            f"<td>{escape(each.kind)}<br><small>{escape(', '.join(each.clip.tags))}</small><br>"
            f'<audio controls preload="none" src="{quote(each.file)}" aria-label="{escape(f"{name}, {each.kind}")}">'
            "</audio></td>"
            for each in shown
            if each.row == name
        ]
        rows.append(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>')
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="generator" content="{made.mark(COMMAND)}">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><h1>{escape(title)}</h1>"
        f"<table>{''.join(rows)}</table></html>\n"
    )


def write_picture(shown: Sequence[Shown], rate: int, path: Path) -> None:
    """The spectrograms of the first clip of each kind, side by side."""
    first = [each for each in shown if each.number == 0]
    rows = list(dict.fromkeys(each.row for each in first))
    fig = pictures.figure(9, 1.7 * len(rows))
    axes = fig.subplots(len(rows), 2, squeeze=False, sharex=True, sharey=True)
    for i, name in enumerate(rows):
        of = [each for each in first if each.row == name]
        for each, axis in zip(of, axes[i], strict=False):
            levels, extent = pictures.spectrogram(each.clip.waveform, rate, 1024, 256)
            axis.imshow(levels, origin="lower", aspect="auto", extent=extent, cmap="magma", vmin=-100, vmax=0)
            axis.set(title=name if name == FREE else f"{name}: {each.kind}", ylabel="kHz", ylim=(0, min(5, extent[3])))
        for axis in axes[i][len(of) :]:
            axis.set_axis_off()
    for axis in axes[-1]:
        axis.set(xlabel="s")
    pictures.write(fig, path, made.mark(COMMAND))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("music_page", __doc__)
    parser.add_argument("model")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path, help="a folder for the page and its clips")
    parser.add_argument("--clips", type=int, default=2, help="of each instrument and kind")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each clip")
    parser.add_argument("--split", default="test", help="of the real clips")
    parser.add_argument("--picture", type=Path, help="an image to draw, too")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    if given.picture:
        pictures.check_writable(given.picture)
    made.check(COMMAND, [given.out / INDEX, *filter(None, [given.picture])])
    corpus = PreparedCorpus(given.corpus)
    shown = chosen(given.model, corpus, given.split, given.seconds, given.clips)
    made.check(COMMAND, [given.out / each.file for each in shown])
    atomic.make_folder(given.out)
    for each in shown:
        files.write(given.out / each.file, each.clip.waveform, corpus.sample_rate, made.mark(COMMAND))
    with atomic.writing(given.out / INDEX) as temporary:
        temporary.write_text(page(shown, f"Music: {Path(given.model).name}"), "utf-8")
    if given.picture:
        write_picture(shown, corpus.sample_rate, given.picture)
    print(f"{given.out / INDEX}: {len(shown)} clips of {given.seconds:g} s")


if __name__ == "__main__":
    main()
