"""A checkpoint of any of the readable formats: its tensors by name, and what it tells beside them."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet import untrusted
from wavenet.errors import CheckpointError, NoCheckpointError
from wavenet.importers import pytorch, tensorflow

WAY_OUT = "wavenet import reads checkpoints of TensorFlow (a table, or NAME.index) and files of torch.save"


@dataclass
class Checkpoint:
    """What a file holds."""

    path: Path
    kind: str
    """its format, as the report names it"""
    tensors: dict[str, NDArray[np.float32]]
    settings: dict[str, int] = field(default_factory=dict)
    """integers that were attributes of a network that was saved whole"""


def read(source: Path) -> Checkpoint:
    """The checkpoint in a file, or in a folder of TensorFlow, whose file ``checkpoint`` names the newest.

    Raises:
        CheckpointError: it is damaged: one line that names file and fault.
        NoCheckpointError: there is none.
    """
    path = _file(source)
    try:
        untrusted.check(path)
        if pytorch.is_saved(path):
            found = pytorch.read(path)
            return Checkpoint(path, "file of PyTorch", found.tensors, found.settings)
        if tensorflow.is_table(path):
            second = path.suffix == ".index"
            return Checkpoint(path, f"TensorFlow checkpoint V{1 + second}", tensorflow.read(path))
    except FileNotFoundError:
        raise NoCheckpointError(f"{source}: no such file; name a checkpoint") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CheckpointError(f"{path}: {reason}") from None
    raise CheckpointError(f"{path}: is no checkpoint, or is cut short; {WAY_OUT}")


def _file(source: Path) -> Path:
    """The file of a name: a file, a prefix of TensorFlow's, or a folder with a file ``checkpoint``."""
    if source.is_dir():
        try:
            text = untrusted.content(source / "checkpoint", untrusted.MOST_TEXT).decode("utf-8", "replace")
        except OSError:
            raise CheckpointError(f"{source}: is a folder without a file `checkpoint`; name the checkpoint") from None
        newest = re.search(r'^model_checkpoint_path: "([^"\n]+)"$', text, re.MULTILINE)
        if not newest:
            raise CheckpointError(f"{source / 'checkpoint'}: names no checkpoint; name the file itself")
        source = source / re.split(r"[\\/]", newest[1])[-1]  # its folder was on another machine
    prefix = re.sub(r"\.(meta|data-\d{5}-of-\d{5})$", "", source.name)  # other files of the same checkpoint
    beside = source.with_name(f"{prefix}.index")
    return beside if beside.exists() and (prefix != source.name or not source.exists()) else source
