"""Music in two steps, each a WaveNet: one writes the score, the other plays it (section 3.3, and docs/music.md)."""
