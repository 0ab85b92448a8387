"""How fast English text becomes segments, relative to the sound that the shipped voice makes of them.

    python benchmarks/front_end.py                          # prose, and text full of numbers and abbreviations
    python benchmarks/front_end.py --texts sentences.txt    # one sentence per line

Prints one JSON line per text: seconds of CPU in the front end, without loading it, seconds of sound, and their ratio.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from wavenet.tts.english.front_end import read
from wavenet.tts.voice import Voice

ROOT = Path(__file__).parents[1]
PROSE = ROOT / "recipes" / "tts_english" / "sentences.txt"
_EVERY = 40
"""of the cases, one in so many: planning their sound takes longer than reading them all"""
CASES = ROOT / "tests" / "tts" / "english" / "cases.tsv"


def main() -> None:
    """Measure each text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="a file with a sentence per line")
    chosen = parser.parse_args().texts
    voice = Voice.open("english")
    list(read("One word, 2 numbers, and a brillig."))  # opens the lexicon and the network
    for path in [chosen] if chosen else [PROSE, CASES]:
        lines = path.read_text("utf-8").splitlines()
        texts = [line.split("\t")[1] for line in lines[1::_EVERY]] if path == CASES else lines
        print(json.dumps({"texts": path.name, **measure(texts, voice)}), flush=True)


def measure(texts: Sequence[str], voice: Voice) -> dict[str, float]:
    """Seconds of CPU for the segments of some texts, and of the sound that a voice plans for them."""
    began = time.process_time()
    sentences = sum(len(list(read(text))) for text in texts)
    spent = time.process_time() - began
    frames = sum(int(planned.durations.sum()) for text in texts for planned in voice.plan(text))
    sound = frames * voice.hop_length / voice.sample_rate
    return {
        "sentences": sentences,
        "seconds_of_sound": round(sound, 1),
        "seconds_of_cpu": round(spent, 3),
        "times_faster": round(sound / spent),
    }


if __name__ == "__main__":
    main()
