"""``wavenet decompress``: restores what ``wavenet compress`` coded."""

from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options, progress

HELP = "restore a WAV file that wavenet compress made smaller, byte for byte"
EXAMPLE = "wavenet decompress recording.wn recording.wav"
COMMAND = "decompress"


def add_arguments(parser: ArgumentParser) -> None:
    """The files and the model."""
    parser.add_argument("compressed", type=str, help="a file that wavenet compress wrote")
    parser.add_argument("out", type=str, help="the WAV file to write")
    parser.add_argument(
        "--model", type=str, default="", help="the model of the compression, if it does not ship with the package"
    )
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Decompress."""
    from wavenet import atomic, bars, made
    from wavenet.coder.codec import Codec, is_original, model_named
    from wavenet.coder.files import read
    from wavenet.engine import folder

    made.check(COMMAND, [args.out], True, reads=[args.compressed])
    coded = read(Path(args.compressed))
    restored_before = is_original(Path(args.out), coded, args.compressed)  # the file that would be written has no mark
    made.check(COMMAND, [args.out], args.overwrite or restored_before, reads=[args.compressed])
    atomic.check(args.out)
    model = args.model or model_named(coded, args.compressed)
    codec = Codec(folder.read(folder.find(model)))
    with bars.bar(desc="decompress", unit=" samples", unit_scale=True, delay=1) as bar:
        restored = codec.restored(coded, args.compressed, progress.of_total(bar))
    with atomic.writing(args.out) as temporary, open(temporary, "wb") as file:
        size = sum(file.write(part) for part in restored)
    print(f"{args.out}: {size:,} bytes")
