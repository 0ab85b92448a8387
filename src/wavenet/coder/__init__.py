"""Lossless coding of audio with the probabilities of a WaveNet (docs/compression.md): ``compress``, ``decompress``.

``wave_bytes`` separates the samples of a WAV file from the rest of it, ``values`` turns them into classes and back,
``container`` is the file that results.
"""
