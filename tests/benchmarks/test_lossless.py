"""The benchmark of compression, on a short corpus."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks import lossless
from tests.networks import MICRO, calibrated, random_model
from wavenet.cli.main import main
from wavenet.config import AudioConfig
from wavenet.engine import folder

pytestmark = pytest.mark.skipif(
    not (shutil.which("flac") and shutil.which("wavpack")), reason="the programs flac and wavpack are not installed"
)


@pytest.fixture(autouse=True)
def corpus(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = ["path,split"]
    for split, period in (("train", 9), ("test", 10)):
        waveform = 0.2 * np.sin(np.arange(8000) / period) * np.sin(np.arange(8000) / 431)
        soundfile.write(f"{split}.wav", waveform, 16_000)
        rows.append(f"{split}.wav,{split}")
    (tmp_path / "list.csv").write_text("\n".join(rows) + "\n")
    main(["prepare", "list.csv", "corpus"])


def measured(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["lossless.py", "corpus", "--json", "rows.jsonl", *arguments])
    lossless.main()
    return [json.loads(line) for line in Path("rows.jsonl").read_text().splitlines()]


def test_the_coder_takes_the_bits_of_the_log_likelihood_and_the_others_are_measured(monkeypatch, capsys):
    found = measured(monkeypatch)
    assert f"| corpus | 16 bits | FLAC (-8 -b 1152) | {found[2]['bits']:.3f} |" in capsys.readouterr().out
    by = {(row["kind"], row["format"]): row["bits"] for row in found}
    for kind in ("16 bits", "μ-law"):
        assert by[kind, "**the same** without its header"] == pytest.approx(
            by[kind, "the model's log-likelihood"], rel=0.005
        )
        assert by[kind, "**wavenet compress**"] > by[kind, "**the same** without its header"]
    assert {row["samples"] for row in found} == {8000}


def test_a_model_of_16_bit_samples_is_measured_on_these_alone(monkeypatch):
    shape = replace(MICRO, output="logistics", quantization_channels=65_536, components=2)
    opened = calibrated(random_model(shape))
    folder.write(Path("mine"), AudioConfig(quantizer="linear"), opened.model, opened.tensors)
    found = measured(monkeypatch, "--model", "mine")
    assert {row["kind"] for row in found} == {"16 bits"}
    by = {row["format"]: row["bits"] for row in found}
    assert by["**the same** without its header"] == pytest.approx(by["the model's log-likelihood"], rel=0.005)
