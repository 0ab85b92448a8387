"""What is said where the libraries of the metrics are not installed: a line on how to install them."""

from collections.abc import Iterator
from contextlib import contextmanager

from wavenet.errors import MissingExtraError
from wavenet.imports import quiet


@contextmanager
def needed(feature: str, without_dependencies: str = "") -> Iterator[None]:
    """Imports inside are quiet; one that fails becomes the error that tells how to install.

    Args:
        feature: what needs them.
        without_dependencies: packages that ask for more than they use and cannot be installed in the ordinary way;
            all of them need PyTorch as well.

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
