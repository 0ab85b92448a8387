"""``wavenet features``: writes a model's features of a recording to a file."""

from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet import made
from wavenet.cli import options
from wavenet.errors import UsageError

HELP = "compute a model's features of a recording, for wavenet vocode"
EXAMPLE = "wavenet features recording.wav -o recording.npy"


def add_arguments(parser: ArgumentParser) -> None:
    """The recording, the model, the output."""
    parser.add_argument("source", type=str, help="a recording")
    parser.add_argument(
        "-o", "--out", type=str, default="features.npy", help="the file to write: .npy, with a .json next to it"
    )
    options.add_model(parser, "vocoder")
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Compute and write the features."""
    from wavenet.audio import feature_files, files
    from wavenet.audio.front_end import FrontEnd
    from wavenet.engine import folder

    out = Path(args.out)
    if out.suffix.lower() != ".npy":
        raise UsageError(f"cannot write {out}: features are written as .npy")
    made.check("features", feature_files.paths(out), args.overwrite, reads=[args.source])
    opened = folder.read(folder.find(args.model))
    if not opened.model.takes_features:
        raise UsageError(f"{args.model} takes no features")
    rate = opened.audio.sample_rate
    waveform = files.read(Path(args.source), rate)
    frames = FrontEnd(opened.audio, opened.model).features(waveform)
    feature_files.write(out, frames, opened.model.features, rate)
    hop = opened.model.features.hop_length
    print(f"{out}: {len(frames)} frames of {frames.shape[1]} numbers, one every {1000 * hop / rate:g} ms")
