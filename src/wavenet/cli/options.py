"""Options that several commands have, spelled the same in each; a test compares them."""

import os
from typing import TYPE_CHECKING

from wavenet import made
from wavenet.cli.plain import yes_no
from wavenet.engine.precision import PRECISIONS
from wavenet.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser, Namespace

MODEL_HELP = "a model folder, or the name of a shipped model: see wavenet models"
PRECISION_HELP = "of the matrix products; auto: int8 if the model is calibrated for it, else fp32"
THREADS_HELP = "2 share the work of one stream, which helps if two cores are free"
TORCH_THREADS_HELP = "of PyTorch; 0: one for each core; 1 leaves the others to other work"
SEED_HELP = "the same seed gives the same audio"
SPEAKER_HELP = "a name, or a mix: ann=0.3,bob=0.7"
TAGS_HELP = "names of tags that apply, or values: loud,far=0.5"
TEMPERATURE_HELP = (
    "1: the model's distribution; lower: less random; default: what sounds best, as the model folder says"
)


def add_model(parser: "ArgumentParser", default: str = "") -> None:
    """``--model``; earlier versions wanted a model without a default as the first word (``old_spellings.py``)."""
    parser.add_argument("--model", type=str, default=default, help=MODEL_HELP)


def add_voice(parser: "ArgumentParser") -> None:
    """``--voice``."""
    parser.add_argument(
        "--voice",
        "--model",
        type=str,
        default="english",
        help="the folder of a voice, or the name of a shipped voice: see wavenet models",
    )


def needed_model(args: "Namespace") -> str:
    """The model that a command with ``add_model`` was given; raises UsageError if it was given none."""
    if not args.model:
        from wavenet.engine import folder

        known = ", ".join(folder.shipped(folder.FORMAT))
        raise UsageError(f"no model is given; name one: --model FOLDER, or a shipped one: {known}")
    model: str = args.model
    return model


def add_precision(parser: "ArgumentParser") -> None:
    """``--precision``."""
    parser.add_argument("--precision", choices=("auto", *PRECISIONS), default="auto", help=PRECISION_HELP)


def add_threads(parser: "ArgumentParser") -> None:
    """``--threads``."""
    parser.add_argument("--threads", type=int, default=1, help=THREADS_HELP)


def add_torch_threads(parser: "ArgumentParser") -> None:
    """``--threads`` of the commands that train."""
    parser.add_argument("--threads", type=int, default=0, help=TORCH_THREADS_HELP)


def import_matplotlib() -> None:
    """Import matplotlib, which draws the curve of a training; raises MissingExtraError."""
    from wavenet.audio import pictures

    try:
        pictures.import_matplotlib()
    except ImportError:
        raise MissingExtraError("training", "train") from None


def import_torch(what: str = "training", extra: str = "train") -> None:
    """Import PyTorch and TensorBoard for a command that trains; raises MissingExtraError.

    PyTorch's threads then wait for each other awake for 5,000 turns of a loop, and asleep after that, unless the
    environment says otherwise. By default they stay awake for milliseconds: where another program wants a core, or the
    compiled layers do, each waits for one that does not run, and beside other programs a small network trains at a
    fiftieth of its speed. Asleep at once, they are woken too often.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        os.environ.setdefault("GOMP_SPINCOUNT", "5000")
    try:
        import torch.utils.tensorboard  # noqa: F401
    except ImportError:
        raise MissingExtraError(what, extra) from None


def add_picture(parser: "ArgumentParser", default: bool, help_of_it: str) -> None:
    """``--picture`` and ``--no-picture``."""
    parser.add_argument("--picture", action=yes_no, default=default, help=help_of_it)


def add_overwrite(parser: "ArgumentParser") -> None:
    """``--overwrite``."""
    parser.add_argument("--overwrite", action="store_true", help=made.OVERWRITE)
