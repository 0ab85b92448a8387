"""Training of a voice: alignment, then the stages from text to conditioning features, then its WaveNet."""
