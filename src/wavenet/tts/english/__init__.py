"""English text: text → words → phones → segments. The entry is ``front_end.py``."""
