"""``wavenet bench``: the speed of the compiled engine on this machine."""

from jsonargparse import ArgumentParser, Namespace

from wavenet.config import PRESETS
from wavenet.engine.precision import PRECISIONS

PRECISION_HELP = "of the matrix products; auto: int8 if the model is calibrated for it (shapes are), else fp32"
HELP = "measure the engine's speed on this machine, compared with the machine's limits"


def add_arguments(parser: ArgumentParser) -> None:
    """The model and the work to measure."""
    parser.add_argument("model", type=str, nargs="?", default="", help="a model folder, or the name of a shipped model")
    parser.add_argument("--shape", type=str, default="", help=f"random weights instead: {', '.join(PRESETS)}")
    parser.add_argument("--precision", choices=("auto", *PRECISIONS), default="auto", help=PRECISION_HELP)
    parser.add_argument("--threads", type=int, default=1, help="2 share the work of one stream")
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
