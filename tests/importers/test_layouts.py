"""Each layout, folded, gives the logits of the original code: what ``make_data.py`` wrote of it.

The first receptive field is left out, because before the first sample there is silence for ever here and zeros there;
so are the frames at both ends, which repeat here and are followed by zeros there.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.importers import written
from tests.importers.real import KESKIVAL, TEXT, needs_checkpoints
from wavenet.audio import files, mu_law
from wavenet.engine import native, reference
from wavenet.engine.conditioning import Conditioning, ConditioningNetwork, ConditioningStream, global_bias
from wavenet.engine.interface import LocalConditioning
from wavenet.engine.weights import Weights
from wavenet.importers import convert

DATA = Path(__file__).with_name("data")
CLOSE = 1e-4
"""the greatest difference of a logit"""


def logits(folded, classes, features=None, speaker=None):
    """Logits (T, outputs) after each class, whose step is conditioned by the features at its own place."""
    model = folded.model
    bias = rows = None
    if model.conditioned:
        bias = global_bias(model, folded.tensors, Conditioning(speaker).weights(model))
    if model.takes_features:
        stream = ConditioningStream(ConditioningNetwork(model, folded.tensors))
        stream.feed(features)
        stream.finish()
        rows = LocalConditioning(stream.rows(0, len(classes))[0], stream.steps_per_row)
    weights = Weights(model, folded.tensors)
    return reference.block(weights, reference.State(weights, bias, rows), np.asarray(classes), rows)


def difference(name, speaker=None, delay=0, frames=0, **given):
    """The greatest difference from the original's logits, beyond the receptive field and ``frames`` at both ends.

    Where what conditions comes ``delay`` samples later here, a class is put before the others.
    """
    folded = convert.fold(DATA / f"{name}.pth", sample_rate=16_000, **given)
    with np.load(DATA / f"{name}.npz") as data:
        classes, expected, features, first = (data.get(key) for key in ("classes", "logits", "features", "first"))
    found = logits(folded, np.append(np.zeros(delay, int), classes)[: len(classes)], features, speaker)[delay:]
    if folded.model.scalar_input:
        components = folded.model.components if folded.model.output == "logistics" else 0
        found[:, components : 2 * components or 1] /= 32  # means are in units of it
    edge = frames * folded.model.steps_per_frame
    begin, end = max(folded.model.receptive_field + edge, first), min(len(found), first + len(expected)) - edge
    assert end - begin > 30
    assert expected[begin - first : end - first].std() > 0.3
    return abs(found[begin:end] - expected[begin - first : end - first]).max()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("r9y9_old", {"speaker": "2", "frames": 3}),
        ("r9y9_new", {"speaker": "2", "frames": 3}),
        ("r9y9_logistics", {"hop_length": 5}),
        ("r9y9_gaussian", {"hop_length": 5}),
        ("r9y9_legacy", {"speaker": "1", "frames": 1}),
        ("kan_bayashi_upsampled", {"delay": 1}),
        ("kan_bayashi_repeated", {"delay": 1, "hop_length": 4}),
        ("vincentherrmann_plain", {}),
        ("vincentherrmann_biases", {}),
        ("nv_wavenet", {"frames": 3}),
    ],
)
def test_the_logits_are_those_of_the_original(name, given):
    stacks = {} if name.startswith(("vincentherrmann", "nv")) else {"stacks": 2}
    assert difference(name, **given, **stacks) < CLOSE


def ibab(biases, speakers=0, taps=3):
    """Random variables of 4 layers, by the names of ibab, or of its older versions, which gave biases none."""
    generator = np.random.default_rng(7)
    shapes = {"causal_layer/filter": (taps, 16, 5)}
    ends = {"old": ["Variable", "Variable_1", "Variable_2", "Variable_3"],
            "new": ["filter_bias", "gate_bias", "dense_bias", "slip_bias"], "none": []}[biases]  # fmt: skip
    for i in range(4):
        layer = f"dilated_stack/layer{i}"
        shapes |= {f"{layer}/{name}": (taps, 5, 4) for name in ("filter", "gate")}
        shapes |= {f"{layer}/dense": (1, 4, 5), f"{layer}/skip": (1, 4, 6)}
        shapes |= {f"{layer}/{end}": (size,) for end, size in zip(ends, (4, 4, 5, 6), strict=False)}
        if speakers:
            shapes |= {f"{layer}/{name}": (1, 3, 4) for name in ("gc_filter", "gc_gate")}
    shapes |= {"postprocessing/postprocess1": (1, 6, 6), "postprocessing/postprocess2": (1, 6, 16)}
    if ends:
        names = ("Variable", "Variable_1") if biases == "old" else ("postprocess1_bias", "postprocess2_bias")
        shapes |= {f"postprocessing/{name}": (size,) for name, size in zip(names, (6, 16), strict=True)}
    if speakers:
        shapes["embeddings/gc_embedding"] = (speakers, 3)
    return {
        f"wavenet/{name}": generator.normal(size=size, scale=0.6).astype(np.float32) for name, size in shapes.items()
    }


def causal(x, filter_, dilation):
    """A causal convolution as ibab has it, (T, in) and (taps, in, out): without padding."""
    reach = (len(filter_) - 1) * dilation
    return sum(x[k * dilation : len(x) - reach + k * dilation] @ filter_[k] for k in range(len(filter_)))


def as_ibab(variables, classes, dilations, speaker=None):
    """The logits of its documented order of computation, where all inputs are known."""
    v = {name.removeprefix("wavenet/"): variable for name, variable in variables.items()}
    x, total = causal(np.eye(16)[classes], v["causal_layer/filter"], 1), 0.0
    for i, dilation in enumerate(dilations):
        layer = f"dilated_stack/layer{i}"
        filter_, gate = (causal(x, v[f"{layer}/{name}"], dilation) for name in ("filter", "gate"))
        if speaker is not None:
            embedding = v["embeddings/gc_embedding"][speaker]
            filter_, gate = (
                filter_ + embedding @ v[f"{layer}/gc_filter"][0],
                gate + embedding @ v[f"{layer}/gc_gate"][0],
            )
        filter_ = filter_ + v.get(f"{layer}/filter_bias", v.get(f"{layer}/Variable", 0))
        gate = gate + v.get(f"{layer}/gate_bias", v.get(f"{layer}/Variable_1", 0))
        z = np.tanh(filter_) / (1 + np.exp(-gate))
        skip = z @ v[f"{layer}/skip"][0] + v.get(f"{layer}/slip_bias", v.get(f"{layer}/Variable_3", 0))
        total = skip + (total[len(total) - len(skip) :] if i else 0)
        residual = z @ v[f"{layer}/dense"][0] + v.get(f"{layer}/dense_bias", v.get(f"{layer}/Variable_2", 0))
        x = x[len(x) - len(z) :] + residual
    head = "postprocessing/"
    hidden = np.maximum(total, 0) @ v[f"{head}postprocess1"][0]
    hidden = hidden + v.get(f"{head}postprocess1_bias", v.get(f"{head}Variable", 0))
    logits = np.maximum(hidden, 0) @ v[f"{head}postprocess2"][0]
    return logits + v.get(f"{head}postprocess2_bias", v.get(f"{head}Variable_1", 0))


@pytest.mark.parametrize("write", [written.first_format, written.second_format])
@pytest.mark.parametrize(("biases", "speakers"), [("none", 0), ("old", 0), ("new", 0), ("new", 3)])
def test_ibab_is_computed_in_its_documented_order(tmp_path, write, biases, speakers):
    variables = ibab(biases, speakers)
    beside = {"dilations": [1, 2, 1, 2], "sample_rate": 8_000, "filter_width": 3}
    (tmp_path / "wavenet_params.json").write_text(json.dumps(beside))
    slots = {f"{name}/Adam": variable for name, variable in variables.items()}
    folded = convert.fold(write(tmp_path / "model.ckpt-9", variables | slots))
    assert folded.audio.sample_rate == 8_000
    classes = np.random.default_rng(8).integers(0, 16, 60)
    speaker = "1" if speakers else None
    found = logits(folded, classes, speaker=speaker)[folded.model.receptive_field - 1 :]
    expected = as_ibab(variables, classes, [1, 2, 1, 2], 1 if speakers else None)
    assert len(expected) == len(found) > 40
    assert abs(found - expected).max() < CLOSE


def test_keskival_is_computed_in_its_documented_order(tmp_path):
    """Its order is ibab's, with one tap at the input and without biases."""
    variables = ibab("none")
    variables["wavenet/causal_layer/filter"] = variables["wavenet/causal_layer/filter"][:1]
    names = {"filter": "w1", "gate": "w2", "dense": "cw", "skip": "co_skip"}
    own = {"dense_w": variables["wavenet/causal_layer/filter"]}
    own |= {f"co{i}": variables[f"wavenet/postprocessing/postprocess{i}"] for i in (1, 2)}
    for i in range(4):
        own |= {f"layer_{i}/{to}": variables[f"wavenet/dilated_stack/layer{i}/{at}"] for at, to in names.items()}
    path = written.first_format(tmp_path / "sound-model", own)
    folded = convert.fold(path, sample_rate=48_000, stacks=2)
    assert folded.layout.name == "keskival"
    classes = np.random.default_rng(8).integers(0, 16, 60)
    found = logits(folded, classes)[folded.model.receptive_field - 1 :]
    assert abs(found - as_ibab(variables, classes, [1, 2, 1, 2])).max() < CLOSE


