"""A checkpoint is recognised, and what does not fold is refused by name, in one line."""

import contextlib
import json
import os
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.importers import written
from tests.importers.test_layouts import DATA, ibab
from wavenet.engine import folder
from wavenet.errors import CheckpointError, UsageError, WavenetError
from wavenet.importers import convert, parts
from wavenet.importers.layouts import LAYOUTS

RATE = {"sample_rate": 16_000}


def loaded(name):
    """The tensors of a checkpoint, and where they are kept in it."""
    content = torch.load(DATA / f"{name}.pth")
    return content[next(key for key in ("state_dict", "model") if key in content)]


def refused(tmp_path, tensors, reason, error=CheckpointError, **settings):
    torch.save({"state_dict": tensors}, tmp_path / "a.pth")
    with pytest.raises(error, match=reason) as caught:
        convert.fold(tmp_path / "a.pth", **(RATE | {"stacks": 2} | settings))
    assert type(caught.value) is error
    assert str(caught.value).startswith(f"{tmp_path / 'a.pth'}: ")


@pytest.mark.parametrize("path", sorted(DATA.glob("*.pth")), ids=lambda path: path.stem)
def test_a_layout_is_recognised_by_the_names_of_its_tensors(path):
    folded = convert.fold(path, hop_length=4, stacks=2, **RATE)
    expected = path.stem.replace("_", "-")
    assert expected.startswith(folded.layout.name)
    assert folded.layout.name == "r9y9-legacy" or "legacy" not in expected


def test_versions_that_names_do_not_tell_apart_are_asked_for(tmp_path):
    tensors = {name: t for name, t in loaded("r9y9_logistics").items() if "conv1x1c" not in name}
    both = "may be those of several versions; give --layout r9y9 or --layout r9y9-legacy"
    refused(tmp_path, tensors, both, UsageError)
    sums = [convert.fold(tmp_path / "a.pth", layout, stacks=2, **RATE) for layout in ("r9y9", "r9y9-legacy")]
    ratio = [folded.tensors["layers.0.skip.weight"] for folded in sums]
    np.testing.assert_allclose(ratio[0] / ratio[1], 6**-0.5 / 0.5**2.5, rtol=1e-5)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t.pop("conv_layers.3.conv.bias"), None),
        (lambda t: t.pop("conv_layers.3.conv.weight_g"), r"tensor 'conv_layers\.3\.conv\.weight' is missing"),
        (lambda t: t.pop("last_conv_layers.3.weight_v"), r"'last_conv_layers\.3\.weight_v' is missing"),
        (lambda t: [t[f"last_conv_layers.{i}.weight_g"].fill_(3e38) for i in (1, 3)], "values that are not finite"),
        (lambda t: [t.pop(f"conv_layers.0.conv1x1c.weight_{end}") for end in "gv"], "only some layers are conditioned"),
        (lambda t: t.update(extra=torch.ones(2)), "'extra' have no place in the layout r9y9"),
        (lambda t: t["first_conv.bias"].fill_(torch.nan), "'first_conv.bias' contains values that are not finite"),
        (lambda t: t["first_conv.weight_v"].zero_(), "weight norm of 'first_conv' cannot be multiplied out"),
        (lambda t: t.update({"first_conv.bias": torch.ones(2, 2)}), r"shape \(2, 2\), and must have 1 dimensions"),
        (lambda t: t.update({"first_conv.bias": torch.ones(2)}), "first_conv.bias has 2 values, and must have 6"),
        (lambda t: t.update({"conv_layers.0.conv1x1c.bias": torch.ones(3)}), "conv1x1c.bias has 3 values"),
        (lambda t: t.update({"embed_speakers.weight": torch.ones(3, 9)}), "folded, the tensor 'layers.0.global_cond"),
        (lambda t: t.update({"upsample_net.upsample.up_layers.4.weight": torch.ones(1, 1, 1, 3)}),
         r"a nonlinearity lies between the layers of upsample_net\.upsample\.up_layers \(upsample_activation\)"),
    ],
)  # fmt: skip
def test_what_does_not_fold_is_refused_by_name(tmp_path, change, reason):
    tensors = {name: tensor.clone() for name, tensor in loaded("r9y9_old").items()}
    change(tensors)
    if reason:
        refused(tmp_path, tensors, reason, layout="r9y9")
    else:
        torch.save(tensors, tmp_path / "a.pth")
        assert not convert.fold(tmp_path / "a.pth", stacks=2, **RATE).tensors["layers.3.dilated.bias"].any()


