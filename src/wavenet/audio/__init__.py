"""Audio: files, μ-law, features, and the signal that the network models. No PyTorch."""
