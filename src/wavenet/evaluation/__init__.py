"""How good a model is, in numbers that can be compared with those of simple baselines and other systems."""