TEXT_SAID = (
    "the company said it expects to report a loss of about $ N million for the third quarter because of lower sales "
    "and higher costs in its <unk> business  the company said the loss would include a charge of $ N million for "
    "closing two plants in ohio and <unk> jobs  a spokesman for the company said the new products will be introduced "
    "next year and that the board has approved a plan to buy back as many as five million shares  analysts said the "
    "results were below what they had expected and the stock fell N N to close at $ N a share in new york stock "
    "exchange composite trading yesterday  in the year-earlier quarter the company had net income of $ N million"
)


def bits(folded, classes):
    engine = native.Network(folded.model, folded.tensors, "fp32")
    return -engine.log_likelihood(engine.start(), classes).mean() / np.log(2)


@needs_checkpoints
def test_a_published_model_of_text_predicts_characters():
    folded = convert.fold(TEXT)
    assert folded.layout.name == "ibab"
    assert folded.model.receptive_field == 1_024
    characters = np.array([ord(each) for each in TEXT_SAID])
    assert bits(folded, characters) < 1.33
    assert bits(folded, np.random.default_rng(0).permutation(characters)) > 8


@needs_checkpoints
def test_a_published_model_of_sound_predicts_samples():
    folded = convert.fold(KESKIVAL, sample_rate=48_000)
    assert folded.model.receptive_field == 4_093
    classes = mu_law.encode(files.read(KESKIVAL.parent / "input.wav", 48_000)[100_000:120_000], 256)
    engine = native.Network(folded.model, folded.tensors, "fp32")
    scores = engine.logits(engine.start(), classes)
    scores = scores - scores.max(axis=1, keepdims=True)
    scores = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    assert -scores[np.arange(20_000), classes].mean() / np.log(2) < 3.37
    one_off = -scores[np.arange(19_999), classes[1:]].mean() / np.log(2)
    assert one_off > 4
