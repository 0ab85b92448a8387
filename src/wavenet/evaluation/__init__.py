"""How good a model is, in numbers that mean something beside others."""
