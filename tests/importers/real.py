"""Where published checkpoints lie, which are not part of the repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKPOINTS = Path(os.environ.get("WAVENET_CHECKPOINTS", ROOT.parent / "shared" / "checkpoints"))
TEXT = CHECKPOINTS / "ibab_text" / "model.ckpt-14999"
KESKIVAL = CHECKPOINTS / "keskival" / "sound-model"
needs_checkpoints = pytest.mark.skipif(
    not (TEXT.exists() and KESKIVAL.exists()),
    reason=f"no published checkpoints in {CHECKPOINTS}; WAVENET_CHECKPOINTS names their folder",
)
