"""What is English: text → words → phones → segments. ``front_end.py`` reads with all of it."""
