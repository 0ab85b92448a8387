"""Phones as text, and TextGrids as others read them."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tts.test_textgrid import intervals
from wavenet.recognition import written
from wavenet.recognition.decoding import Phone
from wavenet.tts.textgrid import textgrid

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(
    lambda name: name.strip() and name == " ".join(name.split())
)


@st.composite
def phones(draw):
    """Phones of whole frames, the last of which may be cut."""
    found, at = [], 0
    for _ in range(draw(st.integers(1, 6))):
        frames = draw(st.integers(1, 40))
        found.append(Phone(draw(NAMES), at * 0.01, (at + frames) * 0.01, draw(st.floats(0, 1))))
        at += frames
    last = found[-1]
    found[-1] = Phone(last.name, last.start, last.end - draw(st.integers(0, 159)) / 16_000, last.confidence)
    return found


@given(phones())
def test_a_textgrid_holds_the_phones_without_a_gap_and_without_an_empty_interval(given):
    text = textgrid({"phones": written.phone_tier(given)})
    found = intervals(text)
    assert [label for *_, label in found] == [written.marked(p).replace(" = ", "=") for p in given]
    assert [b for _, b, _ in found[:-1]] == [a for a, _, _ in found[1:]]
    assert found[0][0] == "0"
    assert all(float(a) < float(b) for a, b, _ in found)
    assert re.findall(r"^xmax = (\S+)$", text, re.MULTILINE) == [found[-1][1]]


def read_by_textgrid(path):
    module = pytest.importorskip("textgrid")
    tier = module.TextGrid.fromFile(path)[0]
    return [(float(i.minTime), float(i.maxTime), i.mark) for i in tier]


def read_by_praatio(path):
    module = pytest.importorskip("praatio.textgrid")
    tier = module.openTextgrid(path, includeEmptyIntervals=True).getTier("phones")
    return [(i.start, i.end, i.label) for i in tier.entries]


def read_by_tgt(path):
    module = pytest.importorskip("tgt")
    tier = module.read_textgrid(path, include_empty_intervals=True).get_tier_by_name("phones")
    return [(float(i.start_time), float(i.end_time), i.text) for i in tier]


def read_by_praat(path):
    call = pytest.importorskip("parselmouth.praat").call
    grid = call("Read from file", path)
    return [
        (call(grid, "Get start time of interval", 1, i), call(grid, "Get end time of interval", 1, i),
         call(grid, "Get label of interval", 1, i))
        for i in range(1, call(grid, "Get number of intervals", 1) + 1)
    ]  # fmt: skip


@pytest.mark.parametrize("read", [read_by_textgrid, read_by_praatio, read_by_tgt, read_by_praat])
def test_others_read_the_same(read, tmp_path):
    given = [
        Phone("SIL", 0.0, 0.29, 0.9),
        Phone('ы"', 0.29, 0.31, 0.2),
        Phone("a:", 0.31, 0.58, 0.9),
        Phone("aa", 0.58, 0.583, 1),
    ]
    path = tmp_path / "a.TextGrid"
    path.write_text(textgrid({"phones": written.phone_tier(given)}), "utf-8")
    expected = [(p.start, p.end, written.marked(p)) for p in given]
    assert read(str(path)) == [(pytest.approx(a), pytest.approx(b), label) for a, b, label in expected]


def test_lines_json_and_audacity_mark_what_is_unsure():
    given = [Phone("SIL", 0.0, 0.29, 0.9), Phone("a", 0.29, 0.583, 0.312)]
    assert [written.line(phone) for phone in given] == ["0\t0.29\tSIL\t0.90", "0.29\t0.583\ta\t0.31 ?"]
    assert written.audacity(given) == "0\t0.29\tSIL\n0.29\t0.583\ta ?\n"
    told = json.loads(written.as_json(given, {"recording": "x"}))
    assert told["recording"] == "x"
    assert [row["low_confidence"] for row in told["phones"]] == [False, True]
    assert told["phones"][0] == {"phone": "SIL", "start": 0.0, "end": 0.29, "confidence": 0.9, "low_confidence": False}
