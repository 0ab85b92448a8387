import json
import math
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import pytest

from wavenet.config import (
    PRESETS,
    AudioConfig,
    ContextConfig,
    FeatureConfig,
    ModelConfig,
    OptimConfig,
    StageConfig,
    StageTraining,
    TrainConfig,
    TrainVoiceConfig,
    VoiceConfig,
)
from wavenet.config.amp import TrainAmpConfig
from wavenet.config.pixelcnn import PixelCNNConfig, TrainPixelCNNConfig
from wavenet.config.recogniser import RecogniserConfig, TrainRecogniserConfig
from wavenet.errors import UsageError

EVERY = (
    AudioConfig, ContextConfig, FeatureConfig, ModelConfig, OptimConfig, PixelCNNConfig, TrainPixelCNNConfig,
    RecogniserConfig, StageConfig, StageTraining, TrainAmpConfig, TrainConfig, TrainRecogniserConfig, TrainVoiceConfig,
    VoiceConfig,
)  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "stacks", "kernel_size", "receptive_field"),
    [(30, 3, 3, 6139), (24, 4, 3, 505), (12, 2, 3, 253), (30, 30, 3, 61), (10, 1, 2, 1024)],
)
def test_receptive_fields_are_those_of_other_implementations(layers, stacks, kernel_size, receptive_field):
    assert ModelConfig(layers=layers, stacks=stacks, kernel_size=kernel_size).receptive_field == receptive_field


def test_numbers_of_numpy_become_those_of_python():
    config = ModelConfig(
        layers=np.int64(6),
        stacks=np.uint8(2),
        features=FeatureConfig(kinds=("log_mel",), n_mels=np.int32(20), f_max=np.float64(4000)),
        upsample_scales=(np.int16(4), np.int64(40)),
        noise_envelope_width=np.float32(0),
    )
    same = ModelConfig(
        layers=6, stacks=2, features=FeatureConfig(kinds=("log_mel",), n_mels=20, f_max=4000.0), upsample_scales=(4, 40)
    )
    assert json.dumps(asdict(config)) == json.dumps(asdict(same))
    assert json.dumps(asdict(TrainConfig(updates=np.int64(5)))) == json.dumps(asdict(TrainConfig(updates=5)))
    with pytest.raises(UsageError, match="layers is 100000, and must be at most 1024"):
        ModelConfig(layers=np.int64(100_000))


@pytest.mark.parametrize(("kind", "name"), [(kind, f.name) for kind in EVERY for f in fields(kind)])
def test_every_setting_has_a_type_and_refuses_what_is_of_no_type(kind, name):
    with pytest.raises(UsageError, match=rf"^{name} is <object object at .*>, and must be (a tuple|of type|one of)"):
        kind(**{name: object()})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"teacher": 5}, "teacher is 5, and must be of type str"),
        ({"init_from": None}, "init_from is None, and must be of type str"),
        ({"data": Path("a")}, r"data is PosixPath\('a'\), and must be of type str"),
        ({"updates": 2.0}, r"updates is 2\.0, and must be of type int"),
        ({"seed": True}, "seed is True, and must be of type int"),
        ({"sparsity": False}, "sparsity is False, and must be of type float"),
        ({"compile": 1}, "compile is 1, and must be of type bool"),
        ({"precision": "fp8"}, "precision is 'fp8', and must be one of 'auto', 'bf16', 'fp32'"),
        ({"optim": {"lr": 1.0}}, "optim is {'lr': 1.0}, and must be of type OptimConfig"),
    ],
)
def test_a_setting_of_another_type_which_no_checkpoint_could_be_read_with_is_refused(settings, message):
    with pytest.raises(UsageError, match=f"^{message}$"):
        TrainConfig(**settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"speakers": "ann"}, "speakers is 'ann', and must be a tuple"),
        ({"speakers": ("ann", 5)}, r"speakers\[1\] is 5, and must be of type str"),
        ({"contexts": ({"pool": 80},)}, r"contexts\[0\] is {'pool': 80}, and must be of type ContextConfig"),
        ({"temperature": "cold"}, "temperature is 'cold', and must be of type float"),
    ],
)
def test_an_entry_of_another_type_is_named(settings, message):
    with pytest.raises(UsageError, match=f"^{message}$"):
        ModelConfig(**settings)


