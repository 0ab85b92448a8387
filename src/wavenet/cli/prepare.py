"""``wavenet prepare``: recordings to samples and an index."""

import jsonargparse

HELP = "turn recordings into a folder that can be trained on"
EXAMPLE = "wavenet prepare my_recordings/ my_corpus"


def add_arguments(parser: jsonargparse.ArgumentParser) -> None:
    """Add what ``prepare`` can be told."""
    from wavenet.corpora.layouts import LAYOUTS

    parser.add_argument("source", type=str, nargs="+", help="folders of recordings, or manifests (.csv, .tsv, .jsonl)")
    parser.add_argument("out", type=str, help="folder to make, or to go on with")
    parser.add_argument("--layout", type=str, default="auto", help=f"auto, or one of {', '.join(LAYOUTS)}")
    parser.add_argument("--sample_rate", type=int, default=16_000, help="samples per second")
    parser.add_argument(
        "--workers", type=int | None, default=None, help="processes that decode; default: as many as cores"
    )
    parser.add_argument("--validation", type=float, default=0.02, help="fraction of recordings for validation")
    parser.add_argument("--test", type=float, default=0.02, help="fraction of recordings for the test")
    parser.add_argument("--piece_seconds", type=float, default=0.0, help="cut recordings into pieces of that length")
    parser.add_argument("--cut_at_pauses", action="store_true", help="cut at pauses, such as those between sentences")


def run(args: jsonargparse.Namespace) -> None:
    """Prepare, and print what became of every second."""
    from wavenet.corpora.prepare import prepare

    report = prepare(
        args.source,
        args.out,
        layout=args.layout,
        sample_rate=args.sample_rate,
        workers=args.workers,
        validation=args.validation,
        test=args.test,
        piece_seconds=args.piece_seconds,
        cut_at_pauses=args.cut_at_pauses,
    )
    print(report)
