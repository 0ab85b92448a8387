"""Collections of recordings: a module per layout, the same rows from all, and one memory map of samples."""