def test_lists_are_tuples_names_of_numpy_are_pythons_and_an_integer_is_a_number():
    config = ModelConfig(speakers=[np.str_("ann"), "bob"], temperature=1)
    assert config == ModelConfig(speakers=("ann", "bob"), temperature=1.0)
    assert [type(name) for name in config.speakers] == [str, str]


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
        (lambda: AudioConfig(lpc_order=257), "lpc_order is 257"),
        (lambda: AudioConfig(lpc_order=8, pre_emphasis=0.5), "use one of them"),
        (lambda: TrainConfig(audio=AudioConfig(lpc_order=8)), "lacks log_mel"),
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


LOCAL = FeatureConfig(kinds=("log_mel",))


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: FeatureConfig(kinds=("pitch", "pitch")), "names one twice"),
        (lambda: FeatureConfig(kinds=("file",)), "file_channels is 0"),
        (lambda: FeatureConfig(win_length=2000), "win_length is 2000, more than n_fft"),
        (lambda: FeatureConfig(f_min=9000.0), "f_min is 9000.0 and f_max 8000.0"),
        (lambda: FeatureConfig(pitch_max=10.0), "pitch_min is 60.0 and pitch_max 10.0"),
        (lambda: FeatureConfig(hop_length=0), "hop_length is 0"),
        (lambda: ContextConfig(pool=100, taps=16), "pool is 100, and must be a multiple of taps, 16"),
        (lambda: ContextConfig(layers=3, stacks=2), "multiple of stacks"),
        (lambda: ContextConfig(layers=16), "receptive field is 10485760 samples"),
        (lambda: ModelConfig(speakers=("ann", "ann")), "speakers is .*: one is empty or occurs twice"),
        (lambda: ModelConfig(tags=("",)), "tags is .*: one is empty or occurs twice"),
        (
            lambda: ModelConfig(features=LOCAL, upsample_scales=(4, 5)),
            r"product .* \[4, 5\] is 20.* hop_length, .* 160",
        ),
        (lambda: ModelConfig(upsample_scales=(160,)), "features.kinds is empty"),
        (lambda: ModelConfig(features=LOCAL, decimation=4, upsample_scales=(4, 5)), "hop_length / decimation, .* 40"),
        (lambda: ModelConfig(decimation=3), "decimation is 3, and must be at most 64 and divide hop_length, .* 160"),
        (lambda: TrainConfig(model=ModelConfig(decimation=4)), "decimation is 4, but lpc_order is 0"),
        (lambda: ModelConfig(condition_kernel_size=2), "condition_kernel_size is 2, and must be odd"),
        (
            lambda: ModelConfig(features=LOCAL, contexts=(ContextConfig(pool=65_521, taps=1, layers=1),)),
            "common multiple",
        ),
    ],
)
def test_impossible_conditioning_is_refused_by_name(make, word):
    with pytest.raises(UsageError, match=word):
        make()


def test_the_reach_is_that_of_the_longest_stack_counted_from_an_aligned_sample():
    assert ModelConfig(features=LOCAL).required_past == ModelConfig().receptive_field == 2047
    context = ContextConfig(pool=160, layers=3)
    assert (context.frames, context.receptive_field) == (8, 1280)
    assert ModelConfig(contexts=(context,)).conditioned_past == 2045
    assert ModelConfig(contexts=(context,)).required_past == 160 * (13 + 8)  # 13 pools hold the 2045 samples
    assert ModelConfig(features=LOCAL, contexts=(ContextConfig(pool=96),)).alignment == 480


@pytest.mark.parametrize(
    ("layers", "kernel_size", "scales", "look_ahead"),
    [(0, 3, (), 0), (2, 3, (), 2), (1, 5, (), 2), (2, 3, (4, 5, 8), 4), (0, 3, (160,), 1), (0, 3, (2, 80), 2)],
)
def test_the_look_ahead_counts_convolutions_and_upsampling(layers, kernel_size, scales, look_ahead):
    config = ModelConfig(
        features=LOCAL, condition_layers=layers, condition_kernel_size=kernel_size, upsample_scales=scales
    )
    assert config.look_ahead == look_ahead
