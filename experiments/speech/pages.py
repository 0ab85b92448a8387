"""HTML pages to listen to systems: players side by side, and a blind test of pairs; they need no server."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import quote

from experiments.speech.clips import Clips
from experiments.speech.results import INTELLIGIBILITY, NATURALNESS, Row
from experiments.speech.systems import OURS
from experiments.speech.texts import Line
from wavenet import atomic, made

PLAYERS, TEST = "index.html", "listening_test.html"
COMMAND = "compare-tts"
"""the mark of the pages"""


def write(folder: Path, planned: Sequence[Clips], rows: Sequence[Row]) -> list[Path]:
    """Write both pages into a folder above the clips; the test needs two systems, otherwise it is left out.

    Args:
        folder: of the pages, which name the clips relative to it.
        planned: the clips.
        rows: the scores to show next to the players.
    """
    questions = pairs(planned)
    parts = {PLAYERS: players(folder, planned, rows, TEST if questions else "")}
    if questions:
        parts[TEST] = listening_test(folder, planned, questions)
    atomic.make_folder(folder)
    for name, page in parts.items():
        with atomic.writing(folder / name) as temporary:
            temporary.write_text(page, "utf-8")
    return [folder / name for name in parts]


def places(folder: Path) -> list[Path]:
    """The paths of the pages, whether they exist or not."""
    return [folder / PLAYERS, folder / TEST]


def players(folder: Path, planned: Sequence[Clips], rows: Sequence[Row], test: str = "") -> str:
    """A page with a player for every system, by set and text; ``test`` is the page to link to, if there is one."""
    scored = {(row.texts, row.system): row for row in rows}
    body = []
    for texts in dict.fromkeys(clips.texts for clips in planned):
        of = [clips for clips in planned if clips.texts == texts]
        body.append(f"<h2>{escape(texts)}</h2>")
        for line in _lines(of):
            items = [
                _player(folder, clips, line, scored.get((texts, clips.system.name)))
                for clips in of
                if line in clips.lines
            ]
            body += [f'<h3 class="spoken">{escape(line.text)}</h3>', '<ul class="clips">', *items, "</ul>"]
    link = f'<p>To rate without knowing who speaks: <a href="{test}">the blind test</a>.</p>' if test else ""
    return _filled("players.html", body="\n".join(body), link=link)


def listening_test(folder: Path, planned: Sequence[Clips], questions: Sequence[tuple[str, str]]) -> str:
    """A page with pairs of systems to choose from, whose names it does not show."""
    lines = [
        {
            "texts": texts,
            "name": line.name,
            "text": line.text,
            "clips": {clips.system.name: _url(folder, clips, line) for clips in of if line in clips.lines},
        }
        for texts in dict.fromkeys(clips.texts for clips in planned)
        for of in [[clips for clips in planned if clips.texts == texts]]
        for line in _lines(of)
    ]
    data: dict[str, Any] = {"pairs": questions, "lines": lines}
    # another test than this one stores its answers separately in the browser
    data["test"] = hashlib.sha256(json.dumps(data).encode()).hexdigest()[:12]
    script = (files(__package__) / "templates" / "listening_test.js").read_text("utf-8")
    return _filled("listening_test.html", data=json.dumps(data).replace("<", r"\u003c"), script=script)


def pairs(planned: Sequence[Clips]) -> list[tuple[str, str]]:
    """The pairs to ask about: every pair with a voice of ours, or all pairs if there is none."""
    systems = list(dict.fromkeys(clips.system for clips in planned))
    found = list(combinations(systems, 2))
    ours = [pair for pair in found if any(system.kind == OURS for system in pair)]
    return [(a.name, b.name) for a, b in ours or found]


def _player(folder: Path, clips: Clips, line: Line, row: Row | None) -> str:
    system = clips.system
    ours = ' class="ours"' if system.kind == OURS else ""
    scores = f"<small>{escape(_scores(row, line))}</small>" if row and row.about(clips) else ""
    label, source = escape(f"{system.name}: {line.text}"), escape(_url(folder, clips, line))
    return (
        f"<li{ours}><strong>{escape(system.name)}</strong> ({escape(system.kind)})"
        f'<audio controls preload="none" src="{source}" aria-label="{label}"></audio>{scores}</li>'
    )


def _scores(row: Row, line: Line) -> str:
    found = [f"{row.scores[NATURALNESS].by_clip[line.name].value:.2f}"]
    if INTELLIGIBILITY in row.scores and (words := row.scores[INTELLIGIBILITY].by_clip[line.name]).value == words.value:
        found.append(f"{round(words.value * words.weight)} of {words.weight:.0f}")
    return ", ".join(found)


def _lines(of: Iterable[Clips]) -> list[Line]:
    """Every line that any system speaks, once, in order."""
    found = {line.name: line for clips in of for line in clips.lines}
    return list(found.values())


def _url(folder: Path, clips: Clips, line: Line) -> str:
    return quote(clips.path(line).relative_to(folder).as_posix())


def _filled(template: str, **parts: str) -> str:
    """A template with its ``{{names}}`` replaced in one pass, so that inserted text is not expanded."""
    folder = files(__package__) / "templates"
    parts["made"] = made.mark(COMMAND)
    parts["style"] = (folder / "style.css").read_text("utf-8").strip()
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], (folder / template).read_text("utf-8"))
