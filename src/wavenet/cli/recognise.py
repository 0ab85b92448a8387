"""``wavenet recognise``: the phones of a recording, with their times."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options, sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wavenet.recognition.decoding import Phone
    from wavenet.recognition.recogniser import Recogniser

HELP = "recognise the phones of a recording, with their times"
EXAMPLE = "wavenet recognise my_recogniser/model recording.wav --format textgrid -o recording.TextGrid"
COMMAND = "recognise"
FORMATS = ("text", "json", "textgrid", "audacity")
DRAWN_SECONDS = 60.0
"""maximum seconds in a picture"""


def add_arguments(parser: ArgumentParser) -> None:
    """The recogniser, the recording, and the form of the result."""
    parser.add_argument("model", type=str, help="the folder of a recogniser, which wavenet train-recogniser made")
    parser.add_argument("recording", type=str, help="a recording, in any format and at any sample rate")
    parser.add_argument("--format", choices=FORMATS, default="text", help="of the result")
    parser.add_argument(
        "-o", "--out", type=str, default="-", help="the file to write; -: standard output, in text phone by phone"
    )
    parser.add_argument(
        "--decoding",
        choices=("bigram", "greedy"),
        default="bigram",
        help="bigram: phones last and follow each other as in the training data; greedy: the likeliest in each frame",
    )
    options.add_precision(parser)
    options.add_picture(
        parser, False, "draw the spectrogram and the phones into a .png next to the file, or to the recording"
    )
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Recognise, write, draw, and tell where the confidence is low."""
    from wavenet import atomic, made
    from wavenet.audio import files, pictures
    from wavenet.errors import escaped
    from wavenet.recognition.recogniser import Recogniser, confidence

    out = None if args.out == "-" else Path(args.out)
    picture = (out or Path(Path(args.recording).name)).with_suffix(".png") if args.picture else None
    made.check(COMMAND, [path for path in (out, picture) if path], args.overwrite, reads=[args.recording])
    if out:
        atomic.check(out)
    shows = out or Path(args.recording)
    if picture:
        pictures.check_writable(picture)
        if not args.overwrite:
            sound.check_picture(picture, shows)
    recogniser = Recogniser.open(args.model, args.precision)
    heard: list[NDArray[np.float32]] = []
    blocks = _kept(files.blocks(args.recording, recogniser.sample_rate), heard, recogniser if picture else None)
    phones: list[Phone] = []
    for phone in recogniser.recognised(blocks, args.decoding):
        phones.append(phone)
        if args.format == "text" and not out:
            _print_line(phone)
    sure = confidence(phones)
    if args.format != "text" or out:
        _write(_text(args, recogniser, phones, sure), out)
    if picture:
        _draw(picture, heard, recogniser, phones, args.recording, shows)
    for line in _told(args.recording, recogniser, sure):
        print(escaped(line), file=sys.stderr)


def _print_line(phone: "Phone") -> None:
    from wavenet.errors import escaped
    from wavenet.recognition import written

    print("\t".join(map(escaped, written.line(phone).split("\t"))), flush=True)


def _kept(
    blocks: "Iterable[NDArray[np.float32]]", heard: "list[NDArray[np.float32]]", recogniser: "Recogniser | None"
) -> "Iterator[NDArray[np.float32]]":
    """Pass blocks on, and keep those of a picture."""
    left = round(DRAWN_SECONDS * recogniser.sample_rate) if recogniser else 0
    for block in blocks:
        if left > 0:
            heard.append(block[:left])
            left -= len(heard[-1])
        yield block


def _text(args: Namespace, recogniser: "Recogniser", phones: "list[Phone]", sure: float | None) -> str:
    from wavenet import made
    from wavenet.recognition import written
    from wavenet.tts.textgrid import textgrid

    if args.format == "textgrid":
        return textgrid({"phones": written.phone_tier(phones)})
    if args.format == "audacity":
        return written.audacity(phones)
    if args.format == "text":
        return "".join(f"{written.line(phone)}\n" for phone in phones)
    about: dict[str, Any] = {
        "note": made.mark(COMMAND),
        "recording": args.recording,
        "model": args.model,
        "decoding": args.decoding,
        "look_ahead": round(recogniser.look_ahead(args.decoding), 6),
        "confidence": None if sure is None else round(sure, 4),
        "low_confidence": sure is not None and sure < recogniser.opened.recogniser.low_confidence,
    }
    return written.as_json(phones, about)


def _write(text: str, out: Path | None) -> None:
    from wavenet import atomic

    if out is None:
        sys.stdout.write(text)
        return
    with atomic.writing(out) as temporary:
        temporary.write_text(text, "utf-8")


def _draw(
    picture: Path, heard: "list[NDArray[np.float32]]", recogniser: "Recogniser", phones: "list[Phone]", recording: str,
    shows: Path,
) -> None:  # fmt: skip
    import numpy as np

    from wavenet import made
    from wavenet.audio import pictures
    from wavenet.recognition import written
    from wavenet.tts.segments import SIL

    waveform = np.concatenate(heard)
    seconds = len(waveform) / recogniser.sample_rate
    drawn = [
        ("" if phone.name == SIL else written.marked(phone), min(phone.end, seconds))
        for phone in phones
        if phone.start < seconds
    ]
    figure = pictures.speech(waveform, recogniser.sample_rate, drawn, np.empty(0), Path(recording).name)
    pictures.write(figure, picture, made.mark(COMMAND, shows.name))


def _told(recording: str, recogniser: "Recogniser", sure: float | None) -> Iterator[str]:
    """What a person should know before believing the phones."""
    low = recogniser.opened.recogniser.low_confidence
    if sure is None:
        yield f"{recording}: no phones, only a pause"
    elif sure < low:
        yield (
            f"{recording}: low confidence, {sure:.2f} where held-out recordings of the training data have {low:.2f} or "
            "more: another language or speaker, music or noise?"
        )
