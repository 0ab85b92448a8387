"""How fast the compiled engine is on this machine."""
