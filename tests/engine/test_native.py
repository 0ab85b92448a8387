import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.networks import MICRO, as_folder, calibrated, random_classes, random_model, shapes
from wavenet import outputs
from wavenet.config import PRESETS, ModelConfig
from wavenet.engine import _core, folder, native, reference, sampling
from wavenet.engine.interface import LocalConditioning
from wavenet.engine.native import Network
from wavenet.engine.precision import PRECISIONS
from wavenet.engine.weights import Weights
from wavenet.errors import UsageError

WIDE = ModelConfig(
    layers=6,
    stacks=2,
    kernel_size=3,
    residual_channels=40,
    dilation_channels=24,
    skip_channels=136,
    head_channels=72,
    quantization_channels=100,
)
"""neither multiples of sixteen nor less than it"""


def network(config=MICRO, precision="fp32", seed=0):
    opened = calibrated(random_model(config, seed))
    return Network(config, opened.tensors, precision)


def expected_logits(config, tensors, classes, precision="fp32"):
    weights = Weights(config, tensors, precision)
    silence = config.quantization_channels // 2
    return reference.block(weights, reference.State(weights), np.append(silence, classes)[:-1])


def rms(values):
    return float(np.sqrt(np.mean(np.square(values))))


@st.composite
def any_shape(draw):
    return replace(draw(shapes()), kernel_size=draw(st.integers(1, 8)))


@given(any_shape())
def test_fp32_is_the_reference_to_1e_4_for_any_shape(config):
    tensors = as_folder(random_model(config)).tensors
    classes = random_classes(config, 150).numpy()
    engine = Network(config, tensors)
    assert np.abs(engine.logits(engine.start(), classes) - expected_logits(config, tensors, classes)).max() < 1e-4


@pytest.mark.parametrize("config", [WIDE, PRESETS["medium"]])
def test_fp32_is_the_reference_on_every_instruction_set(isa, config):
    tensors = as_folder(random_model(config)).tensors
    classes = random_classes(config, 300).numpy()
    engine = Network(config, tensors)
    assert engine.isa == isa
    assert np.abs(engine.logits(engine.start(), classes) - expected_logits(config, tensors, classes)).max() < 1e-4


@pytest.mark.parametrize("name", ["small", "english_prompts"])
def test_fp32_is_the_reference_over_20000_steps(name):
    opened = folder.read(folder.find(name)) if name not in PRESETS else as_folder(random_model(PRESETS[name]))
    engine = Network(opened.model, opened.tensors)
    classes = engine.generate([engine.start()], 20_000)[0]
    found = engine.logits(engine.start(), classes)
    weights = Weights(opened.model, opened.tensors)
    state, newest, worst = reference.State(weights), opened.model.quantization_channels // 2, 0.0
    for start in range(0, len(classes), 2000):
        part = classes[start : start + 2000]
        logits = reference.block(weights, state, np.append(newest, part)[:-1])
        newest = part[-1]
        worst = max(worst, float(np.abs(found[start : start + 2000] - logits).max()))
    # logits of a trained network are large: two sums of fp32 differ by millionths of that
    assert worst < max(1e-4, 1e-5 * float(np.abs(found).max()))


@pytest.mark.parametrize(("precision", "bound"), [("bf16", 0.02), ("int8", 0.03)])
@given(config=shapes(min_channels=3))
def test_lower_precisions_are_their_own_reference_within_a_part_of_the_logits(precision, bound, config):
    # Sums in another order, and a tanh within 5e-5, turn an input of the next product over to its neighbour at times.
    tensors = calibrated(random_model(config)).tensors
    classes = random_classes(config, 100).numpy()
    engine = Network(config, tensors, precision)
    wanted = expected_logits(config, tensors, classes, precision)
    error = engine.logits(engine.start(), classes) - wanted
    assert rms(error) < bound * max(1.0, rms(wanted))


def test_int8_has_the_same_logits_and_samples_on_every_instruction_set(monkeypatch):
    found = []
    for name in native.instruction_sets():
        monkeypatch.setenv(native.VARIABLE, name)
        engine = network(WIDE, "int8")
        found.append(
            (
                engine.logits(engine.start(), random_classes(WIDE, 200).numpy()).tobytes(),
                engine.skips(engine.start(), random_classes(WIDE, 200).numpy()).tobytes(),
                engine.generate([engine.start(seed=3)], 500)[0].tobytes(),
            )
        )
    assert len(set(found)) == 1


