"""A compressed file is restored byte for byte, on every machine, or refused in one line."""

from collections import deque
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import memory
from tests.coder.waves import FORMATS, noise, tones, wave
from tests.networks import MICRO, calibrated, random_model
from wavenet.coder import codec as codec_module
from wavenet.coder import container
from wavenet.coder.codec import Codec, model_named
from wavenet.coder.values import Values
from wavenet.config import AudioConfig
from wavenet.engine import folder, native
from wavenet.errors import UsageError, WavenetError

SMALL = replace(MICRO, quantization_channels=256)


@pytest.fixture(scope="module")
def codec():
    return Codec(replace(calibrated(random_model(SMALL)), name="small"))


OF_16_BITS = {
    "logistics": {"output": "logistics", "quantization_channels": 65_536},
    "gaussian": {"output": "gaussian", "quantization_channels": 65_536},
    "mcgsm": {"output": "mcgsm", "components": 2, "scales": 3, "quantization_channels": 65_536},
    "linear classes": {},
}


def linear(changes):
    """A model of linear classes."""
    return replace(calibrated(random_model(replace(SMALL, **changes))), audio=AudioConfig(quantizer="linear"))


@pytest.fixture(scope="module", params=OF_16_BITS)
def of_16_bits(request):
    return Codec(linear(OF_16_BITS[request.param]))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    kind, channels = draw(st.sampled_from(sorted(FORMATS))), draw(st.integers(1, 3))
    width = FORMATS[kind][1]
    parts = draw(st.lists(st.one_of(
        st.binary(max_size=9),
        st.tuples(st.binary(min_size=width, max_size=width), st.sampled_from([1, 255, 256, 257, 900])).map(
            lambda run: run[0] * run[1]
        ),
        st.integers(0, 400).map(lambda count: noise(count, count, kind)),
    ), max_size=4))  # fmt: skip
    size = draw(st.sampled_from([None, 0, 2**32 - 1]))
    return wave(b"".join(parts), kind, channels, tail=draw(st.binary(max_size=5)), size=size)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=files())
def test_every_file_is_restored_byte_for_byte(codec, content):
    assert codec.decompress(codec.compress(content)) == content


@pytest.mark.parametrize("data", [b"", b"\1\2", bytes(64_000), b"\xff\x7f\0\x80" * 500, tones(3000)],
                         ids=["empty", "one sample", "silence", "full scale", "tones"])  # fmt: skip
def test_hostile_signals_are_restored(codec, data):
    assert codec.decompress(codec.compress(wave(data))) == wave(data)


@pytest.mark.parametrize("data", [b"", b"\1\2", bytes(2_000), b"\xff\x7f\0\x80" * 500, tones(3000), noise(3000)],
                         ids=["empty", "one sample", "silence", "full scale", "tones", "noise"])  # fmt: skip
def test_models_of_linear_classes_restore_16_bit_files(of_16_bits, data):
    assert of_16_bits.decompress(of_16_bits.compress(wave(data, channels=1))) == wave(data, channels=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=files().filter(lambda content: content[20:21] == b"\1"))
def test_models_of_linear_classes_restore_every_16_bit_file(of_16_bits, content):
    assert of_16_bits.decompress(of_16_bits.compress(content)) == content


def test_models_of_linear_classes_refuse_codes_of_telephones(of_16_bits):
    with pytest.raises(UsageError, match=r"linear classes; mulaw needs one of 256 μ-law classes"):
        of_16_bits.compress(wave(tones(10), "mulaw"))


def test_digital_silence_costs_next_to_nothing(codec):
    silent = wave(bytes(2 * 480_000))
    assert 8 * len(codec.compress(silent)) / 480_000 < 0.02
    both = wave(tones(5000) + bytes(2 * 480_000) + tones(5000))
    apart = [wave(tones(5000) + tones(5000)), both]
    without, with_it = (len(codec.compress(each)) for each in apart)
    assert 8 * (with_it - without) / 480_000 < 0.02


def test_hours_of_silence_are_restored_in_little_more_memory_than_they_have(codec):
    silent = wave(bytes(2 * 2**22))
    coded = codec.compress(silent)
    assert codec.decompress(coded) == silent
    assert memory.stays_below(3 * len(silent), lambda: codec.decompress(coded))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("part", [1, 7, 1000])
