import json

import numpy as np
import pytest
import yaml

from experiments import compare, outputs
from experiments.outputs import MU_LAW, SAMPLES, Scorer, Units
from tests.training.conftest import make_corpus
from wavenet.audio import mu_law
from wavenet.config import AudioConfig, ModelConfig
from wavenet.outputs import of

RATE = 1000
LINEAR = {"quantizer": "linear", "sample_rate": RATE}
VALUES = {"output": "logistics", "quantization_channels": SAMPLES, "components": 2}


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    monkeypatch.setenv("WAVENET_STATE", str(tmp_path / "state"))
    rng = np.random.default_rng(0)
    noise = {split: [rng.normal(0, 0.1, 900) for _ in range(n)] for split, n in (("train", 2), ("validation", 3))}
    shape = {"layers": 2, "stacks": 1, "residual_channels": 4, "dilation_channels": 4, "skip_channels": 4}
    settings = {
        "base": {
            "data": str(make_corpus(tmp_path, noise, RATE)),
            "audio": {"sample_rate": RATE},
            "model": {**shape, "head_channels": 4},
            "updates": 3,
            "window": 100,
            "listen_seconds": 0,
        },
        "variants": {"softmax": None, "logistics": {"audio": LINEAR, "model": VALUES}},
        "seeds": [0, 1],
        "pairs": [],
    }
    folder = tmp_path / "recipe"
    folder.mkdir()
    (folder / "compare.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    return folder


@pytest.mark.parametrize(
    ("quantizer", "classes"), [("mu_law", 256), ("mu_law", 1024), ("linear", 256), ("linear", SAMPLES)]
)
def test_every_sample_is_in_a_class_and_every_class_in_mu_law_classes(quantizer, classes):
    units = Units(quantizer, classes)
    assert units.count.sum() == SAMPLES
    if classes < SAMPLES:
        shares = units.shares[units.count > 0]
        np.testing.assert_allclose(shares.sum(1), 1)


@pytest.mark.parametrize(
    ("audio", "model"),
    [
        (AudioConfig(), ModelConfig()),
        (AudioConfig(), ModelConfig(quantization_channels=1024)),
        (AudioConfig(quantizer="linear"), ModelConfig()),
        (AudioConfig(quantizer="linear"), ModelConfig(output="logistics", quantization_channels=SAMPLES)),
        (AudioConfig(quantizer="linear"), ModelConfig(output="gaussian", quantization_channels=SAMPLES)),
    ],
)
def test_probabilities_of_samples_add_up_within_each_mu_law_class(audio, model):
    distribution = of(model)
    logits = distribution.initial_bias() + np.random.default_rng(0).normal(0, 0.3, distribution.channels)
    coarse = mu_law.encode((np.arange(SAMPLES) - 32_768) / 32_768, MU_LAW)
    for k in (3, 100, 127, 128, 140, 255):
        samples = np.nonzero(coarse == k)[0]
        rows = np.broadcast_to(logits.astype(np.float32), (len(samples), len(logits)))
        own, of_class = Scorer(audio, model).bits(rows, samples)
        np.testing.assert_allclose((2.0**-own).sum(), 2.0 ** -of_class[0], rtol=1e-9)
        assert np.ptp(of_class) < 1e-9


def test_a_mu_law_model_has_its_own_bits_in_units_of_mu_law(recipe, capsys):
    compare.run(compare.Comparison.read(recipe))
    capsys.readouterr()
    outputs.main([str(recipe)])
    rows = [json.loads(line) for line in (recipe / "units.jsonl").read_text().splitlines()]
    assert [(row["variant"], row["seed"]) for row in rows] == [
        ("AR(16), 16 bits", 0), ("MCGSM, 16 bits", 0), ("AR(16), μ-law", 0), ("MCGSM, μ-law", 0),
        ("softmax", 0), ("logistics", 0), ("softmax", 1), ("logistics", 1),
    ]  # fmt: skip
    compared = [json.loads(line) for line in (recipe / "comparison.jsonl").read_text().splitlines()]
    for key, variant in (("classes", "softmax"), ("recordings", "logistics")):
        for ours, theirs in zip(
            *([r for r in some if r["variant"] == variant] for some in (rows, compared)), strict=True
        ):
            found, wanted = ({name: bits for name, _, bits in row} for row in (ours[key], theirs["recordings"]))
            assert found == {name: pytest.approx(bits, rel=0.01) for name, bits in wanted.items()}
    printed = capsys.readouterr().out
    assert "| logistics | 2 |" in printed
    outputs.main([str(recipe)])
    assert capsys.readouterr().out == printed  # nothing is scored twice
    outputs.main([str(recipe), "--table"])
    assert capsys.readouterr().out == printed


def test_a_run_that_has_not_ended_is_not_scored(recipe):
    comparison = compare.Comparison.read(recipe)
    compare.run(comparison)
    rows = comparison.results.read_text().splitlines()
    comparison.results.write_text("\n".join(rows[:-1]) + "\n")  # its model folder is there all the same
    outputs.main([str(recipe)])
    assert len((recipe / "units.jsonl").read_text().splitlines()) == 4 + len(rows) - 1
