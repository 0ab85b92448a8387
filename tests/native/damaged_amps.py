"""Small amplifiers, most of them damaged, for ``fuzz.py``."""

import copy
import json
from pathlib import Path
from typing import Any

import damaged_checkpoints  # which finds tests.amp
from damaged_folders import Rng, pick

from tests.amp import written

ODD = (
    None, True, 0, 1, 2, 3, 5, 16, 17, 64, 512, 513, 4096, 2**20, 2**31, 2**63, -1, 0.5, 1e30, 1e39, -0.0, "", "Tanh",
    "ReLU", "gated", "blended", [], [1], [1, 2, 4], [512] * 5, {}, {"active": True, "groups": 1}, {"type": "PReLU"},
)  # fmt: skip


def write(rng: Rng, path: Path) -> Path:
    """A ``.nam`` file: entries of its settings are replaced, or its bytes damaged, or neither."""
    made = copy.deepcopy(written.KINDS[pick(rng, list(written.KINDS))])
    for _ in range(int(rng.integers(0, 3))):
        place, key = pick(rng, list(places(made)))
        if rng.random() < 0.2 and isinstance(place, dict):
            del place[key]
        else:
            place[key] = copy.deepcopy(pick(rng, ODD))
    if rng.random() < 0.5 and "weights" in made:  # of a number that may suit
        count = int(rng.integers(0, 600))
        made["weights"] = (rng.normal(size=count) * pick(rng, [0.3, 1e3, 1e30])).tolist()
    path.write_text(json.dumps(made), "utf-8")
    if rng.random() < 0.15:
        path.write_bytes(damaged_checkpoints.damaged(rng, path.read_bytes()))
    return path


def places(made: Any) -> Any:
    """Every entry but single weights, as what holds it and its key."""
    entries = made.items() if isinstance(made, dict) else enumerate(made) if isinstance(made, list) else ()
    for key, value in list(entries):
        yield made, key
        if key != "weights":
            yield from places(value)