def test_densities_that_are_not_supported_are_refused(tmp_path):
    tensors = loaded("r9y9_logistics")
    settings = tmp_path / "hparams.json"
    settings.write_text(json.dumps({"input_type": "mulaw", "hop_size": 5}))
    refused(tmp_path, tensors, "input_type is mulaw, densities of companded values, which is not supported")
    settings.write_text(json.dumps({"output_distribution": "Normal", "hop_size": 5}))
    refused(tmp_path, tensors, "6 outputs of the distribution Normal")


def test_the_file_beside_a_checkpoint_tells_what_tensors_do_not(tmp_path):
    path = tmp_path / "checkpoint.pth"
    path.write_bytes((DATA / "r9y9_logistics.pth").read_bytes())
    settings = {"sample_rate": 22_050, "stacks": 3, "hop_size": 5, "global_gain_scale": 0.55}
    (tmp_path / "hparams.json").write_text(json.dumps(settings | {"preprocess": "preemphasis"}))
    folded = convert.fold(path)
    assert (folded.audio.sample_rate, folded.audio.gain, folded.audio.pre_emphasis) == (22_050, 0.55, 0.85)
    assert (folded.model.stacks, folded.model.features.hop_length) == (3, 5)
    assert "gain 0.55 and pre-emphasis 0.85, as in hparams.json" in convert.report(folded)
    (tmp_path / "hparams.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"hparams\.json: Expecting property name"):
        convert.fold(path)
    (tmp_path / "hparams.json").unlink()
    os.mkfifo(tmp_path / "hparams.json")
    with pytest.raises(CheckpointError, match=r"hparams\.json: it is not a regular file"):
        convert.fold(path)


def test_the_settings_of_kan_bayashi_are_an_object_that_is_not_made(tmp_path):
    path = tmp_path / "checkpoint-final.pkl"
    path.write_bytes((DATA / "kan_bayashi_repeated.pth").read_bytes())
    for archive in (True, False):
        found = Namespace(dilation_repeat=2, upsampling_factor=4, feature_type="world")
        torch.save(found, tmp_path / "model.conf", _use_new_zipfile_serialization=archive)
        model = convert.fold(path, **RATE).model
        assert (model.stacks, model.features.hop_length) == (2, 4)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"sample_rate": 0}, "nothing tells the sample rate; give --sample-rate"),
        ({"stacks": 0}, "does not tell the dilations of its 6 layers; give --stacks"),
        ({"stacks": 4}, "4 stacks do not divide its 6 layers; give --stacks"),
        ({"hop_length": 0}, "a row of features for each sample; give --hop-length"),
    ],
)
def test_what_nothing_tells_is_asked_for(settings, reason):
    with pytest.raises(UsageError, match=reason):
        convert.fold(
            DATA / "kan_bayashi_repeated.pth", **({"sample_rate": 16_000, "stacks": 2, "hop_length": 4} | settings)
        )


def test_an_unknown_layout_is_refused(tmp_path):
    with pytest.raises(UsageError, match="unknown layout 'r9y8'; did you mean 'r9y9'"):
        convert.fold(DATA / "r9y9_old.pth", "r9y8", **RATE)
    refused(tmp_path, {"a.weight": torch.ones(2)}, "no known layout has its 1 tensors, such as 'a.weight'; known: ibab")


