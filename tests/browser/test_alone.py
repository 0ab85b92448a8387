"""The page without a server, in a browser: what its engine computes, what it says and what it refuses."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.browser import PATIENCE, hosted, wait_until_ready
from tests.browser import checked
from tests.browsers import needs_chromium, watched
from tests.native.build import FIRST, ROOT, locked, tool
from wavenet.serving import captions
from wavenet.tts.voice import Voice

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), needs_chromium]
HERE = Path(__file__).parent
TEXT = "The fox sees you. Does it run?"
SAID = "/s of sound/.test(document.getElementById('status').textContent)"


@pytest.fixture(scope="module")
def voice():
    return Voice.open("english")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What ``make browser`` makes, and the worker of ``checked.py``."""
    for name in ("emcmake", "npm", "cmake", "ninja"):
        tool(name)
    out = tmp_path_factory.mktemp("browser") / "page"
    environment = {**os.environ, "PYTHON": sys.executable, "PATH": f"{FIRST}{os.pathsep}{os.environ['PATH']}"}
    build = ["sh", "scripts/browser/build.sh", "english", str(out)]
    with locked(ROOT / "build" / "browser"):
        done = subprocess.run(build, cwd=ROOT, env=environment, capture_output=True, text=True)
    if "npm error" in done.stderr:
        pytest.skip("npm does not answer")
    assert done.returncode == 0, done.stderr[-4000:]
    shutil.copy(HERE / "check.js", out)
    return out


@pytest.fixture(scope="module")
def page(browser, folder):
    """With its voice ready."""
    with hosted(folder) as address:
        opened = watched(browser.new_page())
        opened.goto(address)
        wait_until_ready(opened)
        yield opened


def say(page, text):
    page.get_by_label("Text, plain, Markdown or SSML").fill(text)
    page.get_by_role("button", name="Say it").click()


def test_its_engine_computes_what_the_compiled_one_computes(page, voice):
    source = Path(checked.__file__).read_text("utf-8")
    found = page.evaluate(
        """source => new Promise((resolve, reject) => {
            const worker = new Worker("check.js", { type: "module" });
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = error => reject(new Error(error.message));
            worker.postMessage(source);
        })""",
        source,
    )
    assert found == checked.checks(voice)


