import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from tests.networks import MICRO, conditioned
from wavenet.bench import speed
from wavenet.bench.report import Work
from wavenet.bench.speed import bench, measure, random_model
from wavenet.config import PRESETS
from wavenet.engine import folder, native, reference
from wavenet.engine.precision import PRECISIONS
from wavenet.engine.weights import Weights
from wavenet.errors import ModelFolderError, UsageError
from wavenet.outputs.softmax import Softmax

TINY = PRESETS["tiny"]
SHORT = Work(seconds=0.002)


@pytest.fixture
def limits_are_not_measured(monkeypatch):
    monkeypatch.setattr(speed, "_together", lambda threads, typical, rate: 1e9)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_shape_is_measured_in_every_precision(precision):
    found = bench(shape="tiny", precision=precision, work=SHORT, runs=2)
    assert (found.precision, found.isa, len(found.runs)) == (precision, native.chosen_instruction_set(), 2)
    assert all(0 < value < math.inf for run in found.runs for value in vars(run).values())
    assert found.peak_rss_bytes > 10**7


@pytest.mark.parametrize("work", [Work(2), Work(batch=3), Work(score=True)])
def test_every_kind_of_work_takes_all_its_samples(work, monkeypatch, limits_are_not_measured):
    work = replace(work, seconds=0.01)
    taken = []

    def counted(method):
        def call(self, states, samples, *rest, **named):
            states = states if isinstance(states, list) else [states]
            taken.append(
                (len(states), samples[0] if isinstance(samples, list) else len(samples), named.get("threads", 1))
            )
            return method(self, states if method is generate else states[0], samples, *rest, **named)

        return call

    generate = native.Network.generate
    monkeypatch.setattr(native.Network, "log_likelihood", counted(native.Network.log_likelihood))
    monkeypatch.setattr(native.Network, "generate", counted(generate))
    bench(shape="tiny", work=work, runs=1)
    assert taken == [(work.batch, 160, work.threads)] * 2  # the first block, then the run


def test_a_model_is_measured_from_its_folder_at_its_own_rate(tmp_path, limits_are_not_measured):
    opened = random_model(MICRO)
    folder.write(tmp_path / "m", replace(opened.audio, sample_rate=8000), MICRO, opened.tensors)
    found = bench(tmp_path / "m", work=SHORT, runs=1)
    assert (found.sample_rate, found.precision, found.model) == (8000, "int8", MICRO)
    assert found.times_real_time == found.samples_per_second / 8000


def test_every_run_loads_the_network_anew(limits_are_not_measured):
    opened = random_model(TINY)
    calls = []
    measure("x", lambda: calls.append(1) or opened, "fp32", SHORT, 3)
    assert len(calls) == 1 + 3


def test_the_random_network_makes_noise_and_saturates_nowhere():
    opened = random_model(TINY)
    weights = Weights(opened.model, opened.tensors)
    classes = np.random.default_rng(1).integers(256, size=2000)
    state = reference.State(weights)
    log_p = Softmax(256).log_probabilities(reference.block(weights, state, classes))
    entropy = -(np.exp(log_p) * log_p).sum(-1) / math.log(2)
    assert entropy.min() > 4
    tops = [np.abs(ring).mean() for ring in state.main.rings]
    assert all(0.3 < top < 3 for top in tops)
    again = random_model(TINY)
    assert all(np.array_equal(again.tensors[name], tensor) for name, tensor in opened.tensors.items())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"model": "english_prompts", "shape": "tiny"}, "'english_prompts' and shape 'tiny' are both given"),
        ({"shape": "tinny"}, "unknown shape 'tinny'; did you mean 'tiny'?"),
        ({"shape": "tiny", "runs": 0}, "runs is 0, and must be an integer from 1 to 10000"),
        ({"shape": "tiny", "runs": 10**21}, "runs is 1000000000000000000000, and must be an integer from 1 to 10000"),
    ],
)
def test_what_cannot_be_measured_is_refused(arguments, words):
    with pytest.raises(UsageError, match=words.replace("?", r"\?")):
        bench(**arguments)


def test_int8_of_a_model_that_is_not_calibrated_names_the_way_out(tmp_path):
    opened = random_model(MICRO)
    plain = {name: tensor for name, tensor in opened.tensors.items() if name not in folder.CALIBRATION}
    folder.write(tmp_path / "m", opened.audio, MICRO, plain)
    with pytest.raises(UsageError, match="wavenet calibrate"):
        bench(tmp_path / "m", precision="int8", work=SHORT)
    assert bench(tmp_path / "m", work=SHORT, runs=1).precision == "fp32"


def test_a_model_that_is_not_there_is_refused():
    with pytest.raises(ModelFolderError, match="neither a model folder nor a shipped model"):
        bench("nowhere")


def test_neither_torch_nor_matplotlib_is_needed():
    code = (
        "import sys; sys.modules.update(torch=None, matplotlib=None, scipy=None)\n"
        "from wavenet.cli.main import main\n"
        "main(['bench', '--shape', 'tiny', '--seconds', '0.001', '--runs', '1'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@given(conditioned())
@settings(max_examples=10)
def test_networks_of_every_mode_are_random_and_calibrated(config):
    opened = random_model(config)
    assert set(opened.tensors) == set(folder.tensor_shapes(config)) | set(folder.CALIBRATION)
    found = measure("x", lambda: opened, "int8", replace(SHORT, seconds=0.001), 1)
    assert found.precision == "int8"
