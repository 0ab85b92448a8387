"""``wavenet vocode-many``: recordings, or files of features, each to a file of sound."""

from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import many, options
from wavenet.errors import UsageError

HELP = "turn many recordings, or features, into audio, each into a file, on all cores"
EXAMPLE = "wavenet vocode-many recordings/ copies/"
WORDS = many.Words("sources", "vocode", "vocoded", "files")


def add_arguments(parser: ArgumentParser) -> None:
    """The list, the folder, and how to copy."""
    parser.add_argument(
        "sources",
        type=str,
        help="a folder of recordings or features (.npy); a list with a path a line; or .jsonl: objects with path, and "
        "perhaps id (names the file), seed, speaker",
    )
    many.add_arguments(parser)
    options.add_model(parser, "vocoder")
    parser.add_argument("--seed", type=int, default=0, help="of sources that have none of their own")
    parser.add_argument("--speaker", type=str, default="", help="likewise; a name, if the model has speakers")


def run(args: Namespace) -> None:
    """Vocode what is not there yet."""
    from wavenet.bulk import vocoding

    source = Path(args.sources)
    if not source.exists():
        raise UsageError(f"{args.sources}: no such folder or list")
    home = vocoding.Job.find(args.model)
    rows = vocoding.read(source, vocoding.Source("", "", args.seed, args.speaker))
    job = vocoding.Job(home, Path(args.out), f".{args.format}", args.precision, args.temperature)
    lists = [] if source.is_dir() else [args.sources]
    many.run(job, rows, args, args.model, [*lists, *(row.path for row in rows)], WORDS)
