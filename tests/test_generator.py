import contextlib
import copy
import pickle
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wavenet
from tests.networks import MICRO, as_folder, random_model, shapes
from wavenet import outputs
from wavenet.audio.features import KINDS
from wavenet.config import AudioConfig, ContextConfig, FeatureConfig
from wavenet.engine import reference, sampling
from wavenet.engine.weights import Weights
from wavenet.errors import ModelFolderError, UsageError
from wavenet.generator import Conditioning, Generator, Sampling

SOURCES = Path(wavenet.__file__).parent
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


def test_a_generator_tells_the_rate_of_its_waveforms():
    assert micro(EMPHASISED).sample_rate == 1000
    assert micro().sample_rate == AudioConfig().sample_rate
    assert repr(micro(EMPHASISED)).startswith("<Generator ")


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


def test_a_stream_that_is_named_twice_is_refused_whatever_is_asked_of_it():
    generator, frames = predicting(3)
    stream, other = (generator.start(features=frames, speaker="ann") for _ in range(2))
    first = generator.advance([stream], 1)[0]
    for samples in (0, 1, [1, 2], 9):
        with pytest.raises(UsageError, match="occurs twice"):
            generator.advance([stream, stream], samples)
    both = np.concatenate([first, generator.advance([stream], 9)[0]])
    assert np.array_equal(both, generator.advance([other], 10)[0])


def test_numbers_of_numpy_are_numbers():
    generator = conditioned()
    frames = FRAMES
    plain = generator.generate(50, features=frames, speaker=1, seed=3, top_k=4)
    assert np.array_equal(
        generator.generate(np.int64(50), features=frames, speaker=np.int32(1), seed=np.uint8(3), top_k=np.int16(4)),
        plain,
    )
    drawn = {"features": frames, "speaker": 1, "seed": 3, "top_k": 4}
    assert np.array_equal(
        np.concatenate(list(generator.stream(np.uint16(50), block=np.int8(7), threads=np.int64(1), **drawn))), plain
    )
    streams = [generator.start(**drawn) for _ in range(2)]
    pieces = [generator.advance(streams, counts) for counts in (np.array([20, 5]), np.int64(30), (0, 15))]
    for each in zip(*pieces, strict=True):
        assert np.array_equal(np.concatenate(each), plain)


@pytest.mark.parametrize(
    "take",
    [
        lambda model, x: model.encode(x),
        lambda model, x: model.features(x),
        lambda model, x: model.log_likelihood(x, speaker="ann"),
        lambda model, x: model.start(prime=x, speaker="ann", features=np.zeros((40, 7))),
    ],
)
@pytest.mark.parametrize("waveform", [np.zeros(90, np.int16), np.full(90, 30_000.0), np.full(90, np.nan)])
def test_a_waveform_on_another_scale_is_refused_whatever_takes_it(take, waveform):
    with pytest.raises(UsageError, match="the waveform"):
        take(predicting()[0], waveform)


@pytest.mark.parametrize("wrong", [200.0, -1e300, np.nan])
def test_a_frame_that_cannot_be_is_refused_and_the_stream_goes_on(wrong):
    generator, frames = predicting()
    whole = generator.generate(features=frames, speaker="ann", seed=3)
    stream = generator.start(speaker="ann", seed=3)
    stream.feed(frames[:20])
    with pytest.raises(UsageError, match="frame 5 holds"):
        stream.feed(np.where(np.arange(20)[:, None] == 5, np.float64(wrong), frames[20:]))
    with pytest.raises(UsageError, match="frame 3 holds"):
        generator.encode(whole, np.where(np.arange(40)[:, None] == 3, np.float64(wrong), frames))
    stream.feed(frames[20:])
    stream.finish()
    assert np.array_equal(generator.advance([stream], stream.ready)[0], whole)


@given(seed=st.integers(0, 50), decimation=st.sampled_from([1, 3]))
def test_any_frames_within_their_bounds_give_finite_sound(seed, decimation):
    generator, frames = predicting(decimation)
    wild = np.random.default_rng(seed).choice(KINDS["log_mel"].bounds, frames.shape).astype(np.float32)
    assert np.isfinite(generator.generate(features=np.concatenate([wild, frames]), speaker="ann", seed=3)).all()


