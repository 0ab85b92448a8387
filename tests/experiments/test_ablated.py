"""Each ablated network differs from the paper's in what its settings say, and in nothing else."""

from dataclasses import asdict, fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from experiments import ablated
from experiments.ablated import AblatedModelConfig, AblatedTrainConfig, AblatedWaveNet, Layer
from experiments.compare import Comparison, held_out
from tests.networks import MICRO, random_classes, random_model
from wavenet.config import ModelConfig, TrainConfig
from wavenet.errors import UsageError
from wavenet.model import fused
from wavenet.model.wavenet import WaveNet
from wavenet.training import endings, loop
from wavenet.training.tracking import read_log

RECIPE = Path(__file__).parents[2] / "recipes/ablations"
MICRO_SHAPE = {f.name: getattr(MICRO, f.name) for f in fields(ModelConfig)}
REMOVED = {"relu": {"unit": "relu"}, "no residual": {"residual": False}, "no skips": {"skips": False}}
ALL = REMOVED | {
    "nothing": {},
    "dilations": {"stack_layers": 3},
    "all": {"unit": "relu", "residual": False, "skips": False},
}


def model_of(changes):
    return AblatedModelConfig(**MICRO_SHAPE | changes)


def random_network(changes, seed=0):
    """A network whose weights all matter: ReLUs let most of the values through."""
    torch.manual_seed(seed)
    network = ablated.network(model_of(changes))
    with torch.no_grad():
        for name, weight in network.named_parameters():
            scale = weight[0].numel() ** -0.5 if weight.ndim > 1 else 0.3
            open_ = name.endswith(("hidden.bias", "skip.bias")) or (name.endswith("dilated.bias") and "unit" in changes)
            weight.copy_(scale * torch.randn_like(weight) + 3.0 * open_)
    return network.eval()


def by_hand(network, past):
    """The logits (T, Q) for classes (past,) by loops in numpy over layers and samples."""
    w = {name: weight.detach().double().numpy() for name, weight in network.state_dict().items()}
    c = network.config
    K, D = c.kernel_size, c.dilation_channels
    x = w["input.weight"][:, past, 0].T + w["input.bias"]  # (T, R)
    skips = np.zeros(c.skip_channels)
    n = len(past) - c.receptive_field + 1
    for i, dilation in enumerate(c.dilations):
        last = i == c.layers - 1
        first = (K - 1) * dilation
        unit = np.array(
            [
                w[f"layers.{i}.dilated.bias"]
                + sum(w[f"layers.{i}.dilated.weight"][:, :, k] @ x[t - (K - 1 - k) * dilation] for k in range(K))
                for t in range(first, len(x))
            ]
        )
        z = np.maximum(unit, 0) if c.unit == "relu" else np.tanh(unit[:, :D]) / (1 + np.exp(-unit[:, D:]))
        if c.skips or not last:
            if c.skips:
                skips = skips + z[-n:] @ w[f"layers.{i}.skip.weight"][:, :, 0].T + w[f"layers.{i}.skip.bias"]
            if last:
                break
        out = z @ w[f"layers.{i}.residual.weight"][:, :, 0].T + w[f"layers.{i}.residual.bias"]
        x = out + x[first:] if c.residual else out
    if not c.skips:
        skips = x[-n:] @ w[f"layers.{c.layers - 1}.skip.weight"][:, :, 0].T + w[f"layers.{c.layers - 1}.skip.bias"]
    hidden = np.maximum(skips, 0) @ w["head.hidden.weight"][:, :, 0].T + w["head.hidden.bias"]
    return np.maximum(hidden, 0) @ w["head.output.weight"][:, :, 0].T + w["head.output.bias"]


def test_a_network_that_lacks_nothing_is_the_paper_s():
    paper = random_model(MICRO)
    own = AblatedWaveNet(model_of({}))
    own.load_state_dict(paper.state_dict())
    past = random_classes(MICRO, 2, MICRO.receptive_field + 20)
    assert torch.equal(own(past), paper(past))
    assert type(ablated.network(model_of({}))) is WaveNet


