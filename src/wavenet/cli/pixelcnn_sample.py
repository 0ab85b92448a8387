"""``wavenet pixelcnn-sample``: draws images, or completes given ones."""

from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options
from wavenet.errors import UsageError

HELP = "draw images from a PixelCNN, or complete images of which only the first rows are given"
EXAMPLE = "wavenet pixelcnn-sample --model my_images/model -o samples.png --count 50"
COMMAND = "pixelcnn-sample"


def add_arguments(parser: ArgumentParser) -> None:
    """The model, and what to draw."""
    parser.add_argument(
        "--model", type=str, required=True, help="the model folder of a PixelCNN, or the name of a shipped one"
    )
    parser.add_argument("-o", "--out", type=str, required=True, help="the picture to write: a file .png")
    parser.add_argument("--count", type=int, default=50, help="number of images")
    parser.add_argument("--columns", type=int, default=10, help="images in a row of the picture")
    parser.add_argument("--label", type=int, default=None, help="the class to draw; default: all classes in turn")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same images")
    parser.add_argument(
        "--temperature", type=float, default=1.0, help="1: the model's distribution; lower: less random"
    )
    parser.add_argument("--complete", type=str, default="", help="a file .npz, whose test images are completed")
    parser.add_argument("--rows", type=int, default=0, help="rows that are kept of these; default: half of them")
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Draw."""
    import numpy as np

    from wavenet import bars, made
    from wavenet.config.checks import integer
    from wavenet.pixelcnn import folder, images, pictures
    from wavenet.pixelcnn.sampling import sample

    out = Path(args.out)
    count, columns = integer("count", args.count, 1, 2**20), integer("columns", args.columns, 1, 2**20)
    pictures.check_writable(out)
    made.check(COMMAND, [out], args.overwrite, reads=[args.complete])
    network = folder.read(args.model)
    m, given, labels, rows = network.model, None, None, 0
    if m.classes:
        if args.label is not None:
            integer("label", args.label, 0, m.classes - 1)
        labels = np.full(count, args.label) if args.label is not None else np.arange(count) % m.classes
    elif args.label is not None:
        raise UsageError(f"label is {args.label}, but {args.model} has no classes; leave --label out")
    if args.complete:
        found = images.read(args.complete, "test", m)[:count]
        if len(found) < count:
            raise UsageError(f"{args.complete}: has {len(found)} test images; lower --count to that")
        given, labels, rows = found.images, found.labels, args.rows or m.height // 2
    with bars.bar(total=m.dimensions, desc="draw", unit=" values", delay=1) as bar:
        drawn = sample(network, count, args.seed, labels, args.temperature, given, rows, lambda _: bar.update())
    pictures.write(pictures.grid(drawn, m.levels, columns), out, made.mark(COMMAND))
    print(f"{out}: {count} images")
