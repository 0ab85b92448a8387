"""The Korean guide, and the README's table of code: what they link to, name, run and quote is there."""

import ast
import re
from pathlib import Path

import pytest

from tests.test_readme import README, ROOT, anchors, links
from wavenet.cli.main import COMMANDS, parser

GUIDE = ROOT / "docs/ko.md"
TEXT = GUIDE.read_text("utf-8")
CODE = [
    shown.replace("\\\n", " ") for pair in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", TEXT, re.DOTALL) for shown in pair
]
ITEMS = re.findall(r"^- \*\*(코드|측정)\*\*: (.*(?:\n  .*)*)", TEXT, re.MULTILINE)


def found(pattern: str) -> set[str]:
    """What the pattern finds in the guide's commands and names."""
    return {match for shown in CODE for match in re.findall(pattern, shown, re.MULTILINE)}


def defined(path: Path) -> set[str]:
    """The functions and classes of a source file, `Class.member` too, and the comments that end a line."""
    text = path.read_text("utf-8")
    names = set(re.findall(r"(# .*)$", text, re.MULTILINE))
    if path.suffix != ".py":
        return names | set(re.findall(r"^(?:template <.*> )?(?:void|struct) (\w+)", text, re.MULTILINE))
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{child.name}" for child in node.body if isinstance(child, ast.FunctionDef)}
            fields = [child.target for child in node.body if isinstance(child, ast.AnnAssign)]
            names |= {f"{node.name}.{field.id}" for field in fields if isinstance(field, ast.Name)}
    return names


def test_every_link_leads_somewhere():
    assert links(GUIDE)
    for target, anchor in links(GUIDE):
        assert target.exists(), target
        assert not anchor or anchor in anchors(target), f"{target}#{anchor}"


def test_every_name_is_in_the_file_beside_it():
    clauses = [clause for kind, item in ITEMS if kind == "코드" for clause in item.split(" ·")]
    for clause in clauses:
        (target,) = re.findall(r"\]\(([^)]+)\)", clause)
        names = re.findall(r"`([^`]+)`", clause)
        assert names, clause
        assert set(names) <= defined(GUIDE.parent / target), clause
    assert TEXT.count("](../src/") == len(clauses), "a source is linked to from where nothing checks its names"


def test_every_name_in_the_readme_is_in_the_file_beside_it():
    table = README.partition("## From the paper to the line")[2]
    clauses = re.findall(r"((?:`[^`]+`(?:, | and )?)+) in \[[^]]+\]\(([^)]+)\)", table)
    assert len(clauses) == table.count("](src/wavenet/") - table.count("](src/wavenet/models/")
    for named, target in clauses:
        names = set(re.findall(r"`([^`]+)`", named))
        assert names <= defined(ROOT / target), (names, target)


def test_every_command_exists():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert found(r"(?:^|&& )make ([\w-]+)") <= targets
    assert found(r"^wavenet ([\w-]+)") <= set(COMMANDS)
    assert {"demo", "test"} <= found(r"^make ([\w-]+)")
    assert {"say", "train", "vocode"} <= found(r"^wavenet ([\w-]+)")
    for module in found(r"python -m ([\w.]+)"):
        places = [(folder / module.replace(".", "/")).with_suffix(".py") for folder in (ROOT, ROOT / "src")]
        assert any(place.exists() for place in places), module
    for path in found(r"(?<!\S)(?:recipes|benchmarks|scripts)/\S+"):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", sorted(found(r"^wavenet ([\w-]+)")))
def test_every_setting_exists(name):
    for flag in {flag for line in found(rf"^wavenet {name} .*") for flag in re.findall(r" --([\w.-]+)", line)}:
        assert flag.replace("-", "_") in parser(name).known_settings(), flag


def test_every_number_stands_on_a_page_beside_it():
    number = r"(?<![\w.,])\d+(?:[.,]\d+)*"
    for kind, item in ITEMS:
        pages = [(GUIDE.parent / page).read_text("utf-8") for page in re.findall(r"\]\(([^)#]+)", item)]
        if kind == "측정":
            assert pages, item
            said = re.sub(r"`[^`]+`|\[[^]]+\]\([^)]+\)|\d\.\d절|그림 \d", "", item)
            missing = set(re.findall(number, said)) - {n for page in pages for n in re.findall(number, page)}
            assert not missing, f"{missing} stand on no page that is linked to: {item}"
