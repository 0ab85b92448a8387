"""The engines by name. A new one is a module with an ``Engine``, and a line here."""

from typing import Any, Protocol

from wavenet.config import ModelConfig
from wavenet.engine import native
from wavenet.engine.folder import Tensors
from wavenet.engine.interface import Engine
from wavenet.engine.precision import Precision
from wavenet.errors import UsageError, suggestion


class Make(Protocol):
    """Makes an engine from the tensors of a model folder."""

    def __call__(self, model: ModelConfig, tensors: Tensors, precision: Precision, /) -> Engine[Any]:
        """Raises UsageError if the network cannot run like this, WavenetError if the engine is not available."""


def _reference(model: ModelConfig, tensors: Tensors, precision: Precision, /) -> Engine[Any]:
    from wavenet.engine import reference_engine  # which few need

    return reference_engine.Network(model, tensors, precision)


ENGINES: dict[str, Make] = {"native": native.Network, "reference": _reference}
"""the compiled engine, and the same in numpy: much slower, but available without a compiler"""


def find(name: str) -> Make:
    """The function that makes an engine; raises UsageError if there is none with this name."""
    if name not in ENGINES:
        raise UsageError(f"unknown engine {name!r}{suggestion(str(name), ENGINES)}")
    return ENGINES[name]
