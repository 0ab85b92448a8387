#!/bin/sh
# praatio's crop of a TextGrid shifts each tier by another time, so words and phones no longer lie over each other.
#
# Software: praatio 6.2.2. Valid input: a TextGrid of two seconds with the tiers "words" and "phones", whose boundaries agree,
# cropped from 0.6 to 1.8 s with rebaseToZero=True, as when a recording is cut. Expected, and said by its documentation: 0.6 is
# subtracted from all times. Seen, with mode "lax" (labels that are cut into are kept whole): each tier is moved by the start of
# its own first label, the words by 0 and the phones by 0.5, so "two" begins half a second behind its first phone. And where a
# tier has no label in the stretch, which is ordinary for a tier of notes, every mode raises IndexError; without rebaseToZero
# none does.
# Why it matters: labels of utterances that are cut from long recordings, the first step of many corpora, become wrong unnoticed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check praatio==6.2.2
"$folder/venv/bin/python" - <<'PYTHON'
import sys

from praatio.data_classes.interval_tier import IntervalTier
from praatio.data_classes.textgrid import Textgrid

WORDS = [(0, 1, "one"), (1, 2, "two")]
PHONES = [(0, 0.25, "W"), (0.25, 0.5, "AH"), (0.5, 1, "N"), (1, 1.5, "T"), (1.5, 2, "UW")]
NOTES = [(0, 0.3, "breath")]


def grid(**tiers):
    made = Textgrid(0, 2)
    for name, labels in tiers.items():
        made.addTier(IntervalTier(name, labels, 0, 2))
    return made


def start(cropped, tier, label):
    return next(entry.start for entry in cropped.getTier(tier).entries if entry.label == label)


apart = {}
for mode in ("truncated", "lax"):
    cropped = grid(words=WORDS, phones=PHONES).crop(0.6, 1.8, mode, rebaseToZero=True)
    word, phone = start(cropped, "words", "two"), start(cropped, "phones", "T")
    apart[mode] = word - phone
    print(f"{mode}: the word 'two' begins at {word:.2f} s, its first phone at {phone:.2f} s")
raised = {}
for mode in ("truncated", "lax", "strict"):
    for rebased in (False, True):
        try:
            grid(phones=PHONES, notes=NOTES).crop(0.6, 1.8, mode, rebaseToZero=rebased)
            raised[mode, rebased] = None
        except IndexError as error:
            raised[mode, rebased] = error
        print(f"{mode}, rebaseToZero={rebased}, a tier without a label there: {raised[mode, rebased]!r}")
if abs(apart["truncated"]) > 1e-6 or abs(apart["lax"] - 0.5) > 1e-6:
    sys.exit("praatio no longer moves tiers apart")
if any((error is not None) != rebased for (_, rebased), error in raised.items()):
    sys.exit("praatio no longer fails at empty tiers")
print("seen: tiers are moved apart, and one without labels is an error")
PYTHON
