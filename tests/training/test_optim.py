import copy
import re
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import random_classes, random_conditioning, random_model
from wavenet.config import PRESETS, ContextConfig, FeatureConfig, ModelConfig, OptimConfig
from wavenet.training.optim import LOW_RANK, MovingAverage, Muon, Optimiser, orthogonalise, restore, schedule, states


def test_the_schedule_warms_up_stays_and_falls_to_zero():
    optim = OptimConfig(warmup=10, decay_fraction=0.5)
    factors = [schedule(optim, update, 100) for update in range(100)]
    assert factors[0] == pytest.approx(1 / 11)
    assert factors[10:50] == [1.0] * 40
    assert factors[75] == pytest.approx(0.5)
    assert 0 < factors[-1] < 0.03


def test_without_decay_the_plateau_never_ends():
    assert schedule(OptimConfig(decay_fraction=0.0), 10**6, 10**6) == 1.0


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 99))
def test_orthogonalised_matrices_have_singular_values_near_one(m, n, seed):
    generator = torch.Generator().manual_seed(seed)
    matrices = torch.randn(3, m, n, generator=generator)
    singular = torch.linalg.svdvals(matrices)
    well_conditioned = (singular.min(-1).values > 0.05 * singular.max(-1).values).nonzero()[:, 0]
    after = torch.linalg.svdvals(orthogonalise(matrices))[well_conditioned]
    assert ((after > 0.5) & (after < 1.3)).all()


def test_muon_moves_every_tap_of_a_convolution_by_an_orthogonal_matrix():
    torch.manual_seed(0)
    weight = torch.nn.Parameter(torch.randn(8, 4, 2))
    before = weight.detach().clone()
    weight.grad = torch.randn(8, 4, 2)
    Muon([weight], lr=0.1, weight_decay=0.0).step()
    for tap in range(2):
        moved = torch.linalg.svdvals((weight.detach() - before)[:, :, tap])
        assert ((moved > 0.05 * 2**0.5) & (moved < 0.13 * 2**0.5)).all()


def stepped(gradients, lr=0.1, weight_decay=0.0):
    """A weight (6, 4, 2), and where it is after each step along one of the gradients."""
    torch.manual_seed(0)
    weight = torch.nn.Parameter(torch.randn(6, 4, 2))
    muon, places = Muon([weight], lr, weight_decay), [weight.detach().clone()]
    for gradient in gradients:
        weight.grad = gradient.clone()
        muon.step()
        places.append(weight.detach().clone())
    return places


def test_muon_shrinks_a_weight_that_has_no_gradient_by_its_decay():
    before, after = stepped([torch.zeros(6, 4, 2)], lr=0.1, weight_decay=0.2)
    torch.testing.assert_close(after, before * (1 - 0.1 * 0.2))


def test_muon_remembers_the_gradients_of_before():
    torch.manual_seed(1)
    first = torch.randn(6, 4, 2)
    start, one, two = stepped([first, torch.zeros_like(first)])
    torch.testing.assert_close(two - one, one - start)  # of the same direction, and every step is equally long
    second = torch.randn(6, 4, 2)
    _, one, two = stepped([first, second])
    taps = second + 0.95 * (0.95 * first + second)  # Nesterov's
    direction = orthogonalise(taps.movedim(-1, 0)).movedim(0, -1)
    torch.testing.assert_close(two - one, -0.1 * (6 / 4) ** 0.5 * direction)


