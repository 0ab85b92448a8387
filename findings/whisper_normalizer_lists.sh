#!/bin/sh
# Whisper's text normaliser makes one number of numbers that a comma or a full stop parts, if they are written as words.
#
# Software: whisper-normalizer 0.1.15, jiwer 4.0.0. Valid input: "Three, four and five" and a transcript that is right, "3, 4 and 5",
# as recognisers write it. Expected: the same words, and a word error rate of 0. Seen: "34 and 5" against "3 4 and 5", 2 errors in
# 3 words; and across sentences, "He counted seven. Two came later." becomes "he counted 72 came later".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check whisper-normalizer==0.1.15 jiwer==4.0.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

normalise = EnglishTextNormalizer()
PAIRS = {
    "Three, four and five": "3, 4 and 5",
    "He counted seven. Two came later.": "He counted 7. 2 came later.",
    "We have five, six of them are red": "We have 5, 6 of them are red",
}
rates = []
for said, heard in PAIRS.items():
    rates.append(jiwer.wer(normalise(said), normalise(heard)))
    print(f"{normalise(said)!r} against {normalise(heard)!r}: word error rate {rates[-1]:.0%}")
if min(rates) < 0.2:
    sys.exit("the normaliser no longer does this")
print("seen: a right transcript of a list of numbers is wrong")
PYTHON