@contextmanager
def interrupted(lines):
    """Raises KeyboardInterrupt inside before the line of that number, of those that a call of ours executes."""
    left = lines

    def trace(frame, event, _):
        nonlocal left
        file = Path(frame.f_code.co_filename)
        if not file.is_relative_to(SOURCES) or file.name in ("claim.py", "blas.py"):
            return None  # no signal interrupts Python between a lock and what it guards; a tracer would
        left -= event == "line"
        if event == "line" and left == 0:
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)


@given(lines=st.integers(200, 500), calls=st.integers(0, 2))
def test_an_interrupted_stream_goes_on_as_if_it_had_not_been_or_refuses(lines, calls):
    generator, frames = predicting(3)
    frames *= 0.3  # no louder than full scale
    whole = generator.generate(features=frames, speaker="ann", seed=3)
    stream = generator.start(speaker="ann", seed=3)
    stream.feed(frames[:12])
    made = [np.empty(0, np.float32), *(generator.advance([stream], 10)[0] for _ in range(calls))]
    kept = None
    with interrupted(lines):
        stream.feed(frames[12:])
        kept = generator.advance([stream], 7)[0]
    if kept is not None:
        made.append(kept)
    with contextlib.suppress(UsageError):
        made.append(generator.advance([stream], 11)[0])
    found = np.concatenate(made)
    assert np.array_equal(found, whole[: len(found)])


@given(shapes())
def test_the_likelihood_of_a_generated_path_is_its_teacher_forced_likelihood(config):
    generator = Generator(as_folder(random_model(config)))
    weights = Weights(config, generator.tensors)
    state, newest, path, log_p = reference.State(weights), config.quantization_channels // 2, [], []
    for u in sampling.uniforms(0, 0, 0, 30):
        logits = reference.step(weights, state, newest)
        newest = outputs.of(config).sample(logits, u)
        path.append(newest)
        log_p.append(outputs.of(config).log_likelihood(logits[None], np.array([newest]))[0])
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


CONDITIONED = replace(
    MICRO,
    speakers=("ann", "bob"),
    speaker_channels=3,
    tags=("loud",),
    features=FeatureConfig(kinds=("file",), file_channels=2, hop_length=6),
    condition_channels=4,
    contexts=(ContextConfig(pool=4, taps=2, layers=2, residual_channels=3, dilation_channels=3, skip_channels=3),),
)
FRAMES = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)


def conditioned(scales=()) -> Generator:
    return Generator(as_folder(random_model(replace(CONDITIONED, upsample_scales=scales)), AudioConfig(1000)))


@pytest.mark.parametrize("scales", [(), (2, 3)])
@given(block=st.integers(1, 70), fed=st.integers(1, 17))
def test_a_stream_that_is_fed_piece_by_piece_is_the_whole_exactly(scales, block, fed):
    generator = conditioned(scales)
    whole = generator.generate(features=FRAMES, speaker="ann", seed=3)
    assert len(whole) == 240
    blocks = list(generator.stream(block=block, features=FRAMES, speaker="ann", seed=3))
    assert np.array_equal(np.concatenate(blocks), whole)
    stream, made = generator.start(speaker="ann", seed=3), []
    for first in range(0, 40, fed):
        stream.feed(FRAMES[first : first + fed])
        made.append(generator.advance([stream], stream.ready)[0])
    stream.finish()
    made.append(generator.advance([stream], stream.ready)[0])
    assert np.array_equal(np.concatenate(made), whole)


def test_streams_of_several_speakers_are_those_alone():
    generator = conditioned()
    asked = [{"speaker": "ann"}, {"speaker": {"ann": 0.5, "bob": 0.5}, "tags": ["loud"]}, {"speaker": 1}]
    alone = [generator.generate(100, features=FRAMES, seed=k, **each) for k, each in enumerate(asked)]
    streams = [generator.start(features=FRAMES, seed=k, **each) for k, each in enumerate(asked)]
    first = generator.advance(streams, [30, 60, 0])
    second = generator.advance(streams[::-1], [100, 40, 70])[::-1]
    for k in range(3):
        assert np.array_equal(np.concatenate([first[k], second[k]]), alone[k])


