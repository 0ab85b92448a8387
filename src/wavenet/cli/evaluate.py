"""``wavenet evaluate``: how many bits a sample of unseen recordings costs; or how recordings sound."""

import sys
from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet.engine.precision import PRECISIONS
from wavenet.errors import UsageError

HELP = "measure a model on recordings, beside simple predictors; or judge recordings, --with naturalness,…"


def add_arguments(parser: ArgumentParser) -> None:
    """What to measure, and on what."""
    parser.add_argument("model", nargs="?", default="", type=str, help="a model folder, or the name of a shipped model")
    parser.add_argument(
        "data", nargs="?", default="", type=str, help="a prepared corpus, a recording, or a folder of recordings"
    )
    parser.add_argument("--precision", choices=PRECISIONS, default="fp32", help="of the network's products")
    parser.add_argument("--split", type=str, default="", help="of a prepared corpus; default: test")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--limit_seconds", type=float, default=float("inf"), help="score no more, spread over the data")
    parser.add_argument(
        "--save_baselines", action="store_true", help="keep the fitted predictors in the model folder, for other data"
    )
    parser.add_argument(
        "--with", type=str, default="", help="judge --recordings: naturalness,intelligibility,similarity,pesq,stoi"
    )
    parser.add_argument("--recordings", type=str, default="", help="a folder, a manifest, a prepared corpus or a file")
    parser.add_argument(
        "--references", type=str, default="", help="of the same kinds: the natural recordings, by the same names"
    )
    parser.add_argument("--scores", type=str, default="", help="a file for every number of every clip, as JSON")


def run(args: Namespace) -> None:
    """Score, then print; bars and remarks go to stderr."""
    if args["with"]:
        _judge(args)
        return
    if args.recordings or args.references or args.scores:
        raise UsageError("recordings, references and scores need metrics: --with naturalness,intelligibility,…")
    if not (args.model and args.data):
        raise UsageError("name a model and data, or --with METRICS --recordings FOLDER; see wavenet evaluate --help")
    _evaluate(args)


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
        progress=True,
    )
    for line in result.data.skipped:
        print(f"left out: {line}", file=sys.stderr)
    print(json.dumps(result.to_json(), indent=2, ensure_ascii=False) if args.json else result.table())
    if not result.data.fitted_samples:
        print(
            f"no other baselines: they need a training split; wavenet evaluate {args.model} CORPUS --save_baselines "
            "keeps them in the model folder",
            file=sys.stderr,
        )


def _judge(args: Namespace) -> None:
    import json

    from wavenet import atomic
    from wavenet.evaluation.perception import source
    from wavenet.evaluation.perception.judge import check, judge

    metrics = [name.strip() for name in args["with"].split(",")]
    check(metrics)
    if args.model or not args.recordings:
        raise UsageError("--with judges recordings, not a model: --recordings with a folder, a manifest or a corpus")
    if args.precision != "fp32" or args.limit_seconds != float("inf") or args.save_baselines:
        raise UsageError("precision, limit_seconds and save_baselines are for a model, and --with judges recordings")
    if args.scores:
        atomic.check(args.scores)
    clips = source.clips(args.recordings, args.references, split=args.split, progress=True)
    judgement = judge(clips, metrics, progress=True)
    text = json.dumps(judgement.to_json(), indent=2, ensure_ascii=False)
    if args.scores:
        with atomic.writing(Path(args.scores)) as temporary:
            temporary.write_text(text + "\n", "utf-8")
    clips_of = f"{judgement.clips} clip{'s' * (judgement.clips != 1)} of {args.recordings}, {judgement.seconds:.1f} s"
    print(text if args.json else f"{clips_of}\n{judgement.table()}")
