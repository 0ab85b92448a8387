"""``.nam`` files: what is read, and what is refused in one line."""

import contextlib
import copy
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from tests.amp.written import FULL, KINDS, SLIM, array, container, lstm, wavenet, write
from tests.importers.hostile import changes, damaged
from wavenet.amp import file, reference
from wavenet.amp.amp import Amp
from wavenet.errors import AmpError, NoAmpError, UsageError, WavenetError, WavenetWarning


def refused(tmp_path, made, quality=None):
    """The line with which a file is refused."""
    with pytest.raises(AmpError) as error:
        file.read(write(tmp_path / "odd.nam", made), quality)
    assert error.value.exit_code == 2
    assert str(error.value).startswith(str(tmp_path / "odd.nam"))
    assert "\n" not in str(error.value)
    return str(error.value)


def changed(path, value, made=None):
    """A file in which the entry at a path is another; ... deletes it."""
    made = copy.deepcopy(made or wavenet())
    *parents, last = path
    place = made
    for key in parents:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return made


FIRST = ("config", "layers", 0)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (["version"], "0.8.0", "version is '0.8.0', and wavenet plays 0.5.0 to 0.7.x"),
        (["version"], "0.4.9", "'0.4.9'"),
        (["version"], "0.7", "'0.7'"),
        (["version"], "0.7.0-rc1", "'0.7.0-rc1'"),
        (["version"], 7, "version is 7, and must be a text"),
        (["version"], ..., "version is missing"),
        (["architecture"], "Transformer", "architecture is 'Transformer'; known: ConvNet, LSTM, Linear"),
        (["architecture"], "Wavenet", "did you mean 'WaveNet'?"),
        (["config"], [], "config is [], and must be an object"),
        (["sample_rate"], 0, "sample_rate is 0, and must be a number from 1000"),
        (["sample_rat"], 8000, "sample_rat is not known here; did you mean 'sample_rate'?"),
        (["weights"], ..., "weights is missing"),
        (["weights"], ["1"], "weights is not a list of numbers"),
        (["weights", 3], None, "weights is not a list of numbers"),
        (["weights", 3], 1e39, "weights[3] is not a finite number"),
        (["weights", 3], 10**400, "weights[0] is not a finite number"),
        (["config", "layers"], [], "layers is [], and must be a list of 1"),
        (["config", "in_channels"], 2, "in_channels is 2, and must be a whole number from 1 to 1"),
        (["config", "head_scale"], "loud", "config.head_scale is 'loud'"),
        ([*FIRST, "channels"], 10**9, "config.layers[0].channels is 1000000000"),
        ([*FIRST, "channels"], True, "channels is True"),
        ([*FIRST, "channels"], 3.0, "channels is 3.0"),
        ([*FIRST, "dilations"], [1, 0, 2], "dilations is 0"),
        ([*FIRST, "dilations"], [2**40], "dilations is 1099511627776"),
        ([*FIRST, "dilations"], [1] * 1000, "must be a list of 1 to 512 entries"),
        ([*FIRST, "dilations"], 3, "dilations is 3"),
        ([*FIRST, "kernel_sizes"], [3, 3], "kernel_size is 3, and must be left out"),
        ([*FIRST, "activation"], "Mish", "config.layers[0].activation is 'Mish'; known: Fasttanh"),
        ([*FIRST, "activation"], ["Tanh"], "one value, or a list of 3"),
        ([*FIRST, "activation"], {"type": "Tanh", "slope": 1}, "activation.slope is not known here"),
        ([*FIRST, "activation"], {"type": "PReLU", "negative_slopes": [1, 2]}, "one number, or 3"),
        ([*FIRST, "activation"], {"type": "LeakyHardtanh", "min_val": 2.0}, "min_val is 2, above max_val"),
        ([*FIRST, "gating_mode"], "half", "gating_mode is 'half'; known: blended, gated, none"),
        ([*FIRST, "gatted"], True, "gatted is not known here; did you mean 'gated'?"),
        ([*FIRST, "input_size"], 2, "layers[0].input_size is 2, and must be 1"),
        ([*FIRST, "condition_size"], 2, "layers[0].condition_size is 2, and must be 1"),
        ([*FIRST, "groups_input"], 2, "2 groups do not divide 3 inputs"),
        ([*FIRST, "bottleneck"], 2, "asks for"),
        ([*FIRST, "layer1x1"], {"active": False}, "layer1x1.groups is missing"),
        ([*FIRST, "layer1x1_post_film"], "yes", "layer1x1_post_film is 'yes', and must be an object"),
        ([*FIRST, "head1x1_post_film"], {}, "left out, as head1x1 is not active"),
        ([*FIRST, "head"], {"out_channels": 1, "kernel_size": 0, "bias": True}, "head.kernel_size is 0"),
        ([*FIRST, "head_size"], ..., "head_size is missing"),
        ([*FIRST, "slimmable"], {"method": "magic"}, "slimmable.method is 'magic'"),
        (["metadata"], {"loudness": "very"}, "metadata.loudness is 'very'"),
        (["metadata"], {"input_level_dbu": 1e9}, "metadata.input_level_dbu is 1000000000.0"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place_and_value(path, value, told, tmp_path):
    assert told in refused(tmp_path, changed(path, value))


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"container"}))
def test_missing_and_trailing_weights_are_refused(kind, tmp_path):
    made = KINDS[kind]
    assert f"has {len(made['weights']) - 1:,} numbers" in refused(tmp_path, made | {"weights": made["weights"][1:]})
    assert f"has {len(made['weights']) + 1:,} numbers" in refused(tmp_path, made | {"weights": [*made["weights"], 0.5]})


