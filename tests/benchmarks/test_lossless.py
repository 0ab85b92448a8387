"""The benchmark of compression, on a short corpus."""

import json
import shutil
import sys

import numpy as np
import pytest
import soundfile

from benchmarks import lossless
from wavenet.cli.main import main

pytestmark = pytest.mark.skipif(
    not (shutil.which("flac") and shutil.which("wavpack")), reason="the programs flac and wavpack are not installed"
)


def test_the_coder_takes_the_bits_of_the_log_likelihood_and_the_others_are_measured(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = ["path,split"]
    for split, period in (("train", 9), ("test", 10)):
        waveform = 0.2 * np.sin(np.arange(8000) / period) * np.sin(np.arange(8000) / 431)
        soundfile.write(f"{split}.wav", waveform, 16_000)
        rows.append(f"{split}.wav,{split}")
    (tmp_path / "list.csv").write_text("\n".join(rows) + "\n")
    main(["prepare", "list.csv", "corpus"])
    monkeypatch.setattr(sys, "argv", ["lossless.py", "corpus", "--json", "rows.jsonl"])
    lossless.main()
    found = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert f"| corpus | 16 bits | FLAC (-8 -b 1152) | {found[2]['bits']:.3f} |" in capsys.readouterr().out
    by = {(row["kind"], row["format"]): row["bits"] for row in found}
    for kind in ("16 bits", "μ-law"):
        assert by[kind, "**the same** without its header"] == pytest.approx(
            by[kind, "the model's log-likelihood"], rel=0.005
        )
        assert by[kind, "**wavenet compress**"] > by[kind, "**the same** without its header"]
    assert {row["samples"] for row in found} == {8000}
