"""``wavenet train-recogniser``: trains a recogniser of phones, or resumes its training."""

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options, settings_file
from wavenet.config.recogniser import TrainRecogniserConfig

HELP = "train a recogniser of phones on labelled recordings, or resume the training"
EXAMPLE = "wavenet train-recogniser --data my_corpus --labels my_corpus/labels.jsonl --out my_recogniser"


def add_arguments(parser: ArgumentParser) -> None:
    """Every field of TrainRecogniserConfig."""
    parser.usage = "wavenet train-recogniser [--config FILE] [--SETTING VALUE …]"
    options.add_torch_threads(parser)
    settings_file.add_arguments(parser, TrainRecogniserConfig)


def settings(args: Namespace) -> TrainRecogniserConfig:
    """The settings of the training; raises UsageError."""
    return settings_file.given(args, TrainRecogniserConfig)


def run(args: Namespace) -> None:
    """Train."""
    config = settings(args)
    options.import_torch()
    from wavenet.training import thread_pool
    from wavenet.training.recogniser import train

    with thread_pool.threads(args.threads):
        made = train.train(config)
    print(f"{made}: a recogniser of phones; wavenet recognise {made} recording.wav")
