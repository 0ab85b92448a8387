"""What the network predicts of the next sample. One class a distribution: its width, its likelihood."""

import torch.nn.functional as F
from torch import Tensor


class Softmax:
    """A categorical distribution over the μ-law classes (section 2.2)."""

    def __init__(self, classes: int) -> None:
        self.channels = classes

    def negative_log_likelihood(self, logits: Tensor, classes: Tensor) -> Tensor:
        """In nats: logits (N, Q) and classes (N,) to (N,); 0 where the class is -100, which marks no sample."""
        return F.cross_entropy(logits.float(), classes, reduction="none", ignore_index=-100)
