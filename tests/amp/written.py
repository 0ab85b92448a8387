"""Small ``.nam`` files of every kind, with random weights: as many as the settings ask for, counted here anew."""

import json

import numpy as np

FILMS = (
    "conv_pre_film", "conv_post_film", "input_mixin_pre_film", "input_mixin_post_film", "activation_pre_film",
    "activation_post_film", "layer1x1_post_film", "head1x1_post_film",
)  # fmt: skip
ACTIVATIONS = (
    "Tanh", "Hardtanh", "Fasttanh", "ReLU", "LeakyReLU", "PReLU", "Sigmoid", "SiLU", "Hardswish", "LeakyHardtanh",
    "Softsign",
)  # fmt: skip


def array(**changes):
    """The settings of a layer array: those of the first version, unless they are changed."""
    settings = {
        "input_size": 1, "condition_size": 1, "channels": 3, "head_size": 1, "head_bias": True, "kernel_size": 3,
        "dilations": [1, 2, 20], "activation": "Tanh", "gated": False,
    }  # fmt: skip
    return {key: value for key, value in {**settings, **changes}.items() if value is not ...}


def linear(inputs, outputs, taps=1, groups=1, bias=True):
    return inputs * outputs * taps // groups + (outputs if bias else 0)


def count(one):
    """The weights of a layer array."""
    channels, condition = one["channels"], one["condition_size"]
    inner = one.get("bottleneck", channels)
    head1x1, layer1x1 = one.get("head1x1", {"active": False}), one.get("layer1x1", {"active": True, "groups": 1})
    outputs = head1x1["out_channels"] if head1x1["active"] else inner
    total = channels * one["input_size"]
    layers = len(one["dilations"])
    modes = one.get("gating_mode", "gated" if one.get("gated") else "none")
    kernels = one.get("kernel_sizes", [one.get("kernel_size")] * layers)
    for mode, taps in zip([modes] * layers if isinstance(modes, str) else modes, kernels, strict=True):
        wide = inner * (1 if mode == "none" else 2)
        total += linear(channels, wide, taps, one.get("groups_input", 1))
        total += linear(condition, wide, groups=one.get("groups_input_mixin", 1), bias=False)
        total += linear(inner, channels, groups=layer1x1["groups"]) if layer1x1["active"] else 0
        total += linear(inner, outputs, groups=head1x1["groups"]) if head1x1["active"] else 0
        scaled = (channels, wide, condition, wide, wide, inner, channels, outputs)
        for name, modulated in zip(FILMS, scaled, strict=True):
            film = one.get(name)
            if film and film["active"]:
                total += linear(condition, modulated * (2 if film["shift"] else 1), groups=film.get("groups", 1))
    head = one.get("head") or {"out_channels": one["head_size"], "kernel_size": 1, "bias": one["head_bias"]}
    return total + linear(outputs, head["out_channels"], head["kernel_size"], bias=head["bias"])


def wavenet(*arrays, seed=0, head=None, condition=None, **changes):
    """A WaveNet with these arrays."""
    config = {"layers": list(arrays) or [array()], "head": head, "head_scale": 0.5}
    total = sum(map(count, config["layers"])) + 1
    if head:
        inputs = (arrays[-1].get("head") or {"out_channels": arrays[-1].get("head_size")})["out_channels"]
        for i, taps in enumerate(head["kernel_sizes"]):
            outputs = head["out_channels"] if i + 1 == len(head["kernel_sizes"]) else head["channels"]
            total += linear(inputs, outputs, taps)
            inputs = outputs
    if condition:
        config["condition_dsp"] = condition
    return model("WaveNet", config, total, seed, **changes)


def model(architecture, config, total, seed=0, **changes):
    """A whole file with so many random weights."""
    weights = np.random.default_rng(seed).normal(0, 0.4, total).astype(np.float32).tolist()
    written = {"version": "0.5.4", "architecture": architecture, "config": config, "weights": weights}
    return {**written, "sample_rate": 8000, **changes}


def lstm(layers=2, hidden=5, seed=0, outputs=1):
    sizes = [1, *[hidden] * (layers - 1)]
    total = sum(4 * hidden * (size + hidden) + 4 * hidden + 2 * hidden for size in sizes) + linear(hidden, outputs)
    config = {"input_size": 1, "hidden_size": hidden, "num_layers": layers}
    return model("LSTM", {**config, "out_channels": outputs}, total, seed)


