"""Settings of PixelCNN that are impossible."""

import pytest

from wavenet.config.pixelcnn import PixelCNNConfig, TrainPixelCNNConfig
from wavenet.errors import UsageError

LIMITS = {
    "height": (1, 1024), "width": (1, 1024), "levels": (2, 256), "layers": (1, 256), "classes": (0, None),
    "first_kernel_size": (1, 31), "kernel_size": (1, 31), "channels": (1, None), "head_channels": (1, None),
}  # fmt: skip
OF_A_RUN = {"updates": 0, "seed": 0, "batch_size": 1, "validate_every": 1}


@pytest.mark.parametrize("name", LIMITS)
def test_a_setting_may_be_its_least_and_its_most_and_nothing_beyond(name):
    least, most = LIMITS[name]
    for value in (least, most):
        if value is not None:
            assert getattr(PixelCNNConfig(**{name: value}), name) == value
    for value in (least - 1, None if most is None else most + 1):
        if value is not None:
            with pytest.raises(UsageError, match=name):
                PixelCNNConfig(**{name: value})


@pytest.mark.parametrize("name", OF_A_RUN)
def test_a_run_has_least_values(name):
    TrainPixelCNNConfig(**{name: OF_A_RUN[name]})
    with pytest.raises(UsageError, match=name):
        TrainPixelCNNConfig(**{name: OF_A_RUN[name] - 1})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"colours": 2}, "colours is 2, and must be 1 or 3"),
        ({"stacks": "three"}, "stacks is 'three', and must be one of 'one', 'two'"),
        ({"kernel_size": 4}, "kernel_size is 4, and must be odd, from 1 to 31"),
        ({"colours": 3, "channels": 47}, r"channels is 47, and must be a multiple of colours \(3\)"),
        ({"colours": 3, "head_channels": 97}, "head_channels is 97"),
    ],
)
def test_what_no_network_can_have_is_refused(settings, message):
    with pytest.raises(UsageError, match=message):
        PixelCNNConfig(**settings)


def test_values_and_kernels_are_counted():
    model = PixelCNNConfig(height=2, width=5, colours=3, layers=3, channels=3, head_channels=3)
    assert model.dimensions == 30
    assert model.kernel_sizes == (7, 3, 3, 3)