def test_the_parts_of_a_file_are_the_file(codec, monkeypatch, channels, part):
    content = wave(tones(999) + bytes(2 * 999) + tones(300), channels=channels, tail=b"tail")
    coded = codec.compress(content)
    monkeypatch.setattr(codec_module, "_PART", part)
    assert b"".join(codec.restored(coded)) == content


def test_a_file_that_claims_more_silence_than_it_had_is_refused_in_little_memory(codec):
    header, coded = container.read(codec.compress(wave(bytes(2 * 1000))), "it")
    claimed = container.written(_changed(header, {"frames": 2**25, "runs": ((1, 2**25 - 1),)}), coded)

    def restore() -> None:
        with pytest.raises(WavenetError, match="what it decodes to is not what was compressed"):
            codec.restored(claimed, "it")

    assert memory.stays_below(2**24, restore)  # bytes, of 2 to each sample


def test_hours_of_silence_are_restored_part_by_part(codec):
    coded = codec.compress(wave(bytes(2 * 2**24)))
    assert sum(map(len, codec.restored(coded))) == 2 * 2**24 + 44
    assert memory.stays_below(2**24, lambda: deque(codec.restored(coded), maxlen=0))


def test_every_instruction_set_writes_the_same_file_and_reads_those_of_the_others(monkeypatch):
    opened, content, found = calibrated(random_model(SMALL)), wave(tones(2000) + noise(100)), set()
    for name in native.instruction_sets():
        monkeypatch.setenv(native.VARIABLE, name)
        found.add(Codec(opened).compress(content))
    assert len(found) == 1
    (coded,) = found
    for name in native.instruction_sets():
        monkeypatch.setenv(native.VARIABLE, name)
        assert Codec(opened).decompress(coded) == content


def test_progress_is_told_for_every_sample_of_every_channel(codec):
    content = wave(tones(20_000) + bytes(2 * 3000), channels=2)
    for work, given_ in ((codec.compress, content), (codec.decompress, codec.compress(content))):
        told = []
        work(given_, "it", lambda done, total, told=told: told.append((done, total)))
        assert sum(done for done, _ in told) == 23_000
        assert {total for _, total in told} == {23_000}


def test_what_could_not_be_restored_is_not_compressed(codec):
    with pytest.raises(WavenetError, match=r"^it: has 67,108,909 bytes around its audio, and 67,108,864 can be kept"):
        codec.compress(wave(tones(10), tail=bytes(2**26 + 1)), "it")


def test_the_most_that_can_be_around_audio_is_restored(codec):
    content = wave(tones(10), tail=bytes(2**26 - 44))
    assert codec.decompress(codec.compress(content)) == content


def test_a_file_of_another_model_names_it(codec):
    other = Codec(replace(calibrated(random_model(replace(SMALL, layers=2))), name="other"))
    with pytest.raises(WavenetError, match=r"^it: was compressed with another model than small, called other; give"):
        codec.decompress(other.compress(wave(tones(100))), "it")


def test_the_same_weights_under_other_settings_are_another_model():
    opened = calibrated(random_model(SMALL))
    other = replace(opened, audio=replace(opened.audio, sample_rate=8000))
    assert Codec(opened).hash != Codec(other).hash
    assert Codec(opened).hash == Codec(replace(opened, name="renamed")).hash


def test_every_damaged_byte_is_noticed(codec):
    coded = bytearray(codec.compress(wave(tones(50))))
    for at in range(len(coded)):
        damaged = coded.copy()
        damaged[at] ^= 1
        with pytest.raises(WavenetError) as refused:
            codec.decompress(bytes(damaged), "it")
        assert str(refused.value).startswith("it: ")
        assert "\n" not in str(refused.value)
    for length in range(len(coded)):
        with pytest.raises(WavenetError, match=r"^it: "):
            codec.decompress(bytes(coded[:length]), "it")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"frames": 2**30}, "is damaged .it is too short for its audio"),
        ({"frames": 2**32}, "is damaged or incomplete .*frames is"),
        ({"frames": 99}, "what it decodes to is not what was compressed"),
        ({"runs": ((5, 600),)}, "its runs are not within the audio"),
        ({"kind": "pcm24"}, "kind is 'pcm24'"),
        ({"channels": 2}, "not one entry for each channel"),
        ({"head": "xyz"}, "head is not hexadecimal"),
        ({"tail": "00"}, "what it decodes to is not"),
        ({"coded": (1,)}, "coded is not its length"),
        ({"file_hash": ""}, "what it decodes to is not"),
    ],
)
def test_a_header_that_lies_is_refused_in_bounded_time(codec, change, message):
    header, coded = container.read(codec.compress(wave(tones(100))), "it")
    with pytest.raises(WavenetError, match=message):
        codec.decompress(container.written(_changed(header, change), coded), "it")


