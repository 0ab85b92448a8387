#!/bin/sh
# pymcd's mel-cepstral distortion depends on the level: the same two recordings, both turned down, are nearly without distortion.
#
# Software: pymcd 0.2.1 (with pysptk 1.0.1, pyworld 0.3.5, fastdtw 0.3.4, librosa 0.11.0), numpy 2.3.5. Valid input: WAV at
# 22.05 kHz, in float, so that nothing is rounded: two sentences made by hibari-tts 0.2.1 with a peak of 1, each with a copy that
# has white noise 20 dB below it; the pair at gains of 1, 0.5, 0.25 and 0.1. Expected: one distortion at all four gains, as both
# files have the same gain. Seen: about 4, 1.3, 0.5 and 0.2 dB. Of a file and itself at half the amplitude it is 4 dB, of two
# different sentences 9, 7, 5 and 3 dB.
# What it does: the power spectrum of WORLD is given to the mel-cepstral analysis as if it were an amplitude, so it is squared
# again, and what then lies below its floor of 1e-8 is the floor: most of speech. The same analysis with the input called a
# periodogram and a floor of 1e-20 gives these pairs, frame by frame and without the 0th coefficient, much the same distance at
# every gain.
# Why it matters: the more quietly a corpus is recorded, the better every system scores; scores of two corpora do not compare,
# nor those of two systems whose levels differ.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/pip install --quiet --disable-pip-version-check"
$pip numpy==2.3.5 'setuptools<81'
$pip pymcd==0.2.1 pysptk==1.0.1 pyworld==0.3.5 fastdtw==0.3.4 librosa==0.11.0 scipy hibari-tts==0.2.1 soundfile soxr numpy==2.3.5
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys

import numpy as np
import pysptk
import pyworld
import soundfile
import soxr
from hibari import Hibari
from pymcd.mcd import Calculate_MCD

RATE, GAINS = 22_050, (1.0, 0.5, 0.25, 0.1)
voice, meter = Hibari(threads=1), Calculate_MCD(MCD_mode="dtw")
random = np.random.default_rng(0)


def distortion(one, other):
    for name, sound in (("one.wav", one), ("other.wav", other)):
        soundfile.write(name, sound, RATE, subtype="FLOAT")
    return meter.calculate_mcd("one.wav", "other.wav")


def as_periodogram(sound):
    _, power, _ = pyworld.wav2world(sound, fs=RATE, frame_period=5.0, fft_size=512)
    return pysptk.mcep(power, order=13, alpha=0.65, maxiter=0, etype=1, eps=1e-20, min_det=0.0, itype=4)[:, 1:]


def reference(one, other):
    apart = as_periodogram(one) - as_periodogram(other)
    return meter.log_spec_dB_const * np.sqrt((apart**2).sum(1)).mean()


clean = []
for i, text in enumerate(("The old ferry crosses the bay before sunrise.", "A yellow kite drifted over the quiet village.")):
    sound = soxr.resample(voice(text, seed=i), voice.sample_rate, RATE).astype(np.float64)
    clean.append(0.999 * sound / np.abs(sound).max())
again = True
for i, sound in enumerate(clean):
    noisy = sound + random.standard_normal(len(sound)) * sound.std() / 10
    noisy, sound = (part / max(1, np.abs(noisy).max()) for part in (noisy, sound))
    seen = [distortion(gain * sound, gain * noisy) for gain in GAINS]
    others = [reference(gain * sound, gain * noisy) for gain in GAINS]
    half = distortion(sound, sound / 2)
    print(f"sentence {i}, clean and with noise, both at a gain of {GAINS}: {np.round(seen, 2)} dB")
    print(f"  as periodograms, without the 0th coefficient: {np.round(others, 2)} dB")
    print(f"  and itself at half the amplitude: {half:.2f} dB")
    again = again and seen[-1] < seen[0] / 4 and others[-1] > others[0] * 0.75 and half > 2
print("two different sentences:", np.round([distortion(*(gain * sound for sound in clean)) for gain in GAINS], 2), "dB")
if not again:
    sys.exit("pymcd no longer does this")
print("seen: the quieter, the closer")
PYTHON
