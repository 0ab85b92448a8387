"""``wavenet pixelcnn-train``: trains a PixelCNN on images, or resumes its training."""

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options, settings_file
from wavenet.config.pixelcnn import TrainPixelCNNConfig

HELP = "train a PixelCNN on images, or resume the training"
EXAMPLE = "wavenet pixelcnn-train --data images.npz --out my_images --model.levels 2"


def add_arguments(parser: ArgumentParser) -> None:
    """Every field of TrainPixelCNNConfig."""
    parser.usage = "wavenet pixelcnn-train [--config FILE] [--SETTING VALUE …]"
    options.add_torch_threads(parser)
    settings_file.add_arguments(parser, TrainPixelCNNConfig)


def settings(args: Namespace) -> TrainPixelCNNConfig:
    """The settings of the training; raises UsageError."""
    return settings_file.given(args, TrainPixelCNNConfig)


def run(args: Namespace) -> None:
    """Train."""
    config = settings(args)
    options.import_torch()
    from wavenet.training import pixelcnn, thread_pool

    with thread_pool.threads(args.threads):
        made = pixelcnn.train(config)
    print(f"{made}: a PixelCNN; wavenet pixelcnn-sample --model {config.out}/model -o samples.png")