def test_what_is_no_such_file_is_told(tmp_path):
    with pytest.raises(NoAmpError, match="there is no such file"):
        file.read(tmp_path / "none.nam")
    with pytest.raises(NoAmpError, match="not a regular file"):
        file.read(tmp_path)
    for content in (b"", b"\xff\xfe", b"[1]", b"{", b"NaN", b"[" * 100_000, b'{"a":' * 100_000):
        (tmp_path / "a.nam").write_bytes(content)
        with pytest.raises(AmpError, match=r"is no \.nam file"):
            file.read(tmp_path / "a.nam")


def test_not_a_number_is_refused_wherever_it_is(tmp_path):
    text = json.dumps(wavenet())
    for odd in ("NaN", "Infinity", "-Infinity", "1e999"):
        (tmp_path / "a.nam").write_text(text.replace('"head_scale": 0.5', f'"head_scale": {odd}'))
        with pytest.raises(AmpError, match="head_scale is"):
            file.read(tmp_path / "a.nam")


def test_a_newer_patch_is_played_with_a_warning(tmp_path):
    with pytest.warns(WavenetWarning, match=r"0\.7\.3 is newer"):
        file.read(write(tmp_path / "a.nam", wavenet(version="0.7.3")))


def test_sizes_are_bounded_before_anything_is_made(tmp_path):
    deep = array(dilations=[2**20], kernel_size=2)
    assert "looks back" in refused(tmp_path, wavenet(deep))
    many = [array(input_size=c, channels=256, head_size=256, dilations=[2**17], kernel_size=2) for c in (1, 256, 256)]
    many[-1]["head_size"] = 1
    for one in many:  # their weights are not what is tested
        one["layer1x1"], one["groups_input"] = {"active": True, "groups": 256}, 256
    model = file.read(write(tmp_path / "a.nam", wavenet(*many)))
    with pytest.raises(AmpError, match="its past takes"):
        Amp(model)
    dense = array(channels=512, groups_input=512, kernel_size=100, layer1x1={"active": True, "groups": 512})
    assert "larger than its weights say" in refused(tmp_path, wavenet(dense))
    slow = array(channels=64, kernel_size=16, dilations=[2**15, 2**15])
    model = file.read(write(tmp_path / "a.nam", wavenet(slow)))
    with pytest.raises(AmpError, match="products, and wavenet plays at most"):
        Amp(model)


