"""``wavenet amp``: plays a recording through a guitar amplifier or pedal, a ``.nam`` file."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from jsonargparse import ActionYesNo, ArgumentParser, Namespace

from wavenet import bars, made
from wavenet.cli import options
from wavenet.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wavenet.amp.amp import Amp

HELP = "play a recording through a guitar amplifier (.nam)"
EXAMPLE = "wavenet amp amplifier.nam guitar.wav -o amplified.wav"
COMMAND = "amp"


def add_arguments(parser: ArgumentParser) -> None:
    """The model, the recording, the output, and levels."""
    parser.add_argument("model", type=str, help="a .nam file, of Neural Amp Modeler")
    parser.add_argument("source", type=str, nargs="?", default="", help="a recording of the guitar alone")
    parser.add_argument(
        "-o", "--out", type=str, default="amplified.wav", help="the file to write: .wav (floats), .flac, .ogg or .mp3"
    )
    parser.add_argument(
        "--quality",
        type=float | None,
        default=None,
        help="of a file that holds several sizes, from 0, the smallest, to 1, the largest; default: the largest",
    )
    parser.add_argument(
        "--resample", action=ActionYesNo, default=False, help="bring a recording to the model's sample rate"
    )
    parser.add_argument("--gain", type=float, default=0.0, help="dB before the amplifier")
    parser.add_argument(
        "--input_level",
        type=float | None,
        default=None,
        help="dBu of a sine of full scale in the recording: the model then hears what an amplifier would have",
    )
    parser.add_argument(
        "--output_level", type=float | None, default=None, help="dBu that a sine of full scale shall mean in the output"
    )
    parser.add_argument(
        "--normalise", action=ActionYesNo, default=False, help="bring the model to a loudness of -18 dB"
    )
    parser.add_argument(
        "--plot", type=str, default="", help="a .png to draw: transfer curve, and frequency response at three levels"
    )
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Play, write, draw, and report the speed."""
    from wavenet.amp import levels
    from wavenet.amp.amp import Amp

    _check(args)
    amp = Amp.open(args.model, args.quality)
    gains = (
        levels.before(amp.model, args.model, args.gain, args.input_level),
        levels.behind(amp.model, args.model, args.output_level, args.normalise),
    )
    if args.source:
        _play(amp, args, *gains)
    if args.plot:
        _draw(amp, args)


def _check(args: Namespace) -> None:
    """Raise before the work what writing would raise."""
    from wavenet.audio import files, pictures

    if not args.source and not args.plot:
        raise UsageError("there is nothing to do; name a recording, or give --plot FILE.png to draw the amplifier")
    paths = []
    if args.source:
        files.check_writable(args.out)
        paths.append(args.out)
    if args.plot:
        pictures.check_writable(Path(args.plot))
        paths.append(args.plot)
    made.check(COMMAND, paths, args.overwrite, reads=filter(None, (args.model, args.source)))


def _play(amp: "Amp", args: Namespace, before: float, behind: float) -> None:
    from wavenet.audio import files
    from wavenet.cli.making import Making

    out = Path(args.out)
    rate, blocks = _blocks(amp, args)
    making = Making(rate, 0.0)
    with (
        files.writing(out, rate, made.mark(COMMAND), files.FLOAT) as add,
        bars.bar(unit="sample", unit_scale=True, desc="playing", delay=1) as bar,
    ):
        heard = (behind * amp.process(before * block) for block in blocks)
        making.run(heard, [add, lambda block: bar.update(len(block))])
    print(
        f"{out}: {making.seconds:.2f} s of sound in {making.work:.2f} s, {making.speed / rate:.0f} × real time "
        f"({amp.model.name}: {amp.model.architecture}, {amp.model.weights:,} weights, {amp.isa})"
    )
    if making.peak > 1:
        clipped = "" if out.suffix.lower() == ".wav" else ", and is clipped there; give --normalise, or write .wav"
        print(f"it reaches {making.peak:.2f} of full scale{clipped}")
    if making.stopped:
        raise making.stopped


def _blocks(amp: "Amp", args: Namespace) -> "tuple[int, Iterator[NDArray[np.float32]]]":
    """The sample rate, and the recording at it."""
    from wavenet.audio import files
    from wavenet.audio.decoders import decoded
    from wavenet.errors import warn

    found = next(iter(decoded(Path(args.source), lambda _: None)), None)
    recorded = found[0] if found else 0
    rate = round(amp.sample_rate) if amp.sample_rate else recorded
    if found and rate != recorded and not args.resample:
        raise UsageError(
            f"{args.source} has {recorded} Hz, and {args.model} was trained for {rate} Hz; give --resample to bring it "
            "to that rate"
        )
    if not amp.sample_rate:
        warn(f"{args.model} does not say its sample rate; it is played at that of the recording, {recorded} Hz")
    blocks = files.blocks(args.source, rate, clip=False)
    return rate, chain([next(blocks)], blocks)  # what is wrong with the file is told before anything is written


def _draw(amp: "Amp", args: Namespace) -> None:
    from wavenet.amp import portrait
    from wavenet.audio import pictures

    plot = Path(args.plot)
    pictures.figure(1, 1)  # a missing extra is told before the work
    with bars.bar(total=portrait.tones(), unit="tone", desc="drawing", delay=1) as bar:
        found = portrait.measure(amp, bar.update)
    pictures.write(portrait.draw(found, amp.model.name), plot, made.mark(COMMAND))
    print(f"{plot}: transfer curve and frequency response of {amp.model.name}")
