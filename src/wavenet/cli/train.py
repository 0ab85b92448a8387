"""``wavenet train``: starts or resumes a training run; ``--overfit-one`` checks that one clip can be learnt."""

from argparse import Action
from typing import Any

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options, settings_file
from wavenet.cli.facts import weights
from wavenet.config import PRESETS, SHAPE, TrainConfig
from wavenet.errors import UsageError, suggestion

HELP = "train a network on a prepared corpus, or resume an interrupted run"
EXAMPLE = "wavenet train --data my_corpus --out my_run --updates 15000"
OVERFIT_ONE = "only check that one clip can be memorised, whatever the windows, the updates and what is written"


def add_arguments(parser: ArgumentParser) -> None:
    """Every field of TrainConfig, a preset, and the overfit check."""
    parser.usage = "wavenet train [--preset NAME] [--config FILE] [--SETTING VALUE …]"
    parser.add_argument("--preset", action=Preset, help=f"the shape of the network: {presets()}")
    options.add_torch_threads(parser)
    parser.add_argument("--overfit_one", action="store_true", help=OVERFIT_ONE)
    settings_file.add_arguments(parser, TrainConfig)


def presets() -> str:
    """Each preset with its size and its receptive field."""
    shapes = (
        f"{name} ({weights(shape):,} weights, {shape.receptive_field:,} samples)" for name, shape in PRESETS.items()
    )
    return f"{', '.join(shapes)}; in parentheses the receptive field too. wavenet bench --shape NAME measures the speed"


class Preset(Action):
    """Replaces ``model`` by the values of a preset; the flag itself stores no value."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Take ``--preset NAME``."""
        if values not in PRESETS:
            raise UsageError(f"unknown preset {values!r}{suggestion(str(values), PRESETS)}")
        for name in SHAPE:
            namespace[f"model.{name}"] = getattr(PRESETS[values], name)


def settings(args: Namespace) -> TrainConfig:
    """The settings of the run; raises UsageError."""
    if args.preset is not None:
        raise UsageError("preset is a flag, not a setting of a file; give --preset before --config, or name the shape")
    return settings_file.given(args, TrainConfig)


def run(args: Namespace) -> None:
    """Train."""
    config = settings(args)
    from wavenet.training import given

    given.check(config, *(("data",) if args.overfit_one else ("data", "out")))
    options.import_matplotlib()
    options.import_torch()
    from wavenet.training import loop, overfit, thread_pool

    with thread_pool.threads(args.threads):
        if args.overfit_one:
            overfit.overfit_one(config)
            return
        progress = loop.train(config)
    bits = f"{progress.best_bits:.4f} bits per sample on held-out recordings"
    print(f"{config.out}/model: {bits}; more --updates continue the run")
