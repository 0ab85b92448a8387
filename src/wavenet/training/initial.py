"""The network before its first update: with random weights, or with those of an existing model."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import torch

from wavenet.config import ModelConfig, TrainConfig
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.model.wavenet import WaveNet

LOCAL = ("features", "condition_channels", "condition_layers", "condition_kernel_size", "upsample_scales")
"""the settings of local conditioning"""


def model(config: TrainConfig) -> WaveNet:
    """The network before its first update: random from the seed, or the weights of ``init_from``."""
    torch.manual_seed(config.seed)
    network = WaveNet(config.model)
    if config.init_from:
        _load(network, config, config.init_from, "--init-from")
    return network


def teacher(config: TrainConfig) -> WaveNet:
    """The network whose predictions are to be learned."""
    network = WaveNet(config.model)
    _load(network, config, config.teacher, "--teacher")
    return network


def _load(network: WaveNet, config: TrainConfig, name: str, option: str) -> None:
    opened = folder.read(folder.find(name))
    weights = with_more_features(_with_pitch_of(opened, config.model), config.model, tensors(network))
    if (opened.audio, weights.model.with_output_settings_of(config.model)) != (config.audio, config.model):
        differing = [
            *_differing(opened.audio, config.audio, "audio."),
            *_differing(weights.model.with_output_settings_of(config.model), config.model, "model."),
        ]
        raise UsageError(
            f"{option} {name}: {'; '.join(differing[:3])}; give its settings to this run, or another model"
        )
    # a calibration in the folder belongs to weights that will change
    network.load_state_dict({name: torch.from_numpy(weights.tensors[name]) for name in network.state_dict()})


def _differing(there: Any, here: Any, prefix: str) -> Iterator[str]:
    """Which settings differ, and how."""
    for field in fields(here):
        one, other = getattr(there, field.name), getattr(here, field.name)
        if is_dataclass(other) and is_dataclass(one):
            yield from _differing(one, other, f"{prefix}{field.name}.")
        elif one != other:
            yield f"its {prefix}{field.name} is {one}, and that of this run is {other}"


def _with_pitch_of(opened: folder.ModelFolder, wanted: ModelConfig) -> folder.ModelFolder:
    """The model with F0 found as is wanted, which its weights will get used to."""
    features = replace(opened.model.features, pitch_method=wanted.features.pitch_method)
    return replace(opened, model=replace(opened.model, features=features))


def with_more_features(opened: folder.ModelFolder, wanted: ModelConfig, fresh: folder.Tensors) -> folder.ModelFolder:
    """The model with further features appended to its own, with weights 0 for them, if nothing else differs.

    An unconditional model takes the conditioning network from ``fresh``, the random weights of the wanted model.
    """
    known, first = opened.model.features.kinds, "conditioning.convs.0.weight"
    if not opened.model.conditioned:
        more = replace(opened.model, **{name: getattr(wanted, name) for name in LOCAL})
        found = {name: np.zeros_like(new) if name.startswith("layers.") else new
                 for name, new in fresh.items() if name not in opened.tensors}  # fmt: skip
        return replace(opened, model=more, tensors=opened.tensors | found)
    if wanted.features.kinds[: len(known)] != known or first not in opened.tensors:
        return opened
    features = replace(opened.model.features, kinds=wanted.features.kinds)
    more = replace(opened.model, features=replace(features, file_channels=wanted.features.file_channels))
    old = opened.tensors[first]
    new = np.zeros((len(old), more.features.channels, old.shape[2]), np.float32)
    new[:, : old.shape[1]] = old
    return replace(opened, model=more, tensors=opened.tensors | {first: new})


def tensors(network: WaveNet) -> folder.Tensors:
    """The weights as a model folder stores them."""
    return {name: weight.detach().float().cpu().numpy() for name, weight in network.state_dict().items()}
