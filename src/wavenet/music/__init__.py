"""Music in two steps, each a WaveNet: one writes a melody, the other plays it (section 3.3, and decision 18)."""
