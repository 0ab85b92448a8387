"""What ``against.py`` starts: does the pieces of work that it reads, with whichever ``wavenet`` its Python has.

It calls only what has been there since the first release.
"""

import hashlib
import json
import sys
import time
from functools import cache

import numpy as np

from wavenet.generator import Generator

SAMPLES = {"one stream": 16_000, "16 streams": 1_600, "scoring": 16_000}


@cache
def opened(model: str, precision: str) -> Generator:
    """A generator, opened once."""
    return Generator.open(model, precision)  # type: ignore[arg-type]


def done(model: str, work: str) -> dict[str, object]:
    """Seconds, and a digest of the samples."""
    kind, precision, *more = work.split(", ")
    generator, threads = opened(model, precision), int(more[0].split()[0]) if more else 1
    samples = SAMPLES[kind] // (8 if precision == "fp32" else 1)
    streams = [generator.start(seed=i) for i in range(16 if kind == "16 streams" else 1)]
    heard = 0.3 * np.sin(np.arange(samples) / 9).astype(np.float32)
    begin = time.perf_counter()
    if kind == "scoring":
        made = generator.log_likelihood(heard)
    else:
        made = np.concatenate(generator.advance(streams, samples, threads=threads))
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "digest": hashlib.sha256(made.tobytes()).hexdigest()}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(done(sys.argv[1], line.strip())), flush=True)
