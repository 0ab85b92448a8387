"""What a trained PixelCNN gives: its likelihood beside simple models and lossless coders, and its pictures.

``python -m experiments.pixelcnn recipes/pixelcnn_digits`` measures the shipped model of a recipe, here ``digits``, on
the test images of ``data`` in its ``pixelcnn.yaml``; appends a row to its ``results.jsonl``; draws ``samples.png`` (a
column for each class) and ``completed.png`` (test images whose lower half is drawn); and prints the table of the page.
JPEG XL is in it if ``pillow-jxl-plugin`` is installed. ``--model FOLDER`` measures another model.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from experiments import command, image_coders
from wavenet import bars
from wavenet.bench.report import machine
from wavenet.cli import settings_file
from wavenet.config.pixelcnn import TrainPixelCNNConfig
from wavenet.pixelcnn import folder, images, pictures
from wavenet.pixelcnn.cached import Network
from wavenet.pixelcnn.images import ImageSet
from wavenet.pixelcnn.report import Report, evaluate
from wavenet.pixelcnn.sampling import sample

PREFIX = "pixelcnn_"
"""of the recipes' names"""
COLUMNS, ROWS = 10, 5
"""images of a picture; a column for each class, if there are classes"""
NAMES = {
    "uniform": "all values equally likely",
    "histogram": "histogram of each place",
    "neighbours": "left and upper neighbour",
    "model": "**PixelCNN**",
    "given class": "**PixelCNN**, given the class",
}


def table(report: Report, test: ImageSet) -> Iterator[str]:
    """Lines of Markdown: nats per image and bits per dimension of models and coders."""
    yield "| | nats per image | bits per dimension |"
    yield "|---|---|---|"
    for name in report.nats:
        low, high = report.interval(name)
        yield f"| {NAMES[name]} | {report.mean(name):.2f} ({low:.2f} to {high:.2f}) | {report.bits(name):.4f} |"
    for name, both in image_coders.measured(test.images).items():
        for how, bits in zip(("each image", "all as one image"), both, strict=True):
            yield f"| {name}, {how} | {bits * report.dimensions * np.log(2):.2f} | {bits:.4f} |"


def draw(network: Network, test: ImageSet, home: Path) -> None:
    """Draw samples and completions."""
    m = network.model
    columns = m.classes or COLUMNS
    count = columns * ROWS
    labels = np.arange(count) % m.classes if m.classes else None
    chosen = _some_of_each(test, count) if m.classes else np.arange(count)
    given = test[chosen]
    with bars.bar(total=2 * m.dimensions, desc="draw", unit=" values", delay=1) as bar:
        drawn = sample(network, count, 0, labels, progress=lambda _: bar.update())
        completed = sample(
            network, count, 0, given.labels, given=given.images, rows=m.height // 2, progress=lambda _: bar.update()
        )
    both = np.stack([given.images, completed], 1).reshape(ROWS, columns, 2, *given.images.shape[1:])
    pairs = both.swapaxes(1, 2).reshape(-1, *given.images.shape[1:])  # a row of images above a row of completions
    pictures.write(pictures.grid(drawn, m.levels, columns), home / "samples.png", "")
    pictures.write(pictures.grid(pairs, m.levels, columns), home / "completed.png", "")


def _some_of_each(test: ImageSet, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The numbers of the first images of every class, the classes in turn."""
    assert test.labels is not None
    classes = int(test.labels.max()) + 1
    by_class = [np.flatnonzero(test.labels == label) for label in range(classes)]
    return np.array([by_class[i % classes][i // classes] for i in range(count)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("pixelcnn", __doc__)
    parser.add_argument("recipe", type=Path, help="a folder with pixelcnn.yaml")
    parser.add_argument("--model", default="", help="a model folder; default: the shipped model of the recipe")
    parser.add_argument("--count", type=int, default=0, help="only the first so many test images; default: all")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    config = settings_file.read(TrainPixelCNNConfig, settings_file.find(str(given.recipe / "pixelcnn.yaml")))
    network = folder.read(given.model or given.recipe.resolve().name.removeprefix(PREFIX))
    train, test = (images.read(config.data, split, network.model) for split in ("train", "test"))
    test = test[: given.count or None]
    with bars.bar(total=len(test), desc="evaluate", unit=" images", delay=1) as bar:
        report = evaluate(network, train, test, bar.update)
    row = {"date": f"{date.today()}", "machine": machine()["processor"], **report.to_json()}
    with open(given.recipe / "results.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    draw(network, test, given.recipe)
    print("\n".join(table(report, test)))


if __name__ == "__main__":
    main()
