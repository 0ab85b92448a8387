"""Every output distribution in every engine: what is required of all of them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.networks import MICRO, as_folder, calibrated, random_classes, random_model
from wavenet import outputs
from wavenet.config import AudioConfig, ModelConfig
from wavenet.engine import folder, native, reference_engine
from wavenet.engine.folder import ModelFolder
from wavenet.engine.precision import PRECISIONS
from wavenet.errors import ModelFolderError, UsageError
from wavenet.generator import Generator
from wavenet.model import fused

LINEAR = AudioConfig(quantizer="linear")
SHAPE = ModelConfig(
    layers=6,
    stacks=2,
    residual_channels=24,
    dilation_channels=20,
    skip_channels=40,
    head_channels=40,
    quantization_channels=65_536,
)
SCALAR = {
    "logistics": replace(SHAPE, output="logistics", components=5, input_kernel_size=2),
    "gaussian": replace(SHAPE, output="gaussian"),
    "mcgsm": replace(SHAPE, output="mcgsm", components=3, scales=2, input_kernel_size=3),
    "one component": replace(SHAPE, output="logistics", components=1),
    "8 bits": replace(SHAPE, output="logistics", quantization_channels=256),
}
CONFIGS = {
    **SCALAR,
    "softmax of 1,024 classes": replace(SHAPE, quantization_channels=1024),
    "linear classes": replace(SHAPE, quantization_channels=256),
}
BOUNDS = {"fp32": 1e-4, "bf16": 0.03, "int8": 0.03}
"""largest root mean square difference of native and reference logits, relative to those of the logits"""

every_output = pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
every_precision = pytest.mark.parametrize("precision", PRECISIONS)


def made(config: ModelConfig) -> ModelFolder:
    """A random network with scales of a few hundred classes, as trained ones have."""
    model = random_model(config)
    with torch.no_grad():
        if config.scalar_input:
            bias = torch.from_numpy(outputs.of(config).initial_bias())
            model.head.output.bias.add_(bias)
            model.head.output.weight.mul_(0.2)
            model.input.weight.mul_(4)
    return calibrated(model, LINEAR if config.quantization_channels != 1024 else AudioConfig())


def rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


@every_output
def test_torch_plain_and_fused_and_the_reference_are_the_same(config):
    opened = made(config)
    model = random_model(config)
    model.load_state_dict({name: torch.from_numpy(opened.tensors[name]) for name in model.state_dict()})
    classes = random_classes(config, 1, 60)
    past = model.with_start(classes)[:, :-1]
    with torch.no_grad():
        plain = model(past)[0].numpy()
        fast = fused.logits(model, past, torch.float32)[0].numpy()
        nats = model.distribution.negative_log_likelihood(torch.from_numpy(plain), classes[0]).numpy()
    engine = reference_engine.Network(config, opened.tensors)
    logits = engine.logits(engine.start(), classes[0].numpy())
    np.testing.assert_allclose(fast, plain, atol=1e-4)
    np.testing.assert_allclose(logits, plain, atol=1e-4)
    log_p = engine.log_likelihood(engine.start(), classes[0].numpy())
    np.testing.assert_allclose(log_p, -nats, rtol=2e-3, atol=2e-3)  # far tails, where a mean's rounding counts


@every_output
@every_precision
def test_native_is_the_reference(config, precision):
    opened = made(config)
    classes = random_classes(config, 200).numpy()
    ours, theirs = (kind(config, opened.tensors, precision) for kind in (native.Network, reference_engine.Network))
    logits, wanted = (engine.logits(engine.start(), classes) for engine in (ours, theirs))
    assert rms(logits - wanted) < BOUNDS[precision] * max(1.0, rms(wanted))
    # given the same logits, likelihoods and samples are the same
    distribution = outputs.of(config)
    log_p = ours.log_likelihood(ours.start(), classes)
    np.testing.assert_allclose(log_p, distribution.log_likelihood(logits, classes), rtol=1e-6, atol=3e-6)
    drawn = ours.generate([ours.start(seed=5, temperature=0.8)], 200)[0]
    after = ours.logits(ours.start(), drawn)
    uniforms = native_uniforms(200)
    again = [distribution.sample(row, u, 0.8) for row, u in zip(after, uniforms, strict=True)]
    # scoring and stepping sum in one order, so their logits are the same
    assert np.mean(drawn == again) >= (1 if config.scalar_input else 0.99)


def native_uniforms(n: int) -> np.ndarray:
    from wavenet.engine.sampling import uniforms

    return uniforms(5, 0, 0, n)


@every_output
@every_precision
def test_streams_do_not_depend_on_blocks_batches_or_threads(config, precision):
    engine = native.Network(config, made(config).tensors, precision)
    whole = engine.generate([engine.start(seed=3)], 300)[0]
    stream, others = engine.start(seed=3), [engine.start(seed=k) for k in range(4)]
    parts = [engine.generate([stream, *others], n)[0] for n in (1, 7, 92)]
    parts.append(engine.generate([stream], 200, threads=2)[0])
    assert np.array_equal(np.concatenate(parts), whole)
    scored = engine.log_likelihood(engine.start(), whole)
    state = engine.start()
    apart = [engine.log_likelihood(state, part) for part in np.split(whole, [1, 50, 51, 200])]
    assert np.array_equal(np.concatenate(apart), scored)


@every_output
def test_int8_draws_the_same_samples_on_every_instruction_set(config, monkeypatch):
    tensors, found = made(config).tensors, set()
    for isa in native.instruction_sets():
        monkeypatch.setenv(native.VARIABLE, isa)
        engine = native.Network(config, tensors, "int8")
        found.add(engine.generate([engine.start(seed=9)], 400)[0].tobytes())
    assert len(found) == 1


@every_output
def test_native_draws_have_the_distribution_of_the_logits(config):
    """Of one step's logits, with a grid of uniform numbers: the share of a class is its probability."""
    opened = made(config)
    engine = native.Network(config, opened.tensors)
    n = 4000
    logits = engine.logits(engine.start(), np.array([config.quantization_channels // 2]))
    uniforms = (np.arange(n) + 0.5) / n
    drawn = [int(engine.generate([engine.start()], 1, uniforms=[np.array([u])])[0][0]) for u in uniforms]
    distribution = outputs.of(config)
    assert np.array_equal(drawn, [distribution.sample(logits[0], u) for u in uniforms])
    cold = engine.generate([engine.start(temperature=0.0)], 1)[0][0]
    assert cold == distribution.sample(logits[0], 0.3, 0.0)


@pytest.mark.parametrize("config", SCALAR.values(), ids=SCALAR)
@pytest.mark.parametrize("engine", ["native", "reference"])
def test_top_k_and_top_p_are_refused_when_a_stream_starts(config, engine):
    generator = Generator(made(config), "fp32", engine)
    for settings in ({"top_k": 3}, {"top_p": 0.5}):
        with pytest.raises(UsageError, match=f"but this model's output is {config.output}"):
            generator.start(**settings)


@every_output
def test_a_sound_is_scored_streamed_and_kept_in_a_folder(config, tmp_path):
    opened = made(config)
    folder.write(tmp_path, opened.audio, config, opened.tensors)
    generator = Generator.open(tmp_path, "fp32")
    sound = generator.generate(200, seed=1)
    assert np.array_equal(np.concatenate(list(generator.stream(200, block=33, seed=1))), sound)
    assert np.array_equal(
        generator.encode(sound), generator.network.generate([generator.network.start(seed=1)], 200)[0]
    )
    log_p = generator.log_likelihood(sound)
    assert np.isfinite(log_p).all()


def test_a_distribution_of_values_needs_linear_classes(tmp_path):
    opened = made(SCALAR["gaussian"])
    folder.write(tmp_path, AudioConfig(), opened.model, opened.tensors)
    with pytest.raises(ModelFolderError, match="output is gaussian, a distribution of linear values"):
        folder.read(tmp_path)


@pytest.mark.parametrize("output", ["logistics", "gaussian", "mcgsm"])
def test_numbers_that_are_none_are_survived(output):
    config = replace(MICRO, output=output)
    tensors = as_folder(random_model(config)).tensors
    for value in (np.nan, np.inf, -np.inf, 3e38):
        tensors["head.output.bias"][:] = value
        engine = native.Network(config, tensors)
        drawn = engine.generate([engine.start()], 20)[0]
        assert ((drawn >= 0) & (drawn < config.quantization_channels)).all()
        engine.log_likelihood(engine.start(), drawn)
