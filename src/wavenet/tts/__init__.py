"""Text to features: the phones of a text, their durations, F0 and log-mel. No PyTorch."""
