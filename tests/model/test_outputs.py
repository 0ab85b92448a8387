import math

import torch

from wavenet.model.outputs import Softmax


def test_uniform_logits_cost_the_logarithm_of_the_classes():
    nats = Softmax(256).negative_log_likelihood(torch.zeros(3, 256), torch.tensor([0, 128, 255]))
    torch.testing.assert_close(nats, torch.full((3,), math.log(256)))


def test_what_is_no_sample_costs_nothing():
    nats = Softmax(4).negative_log_likelihood(torch.randn(2, 4), torch.tensor([-100, 1]))
    assert nats[0] == 0
    assert nats[1] > 0
