"""Which bytes of a file are audio according to its headers: detects truncated, unfinished and concatenated files.

libsndfile reads what a header promises or what is in the file, whichever is less, without an error. Interrupted
recorders leave a header that says 0 bytes, others include the header in the size of the audio, sizes beyond 4 GiB wrap
around, and most readers stop after the first of several concatenated files.
"""
