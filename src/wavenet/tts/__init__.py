"""Text to features: what is said, by which phones, how long and how high. No PyTorch."""
