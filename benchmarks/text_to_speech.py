"""Text to speech: systems compared with natural speech, as in Figure 5 of the paper; and pages to listen to them.

    make data eval && sh scripts/fetch_tts_baselines.sh
    python benchmarks/text_to_speech.py                        # other systems and natural speech; 10 minutes
    python benchmarks/text_to_speech.py others runs/my_voice   # and a voice: its folder, or the name of a shipped one
    python benchmarks/text_to_speech.py --table                # only print the results so far
    python benchmarks/text_to_speech.py --language ru …        # the same in Russian, from make data-russian

Every system speaks prompts that no training uses, and 30 sentences; each clip is normalised in loudness, kept, and
scored: by DistillMOS, and if it is English by the words that Whisper tiny.en gets wrong. Existing clips and scores are
kept, unless a voice's folder or a text has changed; if the metrics have (``judge.INSTRUMENT``), existing clips are
scored again. Rows by older metrics have separate tables. ``--out`` contains the clips, index.html with players, and
listening_test.html, a blind test of pairs.
"""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.append(str(Path(__file__).parents[1]))  # for experiments, which is not installed

from experiments.speech import pages, results, texts
from experiments.speech.clips import plan
from experiments.speech.compare import compare
from experiments.speech.results import HEADS, NATURALNESS
from experiments.speech.systems import known, systems
from wavenet import made
from wavenet.audio import pictures
from wavenet.config import LANGUAGES
from wavenet.errors import UsageError, WavenetError

OTHERS = "others"


class Setting(NamedTuple):
    """What is compared in a language."""

    recipe: Path
    """the folder of the sentences and the results"""
    prompts: Path
    splits: tuple[str, ...]
    """splits of the prompts that no weight was trained on"""
    out: Path
    metrics: tuple[str, ...]


SETTINGS = {
    "en": Setting(
        Path("recipes/tts_english"), Path("data/english_prompts"), ("test",), Path("runs/text_to_speech"), tuple(HEADS)
    ),
    # Whisper tiny.en knows no Russian
    "ru": Setting(
        Path("recipes/tts_russian"), Path("data/russian"), ("validation", "test"), Path("runs/text_to_speech_russian"),
        (NATURALNESS,),
    ),
}  # fmt: skip


def run(args: argparse.Namespace) -> list[results.Row]:
    """Speak, score, and write the pages and the chart; the latter shows the results file, if it exists."""
    picture = args.results.with_suffix(".png")
    made.check(pages.COMMAND, [*pages.places(args.out), *([] if args.results.exists() else [picture])], args.overwrite)
    setting, others = SETTINGS[args.language], known(args.language)
    names = [name for given in args.systems or [OTHERS] for name in (others if given == OTHERS else [given])]
    prompts = texts.prompts(args.prompts, setting.splits)
    lines = {texts.PROMPTS: prompts, texts.SENTENCES: texts.sentences(args.sentences)}
    planned = plan(systems(names, args.programs, args.language), lines, args.out / "clips")
    rows = compare(planned, lines, args.results, setting.metrics, progress=True)
    title = f"Text to speech, {LANGUAGES[args.language].title()}: means with 95 % intervals over sentences"
    pictures.write(results.bars(rows, title), picture, made.mark(pages.COMMAND))
    for page in pages.write(args.out, planned, rows):
        print(page.absolute().as_uri())
    return rows


def main() -> None:
    """Compare and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("systems", nargs="*", help=f"{'; '.join(map(_listed, SETTINGS))}; {OTHERS}: all; [NAME=]VOICE")
    parser.add_argument("--language", choices=SETTINGS, default="en", help="of the texts and of the systems")
    parser.add_argument("--prompts", help="a prepared corpus, whose held-out texts are spoken")
    parser.add_argument("--sentences", help="a file with one text per line")
    parser.add_argument(
        "--programs", type=Path, default=Path("data/tts_baselines"), help="the folder of fetched programs"
    )
    parser.add_argument("--out", type=Path, help="a folder for clips and pages")
    parser.add_argument("--results", type=Path, help="the file of all scores of every text")
    parser.add_argument("--overwrite", action="store_true", help=made.OVERWRITE)
    parser.add_argument("--table", action="store_true", help="only print the tables of the results")
    setting = SETTINGS[parser.parse_args().language]
    parser.set_defaults(prompts=setting.prompts, out=setting.out)
    parser.set_defaults(sentences=setting.recipe / "sentences.txt", results=setting.recipe / "systems.jsonl")
    args = parser.parse_args()
    try:
        rows = results.read(args.results) if args.table else run(args)
        if not rows:
            raise UsageError(f"{args.results}: there are no results yet; leave out --table")
        print(f"\n{results.table(rows)}")
    except WavenetError as error:
        parser.exit(error.exit_code, f"{error}\n")


def _listed(language: str) -> str:
    return f"{language}: {', '.join(known(language))}"


if __name__ == "__main__":
    main()
