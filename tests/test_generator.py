import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wavenet
from tests.networks import MICRO, as_folder, random_model, shapes
from wavenet.config import AudioConfig
from wavenet.engine import reference, sampling
from wavenet.errors import ModelFolderError, UsageError
from wavenet.generator import Generator

EMPHASISED = AudioConfig(sample_rate=1000, pre_emphasis=0.85, gain=2.0)


def micro(audio: AudioConfig | None = None) -> Generator:
    return Generator(as_folder(random_model(MICRO), audio))


@pytest.mark.parametrize("audio", [None, EMPHASISED])
@given(block=st.integers(1, 50), n=st.integers(0, 60), primed=st.booleans())
def test_a_stream_in_blocks_of_any_size_is_the_whole_exactly(audio, block, n, primed):
    generator = micro(audio)
    prime = np.sin(np.arange(30) / 3) if primed else None
    whole = generator.generate(n, seed=3, prime=prime)
    blocks = list(generator.stream(n, block=block, seed=3, prime=prime))
    assert all(len(b) == block for b in blocks[:-1])
    assert np.array_equal(np.concatenate([np.empty(0, np.float32), *blocks]), whole)


def test_the_same_seed_gives_the_same_sound_and_another_another():
    generator = micro()
    first = generator.generate(50, seed=1)
    assert np.array_equal(first, generator.generate(50, seed=1))
    assert not np.array_equal(first, generator.generate(50, seed=2))


def test_two_streams_of_one_generator_do_not_disturb_each_other():
    generator = micro()
    one, two = (generator.stream(40, block=7, seed=seed) for seed in (1, 2))
    mixed = [(a, b) for a, b in zip(one, two, strict=True)]
    assert np.array_equal(np.concatenate([a for a, _ in mixed]), generator.generate(40, seed=1))
    assert np.array_equal(np.concatenate([b for _, b in mixed]), generator.generate(40, seed=2))


@given(shapes())
def test_the_likelihood_of_a_generated_path_is_its_teacher_forced_likelihood(config):
    generator = Generator(as_folder(random_model(config)))
    weights = reference.Weights(config, generator.tensors)
    state, newest, path, log_p = reference.State(weights), config.quantization_channels // 2, [], []
    for u in sampling.uniforms(0, 0, 0, 30):
        logits = reference.step(weights, state, newest)
        newest = sampling.sample(logits, u)
        path.append(newest)
        log_p.append(sampling.log_probabilities(logits)[newest])
    np.testing.assert_allclose(generator.class_log_likelihood(np.array(path)), log_p, atol=1e-4)


@given(st.lists(st.integers(0, 120), max_size=6))
def test_scoring_piece_by_piece_equals_scoring_at_once_exactly(cuts):
    generator = micro()
    classes = np.random.default_rng(0).integers(0, MICRO.quantization_channels, 300)
    stream = generator.start()
    pieces = [generator.class_log_likelihood(piece, stream) for piece in np.split(classes, sorted(cuts))]
    assert np.array_equal(np.concatenate(pieces), generator.class_log_likelihood(classes))


@given(shapes(), st.integers(0, 40))
def test_of_a_prime_only_the_receptive_field_matters(config, extra):
    generator = Generator(as_folder(random_model(config)))
    prime = np.random.default_rng(extra).uniform(-1, 1, config.receptive_field + extra)
    once, other = prime.copy(), prime.copy()
    other[:extra] = 0.5
    assert np.array_equal(generator.generate(20, prime=once), generator.generate(20, prime=other))


def test_a_primed_stream_continues_the_recording():
    generator = micro()
    whole = generator.generate(80, seed=5)
    state_of_the_prime = generator.generate(1, prime=whole[:40], temperature=0)
    logits_path = generator.log_likelihood(np.concatenate([whole[:40], state_of_the_prime]))
    alternatives = [
        generator.class_log_likelihood(np.append(generator.encode(whole[:40]), k))[-1]
        for k in range(MICRO.quantization_channels)
    ]
    assert logits_path[-1] == pytest.approx(max(alternatives), abs=1e-4)


def test_opening_a_shipped_model_imports_no_torch_and_no_scipy():
    code = (
        "import sys, wavenet; g = wavenet.open('english_prompts'); g.generate(20); "
        "print([m for m in ('torch', 'scipy', 'matplotlib', 'jsonargparse') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_model_suggests_the_nearest_shipped_one():
    with pytest.raises(ModelFolderError, match="did you mean 'english_prompts'"):
        wavenet.open("english_prompt")


@pytest.mark.parametrize("wrong", [{"samples": -1}, {"block": 0}, {"seed": -1}, {"temperature": -1}])
def test_impossible_arguments_are_refused_before_anything_is_computed(wrong):
    with pytest.raises(UsageError):
        micro().stream(**{"samples": 10, **wrong})
