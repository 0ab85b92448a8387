import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from experiments import compare
from experiments.compare import Comparison, difference, merged, run, table
from tests.training.conftest import make_corpus
from wavenet.errors import UsageError
from wavenet.training import loop

RATE = 1000


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    monkeypatch.setenv("WAVENET_STATE", str(tmp_path / "state"))
    rng = np.random.default_rng(0)
    noise = {split: [rng.normal(0, 0.1, 600) for _ in range(n)] for split, n in (("train", 2), ("validation", 3))}
    corpus = make_corpus(tmp_path, noise, RATE)
    shape = {"layers": 2, "stacks": 1, "residual_channels": 4, "dilation_channels": 4, "skip_channels": 4}
    settings = {
        "base": {
            "data": str(corpus),
            "audio": {"sample_rate": RATE},
            "model": {**shape, "head_channels": 4, "quantization_channels": 8},
            "updates": 5,
            "window": 100,
            "listen_seconds": 0,
        },
        "variants": {"plain": None, "wider": {"model": {"skip_channels": 8}}},
        "seeds": [0, 1],
        "pairs": [["wider", "plain"]],
    }
    folder = tmp_path / "recipe"
    folder.mkdir()
    (folder / "compare.yaml").write_text(yaml.safe_dump(settings))
    return folder


def test_every_variant_runs_with_every_seed_once(recipe, monkeypatch):
    comparison = Comparison.read(recipe)
    assert [(name, seed) for name, seed, _ in comparison.runs] == [
        ("plain", 0),
        ("wider", 0),
        ("plain", 1),
        ("wider", 1),
    ]
    assert [config.model.skip_channels for _, _, config in comparison.runs] == [4, 8, 4, 8]
    run(comparison)
    rows = [json.loads(line) for line in comparison.results.read_text().splitlines()]
    assert [(row["variant"], row["seed"]) for row in rows] == [(name, seed) for name, seed, _ in comparison.runs]
    assert all(row["samples"] == 500 and len(row["recordings"]) == 3 for row in rows)
    assert all(row["bits"] == pytest.approx(sum(b for *_, b in row["recordings"]) / 1800, abs=1e-3) for row in rows)
    monkeypatch.setattr(loop, "train", lambda *_, **__: pytest.fail("a run that is done was made again"))
    run(comparison)
    text = table(comparison)
    assert "plain" in text
    assert "wider - plain: " in text


def test_variants_may_run_with_the_first_seed_alone(recipe):
    settings = yaml.safe_load((recipe / "compare.yaml").read_text())
    (recipe / "compare.yaml").write_text(yaml.safe_dump(settings | {"once": ["wider"]}))
    runs = Comparison.read(recipe).runs
    assert [(name, seed) for name, seed, _ in runs] == [("plain", 0), ("wider", 0), ("plain", 1)]


def test_no_name_of_a_variant_leaves_the_folder_of_states(recipe, tmp_path, monkeypatch):
    settings = yaml.safe_load((recipe / "compare.yaml").read_text())
    settings["variants"] = {"../../../plain": None, str(tmp_path / "wider"): None, "L+F": None}
    (recipe / "compare.yaml").write_text(yaml.safe_dump(settings))
    monkeypatch.chdir(recipe)
    outs = {Path(config.out) for _, _, config in Comparison.read(Path()).runs}
    folder = tmp_path / "state" / "compare" / "recipe"
    assert len(outs) == 6
    assert folder / "L+F-0" in outs
    assert all(out.resolve().is_relative_to(folder) for out in outs)


def scored(bits, names=("a", "b", "c")):
    return {"recordings": [[name, 100, 100.0 * b] for name, b in zip(names, bits, strict=True)]}


def test_a_difference_is_that_of_the_means_and_its_interval_holds_it():
    mean, low, high = difference([scored((1, 2, 3)), scored((1.2, 2.2, 3.2))], [scored((2, 3, 4))])
    assert mean == pytest.approx(-0.9)
    assert -1.0 <= low <= mean <= high <= -0.8


def test_only_recordings_that_both_scored_are_compared():
    mean, low, high = difference([scored((1, 2), ("a", "b"))], [scored((9, 1.5), ("z", "b"))])
    assert (mean, low, high) == (0.5, 0.5, 0.5)
    with pytest.raises(UsageError, match="no held-out recording in common"):
        difference([scored((1, 2, 3))], [scored((1, 2, 3), ("x", "y", "z"))])


def test_settings_are_merged_group_by_group():
    assert merged({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"c": 4}, "e": 5}) == {"a": {"b": 1, "c": 4}, "d": 3, "e": 5}


@pytest.mark.parametrize(("text", "why"), [("", "cannot be read"), ("base: {}", "cannot be read"), ("[", "is no YAML")])
def test_a_broken_recipe_is_told(tmp_path, text, why):
    (tmp_path / "compare.yaml").write_text(text)
    with pytest.raises(UsageError, match=rf"compare\.yaml: {why}"):
        Comparison.read(tmp_path)


def test_an_unknown_setting_is_told_with_the_variant(recipe, capsys, monkeypatch):
    text = (recipe / "compare.yaml").read_text().replace("window", "windw")
    (recipe / "compare.yaml").write_text(text)
    monkeypatch.setattr("sys.argv", ["compare", str(recipe)])
    with pytest.raises(SystemExit) as stopped:
        compare.main()
    assert stopped.value.code == 2
    assert "unknown setting 'windw'; did you mean 'window'" in capsys.readouterr().err
