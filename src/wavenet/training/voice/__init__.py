"""What trains a voice: alignment, then the stages from text to what conditions its WaveNet, then that."""
