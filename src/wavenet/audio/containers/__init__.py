"""Which bytes of a file are sound, as far as headers tell: what was cut off, never finished, or joined.

libsndfile reads what a header promises, or what is there, and tells no difference between a recording and half of one.
Recorders that were interrupted leave a header of 0 bytes, others count themselves into the sound; beyond 4 GiB a size
begins anew at 0; and files that somebody joined byte by byte end, for most readers, where the first one does.
"""
