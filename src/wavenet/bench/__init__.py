"""The speed of the compiled engine on this machine."""
