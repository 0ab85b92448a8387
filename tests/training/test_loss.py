from copy import deepcopy
from dataclasses import replace

import pytest
import torch

from wavenet.model import fused
from wavenet.training import loop
from wavenet.training.loss import Distillation


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


def test_distillation_costs_the_entropy_of_the_teacher_and_moves_nothing_where_both_agree(micro_config):
    made = run(micro_config, batch_size=3, window=3000)
    torch.nn.init.normal_(made.model.head.output.weight, std=0.3)
    loss = Distillation(micro_config, deepcopy(made.model), made.forward, torch.float32, torch.device("cpu"))
    batch = made.windows.batch(4, range(3))
    nats, count = loss(batch, range(3), 4)
    known = torch.from_numpy(batch.targets) != made.model.distribution.no_sample
    log_p = fused.logits(made.model, torch.from_numpy(batch.past), torch.float32)[known].log_softmax(-1)
    torch.testing.assert_close(nats, -(log_p.exp() * log_p).sum())
    assert int(count) == int(known.sum()) < known.numel()
    gradients = torch.autograd.grad(nats / count, list(made.model.parameters()), allow_unused=True)
    assert all(each is None or float(each.abs().max()) < 1e-5 for each in gradients)


def test_distillation_brings_a_network_to_its_teacher(micro_config):
    made = run(micro_config)
    teacher = deepcopy(made.model)
    torch.nn.init.normal_(teacher.head.output.bias, std=0.1)
    made.loss = Distillation(micro_config, teacher, made.forward, torch.float32, torch.device("cpu"))
    losses = [made.update()[0] for _ in range(30)]
    p = teacher.head.output.bias.detach().softmax(0)
    entropy = float(-(p * p.log()).sum())
    assert losses[-1] - entropy < 0.5 * (losses[0] - entropy)
