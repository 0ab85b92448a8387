"""Libraries imported late, in any number of threads at once."""

import subprocess
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from threading import Barrier

import pytest

from wavenet.imports import quiet, without

THREADS = 8


def at_once(function: Callable[[], object]) -> list[object]:
    """What a function gives in each of several threads that enter it together."""
    barrier = Barrier(THREADS)

    def one(_: int) -> object:
        barrier.wait()
        return function()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_what_a_library_prints_and_warns_of_is_not_heard(capsys: pytest.CaptureFixture[str]) -> None:
    with quiet():
        print("loading")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert capsys.readouterr().out == ""


def test_a_package_is_empty_only_inside() -> None:
    with without("absent_package", version="3"):
        import absent_package

        assert absent_package.version == "3"
    assert "absent_package" not in sys.modules
    with pytest.raises(ImportError):
        import absent_package


def test_a_package_that_is_loaded_already_stays() -> None:
    with without("warnings"):
        assert sys.modules["warnings"] is warnings
    assert sys.modules["warnings"] is warnings


def test_threads_leave_the_process_as_it_was() -> None:
    stdout, filters = sys.stdout, list(warnings.filters)

    def imported() -> object:
        for _ in range(200):
            with quiet(), without("absent_package", version="3"):
                import absent_package

                assert absent_package.version == "3"
        return True

    assert at_once(imported) == [True] * THREADS
    assert "absent_package" not in sys.modules
    assert sys.stdout is stdout
    assert warnings.filters == filters


FIRST_PITCH = """
import sys
import numpy as np
from tests.test_imports import at_once
from wavenet.audio import features
from wavenet.config import FeatureConfig
tone = 0.3 * np.sin(np.arange(4000) / 9)
first, *others = at_once(lambda: features.pitch(tone, 16_000, FeatureConfig(pitch_method="harvest")))
assert all(np.array_equal(first, other) for other in others)
import pyworld
assert pyworld.__version__
"""


def test_the_first_pitches_of_a_process_may_be_found_by_several_threads_at_once() -> None:
    if find_spec("pyworld") is None:
        pytest.skip("needs pyworld")
    subprocess.run([sys.executable, "-c", FIRST_PITCH], check=True)