def test_given_uniforms_draw_the_same_classes_on_every_instruction_set(monkeypatch):
    """In fp32, teacher-forced: at each step the same past, the same uniform number."""
    config = PRESETS["small"]
    tensors = as_folder(random_model(config)).tensors
    past = random_classes(config, 2000).numpy()
    uniforms = np.random.default_rng(0).random(len(past))
    drawn = []
    for name in native.instruction_sets():
        monkeypatch.setenv(native.VARIABLE, name)
        engine = Network(config, tensors)
        logits = engine.logits(engine.start(), past)
        drawn.append([outputs.of(config).sample(row, u) for row, u in zip(logits, uniforms, strict=True)])
    agreement = np.mean(np.all(np.array(drawn) == drawn[0], axis=0))
    assert agreement >= 0.999


@pytest.mark.parametrize("precision", PRECISIONS)
@given(cuts=st.lists(st.integers(0, 60), max_size=8), seed=st.integers(0, 2**64 - 1))
def test_pieces_of_any_size_are_the_whole_and_a_stream_of_a_batch_is_the_stream_alone(precision, cuts, seed):
    engine = network(WIDE, precision)
    whole = engine.generate([engine.start(seed=seed)], sum(cuts))[0]
    state, others = engine.start(seed=seed), [engine.start(seed=k) for k in range(3)]
    pieces = [np.empty(0, np.int32)]
    for i, n in enumerate(cuts):  # company joins and leaves, and has other lengths
        company = others[: i % 4]
        pieces.append(engine.generate([*company, state], [*(7 for _ in company), n])[-1])
    assert np.array_equal(np.concatenate(pieces), whole)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("config", [WIDE, PRESETS["medium"]])
def test_two_threads_draw_what_one_draws(precision, config):
    engine = network(config, precision)
    one = engine.generate([engine.start(seed=1)], 1500)[0]
    assert np.array_equal(engine.generate([engine.start(seed=1)], 1500, threads=2)[0], one)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_threads_that_share_a_batch_draw_what_one_draws(precision):
    engine = network(WIDE, precision)
    counts = [700, 300, 0, 300, 1]

    def made(threads):
        return engine.generate([engine.start(seed=i) for i in range(5)], counts, threads=threads)

    one = made(1)
    assert [len(each) for each in one] == counts
    for threads in (2, 3, 10**6):
        assert all(np.array_equal(a, b) for a, b in zip(made(threads), one, strict=True))


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_likelihood_of_a_generated_path_is_that_of_its_logits(precision):
    engine = network(WIDE, precision)
    path = engine.generate([engine.start(seed=5)], 300)[0]
    logits = engine.logits(engine.start(), path)
    found = engine.log_likelihood(engine.start(), path)
    np.testing.assert_allclose(found, outputs.of(WIDE).log_likelihood(logits, path), atol=2e-6)
    state = engine.start(seed=5)
    drawn = [engine.generate([state], 1)[0][0] for _ in range(300)]
    assert np.array_equal(drawn, path)


@given(
    st.sampled_from([0.0, 0.5, 1.0, 1.7]),
    st.integers(0, 20),
    st.sampled_from([1.0, 0.9, 0.3]),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 1),
)
def test_a_stream_draws_what_the_reference_draws_with_the_documented_random_numbers(t, k, p, seed, stream):
    engine = network()
    path = engine.generate([engine.start(seed=seed, stream=stream, temperature=t, top_k=k, top_p=p)], 40)[0]
    logits = engine.logits(engine.start(), path)
    uniforms = sampling.uniforms(seed, stream, 0, 40)
    wanted = [outputs.of(MICRO).sample(row, u, t, k, p) for row, u in zip(logits, uniforms, strict=True)]
    # a uniform number within rounding of a boundary, or a chance of the boundary of top_p, may fall to either side
    assert np.sum(path != wanted) <= 1
    given_uniforms = engine.start(temperature=t, top_k=k, top_p=p)
    assert np.array_equal(engine.generate([given_uniforms], 40, uniforms=[uniforms])[0], path)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_sums_start_at_the_bias_which_the_reference_adds_last(isa, precision):
    large = 2.0**25  # whose neighbours in float32 are 4 away
    tensors = {name: np.zeros_like(tensor) for name, tensor in as_folder(random_model(MICRO)).tensors.items()}
    tensors["head.hidden.bias"][:] = 1
    tensors["head.output.weight"][0, [0, 2], 0] = -large, 1  # in two pairs: avx512bf16 begins with the second of each
    tensors["head.output.bias"][0] = large
    engine = Network(MICRO, tensors, precision)
    assert engine.isa == isa
    in_tiles = isa == "amx" and precision == "bf16"  # each adds up from zero, and then to what was there
    assert engine.logits(engine.start(), np.array([0]))[0, 0] == (0 if in_tiles else 1)
    assert expected_logits(MICRO, tensors, [0], precision)[0, 0] == 0


