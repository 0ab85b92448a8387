"""``wavenet generate``: generates audio with a model."""

from pathlib import Path
from typing import TYPE_CHECKING

from wavenet.cli import options, sound
from wavenet.errors import UsageError

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser, Namespace

HELP = "generate audio with a model"
EXAMPLE = "wavenet generate --model english_prompts --seconds 5 -o sound.wav"


def add_arguments(parser: "ArgumentParser") -> None:
    """The model, the output, and how to sample."""
    options.add_model(parser)
    parser.add_argument("-o", "--out", type=str, default="generated.wav", help=sound.OUT_HELP)
    parser.add_argument("--seconds", type=float, default=3.0, help="duration of the audio")
    parser.add_argument("--prime", type=str, default="", help="a recording to continue")
    sound.add_sampling(parser)


def run(args: "Namespace") -> None:
    """Generate, write and draw, and report the speed."""
    from wavenet.arithmetic import ceil_div
    from wavenet.audio import files
    from wavenet.generator import Generator
    from wavenet.music.composer import Composer

    model = options.needed_model(args)
    sound.check_writable(Path(args.out), args, "generate", reads=[args.prime])
    generator = Generator.open(model, args.precision)
    composer = Composer.of(model, generator)
    if generator.model.takes_features and not composer:
        raise UsageError(f"{model} needs features; use wavenet vocode --model {model}")
    if composer and args.prime:
        raise UsageError(f"{model} plays a melody of its own, so it continues no recording; leave out --prime")
    rate = generator.sample_rate
    if not 0 < args.seconds <= 86_400:
        raise UsageError(f"seconds is {args.seconds:g}, and must be more than 0 and at most 86400")
    samples = max(1, round(args.seconds * rate))
    prime = files.read(Path(args.prime), rate) if args.prime else None
    features = None
    if composer:
        count = ceil_div(samples, generator.model.features.hop_length)
        tags = [tag for tag, weight in (sound.weights(args.tags, "--tags") or {}).items() if weight]
        features = composer.features(count, tags=tags, seed=args.seed)
    sampling = sound.sampling(args).at(generator.model.best_temperature(1.0))
    blocks = sound.blocks(generator, args, samples, sampling, features=features, prime=prime)
    sound.write(generator, blocks, samples, args, model, "generate")
