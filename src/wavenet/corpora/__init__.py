"""Collections of recordings: one module per layout, which all yield the same rows; and one memory map of samples."""
