"""Amplifiers are written as they are read."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.amp.written import KINDS, array, wavenet, write
from wavenet.amp import file, writing
from wavenet.errors import UsageError

PLAIN = ("plain", "two_arrays", "wide")


def same(a, b):
    """Whether two networks are one, to the last bit."""
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if hasattr(a, "__dataclass_fields__"):
        return all(same(getattr(a, name), getattr(b, name)) for name in a.__dataclass_fields__)
    return a == b


@pytest.mark.parametrize("kind", PLAIN)
def test_what_was_read_is_written_as_it_was(kind, tmp_path):
    before = KINDS[kind]
    found = file.read(write(tmp_path / "a.nam", before))
    after = writing.document(replace(found.network, head_scale=before["config"]["head_scale"]), 8000, {})
    assert after["config"] == before["config"]
    assert np.float32(after["weights"][:-1]).tobytes() == np.float32(before["weights"][:-1]).tobytes()
    assert (after["version"], after["sample_rate"]) == (before["version"], before["sample_rate"])


@settings(max_examples=20, deadline=None)
@given(
    channels=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    taps=st.integers(1, 4),
    dilations=st.lists(st.integers(1, 30), min_size=1, max_size=3),
    seed=st.integers(0, 99),
)
def test_any_plain_network_is_read_as_it_was_written(channels, taps, dilations, seed, tmp_path_factory):
    sizes = zip([1, *channels], channels, [*channels[1:], 1], strict=False)
    arrays = [
        array(input_size=i, channels=c, head_size=o, kernel_size=taps, dilations=dilations, head_bias=o == 1)
        for i, c, o in sizes
    ]
    path = write(tmp_path_factory.mktemp("amp") / "a.nam", wavenet(*arrays, seed=seed))
    network = file.read(path).network
    said = {"name": "mine", "loudness": -20.5, "training": {"validation_esr": 0.01}}
    writing.write(path, network, 44_100, said)
    found = file.read(path)
    assert same(found.network, network)
    assert (found.name, found.loudness, found.sample_rate) == ("mine", -20.5, 44_100)


@pytest.mark.parametrize("kind", ["gated", "everything", "no_residual", "blended", "post_head"])
def test_what_the_format_of_then_has_no_words_for_is_refused(kind, tmp_path):
    found = file.read(write(tmp_path / "a.nam", KINDS[kind]))
    with pytest.raises(UsageError, match=r"the amplifier has .*, which cannot be written"):
        writing.write(tmp_path / "b.nam", found.network, 8000)
    assert not (tmp_path / "b.nam").exists()


def test_weights_that_are_no_numbers_are_never_written(tmp_path):
    found = file.read(write(tmp_path / "a.nam", KINDS["plain"])).network
    found.arrays[0].layers[1].mixin.weight[0] = np.nan
    before = json.dumps(KINDS["plain"])
    with pytest.raises(UsageError, match="a weight of the amplifier is NaN or infinite"):
        writing.write(tmp_path / "a.nam", found, 8000)
    assert (tmp_path / "a.nam").read_text() == before
