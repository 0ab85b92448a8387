"""Load on servers of speech: for benchmarks/serve.py."""
