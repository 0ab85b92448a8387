"""The paper in PyTorch: ``layers`` (Figure 4), ``wavenet`` (the network), ``conditioning``, ``fused``."""
