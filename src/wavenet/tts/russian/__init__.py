"""What is Russian: text → sentences → segments, by festival. ``front_end.py`` reads with all of it."""
