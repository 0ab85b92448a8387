"""What is told of a model: from its settings, and from its card."""

from dataclasses import replace

import pytest

from tests.networks import MICRO
from wavenet.cli import facts
from wavenet.config import AudioConfig, ContextConfig, FeatureConfig, ModelConfig

CARD = """# A model

An odd model<!--= x y --> of voices: it is trained
on nothing. And more.

| | bits |
|---|---|
| AR(16) | 4.0 |
| **this model** | **2.779** |

The data are free; these weights are CC-BY-SA-3.0.
"""


def card(folder, text):
    (folder / "README.md").write_text(text)
    return facts.of_card(folder)


def test_a_card_tells_what_it_is_its_licence_and_its_bits(tmp_path):
    assert facts.of_card(tmp_path) == {}
    assert card(tmp_path, CARD) == {
        "what": "An odd model of voices",
        "licence of the weights": "CC-BY-SA-3.0",
        "held out": "2.779 bits per sample",
    }
    assert card(tmp_path, "# A\n\nA voice. It speaks.\n\n| licence | free, CC-BY-4.0 |\n") == {
        "what": "A voice",
        "licence of the weights": "CC-BY-4.0",
    }
    assert card(tmp_path, "# A\n\nB\n\nnaturalness (DistillMOS) 3.91")["held out"] == "DistillMOS 3.91"
    assert card(tmp_path, CARD + "naturalness (DistillMOS) 3.91")["held out"] == "2.779 bits per sample"
    assert "what" not in card(tmp_path, "# A")


def test_the_size_is_that_of_all_files_in_millions_of_bytes(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "a").write_bytes(bytes(1_000_000))
    (tmp_path / "deep/b").write_bytes(bytes(260_000))
    assert facts.megabytes(tmp_path) == "1.3 MB"


def test_a_network_is_told_by_its_shape():
    told = facts._network(AudioConfig(16_000), ModelConfig())
    assert told == {
        "sample rate": "16000 Hz",
        "network": "20 layers in 2 stacks, kernel 2; channels: residual 64, dilation 64, skip 256, head 256; "
        "256 classes",
        "weights": "890,112",
        "receptive field": "2,047 samples (128 ms)",
    }


def test_what_conditions_a_network_is_told_where_there_is_something():
    model = ModelConfig(
        features=FeatureConfig(("log_mel", "pitch"), hop_length=200), decimation=4, speakers=("ann", "bob"),
        tags=("loud",), contexts=(ContextConfig(pool=160, layers=3), ContextConfig(pool=80, taps=8, layers=1)),
    )  # fmt: skip
    told = facts._network(AudioConfig(16_000, lpc_order=18), model)
    assert told["decimation"] == "4: 4000 steps of the network per second"
    assert told["receptive field"] == "2,047 samples (512 ms)"
    assert told["linear prediction"] == "order 18"
    assert (told["speakers"], told["tags"]) == ("ann, bob", "loud")
    assert told["features"] == "log_mel, pitch: 82 numbers every 12.5 ms"
    assert told["context stacks"] == "3 layers with 1,280 samples, 1 layers with 160 samples"


@pytest.mark.parametrize(("count", "end"), [(20, "n19"), (21, "n19 and 1 more"), (45, "n19 and 25 more")])
def test_of_many_speakers_twenty_are_named(count, end):
    names = tuple(f"n{i}" for i in range(count))
    told = facts._network(AudioConfig(), replace(MICRO, speakers=names))["speakers"]
    assert told == f"{', '.join(names[:19])}, {end}"
