import math

import pytest

from wavenet.config import PRESETS, AudioConfig, ModelConfig, OptimConfig, TrainConfig, from_dict
from wavenet.errors import UsageError


@pytest.mark.parametrize(
    ("layers", "stacks", "kernel_size", "receptive_field"),
    [(30, 3, 3, 6139), (24, 4, 3, 505), (12, 2, 3, 253), (30, 30, 3, 61), (10, 1, 2, 1024)],
)
def test_receptive_fields_are_those_of_other_implementations(layers, stacks, kernel_size, receptive_field):
    assert ModelConfig(layers=layers, stacks=stacks, kernel_size=kernel_size).receptive_field == receptive_field


def test_dilations_double_and_start_again_each_stack():
    assert ModelConfig(layers=8, stacks=2).dilations == (1, 2, 4, 8, 1, 2, 4, 8)


def test_presets_have_the_documented_shapes():
    small, medium, paper = PRESETS["small"], PRESETS["medium"], PRESETS["paper"]
    assert (small.layers, small.residual_channels, small.dilation_channels, small.skip_channels) == (
        20,
        32,
        32,
        128,
    )
    assert (medium.layers, medium.residual_channels, medium.dilation_channels, medium.skip_channels) == (
        20,
        64,
        64,
        256,
    )
    assert paper.layers == 30
    assert paper.dilations == tuple(2**i for i in range(10)) * 3
    assert PRESETS["tiny"].receptive_field < 100


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: ModelConfig(layers=3), "multiple of stacks"),
        (lambda: ModelConfig(residual_channels=0), "residual_channels"),
        (lambda: ModelConfig(quantization_channels=1), "quantization_channels"),
        (lambda: ModelConfig(layers=10**9, stacks=10**8), "layers is 1000000000, and must be at most 1024"),
        (lambda: ModelConfig(kernel_size=65), "kernel_size is 65, and must be at most 64"),
        (lambda: ModelConfig(skip_channels=10**6), "skip_channels is 1000000, and must be at most 65536"),
        (lambda: ModelConfig(layers=24, stacks=1), "receptive field is 16777216 samples.* use more stacks"),
        (lambda: AudioConfig(gain=0), "gain"),
        (lambda: AudioConfig(gain=math.nan), "gain"),
        (lambda: AudioConfig(pre_emphasis=1), "pre_emphasis"),
        (lambda: AudioConfig(sample_rate=0), "sample_rate"),
        (lambda: OptimConfig(lr=-1), "lr"),
        (lambda: OptimConfig(ema_decay=1.5), "ema_decay"),
        (lambda: TrainConfig(updates=0), "updates"),
        (lambda: TrainConfig(batch_size=3, accumulate=2), "accumulate"),
    ],
)
def test_impossible_settings_are_refused_by_name(make, word):
    with pytest.raises(UsageError, match=word):
        make()


def test_plain_data_becomes_nested_settings():
    config = from_dict(TrainConfig, {"updates": 7, "optim": {"lr": 1}, "precision": "fp32"}, "run.yaml")
    assert (config.updates, config.optim.lr, config.precision) == (7, 1.0, "fp32")
    assert isinstance(config.optim.lr, float)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"update": 7}, r"x: unknown setting 'update'; did you mean 'updates'\?"),
        ({"optim": {"learning_rate": 1}}, "x: optim: unknown setting 'learning_rate'"),
        ({"optim": 3}, "x: optim is 3, and must be a group of settings"),
        ({"updates": "7"}, "x: updates is '7', and must be of type int"),
        ({"updates": True}, "x: updates is True, and must be of type int"),
        ({"precision": "fp8"}, "x: precision is 'fp8', and must be one of 'auto', 'bf16', 'fp32'"),
        ({"model": {"layers": 3}}, "x: model: layers is 3, and must be a multiple of stacks"),
    ],
)
def test_plain_data_that_does_not_fit_is_refused_with_the_way_out(data, message):
    with pytest.raises(UsageError, match=message):
        from_dict(TrainConfig, data, "x")