def convnet(batchnorm=True, groups=1, seed=0):
    dilations, channels = [1, 2, 4, 32], 4
    total = sum(
        linear(inputs, channels, 2, groups if inputs > 1 else 1, not batchnorm) + (4 * channels + 1) * batchnorm
        for inputs in (1, channels, channels, channels)
    )
    config = {"channels": channels, "dilations": dilations, "batchnorm": batchnorm, "activation": "Tanh"}
    made = model("ConvNet", config, total + linear(channels, 1), seed)
    made["weights"] = [abs(weight) + 0.1 for weight in made["weights"]]  # variances are positive
    return made


def impulse_response(taps=70, bias=True):
    return model("Linear", {"receptive_field": taps, "bias": bias}, taps + bias)


def container(*models, limits=(0.5, 1.0)):
    submodels = [{"max_value": limit, "model": one} for limit, one in zip(limits, models, strict=True)]
    return {
        "version": "0.7.0", "architecture": "SlimmableContainer", "config": {"submodels": submodels}, "weights": [],
        "sample_rate": 8000,
    }  # fmt: skip


def films(shift=True, **changes):
    return {name: {"active": True, "shift": shift, "groups": 1} for name in FILMS} | changes


FULL = array(
    condition_size=2, channels=4, bottleneck=6, head_size=2, dilations=[1, 30], kernel_size=..., kernel_sizes=[2, 5],
    gated=..., gating_mode=["gated", "blended"],
    secondary_activation=["Softsign", {"type": "LeakyHardtanh", "min_val": 0.0}],
    activation=[{"type": "PReLU", "negative_slopes": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}, "SiLU"], groups_input=2,
    groups_input_mixin=2, head1x1={"active": True, "out_channels": 2, "groups": 2},
    layer1x1={"active": True, "groups": 2}, **films(),
)  # fmt: skip
SECOND = array(
    input_size=4, condition_size=2, channels=2, head_size=..., head_bias=..., dilations=[1, 16], gating_mode="none",
    head={"out_channels": 1, "kernel_size": 4, "bias": True, "head_dilation": 5},
    activation={"type": "PReLU", "negative_slopes": [-0.5, 1.5]},
    **films(shift=False, head1x1_post_film={"active": False, "shift": False, "groups": 1}),
)  # fmt: skip
NO_RESIDUAL = array(
    layer1x1={"active": False, "groups": 1}, dilations=[1, 40],
    **films(layer1x1_post_film=None, head1x1_post_film=None),
)  # fmt: skip
BLENDED = array(gated=..., gating_mode="blended", activation="Fasttanh", **films(head1x1_post_film=None))
POST = {"channels": 3, "out_channels": 1, "kernel_sizes": [3, 2], "activation": "ReLU"}
SLIM = {"slimmable": {"method": "slice_channels_uniform", "kwargs": {"allowed_channels": [1, 3]}}}
CONDITION = wavenet(array(head_size=2, channels=5), seed=9)
KINDS = {
    "plain": wavenet(),
    "gated": wavenet(array(gated=True, channels=8), seed=1),
    "two_arrays": wavenet(
        array(channels=16, head_size=8, head_bias=False, dilations=[1, 8, 64]), array(input_size=16, channels=8), seed=2
    ),
    "wide": wavenet(array(channels=20, dilations=[1, 3], activation="LeakyReLU"), seed=3),
    "everything": wavenet(FULL, SECOND, condition=CONDITION, seed=4, version="0.7.0"),
    "no_residual": wavenet(NO_RESIDUAL, seed=5),
    "blended": wavenet(BLENDED, seed=6),
    "post_head": wavenet(array(head_size=2), head=POST, seed=7),
    "slimmable": wavenet(array(**SLIM), seed=8, version="0.7.0"),
    "lstm": lstm(),
    "lstm_condition": wavenet(array(condition_size=2), condition=lstm(1, 20, outputs=2), seed=10),
    "convnet": convnet(),
    "convnet_groups": convnet(False, 1, seed=1),
    "linear": impulse_response(),
    "container": container(wavenet(seed=11), lstm()),
    **{f"with_{name}": wavenet(array(activation=name), seed=12) for name in ACTIVATIONS},
}  # fmt: skip


def write(path, made):
    path.write_text(json.dumps(made), "utf-8")
    return path
