"""Shared by the commands that make a file of each row of a list: their options, the bar, and the last words."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options
from wavenet.errors import WavenetError, escaped

if TYPE_CHECKING:
    from wavenet.bulk.jobs import Done, Job

FORMATS = ("flac", "wav", "ogg", "mp3")


@dataclass(frozen=True)
class Words:
    """What a command calls its rows, what it does with them, and what the bar counts, since rows differ in length."""

    rows: str
    do: str
    done: str
    unit: str


def add_arguments(parser: ArgumentParser) -> None:
    """Where to, on how many cores, and where these are."""
    parser.add_argument("out", type=str, help="the folder of the files, and of manifest.jsonl, which lists them")
    parser.add_argument("--format", choices=FORMATS, default="flac", help="of the files")
    parser.add_argument(
        "--workers", type=int, default=0, help="processes; 0: one for each core, with --ray of the cluster"
    )
    parser.add_argument(
        "--ray",
        type=str,
        default="",
        help="the address of a Ray cluster that makes them, such as auto; all its machines share the folder",
    )
    parser.add_argument("--temperature", type=float | None, default=None, help=options.TEMPERATURE_HELP)
    options.add_precision(parser)
    options.add_overwrite(parser)


def run(job: "Job[Any]", rows: Sequence[Any], args: Namespace, model: str, reads: list[str], words: Words) -> None:
    """Make what is not there yet, list everything, and tell how fast it went."""
    from wavenet import atomic, made
    from wavenet.bulk import jobs
    from wavenet.config.checks import integer
    from wavenet.workers import cores

    processes = integer("workers", args.workers, 0, 1_024) or cores()
    jobs.check_places(job, rows)
    made.check(job.command, [job.manifest, job.failed, *map(job.path, rows)], args.overwrite, reads=reads)
    atomic.make_folder(job.out)
    missing = [row for row in rows if not job.is_done(row)]
    if len(missing) < len(rows):
        print(f"{len(rows) - len(missing)} of {len(rows)} {words.rows} were {words.done} before")
    done = _made(job, missing, min(processes, max(len(missing), 1)), args, model, words)
    jobs.check_shared(job, done)
    failures = jobs.listed(job, rows, done)
    for each in failures[:10]:
        print(escaped(f"not {words.done}: {each.row.id}: {each.error}"), file=sys.stderr)
    if failures:
        told = f"{len(failures)} of {len(rows)} {words.rows} could not be {words.done}"
        raise WavenetError(f"{told}: {job.failed} lists them")
    print(f"{Path(args.out)}: {len(rows)} {words.rows}, listed in {job.manifest}")


def _made(
    job: "Job[Any]", missing: list[Any], processes: int, args: Namespace, model: str, words: Words
) -> "list[Done[Any]]":
    from wavenet import bars
    from wavenet.bulk import jobs, on_ray

    work = jobs.make(job, missing, processes)
    if args.ray:
        work = on_ray.make(job, missing, model, args.ray, args.workers or on_ray.ACTORS)
    done: list[Done[Any]] = []
    seconds, sizes = 0.0, {row.id: job.size(row) for row in missing}
    with bars.bar(total=sum(sizes.values()), desc=words.do, unit=f" {words.unit}", unit_scale=True, delay=1) as bar:
        for each in work:
            done.append(each)
            for warning in each.warnings:
                bar.write(escaped(f"{each.row.id}: {warning}"), file=sys.stderr)
            seconds += each.seconds
            bar.update(sizes[each.row.id])
            bar.set_postfix_str(f"{len(done)} of {len(missing)} {words.rows}, {seconds / 60:.1f} minutes of sound")
    return done
