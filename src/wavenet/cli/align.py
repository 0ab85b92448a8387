"""``wavenet align``: forced alignment of the phones of a corpus."""

from pathlib import Path
from typing import TYPE_CHECKING

from jsonargparse import ArgumentParser, Namespace

from wavenet import made
from wavenet.cli import options
from wavenet.errors import UsageError

if TYPE_CHECKING:
    from wavenet.corpora.prepared import PreparedCorpus
    from wavenet.training.voice.align_report import Report
    from wavenet.tts.labels import Labels

HELP = "find the times of the phones of texts in a prepared corpus: of English ones, or by a recogniser of any language"
EXAMPLE = "wavenet align my_corpus -o my_corpus/labels.jsonl"
COMMAND = "align"
HOP_LENGTH = 160


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
    parser.add_argument(
        "--hop_length", type=int, default=HOP_LENGTH, help="samples per frame, as in the voice's features"
    )
    parser.add_argument(
        "--model",
        type=str,
        default="",
        help="the folder of a recogniser, which aligns texts of its language; default: PocketSphinx, for English",
    )
    parser.add_argument(
        "--phones", type=str, default="", help="with a model: a file of labels, whose phones are aligned anew"
    )
    parser.add_argument("--textgrids", type=str, default="", help="a folder for a .TextGrid of each recording")
    parser.add_argument(
        "--worst",
        type=float,
        default=3.5,
        help="leave out recordings whose score is this many deviations below the median",
    )
    parser.add_argument(
        "--workers", type=int | None, default=None, help="processes of PocketSphinx; default: as many as pay"
    )
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Align, write the labels, and report."""
    from wavenet import atomic
    from wavenet.corpora.prepared import PreparedCorpus

    out = Path(args.out)
    if out.suffix != ".jsonl":
        raise UsageError(f"cannot write {out}: labels are written as .jsonl")
    report_file = out.with_suffix(".report.txt")
    reads = [*args.lexicon, *filter(None, [args.phones])]
    made.check(COMMAND, [out, report_file], args.overwrite, reads=reads)
    if args.phones and not args.model:
        raise UsageError("phones are given, but no model; name a recogniser: --model FOLDER")
    atomic.make_folder(out.parent)
    for path in (out, report_file):
        atomic.check(path)
    corpus = PreparedCorpus(args.corpus)
    grids = _grids(args, corpus)
    labels, report = _by_model(args, corpus) if args.model else _english(args, corpus)
    report.write(report_file, made.mark(COMMAND))
    labels.write(out, made.mark(COMMAND))
    print(f"{out}: {report}")
    if report.left_out:
        print(f"left out: {len(report.left_out)}, listed in {report_file}")
    if args.textgrids:
        _write_grids(grids, labels, corpus)
        print(f"{args.textgrids}: {len(labels.rows)} files .TextGrid")


def _english(args: Namespace, corpus: "PreparedCorpus") -> "tuple[Labels, Report]":
    """By PocketSphinx."""
    from wavenet.training.voice.align import align
    from wavenet.tts.english.lexicon import Lexicon

    return align(
        corpus,
        Lexicon(args.lexicon),
        speaker=args.speaker,
        hop_length=args.hop_length,
        worst=args.worst,
        workers=args.workers,
        progress=True,
    )


def _by_model(args: Namespace, corpus: "PreparedCorpus") -> "tuple[Labels, Report]":
    """By a recogniser."""
    from wavenet.recognition import lexicon
    from wavenet.recognition.align import align, by_labels, by_lexicon
    from wavenet.recognition.recogniser import Recogniser
    from wavenet.training.voice.align_report import LeftOut, Report
    from wavenet.tts.labels import Labels

    if bool(args.lexicon) == bool(args.phones):
        raise UsageError(
            "with a model, the phones of the texts come from either: --lexicon FILE, lines of a word and its phones; "
            "or --phones FILE, labels whose times are found anew"
        )
    if args.workers is not None:
        raise UsageError("workers are processes of PocketSphinx, and a recogniser takes all cores; leave them out")
    recogniser = Recogniser.open(args.model)
    hop = recogniser.opened.recogniser.features.hop_length
    if args.hop_length not in (HOP_LENGTH, hop):
        raise UsageError(f"hop_length is {args.hop_length}, but the recogniser has {hop}; leave it out")
    if args.phones:
        text = by_labels(recogniser, Labels.read(Path(args.phones)))
    else:
        text = by_lexicon(recogniser, lexicon.read([Path(file) for file in args.lexicon], recogniser.phones))
    found = align(corpus, recogniser, text, speaker=args.speaker, worst=args.worst, progress=True)
    return found.labels, Report.of(found.labels, [LeftOut(*each) for each in found.left_out], found.median)


def _grids(args: Namespace, corpus: "PreparedCorpus") -> "dict[str, Path]":
    """Where the TextGrid of each recording will be, by its id; raises UsageError where another file is."""
    from wavenet.corpora.prepared import SPLITS
    from wavenet.safe_paths import below

    if not args.textgrids:
        return {}
    ids = [row.id for split in SPLITS for row in corpus.rows(split, args.speaker)]
    found = {identity: below(args.textgrids, identity, ".TextGrid") for identity in ids}
    made.check(COMMAND, found.values(), args.overwrite)
    return found


def _write_grids(grids: "dict[str, Path]", labels: "Labels", corpus: "PreparedCorpus") -> None:
    from wavenet import atomic
    from wavenet.corpora.prepared import SPLITS
    from wavenet.recognition.align import tiers
    from wavenet.tts.textgrid import textgrid

    lengths: dict[str, int] = {}
    for split in SPLITS:
        if any(True for _ in corpus.rows(split)):
            utterances = corpus.split(split)
            lengths |= dict(zip(utterances.ids, utterances.lengths.tolist(), strict=True))
    rate = corpus.sample_rate
    for row in labels.rows:
        text = textgrid(tiers(row, labels.hop_length / rate, lengths[row.id] / rate))
        atomic.make_folder(grids[row.id].parent)
        with atomic.writing(grids[row.id]) as temporary:
            temporary.write_text(text, "utf-8")
