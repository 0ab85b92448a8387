"""Writes the notes of music21's Bach scores as JSON lines; those that are there already are kept.

usage: scores.py SCORES        (in an environment with music21; see fetch.sh)

    SCORES  {"piece": "bwv10.7", "mode": "minor", "top": 0, "parts": [[[start, length, key], …], …]}; start and length
            in quarter notes, key as in MIDI, and the part that a single voice plays

Repeats are not played. The mode is that of music21's analysis (Krumhansl's profiles), not of the key signature.
"""

import json
import sys
import time
import warnings
from pathlib import Path

SHOW = 10.0
"""seconds between two lines of progress"""


def _notes(part) -> list[list[float]]:
    found = []
    for note in part.flatten().stripTies().notes:
        length = float(note.duration.quarterLength)
        if length > 0:  # others are ornaments
            found += [[float(note.offset), length, pitch.midi] for pitch in note.pitches]
    return sorted(found)


def read(path: Path) -> dict:
    """The notes of a score."""
    from music21 import converter

    score = converter.parse(path)
    named = [part for part in score.parts if len(part.flatten().notes)]
    tops = [i for i, part in enumerate(named) if "soprano" in (part.partName or "").lower()]
    return {
        "piece": path.stem,
        "mode": score.analyze("key").mode,
        "top": tops[0] if tops else 0,
        "parts": [_notes(part) for part in named],
    }


def main(out: str) -> None:
    """Read every score that is not in the list."""
    from music21 import corpus

    warnings.simplefilter("ignore")  # some scores have more notes in a bar than fit
    target = Path(out)
    lines = target.read_text("utf-8").splitlines(keepends=True) if target.exists() else []
    known = {json.loads(line)["piece"] for line in lines if line.endswith("\n")}
    target.write_text("".join(line for line in lines if line.endswith("\n")), "utf-8")  # without half a line
    paths = {path.stem: path for path in corpus.getComposer("bach") if path.suffix in (".mxl", ".xml", ".krn")}
    left = [path for name, path in sorted(paths.items()) if name not in known]
    began = shown = time.monotonic()
    with target.open("a", encoding="utf-8") as file:
        for i, path in enumerate(left):
            try:
                file.write(json.dumps(read(path)) + "\n")
                file.flush()
            except Exception as error:  # what a broken score raises is music21's matter
                print(f"left out: {path.name}: {type(error).__name__}: {error}", file=sys.stderr)
            if (now := time.monotonic()) - shown > SHOW:
                shown = now
                minutes = (now - began) / (i + 1) * (len(left) - i - 1) / 60
                print(f"{len(known) + i + 1} of {len(paths)} scores, {minutes:.1f} min left", flush=True)
    print(f"{target}: {len(target.read_text('utf-8').splitlines())} scores")


if __name__ == "__main__":
    main(*sys.argv[1:])
