"""Errors for missing libraries of the metrics: one line that says how to install them."""

from collections.abc import Iterator
from contextlib import contextmanager

from wavenet.errors import MissingExtraError
from wavenet.imports import quiet


@contextmanager
def needed(feature: str, without_dependencies: str = "") -> Iterator[None]:
    """Suppress the output of imports inside the block; a failing one becomes an error that says how to install it.

    Args:
        feature: what needs the packages.
        without_dependencies: packages that depend on more than they use, and must be installed without dependencies;
            all of them also need PyTorch.

    Raises:
        MissingExtraError: a package is missing.
    """
    try:
        with quiet():
            yield
    except ImportError:
        if not without_dependencies:
            raise MissingExtraError(feature, "eval") from None
        then = f"pip install --no-deps {without_dependencies}"
        raise MissingExtraError(feature, "train,eval", then) from None
