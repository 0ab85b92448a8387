"""The training of a voice from labelled recordings: durations, pitch, log-mel, then the WaveNet on what these give.

At training, durations and F0 are those of the recordings (section 3.2); log-mel is as the stage before predicts it, so
that the WaveNet meets what it will meet.
"""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from wavenet import atomic
from wavenet.audio import feature_files
from wavenet.config import TrainConfig, TrainVoiceConfig, VoiceConfig
from wavenet.corpora.prepared import SPLITS, PreparedCorpus
from wavenet.engine.folder import Tensors
from wavenet.errors import UsageError
from wavenet.evaluation.calibrate import calibrate
from wavenet.evaluation.recordings import Given
from wavenet.training import loop
from wavenet.training.voice import networks, stage
from wavenet.tts import examples, folder, linguistics
from wavenet.tts.examples import Example
from wavenet.tts.labels import Labels
from wavenet.tts.network import Array, dequantised, quantised
from wavenet.tts.stages import Stages, condition_channels


def train(config: TrainVoiceConfig) -> Path:
    """Train a voice, or go on; returns its folder, ``out/voice``.

    Under ``config.out`` lie also: ``stages/`` (their states and losses), ``conditions/`` (frames of each recording) and
    ``wavenet/`` (the run of the WaveNet).

    Raises:
        InterruptedRunError: Ctrl-C or SIGTERM came in the training of the WaveNet; its state is saved.
        WavenetError: a setting does not fit the data or an earlier run.
    """
    for name, value in (("out", config.out), ("labels", config.labels), ("wavenet.data", config.wavenet.data)):
        if not value:
            raise UsageError(f"{name} is empty; name it")
    out = Path(config.out)
    labels = Labels.read(Path(config.labels))
    voice = replace(config.voice, phones=config.voice.phones or labels.phones)
    corpus = PreparedCorpus(config.wavenet.data)
    settings = config.wavenet.model.features
    speaker = config.wavenet.speaker or None
    found = {split: examples.read(corpus, split, speaker, labels, settings) for split in ("train", "validation")}
    tensors = train_stages(config, voice, found["train"], found["validation"])
    folder.write(out / "voice", voice, tensors)
    stages = Stages(voice, dequantised(quantised(tensors)))  # as they are heard
    for split in filter(lambda split: any(corpus.rows(split, speaker)), SPLITS):
        known = found[split] if split in found else examples.read(corpus, split, speaker, labels, settings)
        write_conditions(stages, known, out / "conditions")
    wavenet = wavenet_config(config, voice)
    loop.train(wavenet)
    model = Path(wavenet.out) / "model"
    calibrate(model, corpus.folder, given=Given(wavenet.features_from), progress=True)
    for file in ("model.safetensors", "config.json"):
        atomic.make_folder(out / "voice" / folder.WAVENET)
        with atomic.writing(out / "voice" / folder.WAVENET / file) as temporary:
            shutil.copyfile(model / file, temporary)
    return out / "voice"


def train_stages(
    config: TrainVoiceConfig, voice: VoiceConfig, known: Sequence[Example], held_out: Sequence[Example]
) -> Tensors:
    """The weights of all stages of a voice, each trained, or gone on with, in ``out/stages``."""
    inputs, place, seed = linguistics.channels(voice.phones), Path(config.out) / "stages", config.seed
    torch.manual_seed(seed)
    durations = networks.Durations(voice.durations, inputs, config.durations.dropout)
    tensors = stage.train("durations", durations, known, held_out, config.durations, place, seed)
    if voice.conditions != "linguistic":
        pitch = networks.Pitch(voice.pitch, inputs, config.pitch.dropout)
        tensors |= stage.train("pitch", pitch, known, held_out, config.pitch, place, seed)
    if voice.through_mel:
        mel = networks.Mel(voice.mel, inputs, config.wavenet.model.features.n_mels, config.mel.dropout)
        tensors |= stage.train("mel", mel, known, held_out, config.mel, place, seed)
    return tensors


def write_conditions(stages: Stages, known: Sequence[Example], out: Path) -> None:
    """What conditions the WaveNet in each recording, from its own durations and F0, as ``out/ID.npy``."""
    of_recording: dict[str, list[Array]] = {}
    for example in tqdm(known, "conditions", unit=" sentences", delay=1, leave=False):
        made = stages.conditions(example.features, example.durations, example.pitch)
        of_recording.setdefault(example.utterance, []).append(made)
    for utterance, frames in of_recording.items():
        path = out / feature_files.file_name(utterance)
        atomic.make_folder(path.parent)
        with atomic.writing(path) as temporary, temporary.open("wb") as file:
            np.save(file, np.concatenate(frames))


def wavenet_config(config: TrainVoiceConfig, voice: VoiceConfig) -> TrainConfig:
    """The settings of the WaveNet's run: what conditions it is what the stages give."""
    out = Path(config.out)
    features = config.wavenet.model.features
    own = 0 if voice.through_mel else condition_channels(voice, features.n_mels)
    features = replace(features, kinds=voice.condition_kinds, file_channels=own)
    model = replace(config.wavenet.model, features=features)
    return replace(config.wavenet, model=model, features_from=str(out / "conditions"), out=str(out / "wavenet"))
