"""``wavenet vocode``: generates audio from features, or from those of a recording."""

from pathlib import Path
from typing import TYPE_CHECKING

from wavenet.cli import options, sound
from wavenet.config import COPY_TEMPERATURE
from wavenet.errors import UsageError

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser, Namespace

HELP = "turn features (.npy), or those of a recording, into audio"
EXAMPLE = "wavenet vocode recording.wav -o copy.wav"


def add_arguments(parser: "ArgumentParser") -> None:
    """The features, the model, the output, and how to sample."""
    parser.add_argument(
        "source", type=str, help="features (.npy, as wavenet features writes them), or a recording to copy"
    )
    parser.add_argument("-o", "--out", type=str, default="vocoded.wav", help=sound.OUT_HELP)
    options.add_model(parser, "vocoder")
    sound.add_sampling(parser)


def run(args: "Namespace") -> None:
    """Generate, write and draw, and report the speed."""
    from wavenet.audio import feature_files, files
    from wavenet.generator import Generator

    source = Path(args.source)
    sound.check_writable(Path(args.out), args, "vocode", reads=[args.source])
    generator = Generator.open(args.model, args.precision)
    if not generator.model.takes_features:
        raise UsageError(f"{args.model} takes no features; use wavenet generate --model {args.model}")
    settings, rate = generator.model.features, generator.sample_rate
    if source.suffix.lower() == ".npy":
        frames = feature_files.read(source, settings, rate)
        samples = len(frames) * settings.hop_length
    else:
        waveform = files.read(source, rate)
        frames, samples = generator.features(waveform), len(waveform)
    sampling = sound.sampling(args).at(generator.model.best_temperature(COPY_TEMPERATURE))
    blocks = sound.blocks(generator, args, samples, sampling, features=frames)
    sound.write(generator, blocks, samples, args, f"{args.model}, from {source.name}", "vocode")
