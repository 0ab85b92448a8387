"""PixelCNN: the ideas of WaveNet in two dimensions, and its parent (van den Oord et al., 2016)."""