def test_it_says_and_marks_a_text_as_a_server_plans_it(page, voice):
    say(page, TEXT)
    page.wait_for_function(SAID, timeout=PATIENCE)
    frame = voice.hop_length / voice.sample_rate
    plans = [captions.plan_of(sentence, frame) for sentence in voice.plan(TEXT)]
    phones = [each["phone"] for plan in plans for each in plan["phones"] if each["phone"]]
    assert page.evaluate("state.phones.map(each => each.phone)") == phones
    assert page.evaluate("state.words.map(each => each.word)") == TEXT.split()
    here = np.concatenate(list(voice.say(TEXT)))
    there = np.concatenate([np.array(piece) for piece in page.evaluate("state.player.pieces.map(piece => [...piece])")])
    assert len(there) == len(here)

    def loudness(sound):  # of 20 ms; numpy adds in another order there, so that other samples are drawn in the end
        return np.log(np.sqrt((sound[: len(sound) // 320 * 320].reshape(-1, 320) ** 2).mean(1)) + 1e-3)

    assert np.corrcoef(loudness(here), loudness(there))[0, 1] > 0.9
    assert page.locator("#said mark").inner_text() == "run?"
    assert page.wrong == []


def test_what_cannot_be_said_is_told_and_the_next_text_is_said(page):
    say(page, "...")
    page.wait_for_function("document.getElementById('error').textContent", timeout=PATIENCE)
    assert page.locator("#error").inner_text().startswith("there is nothing to say")
    say(page, "Yes.")
    page.wait_for_function(SAID, timeout=PATIENCE)
    assert page.locator("#error").inner_text() == ""
    assert page.wrong == []


def test_a_text_that_is_stopped_ends_and_leaves_the_voice_free(page):
    say(page, TEXT * 40)
    page.wait_for_function("state && state.player.length > 0 && state.text.length > 200", timeout=PATIENCE)
    page.keyboard.press("Escape")
    length = page.evaluate("state.player.length")
    page.wait_for_timeout(500)
    assert page.evaluate("state.player.length") == length
    say(page, "Yes.")
    page.wait_for_function(f"state.text === 'Yes.' && {SAID}", timeout=PATIENCE)
    assert page.wrong == []


def test_what_was_asked_for_before_the_voice_is_there_is_stopped_or_said_once(browser, folder):
    with hosted(folder) as address:
        page = browser.new_page()
        page.goto(address)
        for text in ("First.", "Second.", "Third."):
            page.get_by_label("Text, plain, Markdown or SSML").fill(text)
            page.keyboard.press("Control+Enter")
        page.evaluate("""() => {
            window.players = [];
            const add = Player.prototype.add;
            Player.prototype.add = function (samples) {
                if (!players.includes(this)) players.push(this);
                add.call(this, samples);
            };
        }""")
        page.wait_for_function(f"state && state.text === 'Third.' && {SAID}", timeout=PATIENCE)
        assert page.evaluate("players.length") == 1
        page.close()


def test_a_text_that_is_stopped_before_the_voice_is_there_is_not_said(browser, folder):
    with hosted(folder) as address:
        page = browser.new_page()
        page.goto(address)
        say(page, TEXT)
        page.get_by_role("button", name="Stop").click()
        assert page.get_by_role("button", name="Say it").is_enabled()
        wait_until_ready(page)
        page.wait_for_timeout(1_000)
        assert page.evaluate("state") is None
        page.close()


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("packages.zip", "packages.zip cannot be loaded: the host answers 404"),
        ("pyodide/pyodide.asm.wasm", "pyodide/pyodide.asm.wasm cannot be loaded: the host answers 404"),
        ("engine.wasm", "engine.wasm cannot be loaded: the host answers 404"),
        ("loading.js", "the voice cannot be loaded: one of its scripts is missing, or its host gives it a wrong type"),
        ("local.js", "local.js is missing, which speaks in this page"),
    ],
)
def test_a_page_without_one_of_its_files_says_so(browser, folder, tmp_path, missing, told):
    broken = shutil.copytree(folder, tmp_path / "broken")
    (broken / missing).unlink()
    with hosted(broken) as address:
        page, asked = browser.new_page(), []
        page.goto(address)
        wait_until_ready(page)
        assert page.locator("#error").inner_text().endswith(told)
        page.on("request", lambda request: asked.append(request.method))
        say(page, TEXT)
        page.wait_for_function("document.getElementById('say').disabled === false", timeout=PATIENCE)
        assert page.locator("#error").inner_text().endswith(told)
        assert "POST" not in asked  # the text stays here
        page.close()


def test_files_that_are_cut_off_are_told(browser, folder, tmp_path):
    broken = shutil.copytree(folder, tmp_path / "broken")
    for name, told in (("packages.zip", "packages.zip is broken"), ("pyodide/pyodide.asm.wasm", "WebAssembly")):
        whole = (broken / name).read_bytes()
        (broken / name).write_bytes(whole[: len(whole) // 2])
        with hosted(broken) as address:
            page = browser.new_page()
            page.goto(address)
            wait_until_ready(page)
            assert told in page.locator("#error").inner_text()
            page.close()
        (broken / name).write_bytes(whole)


def test_a_message_that_asks_for_nothing_does_no_harm(page):
    found = page.evaluate("""() => new Promise(resolve => {
        const worker = new Worker("worker.js", { type: "module" }), heard = [];
        worker.onmessage = ({ data }) => {
            if (data.ready) {
                for (const message of [null, 3, { stop: 7 }, { id: 1, speed: 1, seed: 0 }]) worker.postMessage(message);
                worker.postMessage({ id: 7, text: "Yes.", speed: 1, seed: 2 ** 53 });
            }
            if (data.error || data.done) heard.push([data.id, data.error ? "error" : "done"]);
            if (heard.length === 2) { worker.terminate(); resolve(heard); }
        };
    })""")
    assert found == [[1, "error"], [7, "done"]]