def test_models_inside_models_are_counted(tmp_path):
    made = wavenet()
    for _ in range(4):
        made = wavenet(condition=made)
    file.read(write(tmp_path / "a.nam", made))
    assert "nested deeper than 4" in refused(tmp_path, wavenet(condition=made))
    assert "another sample rate" in refused(tmp_path, wavenet(condition=wavenet(sample_rate=9000)))


@pytest.mark.parametrize(
    ("limits", "told"), [((0.5, 0.5), "ascending"), ((1.0, 0.5), "ascending"), ((0.2, 0.9), "the last at least 1")]
)
def test_the_sizes_of_a_container_ascend_to_1(limits, told, tmp_path):
    assert told in refused(tmp_path, container(wavenet(), lstm(), limits=limits))


def test_a_quality_chooses_the_first_size_above_it(tmp_path):
    path = write(tmp_path / "a.nam", container(wavenet(), lstm()))
    found = [file.read(path, quality).architecture for quality in (0, 0.49, 0.5, 1, None)]
    assert found == ["WaveNet", "WaveNet", "LSTM", "LSTM", "LSTM"]
    with pytest.raises(UsageError, match="--quality is 2, and must be from 0"):
        file.read(path, 2)
    with pytest.raises(UsageError, match="one size; leave --quality out"):
        file.read(write(tmp_path / "b.nam", wavenet()), 0.5)


def test_a_network_is_cut_to_its_first_channels(tmp_path):
    path = write(tmp_path / "a.nam", wavenet(array(**SLIM)))
    whole, small = (file.read(path, quality).network.arrays[0] for quality in (1, 0))
    assert small.rechannel.weight.shape == (1, 1, 1)
    assert (small.layers[1].convolution.weight == whole.layers[1].convolution.weight[:1, :1]).all()
    assert [len(file.read(path, quality).network.arrays[0].rechannel.weight) for quality in (0.49, 0.5)] == [1, 3]
    own = {
        "condition_size": 1,
        "groups_input_mixin": 1,
        "head_size": 1,
        "slimmable": {"method": "slice_channels_uniform"},
    }
    grouped = wavenet({**FULL, **own})
    assert "cannot be cut" in refused(tmp_path, grouped, 0)


def test_levels_are_read_and_what_is_null_is_not_there(tmp_path):
    metadata = {"loudness": -20.5, "input_level_dbu": 18, "output_level_dbu": None, "name": "Blue", "anything": [1]}
    model = file.read(write(tmp_path / "a.nam", wavenet(metadata=metadata, notes=["a"])))
    assert (model.loudness, model.input_level, model.output_level, model.name) == (-20.5, 18.0, None, "Blue")
    outer = container(wavenet(), wavenet(metadata=metadata))
    assert file.read(write(tmp_path / "b.nam", outer)).loudness == -20.5
    assert file.read(write(tmp_path / "c.nam", wavenet())).name == "c"


def test_the_silence_before_the_first_sample_covers_what_is_looked_back_on(tmp_path):
    model = file.read(write(tmp_path / "a.nam", wavenet(array(dilations=[1, 100]))))
    assert model.silence == 256  # 203 samples, in whole blocks
    shifted = reference.run(model.network, np.zeros((1, 203)))[0]
    assert shifted[-1] == reference.play(model, np.zeros(3))[0]
    assert file.read(write(tmp_path / "b.nam", lstm())).silence == 4032


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(how=changes)
def test_whatever_is_damaged_is_played_or_refused_in_one_line(how, tmp_path):
    path = tmp_path / "a.nam"
    path.write_bytes(damaged(json.dumps(KINDS["everything"]).encode(), how))
    with contextlib.suppress(WavenetError):  # whose message is one line
        Amp.open(path).process(np.zeros(70, np.float32))