def test_a_speaker_is_switched_from_one_sample_to_the_next():
    generator = conditioned()
    whole = generator.generate(features=FRAMES, speaker="ann", seed=3, temperature=9.0)
    stream = generator.start(features=FRAMES, speaker="ann", seed=3, temperature=9.0)
    before = generator.advance([stream], 100)[0]
    generator.switch(stream, speaker="bob")
    after = generator.advance([stream], 140)[0]
    assert np.array_equal(before, whole[:100])
    assert not np.array_equal(after, whole[100:])
    with pytest.raises(UsageError, match="no speakers and no tags"):
        micro().switch(micro().start(), speaker=None)


PREDICTED = AudioConfig(1000, gain=0.1, lpc_order=6)
MEL = FeatureConfig(kinds=("pitch", "log_mel"), n_fft=32, win_length=20, n_mels=5, hop_length=6, f_max=500.0)


def predicting(decimation: int = 1) -> tuple[Generator, np.ndarray]:
    """A network of an excitation, and features."""
    model = replace(CONDITIONED, features=MEL, decimation=decimation)
    frames = np.random.default_rng(1).normal(size=(40, 7)).astype(np.float32)
    return Generator(as_folder(random_model(model), PREDICTED)), frames


@pytest.mark.parametrize("decimation", [1, 3])
@given(block=st.integers(1, 70), fed=st.integers(1, 17))
def test_with_linear_prediction_too_a_stream_that_is_fed_piece_by_piece_is_the_whole_exactly(decimation, block, fed):
    generator, frames = predicting(decimation)
    whole = generator.generate(features=frames, speaker="ann", seed=3)
    assert np.array_equal(
        np.concatenate(list(generator.stream(block=block, features=frames, speaker="ann", seed=3))), whole
    )
    stream, made = generator.start(speaker="ann", seed=3), []
    for first in range(0, 40, fed):
        stream.feed(frames[first : first + fed])
        made.append(generator.advance([stream], stream.ready)[0])
        assert stream.time == sum(map(len, made))
        assert stream.ready == 0
    stream.finish()
    made.append(generator.advance([stream], stream.ready)[0])
    assert np.array_equal(np.concatenate(made), whole)


def test_streams_of_a_decimated_network_may_be_asked_for_any_number_of_samples():
    generator, frames = predicting(3)
    whole = [generator.generate(features=frames, speaker=i, seed=i) for i in range(2)]
    assert len(whole[0]) == 240
    streams = [generator.start(features=frames, speaker=i, seed=i) for i in range(2)]
    pieces = [generator.advance(streams, counts) for counts in ([1, 0], [1, 100], [0, 2], [238, 138])]
    for i in range(2):
        assert np.array_equal(np.concatenate([piece[i] for piece in pieces]), whole[i])
    assert len(generator.encode(whole[0], frames)) == 80
    assert generator.log_likelihood(whole[0][:100], features=frames, speaker=0).shape == (34,)
    with pytest.raises(UsageError, match="leave out the prime"):
        generator.start(features=frames, speaker=0, prime=whole[0])


def test_what_was_generated_with_linear_prediction_has_the_likelihood_of_its_classes():
    generator, frames = predicting()
    stream = generator.start(features=frames, speaker="ann", seed=3)
    waveform = generator.advance([stream], 240)[0]
    again = generator.encode(waveform, frames)
    expected = generator.class_log_likelihood(again, generator.start(features=frames, speaker="ann"))
    assert np.array_equal(generator.log_likelihood(waveform, features=frames, speaker="ann"), expected)
    unconditional = generator.encode(waveform, np.zeros_like(frames))
    assert not np.array_equal(again, unconditional)


