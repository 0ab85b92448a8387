"""Running a model without PyTorch: ``folder`` (the file format), ``reference`` (readable, slow), ``sampling``."""
