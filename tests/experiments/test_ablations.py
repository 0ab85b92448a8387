"""The table and the picture of the ablations, from the runs of a small recipe."""

import numpy as np
import pytest
import yaml
from matplotlib.image import imread

from experiments import ablations, compare
from tests.training.conftest import make_corpus
from wavenet.audio.quantizers import QUANTIZERS
from wavenet.errors import UsageError

RATE = 1000


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    """A recipe whose runs of the first seed are done, but for one variant."""
    folder = tmp_path_factory.mktemp("ablations")
    rng = np.random.default_rng(0)
    noise = {split: [rng.normal(0, 0.1, 600) for _ in range(n)] for split, n in (("train", 2), ("validation", 3))}
    shape = {"layers": 2, "stacks": 1, "residual_channels": 4, "dilation_channels": 4, "skip_channels": 4}
    settings = {
        "base": {
            "data": str(make_corpus(folder, noise, RATE)),
            "audio": {"sample_rate": RATE},
            "model": {**shape, "head_channels": 4},
            "updates": 3,
            "window": 100,
            "listen_seconds": 0,
        },
        "variants": {
            "full": None,
            "undilated": {"model": {"stacks": 2}},
            "relu": {"model": {"unit": "relu"}},
            "linear": {"audio": {"quantizer": "linear"}},
            "short": {"model": {"stack_layers": 1}},
        },
        "seeds": [0, 1],
        "once": ["relu", "linear", "short"],
        "pairs": [],
    }
    (folder / "compare.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAVENET_STATE", str(folder / "state"))
        compare.run(compare.Comparison.read(folder))
        compare.run(compare.Comparison.read(folder))  # nothing is done again
        yield folder


@pytest.fixture(scope="module")
def variants(recipe):
    return {each.name: each for each in ablations.variants(recipe)}


def test_every_variant_is_told_with_its_weights_and_receptive_field(variants):
    assert list(variants) == ["full", "undilated", "relu", "linear", "short"]
    assert [len(each.bits) for each in variants.values()] == [2, 2, 1, 1, 1]
    full = 256 * 4 + 4 + 2 * (2 * 4 * 8 + 8 + 4 * 4 + 4) + 4 * 4 + 4 + 4 * 4 + 4 + 4 * 256 + 256
    assert variants["full"].weights == variants["undilated"].weights == full
    assert variants["relu"].weights == full - 2 * (2 * 4 * 4 + 4)
    assert {name: each.milliseconds for name, each in variants.items()} == {
        "full": 4, "undilated": 3, "relu": 4, "linear": 4, "short": 3,
    }  # fmt: skip
    assert [name for name, each in variants.items() if each.dilations_alone] == ["full", "undilated", "short"]
    assert [name for name, each in variants.items() if not each.alike] == ["linear"]


def test_differences_are_in_bits_per_16_bit_sample(recipe, variants):
    samples = (np.arange(65_536) - 32_768) / 32_768
    assert variants["linear"].position == 8  # 256 of 256 samples each
    _, held_out = ablations.held_out_of(compare.Comparison.read(recipe), 1e9)
    classes = QUANTIZERS["mu_law"].encode(samples, 256)
    width = np.bincount(classes)[classes[np.concatenate(list(held_out.values()))]]
    assert variants["full"].position == pytest.approx(np.log2(width).mean())
    for name in ("relu", "linear"):
        bits = {each: np.mean(variants[each].bits) + variants[each].position for each in (name, "full")}
        assert variants[name].difference.mean == pytest.approx(bits[name] - bits["full"], abs=1e-3)
    assert variants["full"].difference is None


def test_two_variants_that_are_one_network_differ_by_nothing_but_rounding(variants):
    assert variants["short"].bits[0] == pytest.approx(variants["undilated"].bits[0], abs=1e-4)


def test_the_command_prints_a_line_for_each_variant_and_draws_the_picture(recipe, variants, tmp_path, capsys):
    ablations.main([str(recipe), "--picture", str(tmp_path / "seen.png")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| variant | weights | receptive field | bits per sample | per 16-bit sample | difference |"
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| full", "| undilated", "| relu", "| linear", "| short"]
    one = variants["relu"]
    cells = [cell.strip() for cell in lines[4].strip("|").split("|")]
    assert cells[1:4] == [f"{one.weights:,}", "4.0 ms", f"{one.bits[0]:.3f}"]
    assert cells[5] == "{:+.3f} ({:+.3f} to {:+.3f})".format(*one.difference)
    assert lines[2].endswith("|  |")
    assert imread(tmp_path / "seen.png").std() > 0.1


def test_the_picture_has_all_variants_with_the_classes_of_the_full_network(variants):
    fig = ablations.draw(list(variants.values()))
    differences, reach = fig.axes
    assert [label.get_text() for label in differences.get_yticklabels()] == ["undilated", "relu", "short"]
    assert [label.get_text() for label in reach.get_xticklabels()] == ["3", "3", "4"]


def test_without_a_run_of_the_full_network_there_is_nothing_to_compare_with(recipe, tmp_path):
    (tmp_path / "compare.yaml").write_text((recipe / "compare.yaml").read_text())
    with pytest.raises(UsageError, match=r"comparison\.jsonl: has no finished run of the variant 'full'"):
        ablations.variants(tmp_path)
