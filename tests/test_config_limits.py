"""Every setting may have its least and its greatest value, and none beyond."""

import math
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pytest

from wavenet.config import AudioConfig, ContextConfig, FeatureConfig, ModelConfig, OptimConfig, TrainConfig, checks
from wavenet.config.voice import StageConfig, VoiceConfig
from wavenet.config.voice_training import StageTraining, TrainVoiceConfig
from wavenet.errors import UsageError

NONE = None
MEL = FeatureConfig(("log_mel",))
LPC = AudioConfig(lpc_order=8)
WIDE = partial(FeatureConfig, hop_length=64, n_mels=1)
ABOVE_0, BELOW_1 = 5e-324, math.nextafter(1, 0)
LIMITS = [
    (AudioConfig, "sample_rate", 1_000, 1_000_000),
    (AudioConfig, "gain", 1e-6, 1e6),
    (AudioConfig, "pre_emphasis", 0.0, BELOW_1),
    (AudioConfig, "lpc_order", 0, 256),
    (partial(FeatureConfig, n_fft=64, win_length=8), "hop_length", 1, 65_536),
    (partial(WIDE, win_length=1), "n_fft", 1, 65_536),
    (partial(WIDE, n_fft=65_536), "win_length", 1, 65_536),
    (partial(FeatureConfig, n_fft=256, win_length=8), "n_mels", 1, 65_536),
    (FeatureConfig, "f_min", 0.0, math.nextafter(8_000, 0)),
    (FeatureConfig, "pitch_min", 10.0, math.nextafter(600, 0)),
    (FeatureConfig, "pitch_max", math.nextafter(60, 61), 10_000.0),
    (FeatureConfig, "file_channels", 0, 65_536),
    (partial(ContextConfig, layers=4, stacks=1), "kernel_size", 1, 64),
    (partial(ModelConfig, layers=4, stacks=4), "kernel_size", 1, 64),
    (partial(ModelConfig, layers=1024, kernel_size=1), "stacks", NONE, 1024),
    (partial(ModelConfig, layers=2), "stacks", 1, NONE),
    (ModelConfig, "input_kernel_size", 1, 64),
    *((ModelConfig, name, 1, 65_536) for name in (
        "dilation_channels", "skip_channels", "head_channels", "speaker_channels", "condition_channels",
    )),
    (partial(ModelConfig, layers=2, stacks=2), "residual_channels", 1, 65_536),
    (ModelConfig, "quantization_channels", 2, 65_536),
    (ModelConfig, "condition_layers", 0, 64),
    (partial(ModelConfig, features=replace(MEL, hop_length=4096)), "decimation", 1, 64),
    (ModelConfig, "condition_kernel_size", 1, 63),
    (ModelConfig, "temperature", 0.0, 100.0),
    (partial(ModelConfig, decimation=4, features=MEL), "noise_envelope_width", NONE, 5.0),
    (partial(ModelConfig, decimation=4, features=MEL), "noise_envelope_width", 0.5, NONE),
    (OptimConfig, "lr", ABOVE_0, NONE),
    (OptimConfig, "clip_norm", ABOVE_0, NONE),
    *((OptimConfig, name, 0, NONE) for name in ("muon_lr", "warmup", "weight_decay")),
    *((OptimConfig, name, 0.0, 1.0) for name in ("decay_fraction", "ema_decay")),
    *((OptimConfig, name, 0.0, BELOW_1) for name in ("beta1", "beta2")),
    *((TrainConfig, name, 1, NONE) for name in ("updates", "batch_size", "window", "validate_every", "accumulate")),
    *((TrainConfig, name, 0, NONE) for name in (
        "train_seconds", "validation_seconds", "checkpoint_minutes",
    )),
    (TrainConfig, "seed", 0, 2**63 - 1),
    (TrainConfig, "input_noise", 0.0, 256.0),
    (TrainConfig, "own_inputs", 0.0, 1.0),
    (TrainConfig, "tag_dropout", 0.0, 1.0),
    (TrainConfig, "sparsity", 0.0, 0.95),
    (TrainConfig, "listen_seconds", 0.01, 3600.0),
    (StageConfig, "encoder_blocks", 1, 64),
    (StageConfig, "decoder_blocks", 1, 64),
    (StageConfig, "channels", 1, 65_536),
    (StageConfig, "taps", 1, 63),
    (StageTraining, "updates", 0, NONE),
    (StageTraining, "batch_frames", 1, NONE),
    (StageTraining, "dropout", 0.0, BELOW_1),
    (TrainVoiceConfig, "seed", 0, 2**63 - 1),
]  # fmt: skip
STEPS = {"taps": 2, "condition_kernel_size": 2, "decimation": 64}
"""to the next value that is refused for its size alone"""


