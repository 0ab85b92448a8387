"""Running a model without PyTorch.

``folder`` is the file format. ``native`` (compiled) and ``reference`` (readable numpy, slow) run the network. Each is
an ``Engine`` of ``interface``, and ``engines`` has them by name. Their products are those of ``precision``, and
``calibration`` determines the steps of int8. ``conditioning`` turns speakers, tags and features (``Conditioning``) into
the inputs of an engine. ``sampling`` has the random numbers and the settings (``Sampling``) with which a distribution
of ``outputs`` draws a class, and ``decoder`` turns classes into a waveform. With ``keywords``, functions accept either
such an object or its fields.
"""