def test_a_bias_is_that_of_a_network_whose_dilated_biases_have_it():
    tensors = as_folder(random_model(WIDE)).tensors
    bias = np.random.default_rng(0).normal(size=(WIDE.layers, 2 * WIDE.dilation_channels)).astype(np.float32)
    changed = {
        **tensors,
        **{f"layers.{i}.dilated.bias": tensors[f"layers.{i}.dilated.bias"] + bias[i] for i in range(6)},
    }
    classes = random_classes(WIDE, 100).numpy()
    engine = Network(WIDE, tensors)
    found = engine.logits(engine.start(bias=bias), classes)
    np.testing.assert_allclose(found, expected_logits(WIDE, changed, classes), atol=1e-4)


def test_the_gate_is_equation_2_within_the_stated_error(isa):
    a = np.concatenate([np.linspace(-20, 20, 8001), [1e30, -1e30, 0]]).astype(np.float32)
    pairs = np.ascontiguousarray(np.stack([a, np.random.default_rng(0).permutation(a)]))
    exact = np.tanh(pairs[0].astype(float)) / (1 + np.exp(-np.clip(pairs[1].astype(float), -700, 700)))
    assert np.abs(_core.gate(isa, "fp32", pairs) - exact).max() < 1e-6
    assert np.abs(_core.gate(isa, "int8", pairs) - exact).max() < 1e-4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": -1}, "seed is -1"),
        ({"stream": 2**64}, "stream is"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"top_k": -1}, "top_k is -1"),
        ({"top_p": 0.0}, "top_p is 0"),
        ({"bias": np.zeros((1, 2), np.float32)}, "bias must have the shape"),
        ({"bias": np.zeros(40)}, r"bias: an array of float64 with shape \(40,\)"),
        ({"bias": np.zeros((4, 10), bool)}, "bias: an array of bool"),
        ({"seed": 1.5}, "seed is 1.5, and must be an integer"),
        (
            {"features": LocalConditioning(np.zeros((1, 2), np.float32))},
            "the local conditioning has 2 channels, and this network takes 0",
        ),
    ],
)
def test_impossible_streams_are_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        network().start(**arguments)


def test_a_stream_takes_an_object_or_its_fields():
    engine = network()
    drawn = sampling.Sampling(seed=3, temperature=0.5, top_k=4, top_p=0.8)
    states = [engine.start(drawn), engine.start(seed=3, temperature=0.5, top_k=4, top_p=0.8)]
    assert np.array_equal(*engine.generate(states, 50))
    with pytest.raises(UsageError, match="top_k is given in addition to a Sampling"):
        engine.start(drawn, top_k=4)


def test_calls_that_do_not_go_together_are_refused():
    engine, other = network(), network()
    state = engine.start()
    with pytest.raises(UsageError, match="another network"):
        engine.generate([other.start()], 3)
    with pytest.raises(UsageError, match="occurs twice"):
        engine.generate([state, state], 3)
    for samples in (-1, 1.5, 2**33, 2**70):
        with pytest.raises(UsageError, match="samples is"):
            engine.generate([state], samples)
    with pytest.raises(UsageError, match="samples are given for 2 streams, and there are 1"):
        engine.generate([state], [1, 2])
    with pytest.raises(UsageError, match="threads is 0"):
        engine.generate([state], 1, threads=0)
    with pytest.raises(UsageError, match="one uniform a sample"):
        engine.generate([state], 3, uniforms=[np.zeros(2)])
    with pytest.raises(UsageError, match="uniforms are given for 2 streams"):
        engine.generate([state], 3, uniforms=[np.zeros(3), np.zeros(3)])
    with pytest.raises(UsageError, match="uniforms: hold a value that is not finite"):
        engine.generate([state], 3, uniforms=[np.array([0, np.nan, 0])])
    with pytest.raises(UsageError, match="bias: hold a value that is not finite in float32"):
        state.set_bias(np.full((MICRO.layers, 2 * MICRO.dilation_channels), 1e300))
    with pytest.raises(UsageError, match="uniforms: an array of"):
        engine.generate([state], 3, uniforms=[np.zeros((3, 1))])
    for classes in ([0, 16], [-1], [2**32], [0.5]):
        with pytest.raises(UsageError, match="class is outside"):
            engine.log_likelihood(state, np.array(classes))
    with pytest.raises(UsageError, match="classes: an array of"):
        engine.log_likelihood(state, np.array([[1, 2]]))
    with pytest.raises(UsageError, match="steps_per_row is 0"):
        engine.generate([state], 3, features=[LocalConditioning(np.zeros((3, 2)), 0)])
    assert state.time == 0
    assert len(engine.generate([state], 3)[0]) == 3
    assert engine.generate([], 3) == []


