"""``wavenet bench``: the speed of the compiled engine on this machine."""

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options
from wavenet.config import PRESETS

HELP = "measure the engine's speed on this machine, compared with the machine's limits"
EXAMPLE = "wavenet bench --shape medium --precision int8"


def add_arguments(parser: ArgumentParser) -> None:
    """The model and the work to measure."""
    options.add_model(parser)
    parser.add_argument(
        "--shape", type=str, default="", help=f"random weights, calibrated, in place of a model: {', '.join(PRESETS)}"
    )
    options.add_precision(parser)
    options.add_threads(parser)
    parser.add_argument("--batch", type=int, default=1, help="streams to generate together, on one thread")
    parser.add_argument("--score", action="store_true", help="compute likelihoods instead of generating")
    parser.add_argument("--seconds", type=float, default=1.0, help="seconds of audio in each stream and run")
    parser.add_argument("--runs", type=int, default=5, help="number of runs, of which the median is reported")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: Namespace) -> None:
    """Measure, then print; a progress bar goes to stderr."""
    import json

    from wavenet.bench.report import Work
    from wavenet.bench.speed import bench

    speed = bench(
        args.model,
        shape=args.shape,
        precision=args.precision,
        work=Work(args.threads, args.batch, args.score, args.seconds),
        runs=args.runs,
        progress=True,
    )
    print(json.dumps(speed.to_json(), indent=2, ensure_ascii=False) if args.json else speed.table())
