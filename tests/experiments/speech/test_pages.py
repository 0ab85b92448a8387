import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from experiments.speech import pages
from experiments.speech.clips import make, plan
from experiments.speech.compare import compare
from experiments.speech.systems import OURS, System, systems
from experiments.speech.texts import Line
from tests.experiments.speech.conftest import LINES

SCRIPT = files(pages.__package__) / "templates" / "listening_test.js"
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="no node")
VOID = {"meta", "progress"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><!--",
    "{{data}} {{style}}",
    "a&amp;b'",
]


class Page(HTMLParser):
    """The elements of a page, and its text by element."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.texts, self._open = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        self.texts.append((self._open[-1] if self._open else "", data))

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    def text(self, tag):
        return [text for name, text in self.texts if name == tag]

    @property
    def shown(self):
        return " ".join(text for name, text in self.texts if name not in ("script", "style"))


def others(*names, ours=()):
    return [System(name, "other", "1", dict) for name in names] + [System(name, OURS, "1", dict) for name in ours]


def data_of(page):
    (found,) = [text for text in Page(page).text("script") if text.startswith("{")]
    return json.loads(found)


def test_every_clip_has_a_player_beside_its_text_and_its_scores(speakers, judged, tmp_path):
    planned = plan([*systems(["natural"], tmp_path), speakers.system("x"), speakers.ours()], LINES, tmp_path / "clips")
    rows = compare(planned, LINES, tmp_path / "rows")
    players, _ = pages.write(tmp_path, planned, rows)
    page = Page(players.read_text("utf-8"))
    sources = [attrs["src"] for attrs in page.all("audio")]
    assert len(sources) == 3 + 3 + 2
    assert all((tmp_path / unquote(source)).is_file() for source in sources)
    assert page.text("h2") == ["prompts", "sentences"]
    assert page.text("h3") == ["One two.", "Three.", "Four five six."]
    score = rows[0].scores["naturalness"].by_clip["a"].value
    assert page.text("small")[0] == f"{score:.2f}, 0 of 2"
    assert [attrs["class"] for attrs in page.all("li") if attrs] == ["ours"] * 3
    assert page.all("a") == [{"href": pages.TEST}]


def test_where_words_were_not_judged_none_are_told(speakers, judged, tmp_path):
    planned = plan([speakers.system("x")], {"sentences": LINES["sentences"]}, tmp_path / "clips")
    rows = compare(planned, LINES, tmp_path / "rows", ["naturalness"])
    score = rows[0].scores["naturalness"].by_clip["01"].value
    assert Page(pages.players(tmp_path, planned, rows)).text("small") == [f"{score:.2f}"]


def test_scores_of_other_clips_are_not_shown(speakers, judged, tmp_path):
    old, new = (plan([speakers.system("x", version)], LINES, tmp_path / "clips") for version in "12")
    rows = compare(old, LINES, tmp_path / "rows")
    make(new)
    assert Page(pages.players(tmp_path, new, rows)).text("small") == []


def test_one_system_alone_makes_no_test(speakers, tmp_path):
    planned = plan([speakers.system("x")], LINES, tmp_path / "clips")
    assert pages.write(tmp_path, planned, []) == [tmp_path / pages.PLAYERS]
    assert pages.TEST not in (tmp_path / pages.PLAYERS).read_text("utf-8")


def test_the_pages_ask_for_nothing_but_clips(tmp_path):
    planned = plan(others("x", "y"), LINES, tmp_path / "clips")
    for path in pages.write(tmp_path, planned, []):
        text = path.read_text("utf-8")
        asked = [attrs[name] for _, attrs in Page(text).elements for name in ("src", "href") if name in attrs]
        assert all(url == pages.TEST or url.startswith("clips/") for url in asked)
        assert not re.search(r"http|@import|url\(|fetch", text)


def test_what_can_be_used_can_be_used_by_keyboard_and_has_a_name(tmp_path):
    planned = plan(others("x", "y"), LINES, tmp_path / "clips")
    players, test = (Page(path.read_text("utf-8")) for path in pages.write(tmp_path, planned, []))
    assert all(attrs["aria-label"] and "controls" in attrs for attrs in players.all("audio"))
    assert [attrs.get("lang") for page in (players, test) for attrs in page.all("html")] == ["en", "en"]
    assert {attrs["aria-keyshortcuts"] for attrs in test.all("button") if "aria-keyshortcuts" in attrs} == set("ab123")
    assert [attrs for attrs in test.all("p") if attrs.get("role") == "status"]


WRITTEN = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1)
)


@settings(max_examples=15)
@example(["x", "y", "/", "text"])
@given(st.lists(WRITTEN.filter(lambda name: name != "natural"), min_size=4, max_size=4, unique=True))
def test_hostile_texts_and_names_are_shown_and_nothing_more(tmp_path_factory, told):
    folder = tmp_path_factory.getbasetemp()
    *names, texts, text = told
    planned = plan(others(*names), {texts: [Line("a", text)]}, folder / "clips")
    plain = plan(others("x", "y"), {"set": [Line("a", "One.")]}, folder / "clips")
    page, harmless = (Page(pages.players(folder, each, [], pages.TEST)) for each in (planned, plain))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in harmless.elements]
    assert (page.text("h2"), page.text("h3"), page.text("strong")) == ([texts], [text], names)
    assert [attrs["aria-label"] for attrs in page.all("audio")] == [f"{name}: {text}" for name in names]
    page, harmless = (pages.listening_test(folder, each, pages.pairs(each)) for each in (planned, plain))
    assert [tag for tag, _ in Page(page).elements] == [tag for tag, _ in Page(harmless).elements]
    (line,) = data_of(page)["lines"]
    assert (line["texts"], line["text"], [*line["clips"]]) == (texts, text, names)


def test_the_test_shows_no_system_s_name(tmp_path):
    planned = plan(others("festival", ours=["english"]), LINES, tmp_path / "clips")
    page = Page(pages.listening_test(tmp_path, planned, pages.pairs(planned)))
    assert "festival" not in page.shown
    assert "english" not in page.shown.lower()
    assert not page.all("audio")


def test_a_voice_of_ours_is_compared_with_each_other_system_and_without_one_all_are():
    assert pages.pairs(plan(others("x", "y", "z"), LINES, Path())) == [("x", "y"), ("x", "z"), ("y", "z")]
    assert pages.pairs(plan(others("x", "y", ours=["a"]), LINES, Path())) == [("x", "a"), ("y", "a")]


def node(script):
    """What a script prints as JSON, after the page's own functions."""
    source = SCRIPT.read_text("utf-8") + f"\nprocess.stdout.write(JSON.stringify({script}));"
    done = subprocess.run(["node", "-"], input=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def questions(tmp_path, seed, *found):
    planned = plan([*systems(["natural"], tmp_path), *(found or others("x", "y"))], LINES, tmp_path / "clips")
    data = data_of(pages.listening_test(tmp_path, planned, pages.pairs(planned)))
    return data, node(f"plan({json.dumps(data)}, {seed})")


@needs_node
def test_every_pair_is_asked_once_for_every_text_that_both_say(tmp_path):
    data, asked = questions(tmp_path, 7)
    found = [(*sorted([q["a"], q["b"]]), q["line"]["name"]) for q in asked]
    expected = [
        (*sorted(pair), line["name"])
        for pair in data["pairs"]
        for line in data["lines"]
        if set(pair) <= set(line["clips"])
    ]
    assert sorted(found) == sorted(expected)
    assert len(asked) == 2 + 2 + 3  # natural says the prompts alone


@needs_node
def test_in_each_round_every_pair_comes_once_and_its_sides_change(tmp_path):
    _, asked = questions(tmp_path, 1)
    rounds = [[q for q in asked if q["round"] == k] for k in range(3)]
    assert [len(each) for each in rounds] == [3, 3, 1]
    assert [q["round"] for q in asked] == sorted(q["round"] for q in asked)
    sides = [{frozenset((q["a"], q["b"])): q["a"] for q in each} for each in rounds]
    assert all(sides[0][pair] != sides[1][pair] for pair in sides[0])


@needs_node
def test_the_seed_decides_the_order_and_nothing_else_does(tmp_path):
    many = [questions(tmp_path, seed)[1] for seed in (1, 1, 2, 3)]
    assert many[0] == many[1]
    assert len({json.dumps(each) for each in many}) == 3


@needs_node
def test_an_answer_tells_what_was_chosen_and_how(tmp_path):
    _, asked = questions(tmp_path, 3)
    question = json.dumps(asked[0])
    told = node(f"['A', 'same', 'B'].map(c => answered({question}, 5, c, 12.345, {{A: 1, B: 2}}))")
    assert [each["preferred"] for each in told] == [asked[0]["a"], None, asked[0]["b"]]
    line = asked[0]["line"]
    assert told[0] == {
        "number": 5, "texts": line["texts"], "name": line["name"], "text": line["text"], "a": asked[0]["a"],
        "b": asked[0]["b"], "choice": "A", "preferred": asked[0]["a"], "seconds": 12.3, "plays": {"A": 1, "B": 2},
    }  # fmt: skip


@needs_node
def test_the_place_in_a_round_counts_from_one(tmp_path):
    _, asked = questions(tmp_path, 3)
    places = node(f"{json.dumps(asked)}.map((_, n, all) => place(all, n))")
    assert [(p["round"], p["at"], p["size"]) for p in places] == [
        (1, 1, 3), (1, 2, 3), (1, 3, 3), (2, 1, 3), (2, 2, 3), (2, 3, 3), (3, 1, 1)
    ]  # fmt: skip
    assert {p["rounds"] for p in places} == {3}


@needs_node
def test_answers_outlive_the_page_and_a_browser_that_keeps_nothing_does_no_harm():
    store = "{getItem: k => this[k] ?? null, setItem: (k, v) => { this[k] = v; }}"
    state = '{seed: 4, answers: [{choice: "A"}]}'
    assert node(f"(m => [m.load(), m.keep({state}), m.load()])(memory('key', () => ({store})))") == [
        None,
        True,
        {"seed": 4, "answers": [{"choice": "A"}]},
    ]
    refusing = "() => { throw new Error('refused'); }"
    assert node(f"(m => [m.load(), m.keep({state})])(memory('key', {refusing}))") == [None, False]
    broken = "() => ({getItem: () => '{\"seed\": 1}'})"
    assert node(f"memory('key', {broken}).load()") is None
