"""``wavenet align``: forced alignment of the phones of a corpus."""

from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet import made
from wavenet.cli import options

HELP = "find the times of the phones of English texts in a prepared corpus, for wavenet train-voice"
EXAMPLE = "wavenet align my_corpus -o my_corpus/labels.jsonl"


def add_arguments(parser: ArgumentParser) -> None:
    """The corpus, the output, the pronunciations."""
    parser.add_argument("corpus", type=str, help="a folder made by wavenet prepare, whose recordings have texts")
    parser.add_argument(
        "-o",
        "--out",
        type=str,
        required=True,
        help="the file of labels to write: .jsonl; a report is written next to it",
    )
    parser.add_argument("--speaker", type=str | None, default=None, help="whose recordings; default: all")
    parser.add_argument("--lexicon", type=str, nargs="+", default=[], help="files with pronunciations of words")
    parser.add_argument("--hop_length", type=int, default=160, help="samples per frame, as in the voice's features")
    parser.add_argument(
        "--worst",
        type=float,
        default=3.5,
        help="leave out recordings whose score is this many deviations below the median",
    )
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Align, write the labels, and report."""
    from wavenet import atomic
    from wavenet.corpora.prepared import PreparedCorpus
    from wavenet.errors import UsageError
    from wavenet.training.voice.align import align
    from wavenet.tts.english.lexicon import Lexicon

    out = Path(args.out)
    if out.suffix != ".jsonl":
        raise UsageError(f"cannot write {out}: labels are written as .jsonl")
    report_file = out.with_suffix(".report.txt")
    made.check("align", [out, report_file], args.overwrite, reads=args.lexicon)
    atomic.make_folder(out.parent)
    for path in (out, report_file):
        atomic.check(path)
    labels, report = align(
        PreparedCorpus(args.corpus),
        Lexicon(args.lexicon),
        speaker=args.speaker,
        hop_length=args.hop_length,
        worst=args.worst,
        progress=True,
    )
    report.write(report_file, made.mark("align"))
    labels.write(out, made.mark("align"))
    print(f"{out}: {report}")
    if report.left_out:
        print(f"left out: {len(report.left_out)}, listed in {report_file}")
