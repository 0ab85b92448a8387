"""``wavenet train-voice``: trains a voice on labelled recordings, or resumes its training."""

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options, settings_file
from wavenet.config import TrainVoiceConfig

HELP = "train a voice on recordings labelled by wavenet align, or resume the training"
EXAMPLE = (
    "wavenet train-voice --config english_voice --wavenet.data my_corpus --labels my_corpus/labels.jsonl --out my_voice"
)


def add_arguments(parser: ArgumentParser) -> None:
    """Every field of TrainVoiceConfig."""
    parser.usage = "wavenet train-voice [--config FILE] [--SETTING VALUE …]"
    options.add_torch_threads(parser)
    settings_file.add_arguments(parser, TrainVoiceConfig)


def settings(args: Namespace) -> TrainVoiceConfig:
    """The settings of the training; raises UsageError."""
    return settings_file.given(args, TrainVoiceConfig)


def run(args: Namespace) -> None:
    """Train."""
    config = settings(args)
    options.import_torch("training a voice", "voice")
    from wavenet.training import thread_pool
    from wavenet.training.voice import train

    with thread_pool.threads(args.threads):
        made = train.train(config)
    print(f"{made}: a voice; wavenet say 'Hello.' --voice {config.out}/voice -o hello.wav")
