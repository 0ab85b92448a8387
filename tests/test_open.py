"""``wavenet.open`` and what else the package offers: typed, imported late; wrong arguments are refused truly."""

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import wavenet
from tests.networks import MICRO, as_folder, random_model
from tests.recognition import tones
from wavenet.engine import folder
from wavenet.errors import ModelFolderError, UsageError
from wavenet.recognition import folder as recogniser_folder

TYPED = Path(__file__).with_name("typed_calls.py")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "micro"
    opened = as_folder(random_model(MICRO))
    folder.write(path, opened.audio, opened.model, opened.tensors)
    return path


@pytest.fixture(scope="module")
def generator(home):
    return wavenet.open_generator(home)


@pytest.fixture(scope="module")
def voice():
    return wavenet.open_voice("english")


def test_importing_the_package_imports_nothing_else():
    code = "import sys; old = set(sys.modules); import wavenet; print(*{m.split('.')[0] for m in {*sys.modules} - old})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "torch", "soundfile", "safetensors", "jsonargparse", "yaml"} & set(done.stdout.split())


def test_opening_a_voice_needs_no_torch():
    code = "import sys, wavenet; wavenet.open('english'); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_every_public_name_is_there_and_no_other():
    assert all(getattr(wavenet, name) for name in wavenet.__all__)
    assert set(wavenet.__all__) <= set(dir(wavenet))
    assert issubclass(UsageError, wavenet.WavenetError)
    with pytest.raises(AttributeError, match="has no attribute 'opne'"):
        _ = wavenet.opne


def test_the_types_of_the_shipped_models_are_declared():
    calls = [node for node in ast.walk(ast.parse(TYPED.read_text("utf-8"))) if isinstance(node, ast.Call)]
    typed = {
        call.args[0].args[0].value: call.args[1].id
        for call in calls
        if getattr(call.func, "id", "") == "assert_type" and isinstance(call.args[0].args[0], ast.Constant)
    }
    for name in folder.shipped(folder.FORMAT) + folder.shipped(folder.VOICE_FORMAT):
        assert type(wavenet.open(name)).__name__ == typed[name]


def test_open_returns_what_the_folder_holds(home, generator):
    assert isinstance(wavenet.open(home), wavenet.Generator)
    assert isinstance(wavenet.open("english"), wavenet.Voice)
    with pytest.raises(ModelFolderError, match="is a voice"):
        wavenet.open_generator("english")
    with pytest.raises(ModelFolderError, match="is a model, not a voice"):
        wavenet.open_voice(home)


@pytest.mark.parametrize("kind", ["waveform", "log_mel"])
def test_open_returns_a_recogniser_that_hears_what_its_class_does(tmp_path, kind):
    opened, _ = tones.opened(replace(tones.SETTINGS, input=kind))
    recogniser_folder.write(tmp_path / "tones", opened)
    sound, _ = tones.sentence(1)
    found = wavenet.open(tmp_path / "tones", "fp32", "reference")
    assert isinstance(found, wavenet.Recogniser)
    assert found.recognise(sound) == wavenet.Recogniser(opened, "fp32", "reference").recognise(sound) != []
    assert wavenet.open_recogniser(tmp_path / "tones").phones == found.phones
    with pytest.raises(ModelFolderError, match="is a recogniser"):
        wavenet.open_generator(tmp_path / "tones")


@pytest.mark.parametrize("open_", [wavenet.open, wavenet.open_generator])
def test_precision_and_engine_are_chosen_when_opening(home, open_):
    assert open_(home).precision == "fp32"
    assert open_(home, "bf16").precision == "bf16"
    assert open_(home, precision="fp32", engine="reference").network.isa == "numpy"
    assert wavenet.open_voice("english", "fp32").generator.precision == "fp32"


def test_a_repr_says_what_it_is(generator, voice):
    assert repr(generator).startswith("<Generator micro: ")
    assert f"{MICRO.layers} layers" in repr(generator)
    assert "fp32" in repr(generator)
    assert repr(voice).startswith("<Voice english: English, 16000 Hz, int8 (")
    stream = generator.start()
    generator.advance([stream], 5)
    assert repr(stream) == "<Stream: 5 samples generated>"
    assert repr(voice.start("Hello.")) == "<Speech: 0 samples generated>"
    assert "3 speakers, log_mel" in repr(wavenet.open_generator("many_speakers")) or "5 speakers" in repr(
        wavenet.open_generator("many_speakers")
    )


