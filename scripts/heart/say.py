"""Speaks texts with hibari's voice "heart" into a corpus in the layout of LJ Speech; existing files are kept.

usage: say.py TEXTS OUT HOURS        (in an environment with hibari-tts; see fetch.sh)

    TEXTS   JSON lines of texts.py
    OUT     becomes OUT/wavs/ID.wav (16 bits, 24 kHz), OUT/metadata.csv with lines ID|text|the text in words, and
            OUT/f0/ID.npy, the F0 that the network generated it from: Hz every 5 ms, 0 if unvoiced
    HOURS   how much speech, in the order of the texts

Two processes of one thread each: with two threads the same seed gives different audio. Each sentence is spoken
separately, from the phonemes of its words, since hibari ends sentences at abbreviations. The silence around it, which
hibari makes a quarter to half a second long, is cut to MARGIN; between the sentences of a text is a pause whose length
is drawn from its id.
"""

import json
import multiprocessing
import os
import random
import sys
import time
import wave
from itertools import islice
from pathlib import Path

import numpy as np

MARGIN = 0.1
"""seconds that are kept before and after the speech"""
SILENT = 1e-3
"""relative to full scale: what never gets louder is silence; hibari's is zero at 16 bits"""
PAUSES = (0.2, 0.5)
"""seconds between sentences, in addition to the margins"""
F0_RATE = 200
"""values of F0 per second"""
LEAST_F0 = 40.0
"""Hz; below this, hibari's audio is unvoiced"""
PROCESSES = 2
SHOW = 10.0
"""seconds between two lines of progress"""

_voice = None
_out = Path()


def _start(folder: str) -> None:
    global _voice, _out
    from hibari import Hibari

    _voice, _out = Hibari(voice="heart", threads=1), Path(folder)


def _sentence(sentence: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The samples (T,) of a sentence with its margins, and F0 (T,) at each of them; empty if it is silent."""
    from hibari import dsp

    inputs = {"ids": np.array([_voice.ids(_voice.g2p(sentence))], np.int64), "speed": np.ones(1, np.float32)}
    *spectra, f0 = (output[0] for output in _voice.sess.run(None, inputs))
    sound = dsp.synth(*spectra, f0, np.random.default_rng(seed))
    loud = np.flatnonzero(np.abs(sound) > SILENT)
    if not len(loud):
        return sound[:0], sound[:0]
    at = np.arange(loud[0], loud[-1] + 1)
    nearest = f0.ravel()[np.rint(at / dsp.HOP).astype(int).clip(0, f0.size - 1)]
    margin = round(MARGIN * _voice.sample_rate)
    around = (max(loud[0] - margin, 0), loud[-1] + 1 + margin)
    kept = sound[slice(*around)]
    ends = (margin - (loud[0] - around[0]), margin - (len(sound[loud[-1] + 1 : around[1]])))
    return np.pad(kept, ends), np.pad(np.where(nearest > LEAST_F0, nearest, 0), margin)


def _said(text: dict) -> tuple[np.ndarray, np.ndarray]:
    rate, draw = _voice.sample_rate, random.Random(text["id"])
    sounds, contours = [], []
    for i, sentence in enumerate(text["sentences"]):
        pause = np.zeros(round(draw.uniform(*PAUSES) * rate) if i else 0, np.float32)
        sound, f0 = _sentence(sentence, draw.randrange(2**32))
        sounds += [pause, sound]
        contours += [pause, f0]
    return np.concatenate(sounds), np.concatenate(contours)[:: rate // F0_RATE]


def _say(text: dict) -> float:
    """Make the recording of a text if it is missing; returns its seconds; 0 if it is silent."""
    path = _out / "wavs" / f"{text['id']}.wav"
    if path.exists():
        with wave.open(str(path)) as file:
            return file.getnframes() / file.getframerate()
    sound, f0 = _said(text)
    if not len(sound):
        return 0.0
    with (_out / "f0" / f"{text['id']}.npy").open("wb") as file:
        np.save(file, f0.astype(np.float32))
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    with wave.open(str(temporary), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_voice.sample_rate)
        file.writeframes(np.rint(np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())
    temporary.replace(path)
    return len(sound) / _voice.sample_rate


def _write_list(out: Path, texts: list[dict]) -> None:
    lines = (f"{text['id']}|{text['text']}|{' '.join(text['sentences'])}\n" for text in texts)
    temporary = out / "metadata.csv.tmp"
    temporary.write_text("".join(lines), "utf-8")
    temporary.replace(out / "metadata.csv")


def main(texts_file: str, folder: str, hours: float) -> None:
    """Speak texts until there are ``hours`` hours."""
    out = Path(folder)
    for part in ("wavs", "f0"):
        (out / part).mkdir(parents=True, exist_ok=True)
    for left in (out / "wavs").glob("*.tmp"):
        left.unlink()
    lines = Path(texts_file).read_text("utf-8").removesuffix("\n").split("\n")
    texts = [json.loads(line) for line in lines]
    said, total, began, shown = [], 0.0, time.monotonic(), 0.0
    with multiprocessing.get_context("spawn").Pool(PROCESSES, _start, (str(out),)) as pool:
        remaining = iter(texts)
        while total < hours * 3_600 and (chunk := list(islice(remaining, 64))):
            for text, seconds in zip(chunk, pool.map(_say, chunk, chunksize=4), strict=True):
                if seconds and total < hours * 3_600:
                    said.append(text)
                    total += seconds
            passed = time.monotonic() - began
            if passed - shown > SHOW:
                shown = passed
                left = (hours * 3_600 - total) * passed / total / 60
                print(f"{total / 3_600:.2f} of {hours:g} h, {len(said)} texts, {left:.0f} min left", flush=True)
    _write_list(out, said)
    print(f"{out}: {total / 3_600:.2f} h, {len(said)} texts, in {(time.monotonic() - began) / 60:.1f} min")
    if total < hours * 3_600:
        print(f"these are all texts; {hours:g} h were asked for")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
