"""``wavenet train``: start or resume a training run; ``--overfit_one`` checks that one clip can be learned."""

from argparse import Action
from dataclasses import fields
from typing import Any

from jsonargparse import ArgumentParser, Namespace

from wavenet.config import PRESETS, SHAPE, TrainConfig
from wavenet.errors import MissingExtraError, UsageError, suggestion
from wavenet.settings import from_dict

HELP = "train a network on a prepared corpus, or go on with an interrupted run"


def add_arguments(parser: ArgumentParser) -> None:
    """Every field of TrainConfig, from YAML and flags; what comes later on the line wins."""
    parser.add_argument("--config", action="config", help="a YAML file of settings")
    parser.add_argument("--preset", action=Preset, help=f"the shape of the network: {', '.join(PRESETS)}")
    parser.add_argument("--overfit_one", action="store_true", help="only check that one clip can be overfitted")
    parser.add_class_arguments(TrainConfig)


class Preset(Action):
    """Puts a preset's values in the place of ``model``; the flag itself leaves no value behind."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Take ``--preset NAME``."""
        if values not in PRESETS:
            raise UsageError(f"unknown preset {values!r}{suggestion(str(values), PRESETS)}")
        for name in SHAPE:
            namespace[f"model.{name}"] = getattr(PRESETS[values], name)


def run(args: Namespace) -> None:
    """Train."""
    if args.preset is not None:
        raise UsageError("preset is a flag and no setting of a file; give --preset before --config, or name the shape")
    settings = args.as_dict()
    config = from_dict(TrainConfig, {f.name: settings[f.name] for f in fields(TrainConfig)}, "settings")
    try:
        import matplotlib  # noqa: F401
        import torch
        import torch.utils.tensorboard  # noqa: F401
    except ImportError:
        raise MissingExtraError("training", "train") from None
    if args.overfit_one:
        from wavenet.training import overfit

        overfit.overfit_one(config)
    else:
        from wavenet.training import loop

        progress = loop.train(config)
        print(f"{config.out}/model: {progress.best_bits:.4f} bits per sample on held-out recordings")
