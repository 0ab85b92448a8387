"""What conditions a network at run time, made by the network in torch: the oracle of the engines' tests."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from tests.networks import as_folder, random_classes, random_conditions, random_model
from wavenet.config import ModelConfig
from wavenet.engine.calibration import Recording, calibrate
from wavenet.engine.folder import Tensors
from wavenet.engine.reference import Features


@dataclass(frozen=True)
class Case:
    """A network, a recording from its start, and what conditions it."""

    config: ModelConfig
    tensors: Tensors
    """with calibration"""
    classes: np.ndarray
    """(T,)"""
    bias: np.ndarray | None
    features: Features | None
    logits: np.ndarray
    """(T, Q) of the network in torch"""

    @property
    def inputs(self):
        """The class before each: the first follows silence."""
        return np.append(self.config.quantization_channels // 2, self.classes)[:-1]

    @property
    def recording(self):
        return Recording(self.classes, self.bias, self.features)


@torch.no_grad()
def case(config, T=60, seed=0):
    model, classes = random_model(config, seed), random_classes(config, T, seed=seed + 1)
    before, hop = config.receptive_field - 1, config.features.hop_length
    conditions = random_conditions(config, 1, T, seed + 2, before=-(-before // hop))
    past = model.with_start(classes[None])[:, :-1]
    logits = model(past, conditions)[0].numpy()
    sources, bias, features = model.sources(past, conditions), None, None
    if config.global_channels:
        h = sources.pop(0).rows[0, 0]
        bias = torch.stack([layer.global_condition.weight[:, :, 0] @ h for layer in model.layers]).numpy()
    if config.local:
        y = sources[0]
        features = Features(y.rows[0, (y.skip + before) // y.hop :].numpy(), y.hop)
    plain = Case(config, as_folder(model).tensors, classes.numpy(), bias, features, logits)
    return replace(plain, tensors=plain.tensors | calibrate(config, plain.tensors, [plain.recording]))