@pytest.mark.parametrize("changes", ALL.values(), ids=ALL)
def test_the_logits_are_those_computed_by_hand(changes):
    network = random_network(changes | {"kernel_size": 3})
    past = random_classes(network.config, 1, network.config.receptive_field + 9)
    expected = by_hand(network, past[0].numpy())
    np.testing.assert_allclose(network(past)[0].detach(), expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(fused.logits(network, past, torch.float32)[0].detach(), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("changes", ALL.values(), ids=ALL)
def test_a_prediction_depends_on_the_receptive_field_alone(changes):
    network = random_network(changes)
    reach = network.config.receptive_field
    past = random_classes(network.config, 1, 3 * reach)
    other = past.clone()
    at = reach + 3
    other[0, at] = (other[0, at] + 5) % network.config.quantization_channels
    changed = (network(past) != network(other)).any(2)[0].nonzero()[:, 0] + reach - 1  # the newest sample that is seen
    assert changed.min() == at
    assert changed.max() == at + reach - 1


@pytest.mark.parametrize(("residual", "seen"), [(True, True), (False, False)])
def test_without_residual_a_layer_passes_its_input_on_only_through_the_unit(residual, seen):
    layer = Layer(model_of({"residual": residual}), dilation=2, last=False)
    torch.nn.init.zeros_(layer.residual.weight)
    x = torch.randn(1, MICRO.residual_channels, 9)
    out, _ = layer(x, 1)
    bias = layer.residual.bias[:, None].expand_as(out[0])
    torch.testing.assert_close(out[0], x[0, :, -out.shape[2] :] + bias if seen else bias)


def test_without_skips_the_head_sees_the_last_layer_alone():
    network = random_network(REMOVED["no skips"])
    assert [name for name in network.state_dict() if "skip.weight" in name] == ["layers.3.skip.weight"]
    assert network.layers[3].residual is not None
    x = torch.randn(1, MICRO.residual_channels, 9)
    assert [tuple(layer(x, 4)[1].shape) for layer in network.layers] == [(), (), (), (1, MICRO.skip_channels, 4)]


def test_the_dilations_start_again_after_as_many_layers_as_are_asked_for():
    model = AblatedModelConfig(layers=20, stack_layers=8)
    assert model.dilations == (1, 2, 4, 8, 16, 32, 64, 128) * 2 + (1, 2, 4, 8)
    assert AblatedModelConfig().dilations == ModelConfig().dilations


@cache
def recipe():
    """The settings of each variant of the recipe."""
    return {name: config for name, seed, config in Comparison.read(RECIPE).runs if seed == 0}


def test_the_variants_of_the_recipe_differ_from_the_full_network_as_they_say():
    configs = recipe()
    full = flat(configs["full"])
    assert type(configs["full"]) is TrainConfig
    found = {name: {key: value for key, value in flat(config).items() if full.get(key) != value and key != "out"}
             for name, config in configs.items()}  # fmt: skip
    same = {"model.unit": "gated", "model.residual": True, "model.skips": True, "model.stack_layers": 0}
    wide = {"model.residual_channels": 42, "model.dilation_channels": 42}
    assert found == {
        "full": {},
        "undilated": {"model.stacks": 20},
        "relu": same | {"model.unit": "relu", "model.dilation_channels": 41},
        "no-residual": same | {"model.residual": False},
        "no-skips": same | {"model.skips": False} | wide,
        "linear": {"audio.quantizer": "linear"},
        "12ms": same | {"model.stack_layers": 6},
        "33ms": same | {"model.stack_layers": 8},
        "272ms": same | {"model.stack_layers": 12},
    }


def flat(config):
    groups = {key: value for key, value in asdict(config).items() if isinstance(value, dict)}
    own = {key: value for key, value in asdict(config).items() if key not in groups}
    return own | {f"{group}.{key}": value for group, values in groups.items() for key, value in values.items()}


def test_all_variants_of_the_recipe_have_nearly_as_many_weights_and_the_receptive_field_of_their_name():
    sizes = {name: sum(weight.numel() for weight in ablated.network(config.model).parameters())
             for name, config in recipe().items()}  # fmt: skip
    assert sizes["full"] == 245_504
    assert all(abs(size / sizes["full"] - 1) < 0.006 for size in sizes.values())
    seen = {name: config.model.receptive_field / config.audio.sample_rate * 1000 for name, config in recipe().items()}
    assert {name: round(ms) for name, ms in seen.items()} == {
        "full": 128, "undilated": 1, "relu": 128, "no-residual": 128, "no-skips": 128, "linear": 128,
        "12ms": 12, "33ms": 33, "272ms": 272,
    }  # fmt: skip


def ablated_run(micro_config, **changes):
    given = {f.name: getattr(micro_config, f.name) for f in fields(TrainConfig)}
    shape = {f.name: getattr(micro_config.model, f.name) for f in fields(ModelConfig)}
    return AblatedTrainConfig(**given | {"model": AblatedModelConfig(**shape | changes), "listen_seconds": 0.0})


@pytest.mark.parametrize("changes", [REMOVED["relu"], {"stack_layers": 1}])
def test_a_run_trains_the_ablated_network_and_keeps_the_best(micro_config, changes):
    config = replace(ablated_run(micro_config, **changes), updates=4, validation_seconds=1e6)
    loop.train(config, kind=ablated.Run)
    assert not (Path(config.out) / "model").exists()
    assert type(ablated.best(config)) is (AblatedWaveNet if "unit" in changes else WaveNet)
    scores = held_out(config, 1e6)
    bits = sum(b for _, _, b in scores) / sum(n for _, n, _ in scores)
    logged = [row["validation_bits"] for row in read_log(Path(config.out) / "log.jsonl") if "validation_bits" in row]
    assert bits == pytest.approx(min(logged), abs=1e-4)


def test_an_interrupted_run_of_an_ablated_network_is_resumed_to_the_same_weights(micro_config, tmp_path):
    config = replace(ablated_run(micro_config, **REMOVED["no skips"]), updates=4)
    loop.train(config, kind=ablated.Run)
    again = replace(config, out=str(tmp_path / "again"))
    with pytest.raises(endings.InterruptedRunError, match="after update 1;"):
        loop.train(again, seconds=0, kind=ablated.Run)
    assert loop.train(again, kind=ablated.Run).update == 4
    one, two = (ablated.best(each).state_dict() for each in (config, again))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_a_run_without_ablations_is_one_of_the_package(micro_config):
    given = replace(ablated_run(micro_config), updates=7)
    assert given.simplest() == replace(micro_config, listen_seconds=0.0, updates=7)
    other = ablated_run(micro_config, stack_layers=2)
    assert other.simplest() is other


def test_what_no_engine_can_compute_is_refused():
    with pytest.raises(UsageError, match=r"listen_seconds is 2\.0, and must be 0"):
        AblatedTrainConfig(model=AblatedModelConfig(skips=False))
    with pytest.raises(UsageError, match="only in a network without conditioning"):
        AblatedModelConfig(skips=False, tags=("loud",))
    with pytest.raises(UsageError, match="stack_layers is -1, and must be at least 0"):
        AblatedModelConfig(stack_layers=-1)
