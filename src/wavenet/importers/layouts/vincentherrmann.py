"""vincentherrmann/pytorch-wavenet: plain, without conditioning; biases in the head, elsewhere where asked for."""

from wavenet.importers.layout import ZEROS, Given, Imported, Layout, Names, plain_network, usual_stacks
from wavenet.importers.parts import Parts

NAMES = Names(
    input="start_conv",
    dilated=("filter_convs.{}", "gate_convs.{}"),
    residual="residual_convs.{}",
    skip="skip_convs.{}",
    hidden="end_conv_1",
    output="end_conv_2",
)
MU_LAW = (
    "its μ-law is another one: μ is the number of classes, values are rounded down, and a class is heard as the lower "
    "end of its step; here as everywhere in this package μ-law is that of the paper, so sound differs by up to a step"
)


def fold(parts: Parts, given: Given) -> Imported:
    """Everything is plain; filter and gate are stacked."""
    known = given.stacks or given.number("blocks")
    stacks = known or usual_stacks(parts.count(NAMES.skip), (10,))
    network = plain_network(parts, NAMES, stacks)
    done = Imported(network, ["the filter and the gate of each layer are one convolution"], differs=[ZEROS, MU_LAW])
    if not known:
        done.supply.append(f"--stacks, if the dilations do not start again {stacks} times, as is assumed")
    return done


LAYOUT = Layout(
    "vincentherrmann",
    "vincentherrmann/pytorch-wavenet",
    "its own code, commit 26ba289",
    lambda names: {"start_conv.weight", "filter_convs.0.weight", "end_conv_2.weight"} <= set(names),
    fold,
)