@pytest.mark.parametrize(
    ("dilations", "reason"), [([1, 3, 1, 3], "do not double from 1"), ([2, 1, 2, 1], "do not double from 1")]
)
def test_other_dilations_are_refused(tmp_path, dilations, reason):
    (tmp_path / "wavenet_params.json").write_text(json.dumps({"dilations": dilations}))
    path = written.first_format(tmp_path / "model", ibab("new"))
    with pytest.raises(CheckpointError, match=reason):
        convert.fold(path, **RATE)


def test_values_as_input_with_classes_as_output_are_refused(tmp_path):
    variables = ibab("new")
    variables["wavenet/causal_layer/filter"] = np.ones((4, 1, 5), np.float32)
    path = written.first_format(tmp_path / "model", variables)
    with pytest.raises(CheckpointError, match=r"the output classes \(scalar_input\), which is not supported"):
        convert.fold(path, stacks=2, **RATE)


def test_values_that_condition_globally_without_embeddings_are_tags(tmp_path):
    variables = ibab("new", 3)
    variables.pop("wavenet/embeddings/gc_embedding")
    model = convert.fold(written.second_format(tmp_path / "model", variables), stacks=2, **RATE).model
    assert model.tags == ("global_0", "global_1", "global_2")
    assert not model.speakers


def test_an_imported_folder_holds_what_was_folded_and_names_its_source(tmp_path):
    folded = convert.fold(DATA / "r9y9_legacy.pth", stacks=2, **RATE)
    convert.write(folded, tmp_path / "out")
    read = folder.read(tmp_path / "out")
    assert (read.audio, read.model) == (folded.audio, folded.model)
    assert all((read.tensors[name] == tensor).all() for name, tensor in folded.tensors.items())
    card = (tmp_path / "out/README.md").read_text("utf-8")
    assert "r9y9_legacy.pth" in card
    assert "r9y9/wavenet_vocoder" in card


def test_every_report_says_what_was_folded_what_differs_and_how_it_was_checked():
    for path in DATA.glob("*.pth"):
        told = "\n".join(convert.report(convert.fold(path, hop_length=4, stacks=2, **RATE)))
        assert all(f"{word}: " in told for word in ("source", "network", "folded", "differs", "checked"))
        assert "receptive field" in told


def shaken(draw, tensors):
    """Tensors of which some are missing, of another shape, twice there, or of extreme numbers."""
    kept = dict(tensors)
    for name in draw(st.lists(st.sampled_from(sorted(kept)), min_size=1, max_size=3, unique=True)):
        tensor = kept[name]
        kind = draw(st.sampled_from(["drop", "cut", "flat", "more", "huge", "renamed", "transposed", "one"]))
        if kind == "drop":
            kept.pop(name)
        elif kind == "renamed":
            kept[draw(st.sampled_from(sorted(kept)))] = tensor
        else:
            changes = {
                "cut": tensor[:1],
                "flat": tensor.flatten(),
                "more": torch.cat([tensor, tensor]),
                "huge": tensor * 1e30,
                "transposed": tensor.transpose(0, -1),
                "one": tensor.flatten()[:1],
            }
            kept[name] = changes[kind]
    return kept


@given(st.data())
def test_tensors_that_do_not_fit_are_refused_in_one_line(tmp_path_factory, data):
    name = data.draw(st.sampled_from(["r9y9_old", "r9y9_legacy", "kan_bayashi_upsampled", "kan_bayashi_repeated"]))
    path = tmp_path_factory.mktemp("shaken") / "a.pth"
    torch.save({"state_dict": shaken(data.draw, loaded(name))}, path)
    layout = data.draw(st.sampled_from(["", *LAYOUTS]))
    with contextlib.suppress(WavenetError):
        convert.fold(path, layout, stacks=2, hop_length=data.draw(st.integers(0, 3)), **RATE)


def test_weights_are_multiplied_out_as_pytorch_does():
    conv = torch.nn.utils.parametrizations.weight_norm(torch.nn.Conv1d(3, 4, 2))
    tensors = {f"a.{name}": tensor.numpy() for name, tensor in conv.state_dict().items()}
    found = parts.Parts(Path("a"), tensors).conv("a")
    np.testing.assert_allclose(found.weight, conv.weight.detach().numpy(), rtol=1e-6)
