"""What the README shows must run."""

import re
from pathlib import Path

from wavenet.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def links(page: Path) -> list[tuple[Path, str]]:
    """What a page links to in the repository: the file, and the anchor in it or an empty one."""
    targets = [target.partition("#") for target in re.findall(r"\]\(([^):]+)\)", page.read_text("utf-8"))]
    return [(page.parent / file if file else page, anchor) for file, _, anchor in targets]


def anchors(page: Path) -> set[str]:
    """Of a page's headings, as GitHub spells them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_python_examples_run():
    examples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    for example in examples:
        exec(example, names)
    assert 0 < names["bits"] < 16
    assert len(names["copy"]) == 4000
    assert len(names["first"]) == 8 * 160


def test_every_command_it_shows_exists():
    shown = set(re.findall(r"^wavenet (\w+)", README, re.MULTILINE))
    assert shown
    assert shown <= set(COMMANDS)


def test_every_file_it_links_to_exists():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md"), *ROOT.glob("recipes/*/README.md")]
    for page in pages:
        for target, anchor in links(page):
            assert target.exists(), f"{page}: {target}"
            assert not anchor or anchor in anchors(target), f"{page}: {target}#{anchor}"


def test_the_line_of_equation_2_is_where_it_says():
    (line,) = re.findall(r".*# equation 2$", (ROOT / "src/wavenet/model/layers.py").read_text("utf-8"), re.MULTILINE)
    assert line.split("#")[0].strip() == "z = torch.tanh(filter_) * torch.sigmoid(gate)"
