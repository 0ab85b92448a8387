"""``wavenet bench``: how fast the compiled engine is on this machine."""

from jsonargparse import ArgumentParser, Namespace

from wavenet.config import PRESETS
from wavenet.engine.precision import PRECISIONS

PRECISION_HELP = "of the products; auto: int8 where the model is calibrated for it (shapes are), else fp32"
HELP = "measure the engine's speed here, beside what the machine could do at best"


def add_arguments(parser: ArgumentParser) -> None:
    """What to measure, and doing what."""
    parser.add_argument("model", type=str, nargs="?", default="", help="a model folder, or the name of a shipped model")
    parser.add_argument("--shape", type=str, default="", help=f"random weights instead: {', '.join(PRESETS)}")
    parser.add_argument("--precision", choices=("auto", *PRECISIONS), default="auto", help=PRECISION_HELP)
    parser.add_argument("--threads", type=int, default=1, help="2 share the work of one stream")
    parser.add_argument("--batch", type=int, default=1, help="streams to generate side by side, on one thread")
    parser.add_argument("--score", action="store_true", help="ask for likelihoods instead of generating")
    parser.add_argument("--seconds", type=float, default=1.0, help="of sound in each stream and run")
    parser.add_argument("--runs", type=int, default=5, help="to take the median of")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: Namespace) -> None:
    """Measure, then print; a bar goes to stderr."""
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
