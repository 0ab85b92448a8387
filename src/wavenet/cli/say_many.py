"""``wavenet say-many``: a list of texts, each to a file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options
from wavenet.errors import UsageError, WavenetError, escaped
from wavenet.tts.markup import Markup

if TYPE_CHECKING:
    from wavenet.bulk.rows import Row
    from wavenet.bulk.speech import Job, Said

HELP = "say a list of texts, each into a file, on all cores"
EXAMPLE = "wavenet say-many texts.jsonl spoken/"
FORMATS = ("flac", "wav", "ogg", "mp3")


def add_arguments(parser: ArgumentParser) -> None:
    """The list, the folder, and how to say it."""
    parser.add_argument(
        "texts",
        type=str,
        help="a text a line; or .jsonl: objects with text, and perhaps id (names the file), seed, speed, pitch",
    )
    parser.add_argument("out", type=str, help="the folder of the files, and of manifest.jsonl, which lists them")
    parser.add_argument("--format", choices=FORMATS, default="flac", help="of the files")
    options.add_voice(parser)
    parser.add_argument(
        "--workers", type=int, default=0, help="processes; 0: one for each core, with --ray of the cluster"
    )
    parser.add_argument("--seed", type=int, default=0, help="of texts that have none of their own")
    parser.add_argument("--speed", type=float, default=1.0, help="likewise; 2: twice as fast")
    parser.add_argument("--pitch", type=float, default=1.0, help="likewise; a factor on the pitch")
    parser.add_argument("--temperature", type=float | None, default=None, help=options.TEMPERATURE_HELP)
    parser.add_argument(
        "--markup",
        choices=get_args(Markup),
        default="auto",
        help="what the texts are written in; auto: SSML or Markdown",
    )
    parser.add_argument(
        "--ray",
        type=str,
        default="",
        help="the address of a Ray cluster that says them, such as auto; all its machines share the folder",
    )
    options.add_precision(parser)
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Say what is not there yet, list everything, and tell how fast it went."""
    from wavenet import atomic, made
    from wavenet.bulk import rows as lines
    from wavenet.bulk import speech
    from wavenet.config.checks import integer
    from wavenet.workers import cores

    processes = integer("workers", args.workers, 0, 1_024) or cores()
    like = lines.checked(lines.Row("", "", args.seed, args.speed, args.pitch))
    if not Path(args.texts).is_file():
        raise UsageError(f"{args.texts}: no such file; it has the texts, one a line")
    rows = lines.read(Path(args.texts), like)
    home = speech.find(args.voice)
    job = speech.Job(home, Path(args.out), f".{args.format}", args.precision, args.temperature, args.markup)
    speech.check_places(job, rows)
    lists = [job.manifest, job.failed]
    made.check(speech.COMMAND, [*lists, *map(job.path, rows)], args.overwrite, reads=[args.texts])
    atomic.make_folder(job.out)
    missing = [row for row in rows if not speech.is_done(job, row)]
    if len(missing) < len(rows):
        print(f"{len(rows) - len(missing)} of {len(rows)} texts were said before")
    said = _said(job, missing, min(processes, max(len(missing), 1)), args)
    speech.check_shared(job, said)
    failures = speech.listed(job, rows, said)
    for each in failures[:10]:
        print(escaped(f"not said: {each.row.id}: {each.error}"), file=sys.stderr)
    if failures:
        raise WavenetError(f"{len(failures)} of {len(rows)} texts could not be said: {job.failed} lists them")
    print(f"{args.out}: {len(rows)} texts, listed in {job.manifest}")


def _said(job: "Job", missing: "list[Row]", processes: int, args: Namespace) -> "list[Said]":
    """Say rows, with a bar that counts characters, since texts differ in length."""
    from wavenet import bars
    from wavenet.bulk import on_ray, speech

    work = speech.say(job, missing, processes)
    if args.ray:
        work = on_ray.say(job, missing, args.voice, args.ray, args.workers or on_ray.ACTORS)
    said: list[Said] = []
    total, seconds = sum(len(row.text) for row in missing), 0.0
    with bars.bar(total=total, desc="say", unit=" characters", unit_scale=True, delay=1) as bar:
        for each in work:
            said.append(each)
            for warning in each.warnings:
                bar.write(escaped(f"{each.row.id}: {warning}"), file=sys.stderr)
            seconds += each.seconds
            bar.update(len(each.row.text))
            bar.set_postfix_str(f"{len(said)} of {len(missing)} texts, {seconds / 60:.1f} minutes of sound")
    return said
