"""``wavenet pixelcnn-evaluate``: how well a PixelCNN predicts images."""

import json

from jsonargparse import ArgumentParser, Namespace

HELP = "measure how well a PixelCNN predicts images, beside simple models"
EXAMPLE = "wavenet pixelcnn-evaluate --model my_images/model images.npz"


def add_arguments(parser: ArgumentParser) -> None:
    """The model and the images."""
    parser.add_argument("data", type=str, help="a file .npz with images train, validation and test")
    parser.add_argument(
        "--model", type=str, required=True, help="the model folder of a PixelCNN, or the name of a shipped one"
    )
    parser.add_argument("--split", choices=("train", "validation", "test"), default="test", help="which images")
    parser.add_argument("--count", type=int, default=0, help="only the first so many of them; default: all")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: Namespace) -> None:
    """Evaluate."""
    from wavenet import bars
    from wavenet.config.checks import integer
    from wavenet.pixelcnn import folder, images
    from wavenet.pixelcnn.report import evaluate

    count = integer("count", args.count, 0)
    network = folder.read(args.model)
    train, found = (images.read(args.data, split, network.model) for split in ("train", args.split))
    found = found[: count or None]
    with bars.bar(total=len(found), desc="evaluate", unit=" images", delay=1) as bar:
        report = evaluate(network, train, found, bar.update)
    print(json.dumps(report.to_json(), indent=2) if args.json else report.table())
