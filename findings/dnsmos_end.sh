#!/bin/sh
# DNSMOS does not hear the last one to two seconds of a clip of ten seconds or more.
#
# Software: speechmos 0.0.1.1 (DNSMOS, weights included), onnxruntime 1.22.1, librosa 0.11.0, numpy 2.3.5. Valid input: speech at
# 16 kHz, mono, within -1 to 1, made by hibari-tts 0.2.1, of 10.9 and of 20.9 s, whole and with its last 1.8 s replaced by loud
# noise or by zeros. Expected: noise that loud, or a voice that stops early, changes the scores. Seen: the four scores are equal
# to the last bit. The same noise in the first 1.8 s lowers the overall score by 0.5 (of 10.9 s) and 0.1 (of 20.9 s).
# Why it matters: a voice that breaks off or ends in noise is not noticed. The score is the mean over windows of 9.01 s that begin
# at whole seconds, and the last one that would fit is left out: a clip of 10.9 s is judged by its first 9.01 s alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.3.5 onnxruntime==1.22.1 librosa==0.11.0 \
    speechmos==0.0.1.1 hibari-tts==0.2.1 soxr requests pandas tqdm
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys

import numpy as np
import soxr
from hibari import Hibari
from speechmos import dnsmos

RATE, LOST = 16_000, int(1.8 * 16_000)
voice = Hibari(threads=1)
TEXTS = (
    "The old ferry crosses the bay before sunrise.",
    "A yellow kite drifted over the quiet village.",
    "We never saw the other side of the hill.",
    "Please close the door behind you.",
)
spoken = [soxr.resample(voice(text, seed=seed), voice.sample_rate, RATE) for seed, text in enumerate(TEXTS)]
speech = np.concatenate(spoken * 3)
noise = np.random.default_rng(0).uniform(-0.5, 0.5, LOST)


def scores(sound):
    found = dnsmos.run(np.clip(sound, -1, 1), sr=RATE)
    return np.array([found[name] for name in ("ovrl_mos", "sig_mos", "bak_mos", "p808_mos")])


again = True
for seconds in (10.9, 20.9):
    clip = speech[: int(seconds * RATE)]
    assert len(clip) == int(seconds * RATE)
    whole = scores(clip)
    print(f"{seconds} s of speech: {whole.round(3)} (overall, signal, background, P.808)")
    for name, other in {
        "noise in its last 1.8 s": np.concatenate([clip[:-LOST], noise]),
        "zeros in its last 1.8 s": np.concatenate([clip[:-LOST], np.zeros(LOST)]),
        "noise in its first 1.8 s": np.concatenate([noise, clip[LOST:]]),
    }.items():
        found = scores(other)
        print(f"  {name}: {found.round(3)}")
        again = again and (np.array_equal(found, whole) if "last" in name else found[0] < whole[0] - 0.1)
if not again:
    sys.exit("DNSMOS no longer does this")
print("seen: the end of a clip does not count")
PYTHON
