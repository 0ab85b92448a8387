"""Networks for tests: small random ones, and the strategy that draws their shapes."""

import math
import re
from dataclasses import replace

import torch
from hypothesis import strategies as st

from wavenet.config import AudioConfig, ContextConfig, FeatureConfig, ModelConfig
from wavenet.engine.calibration import calibrate
from wavenet.engine.folder import ModelFolder
from wavenet.model.conditioning import ConditioningInputs
from wavenet.model.wavenet import WaveNet

BEFORE_A_RELU = (
    r"head\.hidden\.bias|(contexts\.\d+\.)?layers\.0\.skip\.bias|contexts\.\d+\.input\.bias|conditioning\..*\.bias"
)

MICRO = ModelConfig(
    layers=4,
    stacks=2,
    residual_channels=6,
    dilation_channels=5,
    skip_channels=9,
    head_channels=7,
    quantization_channels=16,
)


@st.composite
def shapes(draw: st.DrawFn, min_channels: int = 1) -> ModelConfig:
    stacks = draw(st.integers(1, 3))
    channels = st.integers(min_channels, 9)
    return ModelConfig(
        layers=stacks * draw(st.integers(1, 3)),
        stacks=stacks,
        kernel_size=draw(st.integers(1, 4)),
        input_kernel_size=draw(st.integers(1, 3)),
        residual_channels=draw(channels),
        dilation_channels=draw(channels),
        skip_channels=draw(channels),
        head_channels=draw(channels),
        quantization_channels=draw(st.integers(2, 20)),
    )


@st.composite
def conditioned(draw: st.DrawFn, min_channels: int = 1) -> ModelConfig:
    """Shapes with any combination of the modes of sections 2.5 and 2.6, or none."""
    scales = draw(st.sampled_from([(), (), (1,), (3,), (2, 3)]))
    local = bool(scales) or draw(st.booleans())
    channels = st.integers(min_channels, 5)
    return replace(
        draw(shapes(min_channels)),
        speakers=draw(st.sampled_from([(), ("ann", "bob", "cid")])),
        speaker_channels=draw(channels),
        tags=draw(st.sampled_from([(), ("loud", "far")])),
        features=FeatureConfig(
            kinds=("file",) if local else (),
            file_channels=draw(channels),
            hop_length=math.prod(scales) if scales else draw(st.integers(1, 7)),
        ),
        condition_channels=draw(channels),
        condition_layers=draw(st.integers(0, 2)),
        condition_kernel_size=draw(st.sampled_from([1, 3])),
        upsample_scales=scales,
        contexts=tuple(draw(st.lists(context_shapes(min_channels), max_size=2))),
    )


@st.composite
def context_shapes(draw: st.DrawFn, min_channels: int = 1) -> ContextConfig:
    stacks, taps = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    channels = st.integers(min_channels, 5)
    return ContextConfig(
        pool=taps * draw(st.integers(1, 3)),
        taps=taps,
        layers=stacks * draw(st.integers(1, 2)),
        stacks=stacks,
        kernel_size=draw(st.integers(1, 3)),
        residual_channels=draw(channels),
        dilation_channels=draw(channels),
        skip_channels=draw(channels),
    )


def random_conditioning(config: ModelConfig, batch: int, T: int, seed: int = 2, before: int = 0) -> ConditioningInputs:
    """For T samples, of which the frames ``before`` the first lie outside of the recording."""
    generator = torch.Generator().manual_seed(seed)
    weights = features = None
    if config.global_channels:
        weights = torch.randn(batch, len(config.speakers) + len(config.tags), generator=generator)
    if config.takes_features:
        hop = config.features.hop_length
        frames = -(-config.conditioned_past // hop) - (-T // hop)
        features = torch.randn(batch, frames + 2 * config.look_ahead, config.features.channels, generator=generator)
    return ConditioningInputs(weights, features, torch.full((batch,), before))


def random_model(config: ModelConfig, seed: int = 0) -> WaveNet:
    """A network whose every weight matters: none is zero, no gate saturates, and the ReLUs let through."""
    torch.manual_seed(seed)
    model = WaveNet(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            scale = weight[0].numel() ** -0.5 if weight.ndim > 1 else 0.3
            weight.copy_(scale * torch.randn_like(weight) + (5.0 if re.fullmatch(BEFORE_A_RELU, name) else 0.0))
    return model.eval()


def random_classes(config: ModelConfig, *shape: int, seed: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, config.quantization_channels, shape, generator=generator)


def as_folder(model: WaveNet, audio: AudioConfig | None = None) -> ModelFolder:
    tensors = {name: weight.detach().numpy().copy() for name, weight in model.state_dict().items()}
    return ModelFolder(audio or AudioConfig(), model.config, tensors)


def calibrated(model: WaveNet, audio: AudioConfig | None = None) -> ModelFolder:
    """As ``as_folder``, ready for int8: with the calibration tensors of random classes."""
    folder = as_folder(model, audio)
    steps = calibrate(folder.model, folder.tensors, [random_classes(model.config, 500).numpy()])
    return replace(folder, tensors=folder.tensors | steps)
