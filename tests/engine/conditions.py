"""What conditions a network at run time, made by the network in torch: the oracle of the engines' tests."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from tests.networks import as_folder, random_classes, random_conditioning, random_model
from wavenet.config import ContextConfig, FeatureConfig, ModelConfig
from wavenet.engine.calibration import CalibrationInput, calibrate
from wavenet.engine.folder import Tensors
from wavenet.engine.interface import LocalConditioning

PLAIN = ModelConfig(
    layers=6,
    stacks=2,
    kernel_size=3,
    residual_channels=20,
    dilation_channels=12,
    skip_channels=40,
    head_channels=24,
    quantization_channels=60,
    condition_channels=18,
    condition_layers=1,
)
FRAMES = FeatureConfig(kinds=("file",), file_channels=7, hop_length=40)
CONTEXTS = (
    ContextConfig(20, 5, 5, 1, 2, 17, 9, 18),
    ContextConfig(32, 32, 6, 1, 3, 5, 20, 3),
)
"""of dilations beyond and below what a layer looks ahead; frames of other lengths"""
MODES = {
    "none": PLAIN,
    "global": replace(PLAIN, speakers=("ann", "bob"), tags=("loud",)),
    "frames": replace(PLAIN, features=FRAMES),
    "upsampled": replace(PLAIN, features=FRAMES, upsample_scales=(4, 10)),
    "contexts": replace(PLAIN, contexts=CONTEXTS),
    "all": replace(PLAIN, speakers=("ann",), features=replace(FRAMES, hop_length=12), contexts=CONTEXTS),
    "all, upsampled": replace(PLAIN, speakers=("ann",), features=FRAMES, upsample_scales=(40,), contexts=CONTEXTS),
}
"""each alone, and together"""


@dataclass(frozen=True)
class Case:
    """A network, a recording from its start, and what conditions it."""

    config: ModelConfig
    tensors: Tensors
    """with calibration"""
    classes: np.ndarray
    """(T,)"""
    bias: np.ndarray | None
    features: LocalConditioning | None
    logits: np.ndarray
    """(T, Q) of the network in torch"""

    @property
    def inputs(self):
        """The class before each: the first follows silence."""
        return np.append(self.config.quantization_channels // 2, self.classes)[:-1]

    @property
    def recording(self):
        return CalibrationInput(self.classes, self.bias, self.features)


@torch.no_grad()
def case(config, T=60, seed=0):
    model, classes = random_model(config, seed), random_classes(config, T, seed=seed + 1)
    before, hop = config.conditioned_past, config.features.hop_length
    conditioning = random_conditioning(config, 1, T, seed + 2, before=-(-before // hop))
    past = model.with_start(classes[None])[:, :-1]
    logits = model(past, conditioning)[0].numpy()
    series, bias, features = model.series(past, conditioning), None, None
    if config.global_channels:
        h = series.pop(0).rows[0, 0]
        bias = torch.stack([layer.global_condition.weight[:, :, 0] @ h for layer in model.layers]).numpy()
    if config.takes_features:
        y = series[0]
        features = LocalConditioning(y.rows[0, (y.offset + before) // y.steps_per_row :].numpy(), y.steps_per_row)
    plain = Case(config, as_folder(model).tensors, classes.numpy(), bias, features, logits)
    return replace(plain, tensors=plain.tensors | calibrate(config, plain.tensors, [plain.recording]))
