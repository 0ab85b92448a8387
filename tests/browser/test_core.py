"""What goes to the module of WebAssembly and comes back; one in Python stands for it (test_alone.py: the real one)."""

import numpy as np
import pytest

from wavenet.browser import core

CONFIG = {
    "layers": 3, "kernel_size": 2, "residual_channels": 4, "dilation_channels": 5, "skip_channels": 6,
    "dilations": [1, 2, 4], "input_kernel_size": 2, "head_channels": 7, "quantization_channels": 256,
    "distribution": "gaussian", "output_channels": 2, "components": 1, "scales": 1, "local_channels": 8,
    "contexts": [{"layers": 1, "kernel_size": 2, "residual_channels": 9, "dilation_channels": 10, "skip_channels": 11,
                  "dilations": [1], "pool": 80, "taps": 320}],
}  # fmt: skip
"""each number another one, to see the order"""


class Part:
    """Of the memory, as Pyodide shows a typed array."""

    def __init__(self, memory):
        self._memory = memory

    def subarray(self, begin, end):
        return Part(self._memory[begin:end])

    def assign(self, values):
        self._memory[:] = memoryview(values)

    def assign_to(self, out):
        memoryview(out)[:] = self._memory


class Module:
    """A memory, what is taken of it, and a residual network that doubles its inputs."""

    def __init__(self):
        self.memory = np.zeros(1 << 20, np.uint8)
        self.HEAPU8 = Part(memoryview(self.memory))
        self.taken, self._next, self.tensors, self.settings, self.freed = {}, 16, {}, None, []

    def _malloc(self, size):
        if self._next + size > len(self.memory):
            return 0
        address, self._next = self._next, self._next + -(-size // 16) * 16
        self.taken[address] = size
        return address

    def _free(self, address):
        del self.taken[address]

    def numbers(self, address, count, kind):
        return self.memory[address : address + count * np.dtype(kind).itemsize].view(kind)

    def _tensor(self, name, data, shape, dimensions):
        if not name:
            self.tensors = {}
            return
        text = bytes(self.memory[name:]).split(b"\0")[0].decode()
        self.tensors[text] = data, tuple(self.numbers(shape, dimensions, np.int32))

    def _network(self, settings, precision):
        self.settings = self.numbers(settings, 40, np.int32).tolist(), precision
        self.given = {
            name: self.numbers(at, int(np.prod(shape)), np.float32).reshape(shape).copy()
            for name, (at, shape) in self.tensors.items()
        }
        return 0 if "refused" in self.given else 77

    def _state(self, network, silence, *given):
        self.state = given
        return 88

    def _draw(self, state, count, out, uniforms, rows, first, row_count, steps_per_row):
        self.drawn = state, first, row_count, steps_per_row
        self.numbers(out, count, np.int32)[:] = np.arange(count) + state
        return 1

    def _residual(self, inputs, channels, outputs, taps, blocks):
        self.taps = self.numbers(taps, blocks, np.int32).tolist()
        return 99

    def _run_residual(self, network, x, rows, out):
        self.numbers(out, 2 * rows, np.float32)[:] = 2 * self.numbers(x, 2 * rows, np.float32)
        return 1

    def _failure(self):
        return "why"

    def UTF8ToString(self, text):
        return f"{text} not"

    def __getattr__(self, name):
        if name.startswith("_free_"):
            return lambda address: self.freed.append((name, address))
        raise AttributeError(name)


@pytest.fixture
def module(monkeypatch):
    made = Module()
    monkeypatch.setattr(core, "_module", made)
    yield made
    assert made.taken == {}  # whatever happened


def network(**tensors):
    return core.Network(CONFIG, tensors, "int8", "wasm")


def test_settings_go_in_the_order_in_which_they_are_read(module):
    network()
    main = [3, 2, 4, 5, 6, 3, 1, 2, 4, 2, 7, 256, 2, 1, 1, 2, 8]
    assert module.settings == ([*main, 1, 1, 2, 9, 10, 11, 1, 1, 80, 320, *[0] * 13], 2)


def test_tensors_go_with_their_names_and_shapes_in_whatever_order_their_memory_is(module):
    transposed = np.arange(24, dtype=np.float32).reshape(2, 3, 4).transpose(2, 0, 1)
    tensors = {"a.weight": transposed, "b": np.ones(3, np.float32)}
    network(**tensors)
    assert {name: each.tolist() for name, each in module.given.items()} == {
        name: each.tolist() for name, each in tensors.items()
    }
    assert module.tensors == {}


def test_what_is_refused_tells_why(module):
    with pytest.raises(ValueError, match=r"^why not$"):
        network(refused=np.zeros(1, np.float32))
    assert module.freed == []


def test_a_network_and_its_streams_are_freed(module):
    made = network()
    state = core.State(made, 128, 2**40 + 1, 2**33 + 2, 0.5, 0, 1.0, None, None)
    assert module.state[:7] == (256, 1, 2, 2, 0.5, 0, 1.0)
    del state, made
    assert module.freed == [("_free_state", 88), ("_free_network", 77)]


def test_samples_come_for_each_request(module):
    made = network()
    state = core.State(made, 128, 0, 0, 1.0, 0, 1.0, None, None)
    rows = np.zeros((5, 8), np.float32)
    requests = [core.Request(state, 3, None, rows, 7, 40), core.Request(state, 0, None, None, 0, 1)]
    assert [each.tolist() for each in made.generate(requests, 2)] == [[88, 89, 90], []]
    assert module.drawn == (88, 0, 0, 1)


@pytest.mark.parametrize(
    ("bias", "features", "told"),
    [
        (np.zeros((3, 9), np.float32), None, "bias must have the shape"),
        (None, np.zeros((1, 7), np.float32), "has 7 channels, and this network takes 8"),
    ],
)
def test_what_conditions_must_fit(module, bias, features, told):
    made = network()
    with pytest.raises(ValueError, match=told):
        core.State(made, 128, 0, 0, 1.0, 0, 1.0, bias, features)


def test_a_request_must_fit_its_stream(module):
    state = core.State(network(), 128, 0, 0, 1.0, 0, 1.0, None, None)
    with pytest.raises(ValueError, match="has 7 channels"):
        core.Request(state, 3, None, np.zeros((1, 7), np.float32), 0, 1)
    with pytest.raises(ValueError, match="one uniform a sample"):
        core.Request(state, 3, np.zeros(2), None, 0, 1)


def test_a_residual_network_gives_a_row_for_each_row(module):
    made = core.ResidualNetwork({"w": np.zeros((2, 2), np.int8)}, 2, 4, 2, [3, 5], "wasm")
    x = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert made.run(x).tolist() == (2 * x).tolist()
    assert module.taps == [3, 5]
    with pytest.raises(ValueError, match="there are 3 channels, and this network takes 2"):
        made.run(x.reshape(2, 3))


def test_no_memory_is_no_address(module):
    with pytest.raises(MemoryError):
        network(big=np.zeros(1 << 20, np.float32))
