"""A voice with the WaveNet from which its training would start, unchanged: only its stages are trained.

``python -m experiments.untuned recipes/tts_english/voice.yaml`` trains the stages of a ``voice.yaml``, or resumes
them, and appends ``wavenet.init_from``, calibrated on their output; features that it does not know have no weight. The
voice is in ``OUT/voice``. The shipped voice `english` is made this way: tuned, it sounded worse (docs/lab-notebook.md).
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from experiments import command
from wavenet.calibrate import calibrate
from wavenet.cli import settings_file
from wavenet.config import TrainVoiceConfig
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.recordings import ConditioningOptions
from wavenet.training import initial
from wavenet.training.voice import train
from wavenet.tts.folder import WAVENET

HEARD_SECONDS = 120.0
"""of each split, for the calibration"""


def make(config: TrainVoiceConfig) -> Path:
    """Make the voice; returns its folder; raises WavenetError."""
    if not config.wavenet.init_from:
        raise UsageError("wavenet.init_from is empty; name the model that is to speak")
    wavenet = train.wavenet_config(config, train.make_conditions(config, HEARD_SECONDS))
    home = Path(config.out) / "voice"
    folder.write(home / WAVENET, wavenet.audio, wavenet.model, initial.tensors(initial.model(wavenet)))
    options = ConditioningOptions(wavenet.features_from)
    calibrate(home / WAVENET, wavenet.data, least_seconds=0, options=options, progress=True)
    return home


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("untuned", __doc__)
    parser.add_argument("config", help="a voice.yaml, or the name of a settings file that ships with the package")
    parser.add_argument("--out", default="", help="the folder of the run; default: that of the file")
    parser.add_argument("--hours", type=float, default=0.0, help="of the recordings to train on; default: all")
    command.main(parser, _run, arguments, interrupted=command.INTERRUPTED)


def _run(given: argparse.Namespace) -> None:
    config = settings_file.read(TrainVoiceConfig, settings_file.find(given.config))
    wavenet = replace(config.wavenet, train_seconds=3600 * given.hours) if given.hours else config.wavenet
    print(make(replace(config, out=given.out or config.out, wavenet=wavenet)))


if __name__ == "__main__":
    main()
