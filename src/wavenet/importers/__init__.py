"""Checkpoints of other WaveNets, read without their frameworks and folded into the plain tensors of a model folder."""
