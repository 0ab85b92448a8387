"""The distribution of the next sample: one file per distribution, which alone knows what the logits mean.

A new one is a file here, a line in ``of`` and a setting in ``ModelConfig``; docs/extending.md lists the rest.
"""

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wavenet.config import ModelConfig
from wavenet.outputs.softmax import Softmax

if TYPE_CHECKING:
    import torch


class Distribution(Protocol):
    """The distribution of a sample, given the output of the last layer: C logits, with a meaning of its own.

    Run time uses numpy only. Training uses the last two methods, which import PyTorch when they are called.
    """

    @property
    def name(self) -> str:
        """By which the compiled engine knows it."""

    @property
    def channels(self) -> int:
        """C: outputs of the last layer."""

    @property
    def no_sample(self) -> int:
        """The target of a position that has no sample."""

    def initial_bias(self) -> NDArray[np.float32]:
        """The bias of the last layer before training, whose weights are 0: (C,)."""

    def check(self, top_k: int, top_p: float) -> None:
        """Raise UsageError if samples cannot be drawn with these settings."""

    def targets(self, values: ArrayLike) -> NDArray[np.int32]:
        """Samples (T,) as targets; raises UsageError if one is impossible."""

    def log_likelihood(self, logits: NDArray[np.float32], targets: NDArray[np.integer]) -> NDArray[np.float32]:
        """Log p of targets (T,), given logits (T, C), in nats: (T,)."""

    def sample(
        self, logits: NDArray[np.float32], uniform: float, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0
    ) -> int:
        """The sample that a uniform number in [0, 1) selects, given logits (C,); settings as in ``Sampling``."""

    def negative_log_likelihood(self, logits: "torch.Tensor", targets: "torch.Tensor") -> "torch.Tensor":
        """-log p of targets (N,), given logits (N, C), in nats: (N,); 0 where there is no sample."""

    def draw(self, logits: "torch.Tensor", random: "torch.Generator") -> "torch.Tensor":
        """Samples (N,), given logits (N, C)."""


def of(model: ModelConfig) -> Distribution:
    """The distribution that a network predicts."""
    classes = model.quantization_channels
    if model.output == "softmax":
        return Softmax(classes)
    from wavenet.outputs import logistic, normal  # which fewer models need
    from wavenet.outputs.mixture import Mixture

    match model.output:
        case "logistics":
            return Mixture("logistics", classes, logistic, model.components)
        case "gaussian":
            return Mixture("gaussian", classes, normal)
        case _:
            return Mixture("mcgsm", classes, normal, model.components, model.scales)