WRONG = [
    (lambda g: g.generate(1.5), r"samples is 1\.5, .* for seconds, round\(seconds \* generator\.sample_rate\)"),
    (lambda g: g.generate("5"), "samples is '5', and must be an integer of at least 0"),
    (lambda g: g.generate(5, seed="x"), "seed is 'x', and must be an integer from 0 to "),
    (lambda g: g.generate(5, temperature="x"), "temperature is 'x', and must be between 0"),
    (lambda g: g.generate(5, top_p="x"), "top_p is 'x', and must be more than 0"),
    (lambda g: g.generate(5, threads=1.5), "threads is 1.5, and must be an integer of at least 1"),
    (lambda g: list(g.stream(5, block=None)), "block is None, and must be an integer"),
    (lambda g: g.generate(5, speaker=b"ann"), "speaker is b'ann', and must be a name"),
    (lambda g: g.generate(5, speaker={"ann": "x"}), "speaker 'ann' has the weight 'x'"),
    (lambda g: g.generate(5, tags=3), "tags is 3, and must be names"),
    (lambda g: g.generate(5, tags="loud"), r"tags is 'loud', and must be names: tags=\['loud'\]"),
    (lambda g: g.generate(5, sampling="x"), r"sampling is 'x', and must be a Sampling, as in Sampling\(seed=…\)"),
    (lambda g: g.generate(5, conditioning={}), "conditioning is {}, and must be a Conditioning"),
    (lambda g: g.advance(None, 5), "streams is None, and must be a list of streams"),
    (lambda g: g.advance(g.start(), 5), "streams is <Stream: 0 samples generated>, and must be a list"),
    (lambda g: g.advance([3], 5), "a stream is 3, and must be what start returns"),
    (lambda g: wavenet.open(None), "model is None, and must be a path"),
    (lambda g: wavenet.open("vocoder", "int9"), "precision is 'int9', and must be one of auto, fp32, bf16, int8"),
    (lambda g: wavenet.open("vocoder", engine=None), "unknown engine None"),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_a_wrong_argument_is_refused_in_one_line_that_names_it(call, message, generator):
    with pytest.raises(UsageError, match=message):
        call(generator)


WRONG_OF_A_VOICE = [
    (lambda v: v.say(None), "text is None, and must be a str"),
    (lambda v: v.say(3), "text is 3, and must be a str"),
    (lambda v: v.say(b"Hello."), "text is b'Hello.', and must be a str"),
    (lambda v: list(v.say([b"Hello."])), "a piece of the text is b'Hello.', and must be a str"),
    (lambda v: v.say("Hello.", speed="x"), "speed is 'x', and must be from 0.2 to 5"),
    (lambda v: v.say("Hello.", pitch=None), "pitch is None, and must be from"),
    (lambda v: v.say("Hello.", seed="x"), "seed is 'x', and must be an integer"),
    (lambda v: v.say("Hello.", lexicon=3), "lexicon is 3, and must be the paths of files"),
    (lambda v: v.say("Hello.", markup="md"), "markup is 'md', and must be one of auto, plain, markdown, ssml"),
    (lambda v: v.start().feed(None), "text is None, and must be a str"),
    (lambda v: v.advance(v.start("Hello."), 5), "speeches is <Speech: .*, and must be a list"),
]


@pytest.mark.parametrize(("call", "message"), WRONG_OF_A_VOICE)
def test_so_is_one_of_a_voice(call, message, voice):
    with pytest.raises(UsageError, match=message):
        call(voice)


def test_numbers_of_numpy_are_numbers(generator, voice):
    plain = generator.generate(5, seed=3, temperature=0.5)
    assert np.array_equal(generator.generate(np.int64(5), seed=np.uint8(3), temperature=np.float32(0.5)), plain)


def test_a_lexicon_may_be_one_file(voice, tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("fox  K AE1 T\n")
    one, several = (next(iter(voice.plan("fox", lexicon=files))) for files in (own, [own]))
    assert [segment.phone for segment in one.segments] == [segment.phone for segment in several.segments]
    assert "K" in {segment.phone for segment in one.segments}
