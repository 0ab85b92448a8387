import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import MICRO, conditioned, random_classes, random_conditioning, random_model
from wavenet.config import PRESETS
from wavenet.model import fused
from wavenet.model.wavenet import WaveNet


@given(conditioned(), st.integers(1, 3), st.integers(1, 20))
def test_logits_and_gradients_equal_those_of_the_plain_network(config, batch, T):
    model = random_model(config)
    past = random_classes(config, batch, config.required_past - 1 + T)
    conditioning = random_conditioning(config, batch, T)
    outputs, gradients = [], []
    for logits in (model(past, conditioning), fused.logits(model, past, torch.float32, conditioning)):
        model.zero_grad()
        logits.square().sum().backward()
        outputs.append(logits.detach())
        gradients.append({name: weight.grad.clone() for name, weight in model.named_parameters()})
    torch.testing.assert_close(outputs[1], outputs[0], atol=1e-5, rtol=1e-4)
    for name, plain in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], plain, atol=1e-4, rtol=1e-3, msg=name)


def test_bf16_products_stay_near_fp32():
    model = random_model(PRESETS["tiny"])
    past = random_classes(model.config, 2, model.config.receptive_field + 200)
    with torch.no_grad():
        exact, rounded = (fused.logits(model, past, dtype).float() for dtype in (torch.float32, torch.bfloat16))
    assert (rounded - exact).abs().max() < 0.05 * exact.abs().max()


class Louder(WaveNet):
    """Computes another function than the package's network."""

    def forward(self, past, conditioning=None):
        return 2 * super().forward(past, conditioning)


def test_a_subclass_of_the_network_is_called_as_it_is():
    model = random_model(MICRO)
    other = Louder(MICRO)
    other.load_state_dict(model.state_dict())
    past = random_classes(MICRO, 2, MICRO.receptive_field + 9)
    torch.testing.assert_close(fused.logits(other, past, torch.float32), 2 * model(past))
    near = fused.logits(other, past, torch.bfloat16)
    assert near.dtype == torch.bfloat16
    assert (near.float() - 2 * model(past)).abs().max() < 0.05 * 2 * model(past).abs().max()
