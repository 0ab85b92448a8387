"""What several test files share."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy and torch load: two cores, many processes

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("wavenet", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
# A failure in CI has to be the fault of the change that it tests; new examples are searched for where people work.
settings.register_profile("ci", settings.get_profile("wavenet"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "wavenet")


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, for tests that ``needs_chromium`` marks."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from benchmarks.browser import chromium

    with chromium() as opened:
        yield opened
