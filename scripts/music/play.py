"""Plays single voices of scores on five instruments, with a manifest for ``wavenet prepare``; keeps existing files.

usage: play.py SCORES SOUNDFONT OUT HOURS        (in an environment with tinysoundfont; see fetch.sh)

    SCORES     JSON lines of scores.py
    SOUNDFONT  a General MIDI SoundFont
    OUT        becomes OUT/PIECE/INSTRUMENT-TEMPO.wav (16 bits, 16 kHz, mono); OUT/manifest.csv with the columns path,
               group (the first piece with this melody) and tags (instrument;tempo;mode); and OUT/notes.jsonl with the
               quarter notes a minute and the notes of each: start and length in sixteenths, and the key as in MIDI
    HOURS      how much music: every piece is played by all instruments, each another voice, then the next one; once
               all are played, each follows at the other tempos, with other voices

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
from itertools import pairwise
from pathlib import Path

import numpy as np

PROGRAMS = {"piano": 0, "harpsichord": 6, "organ": 19, "clarinet": 71, "flute": 73}
"""numbers in General MIDI, from 0"""
HIGH = ("flute",)
"""what plays the highest voice alone, because it has no low notes"""
TEMPOS = {"slow": (54, 60), "medium": (80, 90), "fast": (120, 135)}
"""quarter notes a minute"""
REST = 4
"""steps: a player who is alone waits no longer"""
ALIKE = 8
"""notes by which a melody is known again"""
SHORTEST = 15.0
"""seconds: what is shorter is a fragment"""
RATE, INNER_RATE = 16_000, 48_000
BLOCK = 480
"""samples at INNER_RATE, to whose multiples notes are moved: 10 ms, a frame of what the network is told of the notes"""
STEPS = 4
"""steps per quarter note, to which notes are moved"""
SOUNDING = 0.94
"""the part of a note's length for which its key is held (all as in wavenet.music.notes)"""
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


def melody(part: list[list[float]]) -> list[tuple[int, int, int]]:
    """(start, length, key) of a voice that is played alone: one note at a time, the highest, and no long rest."""
    highest: dict[int, tuple[int, int]] = {}
    for at, length, key in part:
        start, steps = round(at * STEPS), max(round(length * STEPS), 1)
        highest[start] = max(highest.get(start, (0, 0)), (steps, int(key)), key=lambda note: note[1])
    starts = sorted(highest)
    found, now = [], 0
    for start, following in pairwise([*starts, 2**31]):
        length, key = highest[start]
        found.append((now, min(length, following - start), key))
        now += min(following - start, length + REST)
    return found


def events(notes: list[tuple[int, int, int]], beats: float, velocity: int) -> list[tuple[int, bool, int, int]]:
    """(block, whether a key goes down, key, velocity), in order; keys go up before they go down."""
    step = 60 / beats / STEPS * INNER_RATE / BLOCK
    found = []
    for start, length, key in notes:
        down, up = round(start * step), round((start + length * SOUNDING) * step)
        found += [(down, True, key, velocity), (max(up, down + 1), False, key, 0)]
    return sorted(found, key=lambda event: event[:2])


def render(path: Path, program: int, played: list[tuple[int, bool, int, int]]) -> np.ndarray:
    """The sound of events (T,), at INNER_RATE."""
    from tinysoundfont import Synth

    synth = Synth(samplerate=INNER_RATE, gain=-12)
    font = synth.sfload(str(path))
    synth.program_select(0, font, 0, program)
    pieces, now = [], 0

    def advance(blocks: int) -> None:
        for _ in range(blocks):
            pieces.append(np.frombuffer(bytes(synth.generate(BLOCK)), np.float32))

    for block, down, key, velocity in played:
        advance(block - now)
        now = block
        if down:
            # the standard's loudness: the synthesiser has half its dB
            synth.noteon(0, key, max(round(127 * (velocity / 127) ** 2), 1))
        else:
            synth.noteoff(0, key)
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


def play(notes: list[tuple[int, int, int]], instrument: str, beats: float, velocity: int, font: Path) -> np.ndarray:
    """One file (T,) at RATE."""
    return levelled(resampled(render(font, PROGRAMS[instrument], events(notes, beats, velocity))))


def plan(scores: list[dict]) -> Iterator[tuple[dict, int, str, str]]:
    """What is played, in order: score, part, instrument, tempo."""
    tempos = list(TEMPOS)
    for turn in range(len(tempos)):
        # not by the name's own hash, by which wavenet prepare chooses the split: the first hours would all be held-out
        for score in sorted(scores, key=lambda score: number(f"the order of {score['piece']}")):
            for i, instrument in enumerate(PROGRAMS):
                turned = number(score["piece"]) + i + turn
                part = score["top"] if instrument in HIGH else turned % len(score["parts"])
                yield score, part, instrument, tempos[turned % len(tempos)]


def melodies(scores: list[dict]) -> dict[str, str]:
    """For each piece the first one whose highest voice begins alike, in any key: many chorales share a melody."""
    first: dict[tuple[int, ...], str] = {}
    found = {}
    for score in sorted(scores, key=lambda score: score["piece"]):
        keys = [key for _, _, key in score["parts"][score["top"]][:ALIKE]]
        steps = tuple(b - a for a, b in pairwise(keys))
        found[score["piece"]] = first.setdefault(steps, score["piece"])
    return found


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
    groups = melodies(scores)
    rows, lines, total = [], [], 0.0
    began = shown = time.monotonic()
    for score, part, instrument, tempo in plan(scores):
        if total >= wanted:
            break
        name, notes = f"{score['piece']}/{instrument}-{tempo}.wav", melody(score["parts"][part])
        draw = random.Random(number(name))
        beats, velocity = draw.uniform(*TEMPOS[tempo]), draw.randint(70, 105)
        if sum(notes[-1][:2]) / STEPS * 60 / TEMPOS["fast"][1] < SHORTEST:
            continue
        if not (out / name).exists():
            write(out / name, play(notes, instrument, beats, velocity, Path(soundfont)))
        total += seconds_of(out / name)
        rows.append((name, groups[score["piece"]], f"{instrument};{tempo};{score['mode']}"))
        lines.append(json.dumps({"path": name, "beats": beats, "notes": notes}))
        if (now := time.monotonic()) - shown > SHOW:
            shown = now
            left = (wanted - total) * (now - began) / total / 60
            print(f"{total / 3_600:.2f} of {wanted / 3_600:g} h, {len(rows)} files, {left:.1f} min left", flush=True)
    (out / "notes.jsonl.tmp").write_text("\n".join([*lines, ""]), "utf-8")
    (out / "notes.jsonl.tmp").replace(out / "notes.jsonl")
    with (out / "manifest.csv.tmp").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("path", "group", "tags"), *rows])
    (out / "manifest.csv.tmp").replace(out / "manifest.csv")
    print(f"{out / 'manifest.csv'}: {total / 3_600:.2f} h, {len(rows)} files")
    if total < wanted:
        print(f"these are all scores at all tempos; {wanted / 3_600:g} h were asked for")


if __name__ == "__main__":
    main(*sys.argv[1:])
