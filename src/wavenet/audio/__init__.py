"""Recordings in and out: files, μ-law, and the signal that the network models. No torch."""
