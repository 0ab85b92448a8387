"""``wavenet import``: a model folder from a checkpoint of another implementation."""

from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet import made
from wavenet.cli import options
from wavenet.errors import UsageError, escaped

HELP = "make a model folder from a checkpoint of another WaveNet"
EXAMPLE = "wavenet import checkpoint_ema.pth my_model --sample-rate 22050"


def add_arguments(parser: ArgumentParser) -> None:
    """The checkpoint, the folder, and what tensors do not tell."""
    parser.add_argument(
        "source", type=str, help="a file of torch.save, or a checkpoint of TensorFlow: a table, NAME.index, or NAME"
    )
    parser.add_argument("out", type=str, help="the model folder to write")
    parser.add_argument(
        "--layout",
        type=str,
        default="",
        help="whose checkpoint it is: ibab, keskival, r9y9, r9y9-legacy, kan-bayashi, vincentherrmann or nv-wavenet; "
        "default: by the names of its tensors",
    )
    parser.add_argument(
        "--sample_rate", type=int, default=0, help="samples per second; default: of the file of settings beside it"
    )
    parser.add_argument(
        "--stacks",
        type=int,
        default=0,
        help="how often the dilations 1, 2, 4 … start again; default: of the file beside it, or usual there",
    )
    parser.add_argument(
        "--hop_length",
        type=int,
        default=0,
        help="samples per frame of the features, where the checkpoint does not tell",
    )
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Read, fold, check, write and report."""
    from wavenet.importers import convert

    out = Path(args.out)
    for name in ("sample_rate", "stacks", "hop_length"):
        if getattr(args, name) < 0:
            raise UsageError(f"{name} is {getattr(args, name)}, and must be positive")
    _check_place(out, args.overwrite)
    folded = convert.fold(Path(args.source), args.layout, args.sample_rate, args.stacks, args.hop_length)
    convert.write(folded, out)
    print(f"{escaped(str(out))}: a model folder")
    for line in convert.report(folded):
        print(f"  {escaped(line)}")


def _check_place(out: Path, overwrite: bool) -> None:
    """Refuse, before any work, a folder that holds anything but an imported model."""
    for name in ("model.safetensors", "config.json", "README.md"):
        made.check_place(out / name)
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; name a folder to write")
    if out.is_dir() and any(out.iterdir()) and not (overwrite or made.by(out / "README.md", "import")):
        raise UsageError(
            f"{out}: already exists and was not made by wavenet import; name another folder, or give --overwrite to "
            "replace what it holds"
        )
