"""Plays scores on five instruments into a folder with a manifest for ``wavenet prepare``; existing files are kept.

usage: play.py SCORES SOUNDFONT OUT HOURS        (in an environment with tinysoundfont; see fetch.sh)

    SCORES     JSON lines of scores.py
    SOUNDFONT  a General MIDI SoundFont
    OUT        becomes OUT/PIECE/INSTRUMENT-TEMPO.wav (16 bits, 16 kHz, mono) and OUT/manifest.csv with the columns
               path, group (the piece) and tags (instrument;tempo;mode)
    HOURS      how much music: every piece is played by all instruments, then the next one; once all are played, each
               follows at the other tempos

The synthesiser runs at 48 kHz, because it does not filter what a lower rate cannot hold. Each piece and instrument has
a tempo and a loudness of its own, drawn from their names, so a file is the same on every run.
"""

import csv
import hashlib
import json
import random
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

PROGRAMS = {"piano": 0, "harpsichord": 6, "organ": 19, "strings": 48, "flute": 73}
"""numbers in General MIDI, from 0"""
SINGLE = ("flute",)
"""what plays one voice alone: the soprano"""
TEMPOS = {"slow": (54, 60), "medium": (80, 90), "fast": (120, 135)}
"""quarter notes a minute"""
SHORTEST = 15.0
"""seconds: what is shorter is a fragment"""
RATE, INNER_RATE = 16_000, 48_000
BLOCK = 64
"""samples at INNER_RATE: the synthesiser's own step, to which notes are moved"""
SOUNDING = 0.94
"""the part of a note's length for which its key is held"""
TAIL = 2.0
"""seconds after the last note, at most"""
LEVEL, PEAK = 0.1, 0.95
"""root mean square of every file, lower where the peak would be higher than this"""
SILENT = 1e-3
SHOW = 10.0
"""seconds between two lines of progress"""


def number(text: str) -> int:
    """A number that depends on the text alone."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def events(score: dict, instrument: str, beats: float, velocity: int) -> list[tuple[int, bool, int, int, int]]:
    """(block, whether a key goes down, channel, key, velocity), in order; keys go up before they go down."""
    parts = [score["parts"][score["top"]]] if instrument in SINGLE else score["parts"]
    start = min(note[0] for part in parts for note in part)
    found = []
    for channel, part in enumerate(parts[:15]):
        for at, length, key in part:
            blocks = [(at - start) * 60 / beats, (at - start + length * SOUNDING) * 60 / beats]
            down, up = (round(seconds * INNER_RATE / BLOCK) for seconds in blocks)
            found += [(down, True, channel, key, velocity), (max(up, down + 1), False, channel, key, 0)]
    return sorted(found, key=lambda event: (event[0], event[1]))


def render(path: Path, program: int, played: list[tuple[int, bool, int, int, int]]) -> np.ndarray:
    """The sound of events (T,), at INNER_RATE."""
    from tinysoundfont import Synth

    synth = Synth(samplerate=INNER_RATE, gain=-12)
    font = synth.sfload(str(path))
    for channel in {event[2] for event in played}:
        synth.program_select(channel, font, 0, program)
    pieces, now = [], 0

    def advance(blocks: int) -> None:
        for _ in range(blocks):
            pieces.append(np.frombuffer(bytes(synth.generate(BLOCK)), np.float32))

    for block, down, channel, key, velocity in played:
        advance(block - now)
        now = block
        if down:
            # the standard's loudness: the synthesiser has half its dB
            synth.noteon(channel, key, max(round(127 * (velocity / 127) ** 2), 1))
        else:
            synth.noteoff(channel, key)
    advance(round(TAIL * INNER_RATE / BLOCK))
    return np.concatenate(pieces).reshape(-1, 2).mean(1)


def resampled(sound: np.ndarray) -> np.ndarray:
    """From INNER_RATE to RATE, without what is above 95 % of half of it."""
    sound = sound[: len(sound) // 3 * 3]
    spectrum = np.fft.rfft(sound)
    kept = len(sound) // 3 // 2 + 1
    edge = np.linspace(0, 1, kept)
    gains = np.clip((1 - edge) / 0.05, 0, 1)
    return np.fft.irfft(spectrum[:kept] * gains, len(sound) // 3) / 3


def levelled(sound: np.ndarray) -> np.ndarray:
    """At LEVEL, and ended where it falls silent."""
    sound = sound * min(LEVEL / np.sqrt(np.mean(sound**2)), PEAK / np.abs(sound).max())
    loud = np.flatnonzero(np.abs(sound) > SILENT)
    sound = sound[: loud[-1] + 1]
    fade = np.ones(len(sound))
    fade[-RATE // 50 :] = np.linspace(1, 0, RATE // 50)
    return sound * fade


def play(score: dict, instrument: str, tempo: str, font: Path) -> np.ndarray:
    """One file (T,) at RATE."""
    draw = random.Random(number(f"{score['piece']} {instrument} {tempo}"))
    beats, velocity = draw.uniform(*TEMPOS[tempo]), draw.randint(70, 105)
    return levelled(resampled(render(font, PROGRAMS[instrument], events(score, instrument, beats, velocity))))


def plan(scores: list[dict]) -> Iterator[tuple[dict, str, str]]:
    """What is played, in order: score, instrument, tempo."""
    tempos = list(TEMPOS)
    for turn in range(len(tempos)):
        # not by the name's own hash, by which wavenet prepare chooses the split: the first hours would all be held-out
        for score in sorted(scores, key=lambda score: number(f"the order of {score['piece']}")):
            for i, instrument in enumerate(PROGRAMS):
                yield score, instrument, tempos[(number(score["piece"]) + i + turn) % len(tempos)]


def seconds_of(path: Path) -> float:
    """The length of a file."""
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def write(path: Path, sound: np.ndarray) -> None:
    """A file that is whole if it exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with wave.open(str(temporary), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(sound * 32_767).astype("<i2").tobytes())
    temporary.replace(path)


def main(scores_file: str, soundfont: str, folder: str, hours: str) -> None:
    """Play until there are HOURS hours."""
    out, wanted = Path(folder), float(hours) * 3_600
    scores = [json.loads(line) for line in Path(scores_file).read_text("utf-8").splitlines()]
    rows, total = [], 0.0
    began = shown = time.monotonic()
    for score, instrument, tempo in plan(scores):
        if total >= wanted:
            break
        path = out / score["piece"] / f"{instrument}-{tempo}.wav"
        if not path.exists():
            last = max(at + length for part in score["parts"] for at, length, _ in part)
            if last * 60 / TEMPOS["fast"][1] < SHORTEST:
                continue
            write(path, play(score, instrument, tempo, Path(soundfont)))
        total += seconds_of(path)
        rows.append((path.relative_to(out).as_posix(), score["piece"], f"{instrument};{tempo};{score['mode']}"))
        if (now := time.monotonic()) - shown > SHOW:
            shown = now
            left = (wanted - total) * (now - began) / total / 60
            print(f"{total / 3_600:.2f} of {wanted / 3_600:g} h, {len(rows)} files, {left:.1f} min left", flush=True)
    with (out / "manifest.csv.tmp").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("path", "group", "tags"), *rows])
    (out / "manifest.csv.tmp").replace(out / "manifest.csv")
    print(f"{out / 'manifest.csv'}: {total / 3_600:.2f} h, {len(rows)} files")
    if total < wanted:
        print(f"these are all scores at all tempos; {wanted / 3_600:g} h were asked for")


if __name__ == "__main__":
    main(*sys.argv[1:])
