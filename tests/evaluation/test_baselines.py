from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from tests.evaluation.sources import markov, speech_like
from wavenet.audio.front_end import FrontEnd
from wavenet.config import AudioConfig
from wavenet.engine import folder
from wavenet.errors import ModelFolderError, UsageError
from wavenet.evaluation.baselines import FILE, REACH, Baselines

AUDIO = AudioConfig(pre_emphasis=0.5, gain=1.7)
NAMES = ["histogram", "bigram", "ar"]
Q = 16


@cache
def fitted(levels: int = Q, seed: int = 0) -> Baselines:
    walk = np.cumsum(np.random.default_rng(seed).integers(-2, 3, size=4000)) + levels // 2
    return Baselines.fit([np.clip(walk, 0, levels - 1)], AUDIO, levels)


classes = arrays(np.int64, st.integers(1, 400), elements=st.integers(0, Q - 1))


@given(classes, st.data(), st.sampled_from([2, 3, Q, 300]))
def test_the_probabilities_of_all_classes_sum_to_one_and_the_past_does_not_see_them(x, data, levels):
    x = x * (levels - 1) // (Q - 1)
    t = data.draw(st.integers(0, len(x) - 1))
    baselines = fitted(levels)
    total = dict.fromkeys(NAMES, 0.0)
    before = baselines.bits(x)
    for k in range(levels):
        changed = x.copy()
        changed[t] = k
        for name, bits in baselines.bits(changed).items():
            assert np.array_equal(bits[:t], before[name][:t])
            assert (bits > 0).all()
            total[name] += 2.0 ** -bits[t]
    assert total == pytest.approx(dict.fromkeys(NAMES, 1.0), abs=1e-9)


@given(classes, st.integers(0, 400), st.integers(1, 400))
def test_blocks_behind_their_past_cost_the_same_as_the_whole(x, cut, reach):
    cut = min(cut, len(x))
    past = x[:cut][-max(reach, REACH) :]
    whole = fitted().bits(x)
    head, tail = fitted().bits(x[:cut]), fitted().bits(x[cut:], past)
    for name in NAMES:
        assert np.array_equal(np.concatenate([head[name], tail[name]]), whole[name])


def test_the_histogram_reaches_the_entropy_of_independent_classes():
    p = np.random.default_rng(0).dirichlet(np.ones(Q))
    training, unseen = (np.random.default_rng(seed).choice(Q, 50_000, p=p) for seed in (1, 2))
    found = Baselines.fit([training], AUDIO, Q).bits(unseen)["histogram"].mean()
    assert found == pytest.approx(-(p * np.log2(p)).sum(), abs=0.02)


def test_the_bigram_reaches_the_entropy_rate_of_a_markov_chain():
    P = np.random.default_rng(0).dirichlet(np.full(8, 0.3), size=8)
    training, unseen = markov(P, 50_000, 1), markov(P, 50_000, 2)
    stationary = np.linalg.matrix_power(P, 1000)[0]
    entropy = -(stationary[:, None] * P * np.log2(P, where=P > 0, out=np.zeros_like(P))).sum()
    bits = Baselines.fit([training], AUDIO, 8).bits(unseen)
    assert bits["bigram"].mean() == pytest.approx(entropy, abs=0.02)
    assert bits["histogram"].mean() > entropy + 0.3


def test_where_the_past_class_was_never_seen_the_bigram_is_the_histogram():
    baselines = Baselines.fit([np.array([1, 2, 1, 2, 1, 3])], AUDIO, Q)
    bits = baselines.bits(np.array([9, 1]))
    assert bits["bigram"][1] == pytest.approx(bits["histogram"][1])


def test_the_smoothing_is_add_one_and_that_of_witten_and_bell():
    baselines = Baselines.fit([np.array([1, 2, 1, 2, 1, 3])], AUDIO, 4)
    bits = baselines.bits(np.array([1, 2]))
    assert 2.0 ** -bits["histogram"] == pytest.approx([4 / 10, 3 / 10])
    # after 1 came 2, 2 and 3; after the silence that is class 2 came 1, 1 and 1
    assert 2.0 ** -bits["bigram"] == pytest.approx([(3 + 1 * 4 / 10) / 4, (2 + 2 * 3 / 10) / 5])


