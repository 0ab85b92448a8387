"""What the commands that make sound share: sampling's settings, the bar, the file, the picture, the line at the end."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jsonargparse import ArgumentParser, Namespace

from wavenet import bars, made
from wavenet.engine.precision import PRECISIONS
from wavenet.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wavenet.engine.sampling import Sampling
    from wavenet.generator import Generator

SILENT = 0.01
BLOCK_SECONDS = 0.25
"""of sound between two moves of the bar"""
DRAWN_SECONDS = 60.0
"""of sound, at most, in a picture; the rest is not kept"""
PICTURE_HELP = f"draw waveform and spectrogram beside the file, of its first {DRAWN_SECONDS:g} s at most"
TEMPERATURE_HELP = "1: the model itself; less: more timid; default: at which it sounds best, as its folder tells"
PRECISION_HELP = "of the products; auto: int8 where the model is calibrated for it, else fp32"


def add_sampling(parser: ArgumentParser, temperature: float | None = 1.0) -> None:
    """How samples are drawn, by whom, and how fast; without a temperature, the model's own is the default."""
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same sound")
    parser.add_argument(
        "--temperature",
        type=float | None,
        default=temperature,
        help=TEMPERATURE_HELP if temperature is None else "1: the model itself; less: more timid; 0: no chance",
    )
    parser.add_argument("--top_k", type=int, default=0, help="sample among so many likeliest classes; 0: all")
    parser.add_argument("--top_p", type=float, default=1.0, help="of those, among the fewest that make up this part")
    parser.add_argument("--speaker", type=str, default="", help="a name, or a mix: ann=0.3,bob=0.7")
    parser.add_argument("--tags", type=str, default="", help="names that hold, or their values: loud,far=0.5")
    parser.add_argument("--precision", choices=("auto", *PRECISIONS), default="auto", help=PRECISION_HELP)
    parser.add_argument("--threads", type=int, default=2, help="2 share the work where two cores are free")
    parser.add_argument("--picture", type=bool, default=True, help=PICTURE_HELP)
    parser.add_argument("--overwrite", action="store_true", help=made.OVERWRITE)


def weights(text: str, name: str) -> dict[str, float] | None:
    """``ann=0.3,bob=0.7`` or ``ann`` as weights by name; None where nothing was given."""
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = part.partition("=")
        try:
            found[key.strip()] = float(value) if value else 1.0
        except ValueError:
            raise UsageError(
                f"{name} is {text!r}: {value!r} is no number; write {name} ann or ann=0.3,bob=0.7"
            ) from None
    return found or None


def sampling(args: Namespace) -> "Sampling":
    """How samples are drawn, by the settings of ``add_sampling``."""
    from wavenet.engine.sampling import Sampling

    return Sampling(args.seed, args.temperature, args.top_k, args.top_p)


def blocks(
    generator: "Generator",
    args: Namespace,
    samples: int,
    sampling: "Sampling",
    *,
    features: "NDArray[np.float32] | None" = None,
    prime: "NDArray[np.float32] | None" = None,
) -> "Iterator[NDArray[np.float32]]":
    """So many samples, by whom the settings of ``add_sampling`` say."""
    from wavenet.engine.conditioning import Conditioning

    who = Conditioning(weights(args.speaker, "--speaker"), weights(args.tags, "--tags"), features)
    block = round(BLOCK_SECONDS * generator.sample_rate)
    return generator.stream(
        samples, block=block, sampling=sampling, conditioning=who, prime=prime, threads=args.threads
    )


def check_writable(out: Path, args: Namespace, command: str) -> None:
    """Raise now what writing would raise after the work was done, or what would replace what is not the command's."""
    from wavenet import atomic
    from wavenet.audio import files

    files.check_writable(out)
    if args.picture:
        atomic.check(out.with_suffix(".png"))
    made.check(command, [out, *([out.with_suffix(".png")] if args.picture else [])], args.overwrite)


def write(
    generator: "Generator",
    blocks: "Iterator[NDArray[np.float32]]",
    samples: int,
    args: Namespace,
    title: str,
    command: str,
) -> None:
    """Make sound into its file as it comes, with a bar; draw its beginning, and say how fast it went.

    At Ctrl-C the file holds what was made till then; where that is nothing, there is none.
    """
    from wavenet.audio import files
    from wavenet.cli.making import Making

    out, rate = Path(args.out), generator.sample_rate
    files.check_length(out, samples, rate)
    making = Making(rate, DRAWN_SECONDS if args.picture else 0)
    with (
        files.writing(out, rate, made.mark(command)) as add,
        bars.bar(total=samples, unit="sample", unit_scale=True, desc="generating", delay=1) as bar,
    ):
        making.run(blocks, [add, lambda block: bar.update(len(block))])
    print(
        f"{out}: {making.seconds:.2f} s of sound in {making.work:.2f} s: {making.speed:,.0f} samples/s, "
        f"{making.speed / rate:.2f} × real time ({generator.precision}, {generator.network.isa})"
    )
    if making.peak < SILENT:
        print("this is silence: a network that sees a short past may stay in a pause; try another --seed or --prime")
    if args.picture:
        try:
            print(making.draw(out.with_suffix(".png"), f"{title}: {out.name}", made.mark(command)))
        except MissingExtraError as error:
            print(f"no picture: {error}")
    if making.stopped:
        raise making.stopped
