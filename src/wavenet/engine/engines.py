"""The engines by name. A new one is a module that has an ``Engine``, and a line here."""

from typing import Any, Protocol

from wavenet.config import ModelConfig
from wavenet.engine import native, reference_engine
from wavenet.engine.folder import Tensors
from wavenet.engine.interface import Engine
from wavenet.engine.precision import Precision
from wavenet.errors import UsageError, suggestion


class Make(Protocol):
    """Makes an engine of the tensors of a model folder."""

    def __call__(self, model: ModelConfig, tensors: Tensors, precision: Precision, /) -> Engine[Any]:
        """Raises UsageError where the network cannot run so, WavenetError where the engine is not there."""


ENGINES: dict[str, Make] = {"native": native.Network, "reference": reference_engine.Network}
"""the compiled one, and the same in numpy: hundreds of times slower, and there without a compiler"""


def find(name: str) -> Make:
    """What makes an engine; raises UsageError where there is none of that name."""
    if name not in ENGINES:
        raise UsageError(f"unknown engine {name!r}{suggestion(name, ENGINES)}")
    return ENGINES[name]
