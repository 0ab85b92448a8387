"""The score that a distribution minimises, and not its middle."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from wavenet.training.voice.energy import distance, energy_score

WHOLE = torch.ones(1, 4000, 1, dtype=torch.bool)


def draws(seed: int, deviation: float, bands: int = 8) -> torch.Tensor:
    return deviation * torch.randn(1, 4000, bands, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("deviation", [0.0, 0.5, 2.0])
def test_draws_of_the_true_spread_score_better_than_the_middle_or_too_wide_ones(deviation):
    target = draws(0, 1)
    true = energy_score(draws(1, 1), draws(2, 1), target, WHOLE)
    assert true < energy_score(draws(1, deviation), draws(2, deviation), target, WHOLE)


def test_draws_that_move_together_score_better_where_the_target_does():
    target, first, second = (draws(seed, 1, 1).expand(1, 4000, 16) for seed in range(3))
    alone = energy_score(draws(1, 1, 16), draws(2, 1, 16), target, WHOLE)
    assert energy_score(first, second, target, WHOLE) < alone


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 90), st.integers(0, 99))
def test_what_is_behind_the_end_of_whole_patches_does_not_count(frames, behind, bands, seed):
    F = 24 * frames  # whole patches of every shape
    a, b = torch.randn(2, 1, F + behind, bands, generator=torch.Generator().manual_seed(seed))
    inside = (torch.arange(F + behind) < F)[None, :, None]
    whole = float(distance(a[:, :F], b[:, :F], inside[:, :F]))
    assert float(distance(a, b, inside)) == pytest.approx(whole, rel=1e-4)
    assert distance(a, a, inside) < 0.01
