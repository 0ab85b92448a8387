"""Training of a recogniser of phones."""