def test_on_speech_each_baseline_beats_the_simpler_one():
    training, unseen = (FrontEnd(AudioConfig()).encode(speech_like(2, seed)) for seed in (0, 1))
    bits = Baselines.fit([training], AudioConfig(), 256).bits(unseen)
    means = [8.0, *(bits[name].mean() for name in NAMES)]
    assert means == sorted(means, reverse=True)
    assert means[-1] < means[-2] - 0.3


@pytest.mark.parametrize("levels", [Q, 300])
def test_what_is_written_is_read_back(tmp_path, levels):
    baselines = fitted(levels)
    assert baselines.write(tmp_path) == tmp_path / FILE
    back = Baselines.read(tmp_path, AUDIO, levels)
    assert back.audio == AUDIO
    assert back.ar.noise == baselines.ar.noise
    assert np.array_equal(back.ar.coefficients, baselines.ar.coefficients)
    assert np.array_equal(back.counts, baselines.counts)
    assert (back.classes, back.samples) == (levels, 4000)


def test_whoever_may_read_a_new_file_may_read_the_baselines(tmp_path):
    (tmp_path / "new").touch()
    assert fitted().write(tmp_path).stat().st_mode == (tmp_path / "new").stat().st_mode


def test_at_256_classes_the_file_is_smaller_than_300_kb(tmp_path):
    assert fitted(256).write(tmp_path).stat().st_size < 300_000


@pytest.mark.parametrize("recordings", [[], [np.empty(0, np.int64)]])
def test_nothing_to_fit_to_is_one_line(recordings):
    with pytest.raises(UsageError, match="cannot be fitted without data"):
        Baselines.fit(recordings, AUDIO, Q)


@pytest.mark.parametrize("audio", [replace(AUDIO, gain=1.0), replace(AUDIO, sample_rate=8000)])
def test_those_of_a_model_of_other_settings_are_refused(tmp_path, audio):
    fitted().write(tmp_path)
    with pytest.raises(ModelFolderError, match=r"other settings; fit them again with .*--save-baselines"):
        Baselines.read(tmp_path, audio, Q)
    with pytest.raises(ModelFolderError, match="other settings"):
        Baselines.read(tmp_path, AUDIO, Q + 1)


@pytest.mark.parametrize("content", [None, b"", b"\x08", b"\xff" * 100, b"\x80\x04K\x01.", "truncated", "folder"])
def test_a_broken_file_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / FILE
    if content == "folder":
        path.mkdir()
    elif content == "truncated":
        path.write_bytes(fitted().write(tmp_path).read_bytes()[:-10])
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelFolderError) as caught:
        Baselines.read(tmp_path, AUDIO, Q)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ar.noise", np.array([0.5, 1.0, np.nan, 0.1])),
        ("ar.noise", np.array([1.0, 1.0, 1e-9, 0.1])),
        ("ar.noise", np.array([0.5, -1.0, 1e-9, 0.1])),
        ("ar.noise", np.array([0.5, 1.0, 0.0, 0.1])),
        ("ar.noise", np.array([0.5, 1.0, 1e-9, 0.0])),
        ("ar.noise", np.ones(3)),
        ("ar.coefficients", np.full(16, np.inf)),
        ("ar.coefficients", np.ones(16, np.float32)),
        ("bigram.counts", np.zeros((Q, Q), np.int64)),
        ("bigram.counts", np.zeros((Q, Q + 1), np.uint32)),
        ("more", np.zeros(1)),
    ],
)
def test_numbers_that_cannot_be_are_refused(tmp_path, name, value):
    path = fitted().write(tmp_path)
    tensors = load_file(path)
    with safe_open(path, "np") as file:
        metadata = file.metadata()
    save_file({**tensors, name: value}, path, metadata)
    with pytest.raises(ModelFolderError, match="corrupt: "):
        Baselines.read(tmp_path, AUDIO, Q)


@pytest.mark.parametrize("model", sorted(path.parent.name for path in folder.SHIPPED.glob("*/baselines.safetensors")))
def test_those_beside_each_shipped_model_belong_to_it(model):
    opened = folder.read(folder.SHIPPED / model)
    found = Baselines.read(folder.SHIPPED / model, opened.audio, opened.model.quantization_channels)
    assert found.samples > 1_000_000
