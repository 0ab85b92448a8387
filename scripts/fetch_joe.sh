#!/bin/sh
# Let Piper (GPL-3) speak the 30 sentences of recipes/tts_english with its voice joe (CC0), on which no model here was trained,
# and write their texts. For listening tests, never for training.
# usage: scripts/fetch_joe.sh [DIR=data/joe]; then: python benchmarks/copy_synthesis.py vocoder --data DIR/manifest.csv
set -eu

dir=${1:-data/joe}
here=$(dirname "$0")
if [ -e "$dir/manifest.csv" ]; then
    echo "$dir: already exists"
    exit 0
fi
sh "$here/fetch_tts_baselines.sh"
mkdir -p "$dir"
data/tts_baselines/piper/bin/python - data/tts_baselines/piper/joe.onnx "$here/../recipes/tts_english/sentences.txt" "$dir" <<'PYTHON'
import csv
import sys
import wave
from pathlib import Path

from piper import PiperVoice

voice, texts, folder = PiperVoice.load(sys.argv[1]), Path(sys.argv[2]).read_text("utf-8"), Path(sys.argv[3])
rows = [("path", "text")]
for i, text in enumerate(filter(None, map(str.strip, texts.split("\n"))), 1):
    with wave.open(str(folder / f"{i:02}.wav"), "wb") as file:
        voice.synthesize_wav(text, file)
    rows.append((f"{i:02}.wav", text))
with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
    csv.writer(file).writerows(rows)
PYTHON
echo "$dir: $(find "$dir" -name '*.wav' | wc -l) sentences"
