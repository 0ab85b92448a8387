"""The settings of a training run: data, optimiser, windows, logging."""

from dataclasses import dataclass, field
from typing import Literal

from wavenet.config.audio import AudioConfig
from wavenet.config.checks import plain, require, require_at_least
from wavenet.config.model import ModelConfig, check_front_end


@dataclass(frozen=True)
class OptimConfig:
    """The optimiser and its schedule: a linear warm-up, a plateau, and a linear decay to zero."""

    lr: float = 2e-3
    """AdamW's learning rate on the plateau, for the input layer, the output layer and the biases"""
    muon_lr: float = 1e-2
    """Muon's learning rate on the plateau, for the matrices in between; 0 assigns them to AdamW"""
    warmup: int = 100
    """updates of the warm-up"""
    decay_fraction: float = 0.5
    """fraction of the updates, at the end, in which the learning rate decays to zero"""
    beta1: float = 0.9
    beta2: float = 0.98
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    """gradients with a larger norm are scaled down to this norm"""
    ema_decay: float = 0.999
    """decay of the moving average of the weights, which is validated and exported"""

    def __post_init__(self) -> None:
        plain(self)
        require(self.lr > 0, f"lr is {self.lr}, and must be positive")
        require_at_least(self, 0, "muon_lr", "warmup", "weight_decay")
        require(self.clip_norm > 0, f"clip_norm is {self.clip_norm}, and must be positive")
        for name in ("decay_fraction", "ema_decay"):
            value = getattr(self, name)
            require(0 <= value <= 1, f"{name} is {value}, and must be in [0, 1]")
        for name in ("beta1", "beta2"):
            value = getattr(self, name)
            require(0 <= value < 1, f"{name} is {value}, and must be in [0, 1)")


@dataclass(frozen=True)
class TrainConfig:
    """A training run."""

    data: str = ""
    """a folder created by ``wavenet prepare``"""
    speaker: str = ""
    """train on this speaker's recordings only; empty: on all speakers'"""
    features_from: str = ""
    """a folder of files ID.npy, one per utterance. If features.kinds includes file: (F, file_channels). Otherwise: (F,
    channels), all features as predicted by something else, in place of those of the recordings"""
    tags_from: str = ""
    """if model.tags names any: a JSON file, {utterance: [tag, …]} or {utterance: {tag: value, …}}; an utterance that it
    does not list has no tags. Empty: the tags that ``wavenet prepare`` read from a manifest"""
    tag_dropout: float = 0.0
    """fraction of the windows, drawn anew in each update, that the network sees without their tags: so that it can also
    generate without"""
    out: str = ""
    """the folder of the run: checkpoint, logs, and the model folder ``model/``"""
    audio: AudioConfig = field(default_factory=AudioConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    optim: OptimConfig = field(default_factory=OptimConfig)
    updates: int = 20_000
    """optimiser steps of the whole run"""
    batch_size: int = 1
    """windows per update, over all processes and accumulation steps; 1: one for each process"""
    window: int = 8_000
    """samples of a window that contribute to the loss; the receptive field before them is added"""
    input_noise: float = 0.0
    """noise on the past that the network sees in training: its largest standard deviation, in classes; each window
    draws its own, from 0 up. The network learns to rely on its conditioning rather than on its own samples; the targets
    stay clean"""
    own_inputs: float = 0.0
    """largest fraction of the past that the network draws itself in training, each sample from its prediction after the
    true past; each window draws its own fraction, from 0 up. Costs an additional forward pass without gradients"""
    sparsity: float = 0.0
    """fraction of all weights of layers and head that becomes zero before the first update, in blocks that the engine
    leaves out, where the loss needs them least. 0: none. Needs ``init_from``: a network is trained first, then pruned,
    and learns to do without"""
    teacher: str = ""
    """a model folder, or the name of a shipped model, with the same settings: learn what it predicts after the same
    past, in place of the recordings' samples (distillation). For a network with less to compute, such as a pruned one.
    Costs an additional forward pass without gradients"""
    accumulate: int = 1
    """parts in which a batch is computed, to save memory"""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """of products and activations; weights, loss and optimiser stay in fp32. auto: bf16 where the hardware supports
    it"""
    compile: bool = False
    """run the plain formulation through torch.compile instead of the fused one"""
    device: str = "auto"
    """auto, cpu, cuda"""
    seed: int = 0
    init_from: str = ""
    """a model folder, or the name of a shipped model, whose weights to start from"""
    train_seconds: float = 0.0
    """train on at most this much audio: whole recordings, the same ones each time; 0: all"""
    validate_every: int = 1_000
    """updates between validations"""
    validation_seconds: float = 120.0
    """validate on at most this much audio: whole recordings, chosen once, the last one truncated"""
    listen_seconds: float = 2.0
    """audio generated at each validation for TensorBoard, if the engine is available; 0: none"""
    checkpoint_minutes: float = 3.0
    """minutes between checkpoints"""

    def __post_init__(self) -> None:
        plain(self)
        check_front_end(self.audio, self.model)
        counts = ("updates", "batch_size", "window", "accumulate", "validate_every")
        require_at_least(self, 1, *counts)
        require_at_least(self, 0, "seed", "input_noise", "train_seconds", "validation_seconds")
        require_at_least(self, 0, "listen_seconds", "checkpoint_minutes")
        classes = self.model.quantization_channels
        noise = self.input_noise
        require(noise <= classes, f"input_noise is {noise}, and must be at most the number of classes, {classes}")
        for name in ("own_inputs", "tag_dropout"):
            require(0 <= getattr(self, name) <= 1, f"{name} is {getattr(self, name)}, and must be in [0, 1]")
        require(0 <= self.sparsity <= 0.95, f"sparsity is {self.sparsity}, and must be in [0, 0.95]")
        require(
            not self.teacher or self.model.output == "softmax",
            f"a teacher needs the output softmax, and model.output is {self.model.output!r}",
        )
        require(self.seed < 2**63, f"seed is {self.seed}, and must be below 2^63")
        heard = self.listen_seconds
        require(heard == 0 or 0.01 <= heard <= 3600, f"listen_seconds is {heard}, and must be 0 or 0.01 … 3600")
        require(
            self.batch_size % self.accumulate == 0,
            f"batch_size is {self.batch_size}, and must be a multiple of accumulate, which is {self.accumulate}",
        )
