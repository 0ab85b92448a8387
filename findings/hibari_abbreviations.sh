#!/bin/sh
# hibari-tts ends a sentence at most abbreviations, with more than half a second of silence.
#
# Software: hibari-tts 0.2.1. Valid input: one sentence with an abbreviation that is no title. Expected: one sentence.
# Seen: "Fig. 3 shows it." and the like are split behind the abbreviation, and the sound has a pause of more than 0.5 s there;
# the same sentence with the word written out has none.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check hibari-tts==0.2.1
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
from hibari import Hibari

voice = Hibari(threads=1)


def longest_pause(text):
    sound = voice(text, seed=0)
    loud = np.flatnonzero(np.abs(sound) > 1e-3)
    return float(np.diff(loud).max() / voice.sample_rate)


again = True
for short, long in (("See Fig. 3 for the plan.", "See figure 3 for the plan."), ("It is No. 5 on the list.", "It is number 5 on the list.")):
    parts = voice.split_sentences(short)
    pauses = longest_pause(short), longest_pause(long)
    print(f"{short!r}: {parts}, longest silence {pauses[0]:.2f} s; written out {pauses[1]:.2f} s")
    again = again and len(parts) == 2 and pauses[0] > 0.4 and pauses[1] < 0.2
if not again:
    sys.exit("hibari no longer does this")
print("seen: an abbreviation ends the sentence")
PYTHON
