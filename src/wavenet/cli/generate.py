"""``wavenet generate``: a model, and out comes sound."""

import sys
import time
from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet.engine.precision import PRECISIONS
from wavenet.errors import MissingExtraError, UsageError

SILENT = 0.01
BLOCK_SECONDS = 0.25
"""of sound between two moves of the bar"""
PRECISION_HELP = "of the products; auto: int8 where the model is calibrated for it, else fp32"
HELP = "generate sound with a trained model"


def add_arguments(parser: ArgumentParser) -> None:
    """The model, where to, and how."""
    parser.add_argument("model", type=str, help="a model folder, or the name of a shipped model")
    parser.add_argument("-o", "--out", type=str, default="generated.wav", help="the file to write: .wav, .flac or .ogg")
    parser.add_argument("--seconds", type=float, default=3.0, help="how much")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same sound")
    parser.add_argument(
        "--temperature", type=float, default=1.0, help="1: the model itself; less: more timid; 0: no chance"
    )
    parser.add_argument("--top_k", type=int, default=0, help="sample among so many likeliest classes; 0: all")
    parser.add_argument("--top_p", type=float, default=1.0, help="of those, among the fewest that make up this part")
    parser.add_argument("--precision", choices=("auto", *PRECISIONS), default="auto", help=PRECISION_HELP)
    parser.add_argument("--threads", type=int, default=2, help="2 share the work where two cores are free")
    parser.add_argument("--prime", type=str, default="", help="a recording to continue")
    parser.add_argument("--picture", type=bool, default=True, help="draw waveform and spectrogram beside the file")


def run(args: Namespace) -> None:
    """Generate, write, draw, and say how fast it went."""
    import numpy as np
    from tqdm import tqdm

    from wavenet import atomic
    from wavenet.audio import files
    from wavenet.generator import Generator

    out = Path(args.out)
    files.check_writable(out)
    if args.picture:
        atomic.check(out.with_suffix(".png"))
    generator = Generator.open(args.model, args.precision)
    rate = generator.sample_rate
    if not 0 < args.seconds <= 86_400:
        raise UsageError(f"seconds is {args.seconds:g}, and must be more than 0 and at most 86400")
    prime = files.read(Path(args.prime), rate) if args.prime else None
    samples = max(1, round(args.seconds * rate))
    stream = generator.stream(
        samples,
        block=round(BLOCK_SECONDS * rate),
        seed=args.seed,
        temperature=args.temperature,
        top_k=args.top_k,
        top_p=args.top_p,
        prime=prime,
        threads=args.threads,
    )
    interrupted = False
    blocks: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    began = time.perf_counter()
    with tqdm(total=samples, unit="sample", unit_scale=True, desc="generating", delay=1) as bar:
        try:
            for block in stream:
                blocks.append(block)
                bar.update(len(block))
        except KeyboardInterrupt:
            if not blocks:
                raise
            bar.write("interrupted: writing what is there", file=sys.stderr)
            interrupted = True
    seconds = time.perf_counter() - began
    waveform = np.concatenate(blocks)
    files.write(out, waveform, rate)
    print(
        f"{out}: {len(waveform) / rate:.2f} s of sound in {seconds:.2f} s: {len(waveform) / seconds:,.0f} samples/s, "
        f"{len(waveform) / rate / seconds:.2f} × real time ({generator.precision}, {generator.network.isa})"
    )
    if float(np.abs(waveform).max()) < SILENT:
        print("this is silence: a network that sees a short past may stay in a pause; try another --seed or --prime")
    if args.picture:
        _draw(out, waveform, rate, args.model)
    if interrupted:
        sys.exit(130)


def _draw(out: Path, waveform: "object", rate: int, model: str) -> None:
    from wavenet.audio import pictures

    path = out.with_suffix(".png")
    try:
        pictures.write(pictures.waveform_and_spectrogram(waveform, rate, f"{model}: {out.name}"), path)  # type: ignore[arg-type]
    except MissingExtraError as error:
        print(f"no picture: {error}")
    else:
        print(f"{path}: waveform and spectrogram")