def test_a_primed_stream_with_linear_prediction_goes_on_like_the_recording():
    generator, frames = predicting()
    frames *= 0.3  # no louder than full scale
    whole = generator.generate(features=frames, speaker="ann", seed=3)
    assert np.abs(whole).max() < 1
    primed = generator.start(features=frames, speaker="ann", prime=whole[:101], seed=3)
    following = generator.advance([primed], 139)[0]
    assert np.isfinite(following).all()
    # the filter's memory is that of the prime: its ringing is there
    again = generator.encode(np.concatenate([whole[:101], following]), frames)
    assert np.array_equal(again[:101], generator.encode(whole, frames)[:101])


@given(cuts=st.lists(st.integers(0, 240), max_size=3))
def test_a_conditioned_score_piece_by_piece_is_the_whole_exactly(cuts):
    generator = conditioned((2, 3))
    waveform = generator.generate(features=FRAMES, speaker="bob", seed=1)
    whole = generator.log_likelihood(waveform, features=FRAMES, speaker="bob")
    assert whole.shape == (240,)
    stream = generator.start(features=FRAMES, speaker="bob")
    pieces = np.split(generator.encode(waveform), sorted(cuts))
    assert np.array_equal(np.concatenate([generator.class_log_likelihood(each, stream) for each in pieces]), whole)
    assert not np.array_equal(generator.log_likelihood(waveform, features=FRAMES, speaker="ann"), whole)


def test_a_conditioned_stream_goes_on_from_a_prime_in_phase():
    generator = conditioned()
    whole = generator.generate(features=FRAMES, speaker="ann", seed=3)
    classes = generator.encode(whole[:101])
    assert len(classes) == 101
    primed = generator.start(features=FRAMES, speaker="ann", prime=whole[:101])
    assert primed.time == 101
    assert primed.ready == 139
    expected = generator.start(features=FRAMES, speaker="ann")
    generator.class_log_likelihood(classes, expected)
    following = generator.encode(whole)[101:]
    scores = [generator.class_log_likelihood(following, stream) for stream in (primed, expected)]
    assert np.array_equal(*scores)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: g.generate(10, speaker="ann"), "needs features"),
        (
            lambda g: g.generate(241, speaker="ann", features=FRAMES),
            "samples is 241, but the features last for 240",
        ),
        (lambda g: g.generate(features=FRAMES), "needs a speaker: one of ann, bob"),
        (lambda g: g.generate(features=FRAMES[:, :1], speaker="ann"), "takes numbers of shape"),
        (lambda g: g.features(np.zeros(100)), "cannot be computed from a recording alone"),
        (lambda g: micro().generate(10, features=FRAMES), "takes no features"),
        (lambda g: micro().features(np.zeros(100)), "takes no features"),
        (lambda g: micro().generate(), "samples is missing"),
        (
            lambda g: g.advance([g.start(speaker="ann")], 10),
            "features for 0 samples are there, and 10 are needed",
        ),
    ],
)
def test_what_conditions_must_be_there_and_fit(call, message):
    with pytest.raises(UsageError, match=message):
        call(conditioned())


def test_settings_are_given_as_objects_or_as_their_fields_to_the_same_end():
    generator = conditioned()
    sampling = Sampling(seed=3, temperature=2.0, top_k=7, top_p=0.9)
    conditioning = Conditioning({"ann": 0.5, "bob": 0.5}, ["loud"], FRAMES)
    whole = generator.generate(sampling=sampling, conditioning=conditioning)
    fields = {
        **{"seed": 3, "temperature": 2.0, "top_k": 7, "top_p": 0.9},
        **{"speaker": {"ann": 0.5, "bob": 0.5}, "tags": ["loud"], "features": FRAMES},
    }
    assert np.array_equal(generator.generate(**fields), whole)
    mixed = generator.stream(sampling=sampling, speaker={"ann": 0.5, "bob": 0.5}, tags=["loud"], features=FRAMES)
    assert np.array_equal(np.concatenate(list(mixed)), whole)
    scores = [
        generator.log_likelihood(whole, conditioning=conditioning),
        generator.log_likelihood(whole, speaker=conditioning.speaker, tags=["loud"], features=FRAMES),
    ]
    assert np.array_equal(*scores)


