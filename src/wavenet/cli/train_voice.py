"""``wavenet train-voice``: from labelled recordings to a voice that says text, or going on with it."""

from dataclasses import fields

from jsonargparse import ArgumentParser, Namespace

from wavenet.config import TrainVoiceConfig
from wavenet.errors import MissingExtraError
from wavenet.settings import from_dict

HELP = "train a voice on recordings that wavenet align labelled, or go on with it"


def add_arguments(parser: ArgumentParser) -> None:
    """Every field of TrainVoiceConfig, from YAML and flags; what comes later on the line wins."""
    parser.add_argument("--config", action="config", help="a YAML file of settings")
    parser.add_class_arguments(TrainVoiceConfig)


def run(args: Namespace) -> None:
    """Train."""
    settings = args.as_dict()
    config = from_dict(TrainVoiceConfig, {f.name: settings[f.name] for f in fields(TrainVoiceConfig)}, "settings")
    try:
        import torch.utils.tensorboard  # noqa: F401
    except ImportError:
        raise MissingExtraError("training a voice", "voice") from None
    from wavenet.training.voice import train

    print(f"{train.train(config)}: a voice; wavenet say 'Hello.' --voice {config.out}/voice -o hello.wav")
