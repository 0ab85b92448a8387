"""``wavenet say``: text, and out comes speech."""

import os
import sys
import time
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, get_args

# before numpy is there: its products have one thread (blas.py), so it starts no others
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from wavenet import made
from wavenet.cli import options, sound, texts, timestamps
from wavenet.errors import UsageError
from wavenet.tts.markup import Markup

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser, Namespace

    from wavenet.cli.making import Output

FORMATS = ("raw", "wav")
ENCODINGS = ("pcm", "mulaw", "alaw")
HELP = "say a text: into a file, to a player, or as samples into a pipe"
EXAMPLE = 'wavenet say "Hello." -o hello.wav'


def add_arguments(parser: "ArgumentParser") -> None:
    """What to say, where to, and how."""
    parser.add_argument(
        "text", type=str, help="what to say: plain text, Markdown or, in English, SSML; or a file of it; -: stdin"
    )
    parser.add_argument(
        "-o",
        "--out",
        type=str,
        default="",
        help="a .wav, .flac, .ogg or .mp3; -: 16-bit samples to stdout, see --format",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="raw",
        help="of -o -: raw little-endian samples, whose rate stderr tells, or wav of unknown length",
    )
    parser.add_argument(
        "--rate", type=int, default=0, help="samples per second, such as 8000 for telephones; 0: those of the voice"
    )
    parser.add_argument(
        "--encoding",
        choices=ENCODINGS,
        default="pcm",
        help="of a .wav and of -o -: pcm has 16 bits; mulaw and alaw have 8, as telephones do",
    )
    parser.add_argument("--timestamps", type=str, default="", help=timestamps.HELP)
    parser.add_argument("--play", action="store_true", help="play it, by aplay, paplay, ffplay, play or afplay")
    options.add_voice(parser)
    parser.add_argument("--speed", type=float, default=1.0, help="2: twice as fast")
    parser.add_argument("--pitch", type=float, default=1.0, help="a factor on the pitch")
    parser.add_argument("--seed", type=int, default=0, help=options.SEED_HELP)
    parser.add_argument("--temperature", type=float | None, default=None, help=options.TEMPERATURE_HELP)
    parser.add_argument(
        "--lexicon", type=str, nargs="+", default=[], help="how English words are said: files, a word a line"
    )
    parser.add_argument(
        "--markup", choices=get_args(Markup), default="auto", help="what the text is written in; auto: SSML or Markdown"
    )
    parser.add_argument(
        "--strict", action="store_true", help="refuse words of other scripts instead of leaving them out"
    )
    options.add_precision(parser)
    options.add_threads(parser)
    options.add_picture(parser, False, sound.PICTURE_HELP)
    parser.add_argument("--plot", type=str, default="", help="a .png to draw the same in, with phones and F0")
    parser.add_argument("--explain", action="store_true", help="print what is said: words, phones, durations, F0")
    options.add_overwrite(parser)


def run(args: "Namespace") -> None:
    """Say it, and tell how long that took."""
    to_file = args.out not in ("", "-")
    _check(args, to_file)
    text = texts.read(args.text)
    began = time.perf_counter()
    from wavenet.audio import files
    from wavenet.cli.saying import Saying
    from wavenet.tts.voice import Voice

    voice = Voice.open(args.voice, args.precision)
    opened = time.perf_counter() - began
    saying = Saying(voice, text, args)
    with ExitStack() as stack:
        outputs: list[Output] = []
        if args.play:
            from wavenet.cli.player import player

            playing = player(saying.sample_rate)
            stack.enter_context(playing)
            outputs.append(lambda block: playing.write(files.encoded(block)))
        if args.out == "-":
            _begin(args.format, saying.sample_rate, args.encoding)
            outputs.append(lambda block: _to_stdout(files.encoded(block, args.encoding)))
        writing: AbstractContextManager[Output | None] = nullcontext()
        if to_file:
            writing = files.writing(args.out, saying.sample_rate, made.mark("say"), args.encoding)
        with writing as write:
            saying.make([*([write] if write else []), *outputs])
        saying.report(opened)
        if saying.stopped:
            raise saying.stopped  # which stops the player too


def _check(args: "Namespace", to_file: bool) -> None:
    """Raise now what would be wrong after the work was done."""
    if not (args.out or args.play):
        raise UsageError("nowhere to say it: -o out.wav writes a file, -o - samples to a pipe, --play plays it")
    if args.out == "-" and sys.stdout is None:
        raise UsageError("-o - writes samples to the standard output, which is closed; pipe them on, or name a file")
    if args.out == "-" and sys.stdout.isatty():
        raise UsageError("-o - writes samples, which no terminal can show; pipe them on, or --play them")
    if args.out != "-" and args.format != "raw":
        raise UsageError(f"--format {args.format} is of the standard output, -o -; a file has that of its suffix")
    if args.picture and not to_file:
        raise UsageError("--picture draws beside a file; name it: -o out.wav")
    if args.encoding != "pcm" and args.out != "-" and Path(args.out).suffix.lower() != ".wav":
        raise UsageError(f"--encoding {args.encoding} is of a .wav or of -o -; name one of these, or leave it out")
    if args.rate:
        from wavenet.audio import resampling

        resampling.check(args.rate)
    reads = [args.text, *args.lexicon]
    if to_file:
        sound.check_writable(Path(args.out), args, "say", reads)
    if args.picture or args.plot:
        from wavenet.audio import pictures

        pictures.figure(1, 1)  # an install line comes before the work
        if args.plot:
            pictures.check_writable(Path(args.plot))
    if args.timestamps:
        timestamps.check(Path(args.timestamps))
    if more := [path for path in (args.plot, args.timestamps) if path]:
        others = [args.out] * to_file + [Path(args.out).with_suffix(".png")] * args.picture
        made.check("say", [*others, *more], args.overwrite, reads)


def _begin(form: str, rate: int, encoding: str) -> None:
    """What comes before the samples: a header, or a line that says what they are."""
    from wavenet.audio import files

    if form == "wav":
        _to_stdout(files.wav_header(rate, encoding))
    else:
        samples = "16 bits, little-endian" if encoding == "pcm" else f"8 bits, {encoding}"
        print(f"raw samples at {rate} Hz: {samples}, one channel; --format wav says so", file=sys.stderr)


def _to_stdout(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
