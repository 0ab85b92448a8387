"""``wavenet calibrate``: prepares a model for int8."""

import sys

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options
from wavenet.errors import escaped

HELP = "measure the scales that int8 needs, and write them into the model folder, or into a copy"
EXAMPLE = "wavenet calibrate --model my_run/model my_corpus"


def add_arguments(parser: ArgumentParser) -> None:
    """The model, and recordings like those it was trained on."""
    parser.add_argument(
        "data", type=str, help="a prepared corpus (its training split), a recording, or a folder of recordings"
    )
    options.add_model(parser)
    parser.add_argument("-o", "--out", type=str, default="", help="a folder for a copy; default: the model's own")
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="maximum duration to use, spread over the recordings"
    )
    parser.add_argument("--features_from", type=str, default="", help="a folder of .npy files, if the model needs them")


def run(args: Namespace) -> None:
    """Calibrate, and report."""
    from wavenet.calibrate import calibrate
    from wavenet.recordings import ConditioningOptions

    done = calibrate(
        options.needed_model(args),
        args.data,
        out=args.out,
        seconds=args.seconds,
        options=ConditioningOptions(args.features_from),
        progress=True,
    )
    for line in done.skipped:
        print(f"left out: {escaped(line)}", file=sys.stderr)
    recordings = "1 recording" if done.recordings == 1 else f"{done.recordings} recordings"
    print(f"{done.path}: calibrated for int8 on {done.seconds:.1f} s of {recordings}, and audio generated between them")
