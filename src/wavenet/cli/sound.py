"""Shared by the commands that generate audio: sampling settings, progress bar, output file, picture, final report."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wavenet import made
from wavenet.cli import options
from wavenet.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from jsonargparse import ArgumentParser, Namespace
    from numpy.typing import NDArray

    from wavenet.engine.sampling import Sampling
    from wavenet.generator import Generator

SILENT = 0.01
BLOCK_SECONDS = 0.25
"""seconds of audio between two updates of the bar"""
DRAWN_SECONDS = 60.0
"""maximum seconds of audio in a picture; no more is kept"""
OUT_HELP = "the file to write: .wav, .flac, .ogg or .mp3"
PICTURE_HELP = f"draw waveform and spectrogram into a .png next to the file, of at most its first {DRAWN_SECONDS:g} s"


def add_sampling(parser: "ArgumentParser") -> None:
    """How samples are drawn, the speaker, and the speed."""
    parser.add_argument("--seed", type=int, default=0, help=options.SEED_HELP)
    parser.add_argument("--temperature", type=float | None, default=None, help=options.TEMPERATURE_HELP)
    parser.add_argument("--top_k", type=int, default=0, help="draw only from this many most likely classes; 0: all")
    parser.add_argument("--top_p", type=float, default=1.0, help="of those, draw from the fewest with this probability")
    parser.add_argument("--speaker", type=str, default="", help=options.SPEAKER_HELP)
    parser.add_argument("--tags", type=str, default="", help=options.TAGS_HELP)
    options.add_precision(parser)
    options.add_threads(parser)
    options.add_picture(parser, True, PICTURE_HELP)
    options.add_overwrite(parser)


def weights(text: str, name: str) -> dict[str, float] | None:
    """Parse ``ann=0.3,bob=0.7`` or ``ann`` as weights by name; None if the text is empty."""
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = part.partition("=")
        try:
            found[key.strip()] = float(value) if value else 1.0
        except ValueError:
            raise UsageError(
                f"{name} is {text!r}: {value!r} is not a number; write {name} ann or ann=0.3,bob=0.7"
            ) from None
    return found or None


def sampling(args: "Namespace") -> "Sampling":
    """How samples are drawn, from the arguments of ``add_sampling``."""
    from wavenet.engine.sampling import Sampling

    return Sampling(args.seed, args.temperature, args.top_k, args.top_p)


def blocks(
    generator: "Generator",
    args: "Namespace",
    samples: int,
    sampling: "Sampling",
    *,
    features: "NDArray[np.float32] | None" = None,
    prime: "NDArray[np.float32] | None" = None,
) -> "Iterator[NDArray[np.float32]]":
    """Generate samples in blocks, with the speaker and tags from the arguments of ``add_sampling``."""
    from wavenet.engine.conditioning import Conditioning

    who = Conditioning(weights(args.speaker, "--speaker"), weights(args.tags, "--tags"), features)
    block = round(BLOCK_SECONDS * generator.sample_rate)
    return generator.stream(
        samples, block=block, sampling=sampling, conditioning=who, prime=prime, threads=args.threads
    )


def check_writable(out: Path, args: "Namespace", command: str, reads: "Iterable[str]" = ()) -> None:
    """Raise before the work any error that writing would raise, or if files of other commands, or files that it reads,
    would be replaced.
    """
    from wavenet import atomic
    from wavenet.audio import files

    files.check_writable(out)
    if args.picture:
        atomic.check(out.with_suffix(".png"))
    made.check(command, [out, *([out.with_suffix(".png")] if args.picture else [])], args.overwrite, reads)
    if args.picture and not args.overwrite:
        check_picture(out.with_suffix(".png"), out)


def check_picture(picture: Path, out: Path) -> None:
    """Raise if the picture of ``out`` would replace that of another file, such as of ``a.wav`` beside ``a.flac``."""
    other = out.with_name(made.shown(picture) or out.name)
    if other.is_file() and not (out.exists() and other.samefile(out)):
        raise UsageError(
            f"{picture} shows {other}; name another file to write, or give --no-picture, or --overwrite to replace it"
        )


def write(
    generator: "Generator",
    blocks: "Iterator[NDArray[np.float32]]",
    samples: int,
    args: "Namespace",
    title: str,
    command: str,
) -> None:
    """Generate audio into its file with a progress bar; draw its beginning, and report the speed.

    After Ctrl-C the file contains what was generated so far; if that is nothing, there is no file.
    """
    from wavenet import bars
    from wavenet.audio import files
    from wavenet.cli.making import Making

    out, rate = Path(args.out), generator.sample_rate
    files.check_length(out, samples, rate)
    making = Making(rate, DRAWN_SECONDS if args.picture else 0)
    with (
        files.writing(out, rate, made.mark(command)) as add,
        bars.bar(total=samples, unit="sample", unit_scale=True, desc="generating", delay=1) as bar,
    ):
        making.run(blocks, [add, lambda block: bar.update(len(block))])
    print(
        f"{out}: {making.seconds:.2f} s of sound in {making.work:.2f} s: {making.speed:,.0f} samples/s, "
        f"{making.speed / rate:.2f} × real time ({generator.precision}, {generator.network.isa})"
    )
    if making.peak < SILENT:
        print(
            "this is silence: a network with a short receptive field may stay in a pause; try another --seed or --prime"
        )
    if args.picture:
        try:
            print(making.draw(out.with_suffix(".png"), f"{title}: {out.name}", made.mark(command, out.name)))
        except MissingExtraError as error:
            print(f"no picture: {error}")
    if making.stopped:
        raise making.stopped
