"""``wavenet train-amp``: learns a guitar amplifier or pedal from two recordings, or resumes that."""

from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from wavenet.cli import options, settings_file
from wavenet.config.amp import TrainAmpConfig

HELP = "learn a guitar amplifier or pedal (.nam) from two recordings, or resume that"
EXAMPLE = "wavenet train-amp guitar.wav amplified.wav my_amp --minutes 30"


def add_arguments(parser: ArgumentParser) -> None:
    """The two recordings, the folder, and every field of TrainAmpConfig."""
    parser.add_argument("dry", type=str, help="what goes into the amplifier: the guitar alone, mono")
    parser.add_argument("wet", type=str, help="a recording of what comes out, mono, at the same sample rate")
    parser.add_argument("out", type=str, help="the folder of the run: state, log, curve, and the amplifier model.nam")
    options.add_torch_threads(parser)
    settings_file.add_arguments(parser, TrainAmpConfig)


def settings(args: Namespace) -> TrainAmpConfig:
    """The settings of the training; raises UsageError."""
    return settings_file.given(args, TrainAmpConfig)


def run(args: Namespace) -> None:
    """Train."""
    config = settings(args)
    from wavenet.training import run_folder
    from wavenet.training.amp import recordings

    run_folder.check(Path(args.out))
    found = recordings.read(args.dry, args.wet, config)
    options.import_matplotlib()
    options.import_torch()
    from wavenet.training import thread_pool
    from wavenet.training.amp import train

    with thread_pool.threads(args.threads):
        ratio = train.train(found, Path(args.out), config)
    print(
        f"{args.out}/model.nam: the error has {ratio:.3%} of the energy of the held-out part; "
        f"wavenet amp {args.out}/model.nam guitar.wav"
    )