def _changed(header, change):
    found = replace(header)
    for name, value in change.items():
        object.__setattr__(found, name, value)
    return found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"speakers": ("ann",)}, "has features, speakers or tags"),
        ({"quantization_channels": 2048}, "has more than 1,024 classes"),
    ],
)
def test_a_model_that_cannot_code_is_refused(change, message):
    opened = calibrated(random_model(SMALL))
    with pytest.raises(UsageError, match=message):
        Codec(replace(opened, model=replace(opened.model, **change)))


@pytest.mark.parametrize("audio", [AudioConfig(gain=2), AudioConfig(pre_emphasis=0.5)])
def test_a_model_of_another_signal_is_refused(audio):
    with pytest.raises(UsageError, match="cannot code files without loss"):
        Codec(replace(calibrated(random_model(SMALL)), audio=audio))


def test_a_model_that_is_not_calibrated_is_refused():
    opened = calibrated(random_model(SMALL))
    tensors = {name: each for name, each in opened.tensors.items() if name not in folder.CALIBRATION}
    with pytest.raises(UsageError, match="int8 needs the tensors"):
        Codec(replace(opened, tensors=tensors))


def test_the_name_of_a_shipped_model_is_found_in_the_file_and_no_other(codec):
    coded = codec.compress(wave(tones(10)))
    with pytest.raises(WavenetError, match="the model 'small', which does not ship; name its folder"):
        model_named(coded, "it")
    header, parts = container.read(coded, "it")
    assert model_named(container.written(replace(header, model="english_prompts"), parts), "it") == "english_prompts"


def test_a_run_s_neighbours_are_coded_as_if_it_were_one_sample(codec):
    one, many = wave(tones(300) + tones(300)), wave(tones(300) + tones(1) * 999 + tones(300)[2:])
    sizes = [container.read(codec.compress(each), "it")[0].coded[0] for each in (one, many)]
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("changes", [each for name, each in OF_16_BITS.items() if name != "linear classes"])
def test_bits_of_16_bit_models_are_those_of_their_samples(changes):
    opened = linear(changes)
    network = native.Network(opened.model, opened.tensors, "int8")
    (classes,) = network.generate([network.start()], [20_000])
    data = Values("pcm16", 65_536, "linear").data(classes, np.zeros_like(classes))
    bits = -network.log_likelihood(network.start(), classes).sum(dtype=float) / np.log(2)
    header, _ = container.read(Codec(opened).compress(wave(data)), "it")
    assert 8 * header.coded[0] == pytest.approx(bits, rel=0.005)


def test_bits_are_those_of_the_model_on_the_classes(codec):
    opened = calibrated(random_model(SMALL))
    network = native.Network(opened.model, opened.tensors, "int8")
    (classes,) = network.generate([network.start()], [20_000])
    data = Values("mulaw", 256).data(classes, np.zeros_like(classes))
    bits = -network.log_likelihood(network.start(), classes).sum(dtype=float) / np.log(2)
    header, _ = container.read(codec.compress(wave(data, "mulaw")), "it")
    assert 8 * header.coded[0] == pytest.approx(bits, rel=0.005)


def test_more_samples_than_a_file_can_have_are_refused_before_any_is_coded(codec, monkeypatch):
    monkeypatch.setattr(container, "MOST_SAMPLES", 99)
    told = []
    with pytest.raises(WavenetError, match="it: has 100 samples, and at most 99 can be kept"):
        codec.compress(wave(tones(100)), "it", lambda done, total: told.append(done))
    assert told == []


def test_the_hash_of_a_model_is_that_of_its_weights_and_of_settings_that_are_not_the_default(monkeypatch):
    opened = calibrated(random_model(SMALL))
    before = Codec(opened).hash
    monkeypatch.setattr(codec_module, "asdict", lambda part: {**asdict(part), "new": 1})
    assert Codec(opened).hash == before
