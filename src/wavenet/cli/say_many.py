"""``wavenet say-many``: a list of texts, each to a file."""

from pathlib import Path
from typing import get_args

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import many, options
from wavenet.errors import UsageError
from wavenet.tts.markup import Markup

HELP = "say a list of texts, each into a file, on all cores"
EXAMPLE = "wavenet say-many texts.jsonl spoken/"
WORDS = many.Words("texts", "say", "said", "characters")


def add_arguments(parser: ArgumentParser) -> None:
    """The list, the folder, and how to say it."""
    parser.add_argument(
        "texts",
        type=str,
        help="a text a line; or .jsonl: objects with text, and perhaps id (names the file), seed, speed, pitch",
    )
    many.add_arguments(parser)
    options.add_voice(parser)
    parser.add_argument("--seed", type=int, default=0, help="of texts that have none of their own")
    parser.add_argument("--speed", type=float, default=1.0, help="likewise; 2: twice as fast")
    parser.add_argument("--pitch", type=float, default=1.0, help="likewise; a factor on the pitch")
    parser.add_argument(
        "--markup",
        choices=get_args(Markup),
        default="auto",
        help="what the texts are written in; auto: SSML or Markdown",
    )


def run(args: Namespace) -> None:
    """Say what is not there yet."""
    from wavenet.bulk import speech

    like = speech.checked(speech.Row("", "", args.seed, args.speed, args.pitch))
    if not Path(args.texts).is_file():
        raise UsageError(f"{args.texts}: no such file; it has the texts, one a line")
    rows = speech.read(Path(args.texts), like)
    home = speech.Job.find(args.voice)
    job = speech.Job(home, Path(args.out), f".{args.format}", args.precision, args.temperature, args.markup)
    many.run(job, rows, args, args.voice, [args.texts], WORDS)
