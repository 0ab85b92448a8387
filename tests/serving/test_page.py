"""The page in a browser: it plays what is said, the mark follows the sound, and what is wrong is shown."""

import numpy as np
import pytest
import soundfile

from tests.browsers import needs_chromium, watched
from tests.serving.serving import TEXT, served
from tests.serving.speaking import voice
from wavenet.audio.files import to_int16

KEY = "a key"
pytestmark = [pytest.mark.slow, needs_chromium]


@pytest.fixture(scope="module")
def port():
    with served() as (_, found):
        yield found


@pytest.fixture
def page(browser, port):
    """Of a server, with its voice."""
    # the test's own scripts are no part of the page
    opened = watched(browser.new_page(accept_downloads=True, bypass_csp=True))
    opened.goto(f"http://127.0.0.1:{port}/")
    opened.wait_for_function("document.getElementById('voice').options.length > 0")
    yield opened
    opened.close()


def test_a_text_is_played_and_its_words_are_marked_in_order(page, tmp_path):
    page.get_by_label("Text, plain, Markdown or SSML").fill(TEXT)
    page.evaluate("""() => {
        window.marked = [];
        new MutationObserver(() => {
            const mark = document.querySelector('#said mark');
            if (mark && window.marked.at(-1) !== mark.textContent) window.marked.push(mark.textContent);
        }).observe(document.getElementById('said'), { childList: true });
    }""")
    page.get_by_label("Speed").fill("0.5")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Download").wait_for(state="visible")
    page.wait_for_function("/s of sound/.test(document.getElementById('status').textContent)", timeout=20_000)
    marked, words = page.evaluate("window.marked"), iter(TEXT.split())
    assert all(word in words for word in marked)  # in order; a slow machine draws no picture of a short word
    assert marked[-1] == TEXT.split()[-1]
    assert len(marked) > 3
    assert page.evaluate("state.player.gaps") == 0
    assert page.locator("#said").inner_text() == TEXT
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "said.wav")
    heard, rate = soundfile.read(tmp_path / "said.wav", dtype="int16")
    assert rate == 16_000
    assert np.array_equal(heard, np.concatenate([to_int16(each) for each in voice().say(TEXT, speed=0.5)]))
    assert page.wrong == []


def test_an_emoji_moves_no_mark(page):
    page.get_by_label("Text, plain, Markdown or SSML").fill(f"\N{GRINNING FACE} {TEXT}")
    page.get_by_role("button", name="Say it").click()
    page.wait_for_function("/s of sound/.test(document.getElementById('status').textContent)", timeout=20_000)
    assert page.locator("#said mark").inner_text() == TEXT.split()[-1]
    assert page.locator("#said").inner_text() == f"\N{GRINNING FACE} {TEXT}"
    assert page.wrong == []


def test_the_picture_shows_the_sound_and_the_plan(page):
    page.get_by_label("Text, plain, Markdown or SSML").fill(TEXT)
    page.get_by_role("button", name="Say it").click()
    page.wait_for_function("/s of sound/.test(document.getElementById('status').textContent)", timeout=20_000)
    drawn = page.evaluate("""() => {
        const canvas = document.getElementById('drawn'), g = canvas.getContext('2d');
        return [0, 0.3, 0.73, 0.85].map(from => {
            const data = g.getImageData(0, from * canvas.height, canvas.width, canvas.height / 10).data;
            return data.filter((value, i) => i % 4 === 3 && value > 0).length;
        });
    }""")
    assert all(pixels > 50 for pixels in drawn), drawn
    columns, seconds = page.evaluate("[state.columns.spectra.length, state.player.seconds]")
    assert columns == pytest.approx(seconds * 100, abs=4)
    assert page.wrong == []


def test_the_spectrum_of_the_page_is_that_of_numpy(page):
    samples = np.random.default_rng(0).uniform(-1, 1, 256)
    found = page.evaluate("samples => Array.from(spectrum(Float32Array.from(samples), 0))", samples.tolist())
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(256) / 256)
    np.testing.assert_allclose(found, 20 * np.log10(np.abs(np.fft.rfft(samples * window))[:128]), atol=0.01)


def test_stop_ends_the_sound_and_another_seed_is_another_sound(page):
    page.get_by_label("Text, plain, Markdown or SSML").fill(TEXT * 40)
    page.get_by_role("button", name="Say it").click()
    page.wait_for_function("state && state.player.length > 0")
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Stop").is_disabled()
    assert page.get_by_role("button", name="Say it").is_enabled()
    length = page.evaluate("state.player.length")
    page.wait_for_timeout(300)
    assert page.evaluate("state.player.length") == length
    page.get_by_label("Text, plain, Markdown or SSML").fill(TEXT)
    page.get_by_role("button", name="Another").click()
    assert page.get_by_label("Seed").input_value() == "1"
    page.wait_for_function("/s of sound/.test(document.getElementById('status').textContent)", timeout=20_000)
    assert page.wrong == []


@pytest.mark.parametrize(("text", "told"), [("...", "there is nothing to say"), ("a" * 5_000, "may have 4096")])
def test_what_is_wrong_is_shown_where_a_screen_reader_tells_it(page, text, told):
    page.get_by_label("Text, plain, Markdown or SSML").fill(text)
    page.get_by_role("button", name="Say it").click()
    alert = page.get_by_role("alert").filter(has_text=told)
    alert.wait_for(timeout=5_000)
    assert page.get_by_role("button", name="Say it").is_enabled()


def test_a_server_with_a_key_asks_for_it(browser):
    with served(api_key=KEY) as (_, port):
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_role("alert").filter(has_text="this server has a key").wait_for()
        page.get_by_label("Key of this server").fill(KEY)
        page.keyboard.press("Tab")
        page.locator("#voice option").first.wait_for(state="attached")  # without bypassing the page's policy
        page.close()


def test_everything_is_reached_by_the_keyboard_in_order(page):
    page.locator("body").click(position={"x": 1, "y": 1})
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert reached == ["text", "voice", "speed", "seed", "again", "say"]


def test_it_fits_a_narrow_screen(page):
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
