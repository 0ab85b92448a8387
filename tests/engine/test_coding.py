"""The compiled coder, against its definition in docs/compression.md."""

import math

import numpy as np
import pytest

from tests.networks import MICRO, calibrated, random_model
from wavenet.engine import native
from wavenet.engine.coding import LARGEST, STEPS_PER_NAT, Decoder, Encoder, weights
from wavenet.errors import UsageError

WIDTHS = np.arange(1, MICRO.quantization_channels + 1)
T = 700


@pytest.fixture(scope="module")
def network():
    opened = calibrated(random_model(MICRO))
    return native.Network(opened.model, opened.tensors, "int8")


def samples(count: int = T) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    classes = random.integers(0, MICRO.quantization_channels, count).astype(np.int32)
    return classes, (random.random(count) * WIDTHS[classes]).astype(np.int32)


def encoded(network, classes, positions, block: int = T) -> bytes:
    state, encoder = network.start(), Encoder(WIDTHS)
    for at in range(0, len(classes), block):
        encoder.take(state, classes[at : at + block], positions[at : at + block])
    return encoder.finish()


def defined(logits: np.ndarray, classes: np.ndarray, positions: np.ndarray) -> bytes:
    """The coder in Python's integers, which cannot overflow: masks say where 64 bits end."""
    mask, low, size, out = 2**64 - 1, 0, 2**64 - 1, bytearray()

    def put(before: int, own: int, total: int) -> None:
        nonlocal low, size
        unit = size // total
        low, size = (low + before * unit) & mask, own * unit
        while True:
            if (low ^ (low + size) & mask) >= 2**56:
                if size >= 2**48:
                    return
                size = -low & (2**48 - 1)
            out.append(low >> 56)
            low, size = low << 8 & mask, size << 8 & mask

    table = [int(weight) for weight in weights()]
    for row, index, position in zip(logits, classes, positions, strict=True):
        below = (row.max() - row) * np.float32(STEPS_PER_NAT) + np.float32(0.5)
        shares = [table[min(int(each), len(table) - 1)] for each in below]
        put(sum(shares[:index]), shares[index], sum(shares))
        if WIDTHS[index] > 1:
            put(int(position), 1, int(WIDTHS[index]))
    for zeros in range(56, -8, -8):
        number = -(-low >> zeros) << zeros
        if number <= mask and number - low < size:
            out += number.to_bytes(8, "big")
            break
    return bytes(out).rstrip(b"\0")


def test_the_bytes_are_those_of_the_definition(network):
    classes, positions = samples()
    logits = network.logits(network.start(), classes)
    assert encoded(network, classes, positions) == defined(logits, classes, positions)


def test_what_is_decoded_is_what_was_encoded_in_any_blocks(network):
    classes, positions = samples()
    coded = encoded(network, classes, positions, block=37)
    assert coded == encoded(network, classes, positions)
    state, decoder = network.start(), Decoder(WIDTHS, coded)
    found = [decoder.take(state, count) for count in (0, 1, 99, 600)]
    np.testing.assert_array_equal(np.concatenate([each for each, _ in found]), classes)
    np.testing.assert_array_equal(np.concatenate([each for _, each in found]), positions)


def test_bytes_are_as_many_as_the_log_likelihood_and_the_positions_say(network):
    classes, positions = samples(20_000)
    nats = -network.log_likelihood(network.start(), classes).sum(dtype=float) + np.log(WIDTHS[classes]).sum()
    assert 8 * len(encoded(network, classes, positions)) == pytest.approx(nats / math.log(2), rel=2e-4)


def test_every_instruction_set_gives_the_same_bytes(monkeypatch):
    classes, positions = samples()
    opened, found = calibrated(random_model(MICRO)), set()
    for name in native.instruction_sets():
        monkeypatch.setenv(native.VARIABLE, name)
        found.add(encoded(native.Network(opened.model, opened.tensors, "int8"), classes, positions))
    assert len(found) == 1


def test_any_bytes_decode_to_some_classes(network):
    for seed in range(20):
        coded = np.random.default_rng(seed).bytes(seed)
        classes, positions = Decoder(WIDTHS, coded).take(network.start(), 50)
        assert ((classes >= 0) & (classes < MICRO.quantization_channels)).all()
        assert ((positions >= 0) & (positions < WIDTHS[classes])).all()


@pytest.mark.parametrize(
    ("index", "position", "message"),
    [(16, 0, "a class is outside"), (-1, 0, "a class is outside"), (3, 4, "a position is outside"), (3, -1, "a pos")],
)
def test_what_no_class_has_is_refused_before_anything_is_coded(network, index, position, message):
    encoder = Encoder(WIDTHS)
    with pytest.raises(UsageError, match=message):
        encoder.take(network.start(), np.array([1, index]), np.array([0, position]))
    assert encoder.finish() == b""


def test_a_coder_for_other_classes_is_refused(network):
    for take in (
        lambda: Encoder([1, 1]).take(network.start(), np.array([1]), np.array([0])),
        lambda: Decoder([1, 1], b"").take(network.start(), 1),
    ):
        with pytest.raises(UsageError, match="for another number of classes"):
            take()


def test_the_table_is_the_exponential_function_and_ends_at_one():
    table = weights()
    np.testing.assert_array_equal(table, np.rint(LARGEST * np.exp(-np.arange(len(table)) / STEPS_PER_NAT)))
    assert table[-1] == 1 < table[-2]
