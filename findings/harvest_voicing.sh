#!/bin/sh
# Harvest's voicing: hiss between vowels counts as voice, a pure tone does not.
#
# Software: pyworld 0.3.5 (WORLD's Harvest), numpy 2.3.5. Valid input at 16 kHz, double precision: (1) a buzz of harmonics of
# 120 Hz, 60 ms of white noise, the buzz again, as a voiceless consonant between two vowels; (2) two seconds of a sine of 220
# or 440 Hz. Expected: F0 of 0 in the noise, and the tone's frequency. Seen: F0 above 0 through nearly all of the noise, and 0 in
# nearly every frame of the tones.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.3.5 pyworld==0.3.5 'setuptools<81'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys

import numpy as np
import pyworld

RATE = 16_000
t = np.arange(int(0.3 * RATE)) / RATE
buzz = sum(np.cos(2 * np.pi * 120 * k * t) / k for k in range(1, 40)) * 0.1
hiss = np.random.default_rng(0).standard_normal(int(0.06 * RATE)) * 0.1
f0, at = pyworld.harvest(np.concatenate([buzz, hiss, buzz]), RATE, frame_period=5.0)
inside = (at > 0.3 + 0.005) & (at < 0.36 - 0.005)
in_hiss = float((f0[inside] > 0).mean())
print(f"60 ms of noise between two vowels: {in_hiss:.0%} of its frames voiced")
seconds = np.arange(2 * RATE) / RATE
tones = []
for hertz in (220, 440):
    found, _ = pyworld.harvest(0.3 * np.sin(2 * np.pi * hertz * seconds), RATE, frame_period=5.0)
    tones.append(float((found > 0).mean()))
    print(f"a sine of {hertz} Hz: {tones[-1]:.0%} of its frames voiced")
if in_hiss < 0.8 or max(tones) > 0.2:
    sys.exit("Harvest no longer does this")
print("seen: hiss is voiced, a tone is not")
PYTHON
