"""The compiled coder, against its definition in docs/compression.md."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.networks import MICRO, calibrated, random_model
from wavenet import outputs
from wavenet.engine import native
from wavenet.engine.coding import (
    LARGEST,
    MOST_Z,
    STEPS_PER_NAT,
    STEPS_PER_SCALE,
    WHOLE,
    Decoder,
    Encoder,
    below,
    inverse_scales,
    least_bits,
    tables,
    weights,
)
from wavenet.errors import UsageError
from wavenet.outputs.mixture import LEAST_SCALE, MOST_SCALE

WIDTHS = np.arange(1, MICRO.quantization_channels + 1)
MODELS = {
    "softmax": MICRO,
    "logistics": replace(MICRO, output="logistics", components=3),
    "gaussian": replace(MICRO, output="gaussian"),
    "mcgsm": replace(MICRO, output="mcgsm", components=2, scales=3),
}
T = 700


def network_of(model):
    opened = calibrated(random_model(model))
    return native.Network(opened.model, opened.tensors, "int8")


@pytest.fixture(scope="module", params=MODELS)
def network(request):
    return network_of(MODELS[request.param])


def samples(count: int = T) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    classes = random.integers(0, MICRO.quantization_channels, count).astype(np.int32)
    return classes, (random.random(count) * WIDTHS[classes]).astype(np.int32)


def encoded(network, classes, positions, block: int = T) -> bytes:
    state, encoder = network.start(), Encoder(network, WIDTHS)
    for at in range(0, len(classes), block):
        encoder.take(state, classes[at : at + block], positions[at : at + block])
    return encoder.finish()


def nearest(table, from_first):
    """The entry at the nearest step: the last one beyond."""
    return table[min(max(int(np.float32(from_first) * np.float32(STEPS_PER_NAT) + np.float32(0.5)), 0), len(table) - 1)]


def softmax_shares(row: np.ndarray) -> list[int]:
    return [int(nearest(weights(), row.max() - each)) for each in row]


def mixture_shares(model, row: np.ndarray) -> list[int]:
    """Differences of whole numbers that rise by 1 at least from each edge of a class to the next."""
    means = 1 if model.output == "gaussian" else model.components
    scales = model.scales if model.output == "mcgsm" else 1
    count, classes, own = means * scales, model.quantization_channels, tables(model)
    gates = softmax_shares(row[:count]) if count > 1 else [1]
    row = row[count if count > 1 else 0 :]

    def at(edge: float, mean: float, inverse: float) -> int:
        end = (len(own.below) - 1) * 2**16
        place = int(min(max((edge - mean) * inverse * 64 * 2**16 + end / 2, 0), end))
        i, fraction = divmod(place, 2**16)
        first, then = (int(own.below[min(j, len(own.below) - 1)]) for j in (i, i + 1))
        return first + ((then - first) * fraction >> 16)

    def before(k: int) -> int:
        if k in (0, classes):
            return k and classes + WHOLE
        edge = (2 * (k - classes // 2) - 1) / classes
        total = sum(
            gate * at(edge, float(row[i // scales]) / 32, nearest(own.inverse_scales, np.float32(3) - row[means + i]))
            for i, gate in enumerate(gates)
        )
        return k + total // sum(gates)

    return [before(k + 1) - before(k) for k in range(classes)]


def defined(model, logits: np.ndarray, classes: np.ndarray, positions: np.ndarray) -> bytes:
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

    for row, index, position in zip(logits, classes, positions, strict=True):
        shares = softmax_shares(row) if model.output == "softmax" else mixture_shares(model, row)
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
    assert encoded(network, classes, positions) == defined(network.model, logits, classes, positions)


def test_what_is_decoded_is_what_was_encoded_in_any_blocks(network):
    classes, positions = samples()
    coded = encoded(network, classes, positions, block=37)
    assert coded == encoded(network, classes, positions)
    state, decoder = network.start(), Decoder(network, WIDTHS, coded)
    found = [decoder.take(state, count) for count in (0, 1, 99, 600)]
    np.testing.assert_array_equal(np.concatenate([each for each, _ in found]), classes)
    np.testing.assert_array_equal(np.concatenate([each for _, each in found]), positions)


def test_bytes_are_as_many_as_the_log_likelihood_and_the_positions_say(network):
    classes, positions = samples(20_000)
    nats = -network.log_likelihood(network.start(), classes).sum(dtype=float) + np.log(WIDTHS[classes]).sum()
    assert 8 * len(encoded(network, classes, positions)) == pytest.approx(nats / math.log(2), rel=5e-4)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_instruction_set_gives_the_same_bytes(monkeypatch, model):
    classes, positions = samples()
    opened, found = calibrated(random_model(model)), set()
    for name in native.instruction_sets():
        monkeypatch.setenv(native.VARIABLE, name)
        found.add(encoded(native.Network(opened.model, opened.tensors, "int8"), classes, positions))
    assert len(found) == 1


def test_any_bytes_decode_to_some_classes(network):
    for seed in range(20):
        coded = np.random.default_rng(seed).bytes(seed)
        classes, positions = Decoder(network, WIDTHS, coded).take(network.start(), 50)
        assert ((classes >= 0) & (classes < MICRO.quantization_channels)).all()
        assert ((positions >= 0) & (positions < WIDTHS[classes])).all()


@pytest.mark.parametrize(
    ("index", "position", "message"),
    [(16, 0, "a class is outside"), (-1, 0, "a class is outside"), (3, 4, "a position is outside"), (3, -1, "a pos")],
)
def test_what_no_class_has_is_refused_before_anything_is_coded(network, index, position, message):
    encoder = Encoder(network, WIDTHS)
    with pytest.raises(UsageError, match=message):
        encoder.take(network.start(), np.array([1, index]), np.array([0, position]))
    assert encoder.finish() == b""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "for another number of classes"),
        ({"output": "mcgsm", "components": 1024, "scales": 2}, "so many classes or"),
    ],
)
def test_a_network_that_the_coder_does_not_suit_is_refused(changes, message):
    network = network_of(replace(MICRO, **changes))
    widths = WIDTHS if changes else [1, 1]
    with pytest.raises(UsageError, match=f"cannot encode: .*{message}"):
        Encoder(network, widths)
    with pytest.raises(UsageError, match=f"cannot decode: .*{message}"):
        Decoder(network, widths, b"")


def test_a_stream_of_another_network_is_refused():
    network, other = network_of(MICRO), network_of(MICRO)
    with pytest.raises(UsageError, match="the coder is for another network"):
        Encoder(network, WIDTHS).take(other.start(), np.array([1]), np.array([0]))
    with pytest.raises(UsageError, match="the coder is for another network"):
        Decoder(network, WIDTHS, b"").take(other.start(), 1)


def test_the_table_is_the_exponential_function_and_ends_at_one():
    table = weights()
    np.testing.assert_array_equal(table, np.rint(LARGEST * np.exp(-np.arange(len(table)) / STEPS_PER_NAT)))
    assert table[-1] == 1 < table[-2]


@pytest.mark.parametrize(("logistic", "density"), [(True, stats.logistic), (False, stats.norm)])
def test_the_tables_of_densities_are_their_distribution_functions(logistic, density):
    steps = MOST_Z * STEPS_PER_SCALE
    z = np.arange(-steps, steps + 1) / STEPS_PER_SCALE
    assert np.abs(below(logistic) - WHOLE * density.cdf(z)).max() < 0.501


def test_the_table_of_scales_goes_from_the_largest_to_the_least():
    table = inverse_scales(65_536)
    np.testing.assert_allclose(table, np.exp(np.arange(len(table)) / STEPS_PER_NAT - MOST_SCALE), rtol=1e-14)
    assert abs(np.log(table[-1]) + LEAST_SCALE - np.log(65_536)) < 1 / STEPS_PER_NAT


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_no_sample_costs_less_than_the_least(model):
    found = outputs.of(model)
    sure = np.zeros((2, found.channels), np.float32)
    sure[:, 0 if model.output == "softmax" else slice(-1, None)] = 1000 if model.output == "softmax" else -1000
    shares = softmax_shares(sure[0]) if model.output == "softmax" else mixture_shares(model, sure[0])
    assert -math.log2(max(shares) / sum(shares)) >= least_bits(model) - 1e-12
