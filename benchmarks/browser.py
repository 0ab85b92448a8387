"""A voice in a page without a server (docs/browser.md): its speed in headless Chromium, with all that the page draws.

    make browser
    python benchmarks/browser.py [FOLDER] [--rounds 5]

Prints a table: after how many seconds the page is ready, how long the first sound takes, and how much faster than real
time a text is said: medians. Wall time, so nothing else may run.
"""

import argparse
import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from tqdm import trange

from wavenet.bench.report import machine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSER = os.environ.get("CHROMIUM", "") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"]  # fmt: skip
PATIENCE = 120_000
"""milliseconds that a busy machine may take to load the voice"""


class Round(NamedTuple):
    """What one round measured."""

    ready: float
    """seconds until the voice is there"""
    first: float
    """seconds from the request to the first sound"""
    speed: float
    """seconds of sound that are made in a second"""


@contextmanager
def chromium() -> "Iterator[Browser]":
    """A headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield opened
        opened.close()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # as the library names it
        """Say nothing."""


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """The address of a host of a folder's files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def wait_until_ready(page: "Page") -> None:
    """Until the voice can speak, or an error is shown."""
    ready = "document.getElementById('voice').options.length > 0 || document.getElementById('error').textContent"
    page.wait_for_function(ready, timeout=PATIENCE)


def measured(browser: "Browser", address: str) -> Round:
    """One page, and the second text that it says: the first one is said while code is still being compiled."""
    page = browser.new_page(bypass_csp=True)
    began = time.perf_counter()
    page.goto(address)
    wait_until_ready(page)
    ready = time.perf_counter() - began
    for _ in range(2):
        began = time.perf_counter()
        page.get_by_role("button", name="Say it").click()
        page.wait_for_function("state && state.player.length > 0", timeout=PATIENCE)
        first = time.perf_counter() - began
        page.wait_for_function("state.done", timeout=PATIENCE)
        took = time.perf_counter() - began
        page.wait_for_function("/s of sound/.test(document.getElementById('status').textContent)", timeout=PATIENCE)
    speed = page.evaluate("state.player.seconds") / took
    page.close()
    return Round(ready, first, speed)


def markdown(rounds: Sequence[Round]) -> str:
    """A line with the medians."""
    ready, first, speed = map(statistics.median, zip(*rounds, strict=True))
    heads = "| ready after | first sound after | × real time |\n| --- | --- | --- |"
    return f"{heads}\n| {ready:.1f} s | {1000 * first:.0f} ms | {speed:.1f} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("dist/browser"))
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    if not (given.folder / "index.html").exists():
        parser.error(f"{given.folder} has no page; make browser makes one")
    with chromium() as browser, hosted(given.folder) as address:
        found = [measured(browser, address) for _ in trange(given.rounds, unit="round", file=sys.stderr)]
    print(f"{machine()['processor']}, {machine()['cores']} cores\n\n{markdown(found)}")


if __name__ == "__main__":
    main()
