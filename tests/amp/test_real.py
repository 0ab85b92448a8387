"""Published models sound as they do in NeuralAmpModelerCore."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.importers.real import CHECKPOINTS
from wavenet.amp.amp import Amp
from wavenet.engine import native

HOME = CHECKPOINTS / "nam"
STARTS = (0, 4000, 30000, 60000, 95968)
needs_models = pytest.mark.skipif(
    not (HOME / "A2.nam").exists(), reason=f"no published models in {HOME}; WAVENET_CHECKPOINTS names their folder"
)
with np.load(Path(__file__).with_name("data") / "excerpts.npz") as found:
    EXCERPTS = dict(found)


@needs_models
@pytest.mark.parametrize("isa", native.instruction_sets()[-1:])
@pytest.mark.parametrize("name", EXCERPTS)
def test_it_gives_the_samples_of_the_original(name, isa, monkeypatch):
    monkeypatch.setenv(native.VARIABLE, isa)
    base, _, quality = name.rpartition("_") if name[-1].isdigit() and not name.endswith("A2") else (name, "", "")
    amp = Amp.open(HOME / f"{base}.nam", float(quality) if quality else None)
    samples, _ = soundfile.read(HOME / "input.wav", dtype="float32")
    heard = amp.process(samples)
    wanted = EXCERPTS[name]
    # Where a model reaches 15 times full scale, the original itself is 8e-6 from the exact numbers.
    tolerance = 1e-5 * max(1, np.abs(heard).max())
    for start, excerpt in zip(STARTS, wanted, strict=True):
        assert np.abs(heard[start : start + 32] - excerpt).max() < tolerance
