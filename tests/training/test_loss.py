from dataclasses import replace

import pytest
import torch

from wavenet.model import fused
from wavenet.training import loop


def run(config, **changes) -> loop.Run:
    return loop.Run(replace(config, precision="fp32", **changes), loop.Processes.join("cpu"))


def test_the_loss_of_a_batch_is_the_sum_over_its_samples(micro_config):
    made = run(micro_config, batch_size=3, window=3000)  # longer than every recording
    torch.nn.init.normal_(made.model.head.output.weight, std=0.3)
    batch = made.windows.batch(4, range(3))
    nats, count = made.loss(batch, range(3), 4)
    targets = torch.from_numpy(batch.targets)
    known = targets != made.model.distribution.no_sample
    assert not known.all()
    logits = fused.logits(made.model, torch.from_numpy(batch.past), torch.float32)[known]
    expected = -logits.log_softmax(-1)[range(len(logits)), targets[known]].sum()
    assert int(count) == int(known.sum())
    torch.testing.assert_close(nats, expected)


def test_another_loss_may_take_its_place(micro_config):
    def absolute(batch, rows, update):
        """Draws every logit to zero, whatever the sample."""
        logits = made.forward(torch.from_numpy(batch.past), None)
        return logits.abs().sum(), torch.tensor(float(logits.numel()))

    made = run(micro_config)
    torch.nn.init.ones_(made.model.head.output.bias)
    made.loss = absolute
    losses = [made.update()[0] for _ in range(30)]
    assert losses[0] == pytest.approx(1.0)
    assert losses[-1] < 0.95
    assert made.progress.samples == 30 * 2 * 100 * 32


def test_own_inputs_replace_only_what_the_network_predicts_and_the_same_for_the_same_update(micro_config):
    made = run(micro_config, own_inputs=1.0)
    torch.nn.init.zeros_(made.model.head.output.weight)
    with torch.no_grad():
        made.model.head.output.bias.copy_(torch.eye(32)[7] * 50)  # it always draws class 7
    past = torch.from_numpy(made.windows.batch(0, range(2)).past)
    changed = made.loss.with_own_inputs(past, None, range(2), 0)
    assert torch.equal(changed, made.loss.with_own_inputs(past, None, range(2), 0))
    before = made.config.model.required_past
    assert torch.equal(changed[:, :before], past[:, :before])
    moved = changed != past
    assert moved.any()
    assert (changed[moved] == 7).all()
    assert not torch.equal(changed, made.loss.with_own_inputs(past, None, range(2), 1))
