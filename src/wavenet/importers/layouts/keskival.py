"""keskival/wavenet_synth: a 1×1 convolution on the one-hot classes, and no biases."""

from wavenet.importers.layout import ZEROS, Given, Imported, Layout, Names, plain_network, usual_stacks
from wavenet.importers.layouts.tensorflow_names import fits, rename
from wavenet.importers.parts import Parts

TABLE = {
    "(dense_w|co1|co2)": r"\1.weight",
    r"layer_(\d+)/(w1|w2|cw|co_skip)": r"layers.\1.\2.weight",
}
NAMES = Names(
    input="dense_w",
    dilated=("layers.{}.w1", "layers.{}.w2"),
    residual="layers.{}.cw",
    skip="layers.{}.co_skip",
    hidden="co1",
    output="co2",
)


def fold(parts: Parts, given: Given) -> Imported:
    """Everything is plain; the two convolutions of a layer are stacked."""
    stacks = given.stacks or usual_stacks(parts.count(NAMES.skip), (10,))
    network = plain_network(parts, NAMES, stacks)
    done = Imported(network, ["the two convolutions of each layer are one"], differs=[ZEROS])
    if not given.stacks:
        done.supply.append(f"--stacks, if the dilations do not start again {stacks} times, as is assumed")
    return done


LAYOUT = Layout(
    "keskival",
    "keskival/wavenet_synth",
    "numpy in the order of its source, as TensorFlow 1 runs no longer",
    lambda names: fits(names, "dense_w", r"layer_(\d+)/co_skip"),
    fold,
    renamed=lambda tensors: rename(tensors, TABLE),
)