@pytest.mark.parametrize(("make", "name", "least", "most"), LIMITS)
def test_a_setting_may_be_at_its_limits_and_not_beyond(make, name, least, most):
    for limit, towards in ((least, -math.inf), (most, math.inf)):
        if limit is None:
            continue
        assert getattr(make(**{name: limit}), name) == limit
        step = STEPS.get(name, 1) * (1 if towards > 0 else -1)
        beyond = math.nextafter(limit, towards) if isinstance(limit, float) else limit + step
        with pytest.raises(UsageError, match=name):
            make(**{name: beyond})


def test_what_may_be_0_or_above_a_bound_is_refused_in_between():
    assert TrainConfig(listen_seconds=0.0).listen_seconds == 0
    assert ModelConfig().noise_envelope_width == 0
    with pytest.raises(UsageError, match=r"noise_envelope_width is 1\.0, and must be 0, or from"):
        ModelConfig(noise_envelope_width=1.0)


@pytest.mark.parametrize(("name", "most"), [("speakers", 65_536), ("tags", 1_024), ("contexts", 16)])
def test_lists_have_so_many_entries_at_most(name, most):
    context = ContextConfig(pool=4, taps=1, layers=1, stacks=1)
    entries = [context] * (most + 1) if name == "contexts" else [str(i) for i in range(most + 1)]
    ModelConfig(**{name: tuple(entries[:most])})
    with pytest.raises(UsageError, match=f"{name} has {most + 1} entries, and must have at most {most}"):
        ModelConfig(**{name: tuple(entries)})


def test_a_spectrum_and_its_bands_have_16_million_products_at_most():
    FeatureConfig(n_fft=2**14, n_mels=2**10, hop_length=16)
    with pytest.raises(UsageError, match="times n_mels, 1025, it must be at most 16777216"):
        FeatureConfig(n_fft=2**14, n_mels=2**10 + 1, hop_length=16)
    with pytest.raises(UsageError, match="at most 1024 times hop_length, 15"):
        FeatureConfig(n_fft=2**14, n_mels=1, hop_length=15)


def test_dilations_double_23_times_at_most():
    for make in (ModelConfig, ContextConfig):
        with pytest.raises(UsageError, match="the receptive field is"):
            make(layers=24, stacks=1)
        with pytest.raises(UsageError, match="more than 24 layers per stack"):
            make(layers=25, stacks=1)


def test_a_receptive_field_has_four_million_samples_at_most():
    assert ModelConfig(layers=22, stacks=1, residual_channels=1).receptive_field == 2**22
    with pytest.raises(UsageError, match="is 4194305 samples, and must be at most 4194304"):
        ModelConfig(layers=22, stacks=1, residual_channels=1, input_kernel_size=2)
    longest = ContextConfig(pool=2**16, taps=1, layers=6, stacks=1)
    assert longest.receptive_field == 2**22
    with pytest.raises(UsageError, match="the receptive field is 8388608"):
        ContextConfig(pool=2**16, taps=1, layers=7, stacks=1)


def test_a_stream_remembers_64_million_values_at_most_of_all_stacks_together():
    whole = partial(ModelConfig, layers=16, stacks=1)  # 2^16 samples
    assert whole(residual_channels=2**10).residual_channels == 2**10
    with pytest.raises(UsageError, match=r"would remember 67174400 values, and must remember at most 67108864"):
        whole(residual_channels=2**10 + 1)
    context = ContextConfig(pool=1, taps=1, layers=1, stacks=1, residual_channels=4)
    with pytest.raises(UsageError, match=rf"would remember {2**26 + context.frames * 4} values"):
        whole(residual_channels=2**10, contexts=(context,))


def test_pools_and_frames_meet_within_four_million_samples():
    wide = ContextConfig(pool=2**16, taps=1, layers=1, stacks=1)
    fits = partial(ModelConfig, contexts=(wide,))
    assert fits(features=replace(MEL, hop_length=64)).alignment == 2**16
    assert fits(features=replace(MEL, hop_length=2**16 - 2**10)).alignment == 63 * 2**16
    with pytest.raises(UsageError, match="common multiple 4259840, too large"):
        fits(features=replace(MEL, hop_length=65))


