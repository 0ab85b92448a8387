"""How the libraries of the metrics are brought in: late, quietly, and with a line on how to install them."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

from wavenet.errors import MissingExtraError


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing that a library prints or warns of reaches the user: it tells of its own upkeep, not of the recording."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        yield


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
