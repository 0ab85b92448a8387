"""``wavenet evaluate``: measures bits per sample on held-out recordings, or scores how recordings sound."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from jsonargparse import ArgumentParser, Namespace

from wavenet import made
from wavenet.cli import options, sound
from wavenet.errors import MissingExtraError, UsageError, escaped, install_command

if TYPE_CHECKING:
    from wavenet.evaluation.perception.clip import Clip
    from wavenet.recordings import ConditioningOptions

HELP = "measure a model on recordings, compared with simple predictors; or score copies or recordings with --with …"
EXAMPLE = "wavenet evaluate --model my_run/model my_corpus"


def add_arguments(parser: ArgumentParser) -> None:
    """The model, the data, and the metrics."""
    parser.add_argument(
        "data", nargs="?", default="", type=str, help="a prepared corpus, a recording, or a folder of recordings"
    )
    options.add_model(parser)
    options.add_precision(parser)
    parser.add_argument("--split", type=str, default="", help="of a prepared corpus; default: test")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--limit_seconds", type=float, default=float("inf"), help="score at most this much, spread over the data"
    )
    parser.add_argument(
        "--save_baselines", action="store_true", help="keep the fitted predictors in the model folder, for other data"
    )
    parser.add_argument(
        "--with",
        type=str,
        default="",
        help="score --recordings, or a model's copies of data: naturalness,intelligibility,similarity,pesq,stoi,f0",
    )
    parser.add_argument("--recordings", type=str, default="", help="a folder, a manifest, a prepared corpus or a file")
    parser.add_argument(
        "--references",
        type=str,
        default="",
        help="the natural recordings: as --recordings, with the same names, or one file for one; "
        "without --with, all metrics that compare the two are computed",
    )
    parser.add_argument("--copies", type=str, default="", help="a folder for the model's copies of the data")
    parser.add_argument("--seed", type=int, default=0, help="for the random numbers of the copies")
    parser.add_argument("--temperature", type=float | None, default=None, help=f"of copies; {options.TEMPERATURE_HELP}")
    parser.add_argument(
        "--speaker", type=str, default="", help="if the data do not name one: a name, or a mix a=0.3,b=0.7"
    )
    parser.add_argument(
        "--tags", type=str, default="", help="for all recordings, instead of their own: names, or values: loud,far=0.5"
    )
    parser.add_argument("--features_from", type=str, default="", help="a folder of .npy files, if the model needs them")
    parser.add_argument("--scores", type=str, default="", help="a JSON file for all scores of every clip")
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Score, then print; progress bars and notes go to stderr."""
    if args.recordings and args.references and not args["with"]:
        args["with"] = _metrics_of_pairs()
    if args["with"]:
        _judge(args)
        return
    if args.recordings or args.references or args.scores or args.copies:
        raise UsageError("recordings, references, scores and copies need metrics: --with naturalness,intelligibility,…")
    if not (args.model and args.data):
        raise UsageError(
            "name a model and data: --model MODEL DATA; or metrics and recordings: --with METRICS --recordings FOLDER"
        )
    _evaluate(args)


def _metrics_of_pairs() -> str:
    from wavenet.evaluation.perception.judge import of_pairs

    there, missing = of_pairs()
    if not there:
        raise MissingExtraError("comparing recordings", "eval")
    if missing:
        print(f"not installed: {', '.join(missing)}; {install_command('eval')}", file=sys.stderr)
    return ",".join(there)


def _evaluate(args: Namespace) -> None:
    import json

    from wavenet.evaluation.evaluate import evaluate

    result = evaluate(
        args.model,
        args.data,
        precision=args.precision,
        split=args.split,
        limit_seconds=args.limit_seconds,
        save_baselines=args.save_baselines,
        options=_options(args),
        progress=True,
    )
    for line in result.data.skipped:
        print(f"left out: {escaped(line)}", file=sys.stderr)
    print(json.dumps(result.to_json(), indent=2, ensure_ascii=False) if args.json else result.table())
    if not result.data.fitted_samples:
        print(
            "no other baselines: they need a training split; "
            f"wavenet evaluate --model {args.model} CORPUS --save-baselines keeps them in the model folder",
            file=sys.stderr,
        )


def _options(args: Namespace) -> "ConditioningOptions":
    from wavenet.recordings import ConditioningOptions

    return ConditioningOptions(
        args.features_from, sound.weights(args.speaker, "--speaker"), sound.weights(args.tags, "--tags")
    )


def _judge(args: Namespace) -> None:
    import json

    from wavenet import atomic
    from wavenet.evaluation.perception import source
    from wavenet.evaluation.perception.judge import check, judge

    metrics = [name.strip() for name in args["with"].split(",")]
    check(metrics)
    if bool(args.model) == bool(args.recordings) or bool(args.model) != bool(args.data):
        raise UsageError(
            "--with scores either recordings, --recordings FOLDER, or a model's copies of data: --model MODEL DATA"
        )
    if args.limit_seconds != float("inf") or args.save_baselines:
        raise UsageError("limit_seconds and save_baselines are for bits per sample, not for --with")
    if args.scores:
        atomic.check(args.scores)
        given = [each for each in (args.data, args.recordings, args.references) if each]
        heard = [path for each in given for path in source.paths(each)]
        made.check("evaluate", [args.scores], args.overwrite, reads=[*given, *heard])
    if args.model:
        clips = _copies(args, metrics)
    else:
        clips = source.clips(args.recordings, args.references, split=args.split, progress=True)
    judgement = judge(clips, metrics, progress=True)
    if args.scores:
        noted = {"note": made.mark("evaluate"), **judgement.to_json()}
        with atomic.writing(Path(args.scores)) as temporary:
            temporary.write_text(json.dumps(noted, indent=2, ensure_ascii=False) + "\n", "utf-8")
    whose = args.recordings or f"{args.data}, copied by {args.model}"
    clips_of = f"{judgement.clips} clip{'s' * (judgement.clips != 1)} of {whose}, {judgement.seconds:.1f} s"
    text = json.dumps(judgement.to_json(), indent=2, ensure_ascii=False) if args.json else judgement.table()
    print(text if args.json else f"{escaped(clips_of)}\n{text}")


def _copies(args: Namespace, metrics: "list[str]") -> "list[Clip]":
    from wavenet.evaluation.perception import copies, source
    from wavenet.evaluation.perception.judge import METRICS
    from wavenet.generator import Generator, Sampling

    model = Generator.open(args.model, args.precision)
    natural = source.clips(args.data, split=args.split, progress=True)
    if args.copies:
        places = copies.places(natural, Path(args.copies))
        if same := {path.resolve() for path in places} & {path.resolve() for path in source.paths(args.data)}:
            raise UsageError(f"copies is {args.copies}: {min(same)} is a recording to be copied; name another folder")
        made.check("evaluate", places, args.overwrite)
    for name in metrics:
        METRICS[name].load()  # copies are hours of work: what lacks a package says so before
    copied = copies.copies(
        model,
        natural,
        options=_options(args),
        progress=True,
        sampling=Sampling(args.seed, args.temperature),
    )
    if args.copies:
        copies.write(copied, Path(args.copies))
    return copied
