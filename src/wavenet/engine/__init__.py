"""Running a model without PyTorch.

``folder`` is the file format. ``native`` (compiled) and ``reference`` (the same in numpy: readable, slow) run the
network: each is an ``Engine`` of ``interface``, and ``engines`` has them by name. The products are those of
``precision``; ``calibration`` finds the steps of int8. ``conditioning`` makes of speakers, tags and features
(``Conditioning``) what an engine takes, ``sampling`` has the random numbers and the settings (``Sampling``) by which a
distribution of ``outputs`` draws a class, and ``decoder`` makes of classes a waveform. ``keywords`` lets functions take
either object or its fields.
"""
