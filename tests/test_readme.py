"""What the README and the pages of ``docs`` show must run and exist."""

import re
from pathlib import Path

import pytest

from wavenet.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
LONGEST, FIRST_SCREEN = 130, 40


def links(page: Path) -> list[tuple[Path, str]]:
    """What a page links to in the repository: the file, and the anchor in it or an empty one."""
    targets = [target.partition("#") for target in re.findall(r"\]\(([^):]+)\)", page.read_text("utf-8"))]
    return [(page.parent / file if file else page, anchor) for file, _, anchor in targets]


def anchors(page: Path) -> set[str]:
    """Of a page's headings, as GitHub spells them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def python_examples(page: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", [page for page in PAGES if python_examples(page)], ids=lambda page: page.stem)
def test_the_python_examples_run(page):
    names: dict[str, object] = {}
    for example in python_examples(page):
        exec(example, names)
    if page.name in ("README.md", "python.md"):
        assert 0 < names["bits"] < 16
    if page.name == "python.md":
        assert len(names["copy"]) == 4000
        assert len(names["first"]) == 8 * 160


def test_every_command_it_shows_exists():
    for page in PAGES:
        shown = set(re.findall(r"^wavenet ([\w-]+)", page.read_text("utf-8"), re.MULTILINE))
        assert shown <= set(COMMANDS), page
    assert {"say", "prepare", "train", "generate", "vocode"} <= set(
        re.findall(r"^wavenet ([\w-]+)", README, re.MULTILINE)
    )


def test_every_file_it_links_to_exists():
    patterns = ("*.md", "docs/**/*.md", "recipes/*/README.md", "src/wavenet/models/*/README.md", "findings/*.md")
    pages = [page for pattern in patterns for page in ROOT.glob(pattern)]
    assert len(pages) > 40
    for page in pages:
        for target, anchor in links(page):
            assert target.exists(), f"{page}: {target}"
            assert not anchor or anchor in anchors(target), f"{page}: {target}#{anchor}"


def test_it_is_short_and_its_first_screen_shows_where_to_start():
    lines = README.splitlines()
    assert len(lines) <= LONGEST
    first = "\n".join(lines[:FIRST_SCREEN])
    for shown in ("docs/ko.md", "make demo", "make test", ".venv/bin/activate", "START HERE"):
        assert shown in first


def test_the_tree_names_what_is_there():
    (tree,) = re.findall(r"```\nsrc/wavenet/\n(.*?)```", README, re.DOTALL)
    for line in tree.splitlines():
        for name in re.findall(r"(?:^|(?<=\s\s))([\w.]+/?)(?=\s\s|$)", line):
            assert (ROOT / "src/wavenet" / name).exists() or (ROOT / name).exists(), name


def test_every_folder_that_it_is_trained_into_is_used_once():
    """A second run with other settings in one folder is refused."""
    folders = re.findall(r"--out (\S+)", README)
    assert len(folders) == len(set(folders))


def test_the_line_of_equation_2_is_where_it_says():
    (line,) = re.findall(r".*# equation 2$", (ROOT / "src/wavenet/model/layers.py").read_text("utf-8"), re.MULTILINE)
    assert line.split("#")[0].strip() == "z = torch.tanh(filter_) * torch.sigmoid(gate)"


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs/extending.md"], ids=lambda page: page.stem)
def test_every_name_that_a_row_looks_up_is_in_the_file_beside_it(page):
    found = re.findall(r"`([\w.:]+)` in \[[^\]]+\]\(([^)]+)\)", page.read_text("utf-8"))
    assert len(found) > 4
    for name, target in found:
        text = (page.parent / target).read_text("utf-8")
        for part in re.split(r"\.|::", name):
            assert re.search(rf"\b{part}\b", text), f"{page.name}: {name} is not in {target}"