def first_steps(model: ModelConfig, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """How far each weight goes in the first update of one window."""
    network = random_model(model)
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    optimiser = Optimiser(network, OptimConfig(warmup=0, weight_decay=0.0), 10, dtype)
    past = random_classes(model, 1, model.required_past + 320)
    given = random_conditioning(model, 1, 321)
    torch.nn.functional.cross_entropy(network(past, given)[0], random_classes(model, 321)).backward()
    optimiser.step(0)
    return {name: weight - before[name] for name, weight in network.state_dict().items()}


def test_projections_of_few_rows_step_as_in_fp32_where_all_else_is_in_bf16():
    model = replace(
        PRESETS["tiny"],
        layers=4,
        dilation_channels=16,
        speakers=("a", "b", "c", "d", "e"),
        features=FeatureConfig(("log_mel",), n_mels=8),
        condition_channels=16,
        contexts=(ContextConfig(layers=2, residual_channels=8, dilation_channels=8, skip_channels=16),),
    )
    exact, rounded = first_steps(model, torch.float32), first_steps(model, torch.bfloat16)
    low_rank = [name for name in exact if re.match(LOW_RANK, name)]
    assert {name.split(".")[2] for name in low_rank} == {"global_condition", "condition", "contexts"}
    assert len(low_rank) == 3 * 4
    for name in low_rank:
        torch.testing.assert_close(rounded[name], exact[name], atol=1e-4, rtol=1e-3)
    step = exact["layers.0.global_condition.weight"][..., 0]
    one = orthogonalise(torch.outer(torch.randn(32), torch.randn(16))[None], torch.bfloat16)[0]
    assert torch.linalg.svdvals(step)[1] < 0.01 * torch.linalg.svdvals(step)[0]
    assert torch.linalg.svdvals(one)[1] > 0.1 * torch.linalg.svdvals(one)[0]  # what bf16 would add


def quadratic_after(optim: OptimConfig, updates: int) -> float:
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv1d(4, 4, 1), torch.nn.Conv1d(4, 3, 1))
    x, y = torch.randn(1, 4, 50), torch.randn(1, 3, 50) * 0.1 + 1
    optimiser = Optimiser(model, optim, updates)
    for update in range(updates):
        loss = (model(x) - y).square().mean()
        loss.backward()
        optimiser.step(update)
    return float(loss.detach())


@pytest.mark.parametrize("muon_lr", [0.0, 0.02])
def test_either_optimiser_lowers_a_loss(muon_lr):
    assert quadratic_after(OptimConfig(lr=0.02, muon_lr=muon_lr, warmup=0), 200) < 0.05


def test_gradients_are_clipped_to_the_norm():
    model = torch.nn.Linear(3, 1, bias=False)
    optimiser = Optimiser(model, OptimConfig(clip_norm=1.0), 10)
    seen = []
    optimiser._parts[0][0].register_step_pre_hook(lambda *_: seen.append(model.weight.grad.clone()))
    model.weight.grad = torch.tensor([[300.0, 0.0, 400.0]])
    assert optimiser.step(0) == pytest.approx(500.0)
    torch.testing.assert_close(seen[0], torch.tensor([[0.6, 0.0, 0.8]]))


def test_the_moving_average_starts_young_and_converges():
    model = torch.nn.Linear(1, 1, bias=False)
    average = MovingAverage(model, 0.9)
    with torch.no_grad():
        model.weight.fill_(5.0)
    average.update(model, 0)
    assert average.weights["weight"].item() > 4  # the initial weights are nearly forgotten at once
    for update in range(1, 200):
        average.update(model, update)
    assert average.weights["weight"].item() == pytest.approx(5.0, abs=1e-4)


def test_the_averaged_weights_are_inside_a_model_for_a_while_even_where_that_fails():
    model = torch.nn.Linear(1, 1, bias=False)
    average = MovingAverage(model, 0.9)
    with torch.no_grad():
        model.weight.fill_(5.0)

    def fail():
        with average.inside(model):
            assert model.weight.item() == average.weights["weight"].item() != 5.0
            raise ValueError("on the way")

    with pytest.raises(ValueError, match="on the way"):
        fail()
    assert model.weight.item() == 5.0


def test_what_an_update_changes_is_brought_back():
    def trained():
        torch.manual_seed(0)
        network, optim = torch.nn.Linear(3, 2), OptimConfig()
        return network, Optimiser(network, optim, 10), MovingAverage(network, optim.ema_decay)

    def update(network, optimiser, average, number):
        network(torch.full((4, 3), 1.0 + number)).square().sum().backward()
        optimiser.step(number)
        average.update(network, number)

    first, second = trained(), trained()
    update(*first, 0)
    restore(copy.deepcopy(states(*first)), *second)
    update(*first, 1)
    update(*second, 1)
    for name, weight in first[0].state_dict().items():
        assert torch.equal(weight, second[0].state_dict()[name])
        assert torch.equal(first[2].weights[name], second[2].weights[name])
    with pytest.raises(KeyError):
        restore({"network": first[0].state_dict()}, *second)
