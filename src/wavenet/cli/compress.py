"""``wavenet compress``: codes a WAV file without loss."""

from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options, progress

HELP = "compress a WAV file without loss, by the probabilities of a model"
EXAMPLE = "wavenet compress recording.wav recording.wn"
COMMAND = "compress"


def add_arguments(parser: ArgumentParser) -> None:
    """The files and the model."""
    parser.add_argument("recording", type=str, help="a WAV file of 16-bit integers, μ-law or A-law")
    parser.add_argument("out", type=str, help="the compressed file to write")
    options.add_model(parser, "english_prompts")
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Compress."""
    from wavenet import atomic, bars, made
    from wavenet.coder.codec import Codec
    from wavenet.coder.files import read
    from wavenet.engine import folder

    made.check(COMMAND, [args.out], args.overwrite, reads=[args.recording])
    atomic.check(args.out)
    codec = Codec(folder.read(folder.find(args.model)))
    given = read(Path(args.recording))
    with bars.bar(desc="compress", unit=" samples", unit_scale=True, delay=1) as bar:
        coded = codec.compress(given, args.recording, progress.of_total(bar))
    with atomic.writing(args.out) as temporary:
        temporary.write_bytes(coded)
    print(f"{args.out}: {len(coded):,} bytes, {len(coded) / max(len(given), 1):.1%} of {args.recording}")
