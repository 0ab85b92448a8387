"""Every command and every file of settings that a page, a script or the Makefile shows goes through the real parser."""

import re
import shlex
from pathlib import Path

import pytest

from experiments.compare import Comparison
from experiments.recognisers import Recipe
from tests.test_readme import ROOT
from wavenet.cli import settings_file
from wavenet.cli.main import COMMANDS, command, parse, parser
from wavenet.config import TrainConfig, TrainVoiceConfig
from wavenet.config.pixelcnn import TrainPixelCNNConfig
from wavenet.config.recogniser import TrainRecogniserConfig

PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "recipes/*/*.md", "src/wavenet/models/*/*.md", "findings/*.md")
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"
)
SCRIPTS = [ROOT / "Makefile", *sorted(ROOT.glob("scripts/**/*.sh"))]
START = r"(?:\S*/|-m |\$\(BIN\)/)?wavenet(?:\.cli\.main)?"


def shown(path: Path) -> list[str]:
    """The command lines of a page (its shell blocks, and what it sets as code) or a script, behind ``wavenet``."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    if path.suffix == ".md":
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        spans = re.findall(r"(?<!`)`([^`]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
        lines = [line for block in blocks for line in block.splitlines()] + [" ".join(span.split()) for span in spans]
    else:
        lines = text.splitlines()
    found = (re.search(rf"(?:^|[\s;&|])(?:{START}) ([a-z-]+ .*)", f" {line}") for line in lines)
    return [match[1] for match in found if match and match[1].split()[0] in COMMANDS]


def words(line: str) -> list[str]:
    """Of a command, up to a comment, a pipe or the next command."""
    lexer = shlex.shlex(re.sub(r"\$\(\w+\)", "x", line), posix=True, punctuation_chars="|&;>")
    lexer.whitespace_split = True
    parts = ["1" if re.fullmatch("[A-Z]", part) else part for part in lexer]  # a letter stands for a number
    ends = [i for i, part in enumerate(parts) if part and set(part) <= set("|&;>")]
    return parts[: ends[0]] if ends else parts


LINES = [(path.relative_to(ROOT).as_posix(), line) for path in [*PAGES, *SCRIPTS] for line in shown(path)]


def test_commands_are_found_on_pages_and_in_the_makefile():
    assert {"README.md", "docs/your-own-voice.md", "Makefile"} <= {page for page, _ in LINES}
    assert {"say", "train", "train-voice", "evaluate", "calibrate", "bench"} <= {line.split()[0] for _, line in LINES}


@pytest.mark.parametrize(("page", "line"), LINES, ids=[f"{page}: {line[:60]}" for page, line in LINES])
def test_what_a_page_shows_is_understood(page, line, monkeypatch):
    monkeypatch.chdir(ROOT)
    name, *arguments = words(line)
    if arguments[-1:] == ["…"]:  # more follows
        return
    given = parse(name, arguments)
    if hasattr(command(name), "settings"):
        command(name).settings(given)


SETTINGS = [
    (path.relative_to(ROOT).as_posix(), flag, value)
    for path in PAGES
    for flag, value in re.findall(
        r"--((?:audio|model|optim|wavenet|voice|durations|pitch|mel)\.[\w.-]+)(?:[ =]('[^']*'|[\w.]+))?",
        path.read_text("utf-8"),
    )
]


@pytest.mark.parametrize(("page", "flag", "value"), SETTINGS)
def test_a_setting_that_a_page_names_exists_and_takes_what_the_page_gives_it(page, flag, value):
    of_audio = "train" if flag.startswith(("audio", "model", "optim")) else "train-voice"
    name = "pixelcnn-train" if page == "docs/pixelcnn.md" else of_audio
    assert flag.replace("-", "_") in parser(name).known_settings()
    if value:
        parse(name, [f"--{flag}={shlex.split(value)[0]}"])


PROGRAMS = [
    (path.relative_to(ROOT).as_posix(), program.replace(".", "/") + ".py" if "/" not in program else program, flags)
    for path in PAGES
    for program, line in re.findall(
        r"python (?:-m )?((?:experiments|benchmarks|scripts)[./][\w./]+)([^`\n#|&]*)", path.read_text("utf-8")
    )
    if (flags := re.findall(r"(?<= )--[a-z][\w-]*", line))
]


@pytest.mark.parametrize(("page", "program", "flags"), PROGRAMS)
def test_the_flags_of_other_programs_are_in_their_source(page, program, flags):
    source = (ROOT / program).read_text("utf-8")
    assert all(f'"{flag}"' in source for flag in flags)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("recipes/*/*.yaml")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_the_settings_of_a_recipe_are_understood(path):
    if path.name == "compare.yaml":
        assert Comparison.read(path.parent).runs
    elif path.name == "recognisers.yaml":
        assert Recipe.read(path.parent).runs
    else:
        kinds = {
            "train.yaml": ("train", TrainConfig),
            "melodies.yaml": ("train", TrainConfig),
            "pixelcnn.yaml": ("pixelcnn-train", TrainPixelCNNConfig),
            "english.yaml": ("train-recogniser", TrainRecogniserConfig),
        }
        name, cls = kinds.get(path.name, ("train-voice", TrainVoiceConfig))
        assert settings_file.read(cls, path) == command(name).settings(parse(name, ["--config", str(path)]))
