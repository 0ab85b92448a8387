"""The training of a voice from labelled recordings: durations, pitch, log-mel, then the WaveNet on their outputs.

In training, durations and F0 are those of the recordings (section 3.2); log-mel is predicted by its stage, so that the
WaveNet is trained on the kind of input that it will receive.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from wavenet import atomic, bars, made
from wavenet.audio import feature_files
from wavenet.calibrate import calibrate
from wavenet.config import StageTraining, TrainConfig, TrainVoiceConfig, VoiceConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder as engine_folder
from wavenet.engine.eight_bits import dequantised, quantised
from wavenet.engine.folder import Tensors
from wavenet.errors import UsageError
from wavenet.recordings import ConditioningOptions
from wavenet.training import endings, loop, run_folder
from wavenet.training.voice import networks, stage
from wavenet.tts import examples, folder, linguistics
from wavenet.tts.examples import Example
from wavenet.tts.labels import Labels
from wavenet.tts.network import Array
from wavenet.tts.stages import Stages, feature_channels


def train(config: TrainVoiceConfig, seconds: float = math.inf) -> Path:
    """Train a voice, or resume its training; returns its folder, ``out/voice``.

    ``config.out`` also contains ``stages/`` (their states and losses), ``conditions/`` (frames of each recording) and
    ``wavenet/`` (the run of the WaveNet).

    Raises:
        InterruptedRunError: Ctrl-C or SIGTERM was received while the WaveNet was trained, or the ``seconds`` are over;
            the state is saved, and the best WaveNet so far is in ``out/voice``.
        WavenetError: a setting does not fit the data or an earlier run.
    """
    for name, value in (("out", config.out), ("labels", config.labels), ("wavenet.data", config.wavenet.data)):
        if not value:
            raise UsageError(f"{name} is empty; name it")
    deadline = time.monotonic() + seconds
    _check_place(Path(config.out))
    with run_folder.held(Path(config.out)):
        wavenet = wavenet_config(config, make_conditions(config))
        try:
            loop.train(wavenet, deadline - time.monotonic())
        except endings.InterruptedRunError:
            assemble(config, wavenet)
            raise
        assemble(config, wavenet)
    return Path(config.out) / "voice"


def _check_place(out: Path) -> None:
    """Refuse a folder with files that do not belong to the training of a voice and would be replaced."""
    run_folder.check(out / "wavenet")
    if any((out / "stages").glob("*.pt")):
        return
    voice, model = out / "voice", out / "voice" / folder.WAVENET
    logs = sorted((out / "stages").glob("*.jsonl"))
    run_folder.refuse(voice / "config.json", voice / folder.WEIGHTS, *logs)
    run_folder.refuse(model / "config.json", model / "model.safetensors")


def make_conditions(config: TrainVoiceConfig, most_seconds: float = math.inf) -> VoiceConfig:
    """Train or resume the stages, and compute their outputs for all labelled recordings, or about the first
    ``most_seconds`` of each split; returns the settings.
    """
    out, speaker = Path(config.out), config.wavenet.speaker or None
    settings, labels = config.wavenet.model.features, Labels.read(Path(config.labels))
    voice = replace(config.voice, phones=config.voice.phones or labels.phones)
    corpus = PreparedCorpus(config.wavenet.data)
    labelled = {row.id for row in labels.rows}
    seconds = {"validation": 0.0, "train": config.wavenet.train_seconds}
    if any(row.id in labelled for row in corpus.rows("test", speaker)):  # optional for training
        seconds["test"] = 0.0
    found = {split: examples.read(corpus, split, speaker, labels, settings, limit) for split, limit in seconds.items()}
    tensors = train_stages(config, voice, found["train"], found["validation"], corpus)
    folder.write(out / "voice", voice, tensors)
    heard = dequantised(quantised(tensors))
    stages = Stages(voice, heard)
    metadata = feature_files.metadata(wavenet_config(config, voice).model.features, corpus.sample_rate, "train-voice")
    metadata |= {"stages": _digest(f"{voice}", *(heard[name] for name in sorted(heard)))}
    most = most_seconds * corpus.sample_rate / settings.hop_length
    for known in found.values():
        write_conditions(
            lambda e: stages.conditions(e.features, e.durations, e.pitch), known, out / "conditions", metadata, most
        )
    _forget_others(out / "conditions", [example.utterance for known in found.values() for example in known])
    return voice


def assemble(config: TrainVoiceConfig, wavenet: TrainConfig) -> None:
    """Calibrate the best WaveNet so far, if there is one, and copy it into the voice."""
    model, voice = Path(wavenet.out) / "model", Path(config.out) / "voice" / folder.WAVENET
    if not (model / "config.json").exists():
        return
    options = ConditioningOptions(wavenet.features_from)
    calibrate(model, wavenet.data, least_seconds=0, options=options, progress=True)  # a corpus may be shorter
    for file in ("model.safetensors", "config.json"):
        atomic.copy(model / file, voice / file)


def train_stages(
    config: TrainVoiceConfig,
    voice: VoiceConfig,
    known: Sequence[Example],
    held_out: Sequence[Example],
    corpus: PreparedCorpus,
) -> Tensors:
    """The weights of all stages of a voice, each trained or resumed in ``out/stages``, of examples of a corpus."""
    inputs, n_mels = linguistics.channels(voice.phones), config.wavenet.model.features.n_mels
    torch.manual_seed(config.seed)
    found: dict[str, tuple[networks.Stage, StageTraining]] = {
        "durations": (networks.Durations(voice.durations, inputs, config.durations.dropout), config.durations)
    }
    if voice.conditions != "linguistic":
        found["pitch"] = networks.Pitch(voice.pitch, inputs, config.pitch.dropout), config.pitch
    if voice.uses_mel:
        found["mel"] = networks.Mel(voice.mel, inputs, n_mels, config.mel.dropout), config.mel
    start = initial_stages(config, voice)
    tensors: Tensors = {}
    for name, (network, settings) in found.items():
        if start:
            own = network.state_dict()
            network.load_state_dict({key: torch.from_numpy(start[f"{name}.{key}"]) for key in own})
        place = Path(config.out) / "stages"
        tensors |= stage.train(name, network, known, held_out, settings, place, config.seed, corpus)
    return tensors


def initial_stages(config: TrainVoiceConfig, voice: VoiceConfig) -> Tensors:
    """The weights from which the stages start, those of the voice ``init_from``; none if that is empty."""
    if not config.init_from:
        return {}
    path = engine_folder.find(config.init_from, engine_folder.VOICE_FORMAT)
    opened = folder.read(path)
    different = [
        each.name for each in fields(VoiceConfig) if getattr(opened.voice, each.name) != getattr(voice, each.name)
    ]
    if opened.wavenet.model.features.n_mels != config.wavenet.model.features.n_mels:
        different.append("n_mels")
    if different:
        raise UsageError(
            f"init_from {config.init_from}: its {', '.join(different)} differ from those of this run; "
            "set voice to its settings, or init_from to ''"
        )
    return dequantised(opened.tensors)


def write_conditions(
    conditions: Callable[[Example], Array],
    known: Sequence[Example],
    out: Path,
    metadata: Mapping[str, Any],
    most: float = math.inf,
) -> None:
    """Write the conditioning features of each recording, sentence by sentence, as ``out/ID.npy``, with metadata; not
    of those after the first ``most`` frames.

    Existing files are kept if they were made from the same sentences with the same metadata.
    """
    of_recording: dict[str, list[Example]] = {}
    for example in known:
        of_recording.setdefault(example.utterance, []).append(example)
    before = np.cumsum([0, *(sum(part.frames for part in parts) for parts in of_recording.values())])
    wanted_ones = [each for each, frames in zip(of_recording.items(), before, strict=False) if frames < most]
    for utterance, parts in bars.bar(wanted_ones, "conditions", unit=" recordings", delay=1, leave=False):
        path = feature_files.place(out, utterance)
        inputs = (array for part in parts for array in (part.features, part.durations, part.pitch))
        wanted = {**metadata, "sentences": _digest("", *inputs)}
        if not _is_there(path, wanted, sum(part.frames for part in parts)):
            feature_files.save(path, np.concatenate([conditions(part) for part in parts]), wanted)


def _digest(text: str, *arrays: NDArray[np.generic]) -> str:
    found = sha256(text.encode())
    for array in arrays:
        found.update(f"{array.dtype} {array.shape}".encode() + np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def _is_there(path: Path, wanted: Mapping[str, Any], frames: int) -> bool:
    try:
        return feature_files.read_metadata(path) == wanted and len(np.load(path, mmap_mode="r")) == frames
    except (OSError, ValueError, EOFError):  # missing or damaged
        return False


def _forget_others(folder: Path, utterances: Sequence[str]) -> None:
    """Delete files of earlier labels or stages for recordings that are no longer used, or they would be trained on."""
    used = {feature_files.place(folder, utterance) for utterance in utterances}
    for path in sorted(set(folder.rglob("*.npy")) - used):
        if made.by(path, "train-voice"):
            for file in feature_files.paths(path):
                file.unlink()


def wavenet_config(config: TrainVoiceConfig, voice: VoiceConfig) -> TrainConfig:
    """The settings of the WaveNet's run, whose features are the outputs of the stages."""
    out = Path(config.out)
    features = config.wavenet.model.features
    own = 0 if voice.uses_mel else feature_channels(voice, features.n_mels)
    features = replace(features, kinds=voice.feature_kinds, file_channels=own)
    model = replace(config.wavenet.model, features=features)
    return replace(config.wavenet, model=model, features_from=str(out / "conditions"), out=str(out / "wavenet"))
