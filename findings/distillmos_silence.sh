#!/bin/sh
# DistillMOS scores a clip of speech otherwise when there is silence around it.
#
# Software: distillmos 0.9.1 (with xls-r-sqa 0.1.0, torch 2.13.0, numpy). Valid input: a sentence of clean speech at 16 kHz,
# mono, made by hibari-tts 0.2.1, of one to three seconds, alone and with digital silence before or behind it.
# Expected: the same speech has about the same score. Seen, five sentences: eight seconds of zeros behind lower the mean by 0.9
# (each by 0.5 to 1.2), two seconds before raise single sentences by 0.2, and a tenth of a second by 0.08.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/pip install --quiet --disable-pip-version-check"
$pip torch==2.13.0 numpy hibari-tts==0.2.1 soxr einops transformers==4.57.1
$pip --no-deps distillmos==0.9.1 xls-r-sqa==0.1.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys
from types import ModuleType

import numpy as np
import soxr
import torch
from hibari import Hibari

sys.modules["torchaudio"] = ModuleType("torchaudio")  # only its command line needs it
import distillmos

torch.set_num_threads(1)
voice, network = Hibari(threads=1), distillmos.ConvTransformerSQAModel().eval()
TEXTS = (
    "The old ferry crosses the bay before sunrise.",
    "A yellow kite drifted over the quiet village.",
    "Both judges agreed.",
    "We never saw the other side of the hill.",
    "Please close the door behind you.",
)


def speech(text, seed):
    sound = soxr.resample(voice(text, seed=seed), 24_000, 16_000)
    loud = np.flatnonzero(np.abs(sound) > 1e-3)
    return sound[max(loud[0] - 1_280, 0) : loud[-1] + 1_280].astype(np.float32)


def score(*parts):
    with torch.inference_mode():
        return float(network(torch.from_numpy(np.concatenate(parts))[None]))


clips = [speech(text, seed) for seed, text in enumerate(TEXTS)]
zeros = lambda seconds: np.zeros(int(16_000 * seconds), np.float32)
alone = np.array([score(clip) for clip in clips])
worst = 0.0
for name, scores in {
    "2 s of zeros before": [score(zeros(2), clip) for clip in clips],
    "8 s of zeros behind": [score(clip, zeros(8)) for clip in clips],
    "0.1 s of zeros before": [score(zeros(0.1), clip) for clip in clips],
}.items():
    moved = np.array(scores) - alone
    worst = max(worst, abs(moved.mean()))
    print(f"{name}: mean {alone.mean():.2f} -> {np.mean(scores):.2f}; each {' '.join(f'{m:+.2f}' for m in moved)}")
if worst < 0.1:
    sys.exit("silence no longer moves the score")
print("seen: silence around a clip moves its score")
PYTHON
