"""The paper in PyTorch: ``layers`` (Figure 4), ``wavenet`` (the network), ``outputs`` (the softmax), ``fused``."""