def test_another_instruction_set_is_refused_by_name():
    environment = {**os.environ, native.VARIABLE: "avx5"}
    command = [sys.executable, "-m", "wavenet.cli.main", "generate", "english_prompts", "--seconds", "0.01"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert done.stderr.startswith(f"wavenet: {native.VARIABLE} is 'avx5'")


def test_int8_without_calibration_names_the_command_that_adds_it():
    with pytest.raises(UsageError, match="wavenet calibrate"):
        Network(MICRO, as_folder(random_model(MICRO)).tensors, "int8")


def test_streams_run_in_threads_side_by_side_and_leave_python_free():
    engine = network(PRESETS["small"])
    wanted = [engine.generate([engine.start(seed=k)], 4000)[0] for k in range(3)]
    found = [None] * 3

    def run(k):
        found[k] = engine.generate([engine.start(seed=k)], 4000)[0]

    threads = [threading.Thread(target=run, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    turns = 0
    while any(thread.is_alive() for thread in threads):
        turns += 1  # only if no call holds the interpreter to its end
        time.sleep(0)
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))
    assert turns > 100


def wait_for_claim(state):
    """Until a call in another thread holds a stream."""
    deadline = time.monotonic() + 60
    while not state.claim._lock.locked() and time.monotonic() < deadline:
        time.sleep(0.001)


def test_a_stream_at_work_is_refused_to_others():
    engine = network(PRESETS["medium"])
    state = engine.start()
    thread = threading.Thread(target=engine.generate, args=([state], 40_000))
    thread.start()
    wait_for_claim(state)
    with pytest.raises(UsageError, match="in use by another call"):
        engine.generate([state], 1)
    thread.join()


class Interrupted(Exception):
    """From outside, at any moment."""


@contextmanager
def interruption(state):
    """Interrupt the call inside, as soon as it has its claim on the stream."""

    def interrupt(*_):
        raise Interrupted

    def send():
        wait_for_claim(state)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGALRM)

    before = signal.signal(signal.SIGALRM, interrupt)
    sender = threading.Thread(target=send)
    sender.start()
    try:
        with pytest.raises(Interrupted):
            yield
    finally:
        sender.join()
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("streams", [1, 3])
def test_a_stream_whose_call_was_interrupted_refuses_to_go_on(streams):
    engine = network(PRESETS["medium"])
    states = [engine.start() for _ in range(streams)]
    with interruption(states[-1]):
        engine.generate(states, 10**8)
    scored = engine.start()
    with interruption(scored):
        engine.prime(scored, np.zeros(10**7, np.int32))
    for state in [*states, scored]:
        with pytest.raises(UsageError, match=r"was interrupted .* start another"):
            engine.generate([state], 1)
        with pytest.raises(UsageError, match="was interrupted"):
            engine.logits(state, np.zeros(1, int))
    assert len(engine.generate([engine.start()], 1)[0]) == 1


def test_a_refused_call_leaves_a_stream_as_it_was():
    engine = network()
    state, other = engine.start(seed=1), engine.start(seed=2)
    whole = engine.generate([engine.start(seed=1)], 20)[0]
    first = engine.generate([state], 10)[0]
    for states, uniforms in (([state, state], None), ([other, state], [np.zeros(10), np.zeros(3)])):
        with pytest.raises(UsageError):
            engine.generate(states, 10, uniforms=uniforms)
    with pytest.raises(UsageError):
        engine.prime(state, np.zeros(3, int), LocalConditioning(np.zeros((3, 2)), 1))
    assert np.array_equal(np.concatenate([first, engine.generate([state], 10)[0]]), whole)


def test_ctrl_c_stops_a_long_call_soon():
    code = (
        "import os, signal, threading, time\n"
        "import wavenet\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # what runs in the background ignores it
        "engine = wavenet.open('english_prompts').network\n"
        "sent = []\n"
        "def interrupt():\n"
        "    time.sleep(0.3); sent.append(time.perf_counter()); os.kill(os.getpid(), signal.SIGINT)\n"
        "threading.Thread(target=interrupt).start()\n"
        "try:\n"
        "    engine.generate([engine.start()], 10**8)\n"
        "except KeyboardInterrupt:\n"
        "    print(time.perf_counter() - sent[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 5  # some milliseconds, on a machine that has time (benchmarks/interrupt.py)


@pytest.mark.parametrize("call", ["generate(10**9)", "generate(10**9, threads=2)", "log_likelihood(np.zeros(10**7))"])
def test_python_ends_in_order_while_a_thread_computes(call):
    code = (
        "import threading, time, numpy as np, wavenet\n"
        "generator = wavenet.open('english_prompts')\n"
        f"threading.Thread(target=lambda: generator.{call}, daemon=True).start()\n"
        "time.sleep(1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
