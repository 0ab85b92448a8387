"""What the tests of pages share; ``conftest.py`` has the browser."""

import pytest

from benchmarks.browser import BROWSER

needs_chromium = pytest.mark.skipif(not BROWSER, reason="there is no chromium: apt-get install chromium")


def watched(page):
    """The page, with a list ``wrong`` of what goes wrong in it."""
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda told: page.wrong.append(told.text) if told.type == "error" else None)
    return page
