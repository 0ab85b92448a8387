"""Measured numbers on the pages are those of the results files, and no number is typed."""

import re
from pathlib import Path

import pytest

from experiments import improve, pages
from tests.test_readme import ROOT
from wavenet.config import TrainConfig
from wavenet.training.tracking import read_log

VOICES = {"english": "tts_english", "allison": "tts_allison"}
MODELS = ("english_prompts", "many_speakers", "music", "vocoder")
CONSTANTS = {
    "README.md": {"3.11", "2.1", "2.2", "2.5", "2.6", "3.4"},  # Python, sections of the paper
    "docs/numbers.md": {"20 %", "0.88"},  # one of five speakers; weights of medium, in millions
    "docs/engine.md": set(),
    "docs/evaluation.md": {
        "95 %",
        "100 %",
        "1.02",
        "4.64",
        "0.9",
        "2.4",
    },  # intervals; ranges of PESQ and STOI; a limit
    "docs/install.md": {"3.11", "3.12", "2.17", "2.29", "2.32", "2.34", "2.35", "0.07"},  # Python, glibc; in MB
    "docs/text-to-speech.md": set(),
    "docs/your-own-voice.md": set(),
    "docs/training.md": set(),
    "docs/python.md": set(),
    "docs/conditioning.md": {"2.5", "2.6", "5.1", "0.4"},  # sections; the scale of pitch; and seconds of a default
    "docs/model-folder.md": {"2.2", "99.99", "0.001", "0.01", "0.03", "0.3"},  # settings: a percentile, limits, times
    "docs/pixelcnn.md": set(),
    "docs/recognition.md": {"3.4"},  # section
    "docs/extending.md": set(),
    "docs/glossary.md": {"2.5", "2.6", "3.4"},  # sections
    "docs/ko.md": {
        "3.11",
        "2.1",
        "2.2",
        "2.3",
        "2.4",
        "2.5",
        "2.6",
        "2.56",
        "3.1",
        "3.2",
        "3.3",
        "3.4",
        "95 %",
        "20 %",
    },
}
"""numbers of these pages that nobody measured here"""
RECIPES = {
    "ablations": {"2.1", "2.4"},  # sections
    "context": {"2.6", "2.56", "80 %"},  # section; seconds of a receptive field; of the updates
    "english_prompts": {"0.88", "4.0"},  # weights in millions; an aim
    "many_speakers": {"3.1", "0.85", "20 %", "8 %", "90 %"},  # section, pre-emphasis, chance, a split, an aim
    "music": {"3.3"},  # section
    "outputs": {"2.2"},  # section
    "recognition": {"3.4"},  # section
    "pixelcnn_digits": {"79.20", "81.30"},  # what others published
    "tagger": {"0.68", "3.0", "97.3"},  # MB, WordNet, what the teacher's card says
    "tts_english": {"3.2", "24.6", "3.0"},  # section, the paper's hours, WordNet
    "tts_russian": {"3.2"},  # section
    "vocoder": {"2.5", "0.7", "80 %"},  # section, temperature, of the updates
}
"""numbers in the prose of recipes that nobody measured here"""
DATED = re.compile(r"(January|February|March|April|May|June|July|August|September|October|November|December) 20\d\d")


def unmarked(text: str) -> set[str]:
    """Numbers with decimals, and shares, that stand outside of markers, code and links."""
    for pattern in (r"^```.*?^```", r"<!--= .*?<!--/-->", r"`[^`]*`", r"\]\([^)]*\)"):
        text = re.sub(pattern, " ", text, flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"(?<![\w.\-])\d+\.\d+(?![\w.]*\d)|\d+ ?%", text))


def test_unmarked_numbers_are_found():
    assert unmarked("3.5 and 20 % of `1.5`, [a](b/2.5) <!--= x y -->7.5 %<!--/-->, v0.2.1, CC-BY-3.0, 95%") == {
        "3.5", "20 %", "95%",
    }  # fmt: skip


@pytest.mark.parametrize("page", pages.pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_marker_has_what_the_results_file_says(page):
    text = page.read_text("utf-8")
    assert pages.filled(text) == text, "python -m experiments.pages"
    assert text.count("<!--= ") == text.count("<!--/-->") == len(pages.MARKER.findall(text))


@pytest.mark.parametrize("page", CONSTANTS)
def test_no_measured_number_is_typed(page):
    assert unmarked((ROOT / page).read_text("utf-8")) <= CONSTANTS[page]


@pytest.mark.parametrize("page", sorted(ROOT.glob("recipes/*/README.md")), ids=lambda path: path.parent.name)
def test_no_table_of_a_recipe_is_typed(page):
    text = re.sub(r"<!--= .*?<!--/-->", " ", page.read_text("utf-8"), flags=re.DOTALL)
    typed = {number for line in text.splitlines() if line.startswith("|") for number in unmarked(line)}
    assert typed <= {"95 %", "20.5", "0.85"}  # intervals, millions of samples, pre-emphasis


@pytest.mark.parametrize("name", MODELS)
def test_the_card_of_a_model_has_the_numbers_of_its_results(name, monkeypatch):
    monkeypatch.setattr(improve, "RECIPES", ROOT / "recipes")
    rows = read_log(ROOT / f"recipes/{name}/results.jsonl")
    assert card(name) == improve.card(improve.Recipe(name, TrainConfig()), rows)


@pytest.mark.parametrize(("name", "recipe"), VOICES.items())
def test_the_card_of_a_voice_is_that_of_its_recipe(name, recipe):
    assert card(name) == (ROOT / f"recipes/{recipe}/card.md").read_text("utf-8")


def card(name: str) -> str:
    return (ROOT / f"src/wavenet/models/{name}/README.md").read_text("utf-8")


@pytest.mark.parametrize("page", sorted(ROOT.glob("recipes/*/README.md")), ids=lambda path: path.parent.name)
def test_a_typed_number_in_a_recipe_says_when_it_was_measured(page):
    """It is history then: a paragraph or a point of a list that names the month, and is true whatever changes."""
    text = re.sub(r"^```.*?^```", " ", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    typed: set[str] = set()
    for part in re.split(r"\n\s*\n|\n(?=- )", text):
        prose = re.sub(r"<!--= .*?<!--/-->", " ", part, flags=re.DOTALL)
        typed |= set() if DATED.search(prose) else unmarked(prose)
    assert typed <= RECIPES.get(page.parent.name, set()) | {"95 %", "20.5"}  # intervals; millions of samples


@pytest.mark.parametrize("path", sorted(ROOT.glob("benchmarks/results/*.json")), ids=lambda path: path.stem)
def test_results_say_their_command_machine_and_date(path: Path):
    kept = pages.kept_table(path.stem)
    assert kept["command"]
    assert kept["machine"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", kept["date"])
    assert all(len(row) == len(kept["columns"]) for row in kept["rows"])
    used = "".join(page.read_text("utf-8") for page in pages.pages())
    assert re.search(rf"<!--= (?:\w+ )?{path.stem} ", used), "no page uses it"
