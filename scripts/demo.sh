#!/usr/bin/env bash
# What `make demo` does once everything is installed: hear the shipped models, and see their numbers.
set -euo pipefail
cd "$(dirname "$0")/.."
wavenet=.venv/bin/wavenet
mkdir -p demo  # whatever lies in it is the demo's, hence --overwrite

echo "== A sentence by the shipped voice, from text to sound on one core, without PyTorch"
$wavenet say "Hello. This voice runs on one core of a computer, at twenty times the speed of speech." -o demo/said.wav --overwrite

echo
echo "== Ten seconds of the shipped model english_prompts, by the compiled engine in int8: nobody said this"
$wavenet generate english_prompts --seconds 10 --seed 6 -o demo/generated.wav --overwrite

echo
echo "== Bits per sample on a speaker and a room that it never heard (LibriVox)"
$wavenet evaluate english_prompts recipes/english_prompts/never_heard.flac

if [ -f data/english_prompts/index.sqlite ]; then
    echo
    echo "== Bits per sample on prompts of its own speaker that it never heard"
    $wavenet evaluate english_prompts data/english_prompts --split test
else
    echo
    echo "The held-out prompts of its own speaker are not here; 'make data' fetches them (where apt exists)."
fi

echo
echo "== A recording of that speaker, through 80 numbers each 10 ms and back by the shipped vocoder"
$wavenet vocode recipes/english_prompts/never_heard.flac -o demo/vocoded.wav --overwrite

echo
echo "Listen to demo/said.wav, demo/generated.wav and demo/vocoded.wav, look at the pictures beside them."
