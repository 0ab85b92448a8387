"""``wavenet evaluate``: how many bits a sample of unseen recordings costs."""

import sys

from jsonargparse import ArgumentParser, Namespace

from wavenet.engine.precision import PRECISIONS

HELP = "measure a model on recordings, beside simple predictors"


def add_arguments(parser: ArgumentParser) -> None:
    """What to measure, and on what."""
    parser.add_argument("model", type=str, help="a model folder, or the name of a shipped model")
    parser.add_argument("data", type=str, help="a prepared corpus, a recording, or a folder of recordings")
    parser.add_argument("--precision", choices=PRECISIONS, default="fp32", help="of the network's products")
    parser.add_argument("--split", type=str, default="", help="of a prepared corpus; default: test")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--limit_seconds", type=float, default=float("inf"), help="score no more, spread over the data")
    parser.add_argument(
        "--save_baselines", action="store_true", help="keep the fitted predictors in the model folder, for other data"
    )


def run(args: Namespace) -> None:
    """Score, then print; bars and remarks go to stderr."""
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
