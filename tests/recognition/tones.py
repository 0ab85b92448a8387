"""A corpus whose phones are tones, in which a recogniser learns something within seconds; and a random recogniser."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from wavenet.audio import features, files
from wavenet.config import AudioConfig, FeatureConfig, ModelConfig
from wavenet.config.recogniser import RecogniserConfig, TrainRecogniserConfig
from wavenet.corpora.prepare import prepare
from wavenet.model.recogniser import MelRecogniser, Recogniser
from wavenet.recognition import bigram, folder
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.segments import SIL, Segment

RATE, HOP = 8_000, 80
PHONES = (SIL, "a", "i", "u")
PITCH = {SIL: 0, "a": 300, "i": 1100, "u": 2700}
FEATURES = FeatureConfig(kinds=("log_mel",), hop_length=HOP, n_fft=256, win_length=200, n_mels=12, f_max=4000.0)
MODEL = ModelConfig(layers=5, stacks=1, residual_channels=8, dilation_channels=8, skip_channels=12, head_channels=12,
                    quantization_channels=32)  # fmt: skip
SETTINGS = RecogniserConfig(features=FEATURES, channels=10, layers=2, kernel_size=3)
AUDIO = AudioConfig(sample_rate=RATE)


def sentence(seed: int) -> tuple[np.ndarray, Labelled]:
    """Tones between pauses, and their labels; the last frame is not whole."""
    rng = np.random.default_rng(seed)
    names = [SIL]
    for _ in range(int(rng.integers(4, 9))):
        names.append(str(rng.choice([name for name in PHONES if name != names[-1]])))
    names += [SIL] * (names[-1] != SIL)
    durations = rng.integers(5, 15, len(names)).tolist()
    parts = [tone(PITCH[name], n * HOP, rng) for name, n in zip(names, durations, strict=True)]
    waveform = np.concatenate(parts)[: -int(rng.integers(0, HOP)) or None].astype(np.float32)
    return waveform, Labelled(f"s{seed:03}.wav", [Segment(name) for name in names], durations)


def tone(pitch: float, samples: int, rng: np.random.Generator) -> np.ndarray:
    sound = 0.3 * np.sin(2 * np.pi * (pitch * np.arange(samples) / RATE + rng.random())) * (pitch > 0)
    return sound + 0.003 * rng.standard_normal(samples)


def corpus(root: Path, count: int = 24) -> tuple[Path, Path]:
    """A prepared corpus, and its labels."""
    rows = []
    (root / "raw").mkdir(parents=True)
    for seed in range(count):
        waveform, row = sentence(seed)
        files.write(root / "raw" / row.id, waveform, RATE)
        assert features.count(len(waveform), HOP) == sum(row.durations)
        rows.append(row)
    prepare([root / "raw"], root / "corpus", sample_rate=RATE, validation=0.2, test=0.1, workers=0, progress=False)
    Labels(PHONES, HOP, RATE, rows).write(root / "labels.jsonl")
    return root / "corpus", root / "labels.jsonl"


def training(data: Path, labels: Path, out: Path, **changes: object) -> TrainRecogniserConfig:
    """Settings of a short training."""
    given = {"updates": 6, "batch_size": 2, "window": 20, "validate_every": 4, "precision": "fp32"} | changes
    recogniser = given.pop("recogniser", SETTINGS)
    return TrainRecogniserConfig(
        data=str(data), labels=str(labels), out=str(out), audio=AUDIO, model=MODEL, recogniser=recogniser, **given
    )


def opened(
    recogniser: RecogniserConfig = SETTINGS, model: ModelConfig = MODEL, audio: AudioConfig = AUDIO, seed: int = 0
):
    """A recogniser with random weights, and the network in PyTorch."""
    recogniser = replace(recogniser, phones=PHONES)
    torch.manual_seed(seed)
    network = Recogniser(model, recogniser) if recogniser.input == "waveform" else MelRecogniser(recogniser)
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.4)
    tensors = {name: weight.detach().numpy() for name, weight in network.state_dict().items()}
    rows = [sentence(seed)[1] for seed in range(5)]
    tensors |= {f"phones.{name}": tensor for name, tensor in bigram.of(rows, PHONES).items()}
    return folder.RecogniserFolder(audio, model, recogniser, tensors, "random"), network.eval()