def test_a_conditioning_network_counts_its_channels():
    mel = partial(ModelConfig, features=MEL, condition_channels=7)
    assert mel().local_channels == 7
    assert mel(condition_layers=0).local_channels == 80
    assert mel(condition_layers=0, upsample_scales=(160,)).local_channels == 7
    assert ModelConfig(condition_channels=7).local_channels == 0
    assert ModelConfig(speakers=("a", "b"), tags=("x", "y", "z"), speaker_channels=5).global_channels == 5 + 3
    assert ModelConfig(tags=("x",)).global_channels == 1
    for config, conditioned in ((ModelConfig(), False), (ModelConfig(tags=("x",)), True), (mel(), True)):
        assert config.conditioned is conditioned


def test_columns_of_features_follow_each_other_in_the_order_of_their_kinds():
    config = FeatureConfig(("pitch", "file", "log_mel"), n_mels=5, file_channels=3)
    assert config.channels == 10
    kinds = [config.columns(kind) for kind in config.kinds]
    assert kinds == [slice(0, 2), slice(2, 5), slice(5, 10)]


def test_a_model_has_its_own_temperature_or_the_usual_one():
    assert ModelConfig().best_temperature(0.7) == 0.7
    assert ModelConfig(temperature=0.0).best_temperature(0.7) == 0.0
    other = ModelConfig(temperature=0.5, decimation=4, features=MEL, noise_envelope_width=2.0)
    same = ModelConfig(decimation=4, features=MEL).with_output_settings_of(other)
    assert (same.temperature, same.noise_envelope_width) == (0.5, 2.0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"language": "de"}, "language is 'de', and must be one of en, ru"),
        ({"phones": tuple(map(str, range(1025)))}, "phones has 1025 entries, and must have at most 1024"),
        ({"phones": ("SIL", "A", "A")}, "one is empty or occurs twice"),
        ({"phones": ("SIL", "")}, "one is empty or occurs twice"),
        ({"phones": ("A",)}, "phones lacks SIL, the pause"),
    ],
)
def test_a_voice_that_cannot_be_is_refused(settings, message):
    with pytest.raises(UsageError, match=message):
        VoiceConfig(**settings)


def test_what_conditions_a_voice_follows_from_one_word():
    VoiceConfig(phones=("SIL", *map(str, range(1023))))
    for conditions, mel, pitch, kinds in (
        ("mel+pitch", True, True, ("log_mel", "pitch")), ("mel", True, False, ("log_mel",)),
        ("linguistic+pitch", False, True, ("file",)), ("linguistic", False, False, ("file",)),
    ):  # fmt: skip
        config = VoiceConfig(conditions=conditions)
        assert (config.uses_mel, config.uses_pitch, config.feature_kinds) == (mel, pitch, kinds)


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_an_integer_of_any_kind_becomes_pythons_and_others_are_refused(value):
    assert type(checks.integer("x", value, 3)) is int
    assert checks.integer("x", value, 0, 3) == 3
    with pytest.raises(UsageError, match=r"^x is .*3.*, and must be an integer of at least 4$"):
        checks.integer("x", value, 4)
    with pytest.raises(UsageError, match=r"^x is .*3.*, and must be an integer from 0 to 2$"):
        checks.integer("x", value, 0, 2)
    for wrong in (3.0, "3", None, 2**63):
        with pytest.raises(UsageError, match="must be an integer of at least 0"):
            checks.integer("x", wrong, 0)
    assert checks.integer("x", 2**63 - 1, 0) == 2**63 - 1


def test_a_value_that_is_told_has_80_characters_at_most():
    assert checks.shortened("x" * 78) == repr("x" * 78)
    assert checks.shortened("x" * 79) == "'" + "x" * 76 + "..."
    assert len(checks.shortened([1] * 1000)) == 80


def test_numbers_of_numpy_become_pythons_and_truth_stays_truth():
    @dataclass(frozen=True)
    class Settings:
        whole: object = np.int16(3)
        real: object = np.float32(0.5)
        truth: object = True
        word: object = "x"
        several: tuple[object, ...] = field(default=(np.int8(1), 2, "y"))

    settings = Settings()
    checks.plain(settings)
    found = [settings.whole, settings.real, settings.truth, settings.word, *settings.several]
    assert found == [3, 0.5, True, "x", 1, 2, "y"]
    assert [type(each) for each in found] == [int, float, bool, str, int, int, str]
    assert checks.is_number(np.float32(1))
    assert checks.is_number(1)
    assert not checks.is_number("1")
