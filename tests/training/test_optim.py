import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from wavenet.config import OptimConfig
from wavenet.training.optim import MovingAverage, Muon, Optimiser, orthogonalise, schedule


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
