"""Text to speech: systems beside natural speech, as in Figure 5 of the paper; and pages to hear them.

    make data eval && sh scripts/fetch_tts_baselines.sh
    python benchmarks/text_to_speech.py                        # the systems of others and natural speech; 10 minutes
    python benchmarks/text_to_speech.py others runs/my_voice   # and a voice: its folder, or the name of a shipped one
    python benchmarks/text_to_speech.py --table                # what is known, without any work

Every system says the 24 prompts that no training touches, and 30 sentences; each clip is levelled, kept, and judged
(DistillMOS; words that Whisper tiny.en gets wrong). What is made and judged is not made and judged again, unless
a voice's folder or a text has changed. In ``--out`` there are the clips, index.html with players, and
listening_test.html, a blind test of pairs.
"""

import argparse
from pathlib import Path

from wavenet.audio import pictures
from wavenet.errors import UsageError, WavenetError
from wavenet.evaluation.speech import pages, results, texts
from wavenet.evaluation.speech.clips import plan
from wavenet.evaluation.speech.compare import compare
from wavenet.evaluation.speech.systems import known, systems

RECIPE = Path("recipes/tts_english")
OTHERS = "others"


def run(args: argparse.Namespace) -> list[results.Row]:
    """Say, judge, and write the pages and the picture."""
    names = [name for given in args.systems or [OTHERS] for name in (known() if given == OTHERS else [given])]
    lines = {texts.PROMPTS: texts.prompts(args.prompts), texts.SENTENCES: texts.sentences(args.sentences)}
    planned = plan(systems(names, args.programs), lines, args.out / "clips")
    rows = compare(planned, lines, args.results, progress=True)
    pictures.write(results.bars(rows), args.results.with_suffix(".png"))
    for page in pages.write(args.out, planned, rows):
        print(page.absolute().as_uri())
    return rows


def main() -> None:
    """Compare and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("systems", nargs="*", help=f"{', '.join(known())}, {OTHERS} (all these), or [NAME=]VOICE")
    parser.add_argument("--prompts", default="data/english_prompts", help="a prepared corpus; its test split is said")
    parser.add_argument("--sentences", default=RECIPE / "sentences.txt", help="a file, a text a line")
    parser.add_argument("--programs", type=Path, default=Path("data/tts_baselines"), help="where they were fetched to")
    parser.add_argument("--out", type=Path, default=Path("runs/text_to_speech"), help="a folder for clips and pages")
    parser.add_argument("--results", type=Path, default=RECIPE / "systems.jsonl", help="every number of every text")
    parser.add_argument("--table", action="store_true", help="only print the tables of the results")
    args = parser.parse_args()
    try:
        rows = results.read(args.results) if args.table else run(args)
        if not rows:
            raise UsageError(f"{args.results}: there are no results yet; leave out --table")
        print(f"\n{results.table(rows)}")
    except WavenetError as error:
        parser.exit(error.exit_code, f"{error}\n")


if __name__ == "__main__":
    main()
