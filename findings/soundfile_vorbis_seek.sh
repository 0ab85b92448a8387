#!/bin/sh
# Seeking in Ogg Vorbis through libsndfile lands 128 samples late, at half of the places of some files.
#
# Software: soundfile 0.14.0 with its own libsndfile 1.2.2, numpy 2.3.5. Valid input: ten seconds of a sine of 440 Hz at 16 kHz,
# written by soundfile as Ogg Vorbis. Expected: soundfile.read(start=…, frames=…) gives what reading the whole file gives there.
# Seen: at about half of the places it gives the samples 128 further on, a short block of Vorbis, while tell() says the place that
# was asked for. (FLAC, Opus and MP3 of the same signal are exact.)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.3.5 soundfile==0.14.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from collections import Counter

import numpy as np
import soundfile

RATE, SECONDS, PIECE, SHORT_BLOCK = 16_000, 10, 1_000, 128
tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(RATE * SECONDS) / RATE)


def late(kind, subtype):
    """How late the pieces of a file are that are read by seeking: a count of each number of samples."""
    soundfile.write("tone", tone, RATE, format=kind, subtype=subtype)
    whole, _ = soundfile.read("tone", dtype="float32")
    found = Counter()
    for start in range(0, len(whole) - PIECE - SHORT_BLOCK, 499):
        piece, _ = soundfile.read("tone", start=start, frames=PIECE, dtype="float32")
        fits = [by for by in (0, SHORT_BLOCK) if np.abs(whole[start + by :][:PIECE] - piece).max() < 1e-3]
        found[fits[0] if fits else None] += 1
    return found


seen = {name: late(*how) for name, how in {"FLAC": ("FLAC", "PCM_16"), "Vorbis": ("OGG", "VORBIS")}.items()}
for name, found in seen.items():
    print(f"{name}: {found[0]} pieces in place, {found[SHORT_BLOCK]} that are {SHORT_BLOCK} samples late")
if set(seen["FLAC"]) != {0} or seen["Vorbis"][SHORT_BLOCK] < 50:
    sys.exit("libsndfile no longer does this")
print("seen: seeking in Ogg Vorbis is not exact")
PYTHON