def test_without_a_temperature_a_generator_draws_from_the_model_itself():
    generator = micro()
    assert np.array_equal(generator.generate(50, seed=1), generator.generate(50, sampling=Sampling(1, 1.0)))
    assert np.array_equal(generator.generate(50, seed=1), generator.generate(50, seed=1, temperature=None))


def test_tags_that_can_be_read_once_serve_several_streams():
    conditioning = Conditioning("ann", iter(["loud"]), FRAMES)
    one, other = (conditioned().generate(conditioning=conditioning) for _ in range(2))
    assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda g: g.generate(10, sampling=Sampling(1), seed=2),
            "seed is given in addition to a Sampling, which has this field",
        ),
        (lambda g: g.stream(10, sampling=Sampling(1), top_p=0.5), "top_p is given in addition to a Sampling"),
        (
            lambda g: g.start(conditioning=Conditioning("ann"), tags=["loud"]),
            "tags is given in addition to a Conditioning",
        ),
        (
            lambda g: g.switch(g.start(speaker="ann"), conditioning=Conditioning("ann"), speaker="bob"),
            "speaker is given",
        ),
        (lambda g: g.switch(g.start(speaker="ann"), speaker="bob", features=FRAMES), "not its features"),
        (lambda g: Conditioning({"ann": float("nan")}), "speaker 'ann' has the weight nan"),
        (lambda g: Conditioning({0: 0.5}), "a speaker is named 0, and must be named by its name, a text"),
        (lambda g: Conditioning([0]), "a speaker is named 0, and must be named by its name, a text"),
        (lambda g: Conditioning("ann", [1]), "a tag is named 1, and must be named by its name, a text"),
        (lambda g: Conditioning(object()), "speaker is <object .*, and must be a name, an index, or weights by name"),
        (lambda g: Conditioning(1.0), r"speaker is 1\.0, and must be a name, an index, or weights by name"),
        (lambda g: micro().generate(5, prime=3.0), r"the waveform is an array of float64 with shape \(\)"),
        (lambda g: micro().generate(5, prime=[[0.1, 0.2]]), r"shape \(1, 2\)"),
        (lambda g: Sampling(seed=2**64), "seed is 18446744073709551616, and must be an integer from 0 to"),
        (lambda g: Sampling(top_k=1.5), "top_k is 1.5, and must be an integer"),
    ],
)
def test_settings_that_are_impossible_or_given_twice_are_refused(call, message):
    with pytest.raises(UsageError, match=message) as caught:
        call(conditioned())
    assert "\n" not in str(caught.value)


def test_a_setting_that_no_object_holds_is_an_error_as_for_any_function():
    for call in (lambda: micro().generate(10, sed=1), lambda: micro().switch(micro().start(), seed=1)):
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            call()


def test_features_may_be_lists_and_none_at_all_are_refused():
    generator = conditioned()
    found = generator.generate(features=FRAMES.tolist(), speaker="ann")
    assert np.array_equal(found, generator.generate(features=FRAMES, speaker="ann"))
    stream = generator.start(speaker="ann")
    stream.feed(FRAMES.tolist())
    stream.finish()
    assert np.array_equal(generator.advance([stream], len(found))[0], found)
    for known in (conditioned(), wavenet.open("vocoder")):
        empty = np.zeros((0, known.model.features.channels), np.float32)
        speaker = {"speaker": "ann"} if known.speakers else {}
        with pytest.raises(UsageError, match="features: has 0 frames, but 1 are needed"):
            known.log_likelihood(np.zeros(100), features=empty, **speaker)
        assert len(known.log_likelihood(np.zeros(0), features=empty, **speaker)) == 0


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_what_holds_a_past_is_never_copied_because_the_copies_would_advance_together(copied):
    generator, voice = micro(), wavenet.open("allison")
    for each in (generator, generator.start(), voice, voice.start()):
        kind = type(each).__name__
        with pytest.raises(TypeError, match=f"a {kind} can neither be copied nor sent to another process; open the"):
            copied(each)
    assert pickle.loads(pickle.dumps(Sampling(3))) == Sampling(3)
