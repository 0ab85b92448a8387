"""ibab/tensorflow-wavenet and its descendants: a causal input convolution, biases with names or without."""

from wavenet.errors import CheckpointError
from wavenet.importers.layout import START, Given, Imported, Layout, Names, plain_network, stacks_from, usual_stacks
from wavenet.importers.layouts.tensorflow_names import fits, rename
from wavenet.importers.parts import Parts

LAYER = r"wavenet/dilated_stack/layer(\d+)/"
HEAD = "wavenet/postprocessing/"
TABLE = {
    "wavenet/causal_layer/filter": "causal.weight",
    LAYER + "(filter|gate|dense|skip)": r"layers.\1.\2.weight",
    LAYER + "(filter|gate|dense)_bias": r"layers.\1.\2.bias",
    LAYER + "slip_bias": r"layers.\1.skip.bias",  # as it is spelled there
    LAYER + "gc_(filter|gate)": r"layers.\1.gc_\2.weight",
    LAYER + "Variable": r"layers.\1.filter.bias",  # older versions gave biases no names
    LAYER + "Variable_1": r"layers.\1.gate.bias",
    LAYER + "Variable_2": r"layers.\1.dense.bias",
    LAYER + "Variable_3": r"layers.\1.skip.bias",
    HEAD + "postprocess([12])": r"postprocess\1.weight",
    HEAD + "postprocess([12])_bias": r"postprocess\1.bias",
    HEAD + "Variable": "postprocess1.bias",
    HEAD + "Variable_1": "postprocess2.bias",
    "wavenet/embeddings/gc_embedding": "gc_embedding",
}
NAMES = Names(
    input="causal",
    dilated=("layers.{}.filter", "layers.{}.gate"),
    residual="layers.{}.dense",
    skip="layers.{}.skip",
    hidden="postprocess1",
    output="postprocess2",
    global_condition=("layers.{}.gc_filter", "layers.{}.gc_gate"),
)


def fold(parts: Parts, given: Given) -> Imported:
    """Everything is plain; filter and gate are stacked."""
    count = parts.count(NAMES.skip)
    stacks = given.stacks or stacks_from(given.beside.get("dilations"), parts.path) or usual_stacks(count, (10, 9))
    network = plain_network(parts, NAMES, stacks)
    if network.input.weight.shape[1] == 1:
        raise CheckpointError(
            f"{parts.path}: the input is the samples' values, but the output classes (scalar_input), which is not "
            "supported; a checkpoint with one-hot input is"
        )
    if parts.has("gc_embedding"):
        network.speakers = parts.take("gc_embedding", 2)
    done = Imported(network, ["the filter and the gate of each layer are one convolution"], differs=[PADDING])
    if not (given.stacks or given.beside.get("dilations")):
        done.supply.append(f"--stacks, if the dilations do not start again {stacks} times, as is assumed")
    return done


PADDING = START.format("zero samples")
LAYOUT = Layout(
    "ibab",
    "ibab/tensorflow-wavenet",
    "numpy in the order of its source, as TensorFlow 1 runs no longer",
    lambda names: fits(names, "wavenet/causal_layer/filter", LAYER + "gate"),
    fold,
    "wavenet_params.json",
    lambda tensors: rename(tensors, TABLE),
)
