"""TextGrids as their format says; that others read the same is tested with the phones of ``recognition``."""

import re

from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.textgrid import textgrid, without_gaps


def intervals(text: str) -> list[tuple[str, str, str]]:
    """Of a long TextGrid, read as its format says; times as they are spelled."""
    found = re.findall(r'xmin = (\S+)\s+xmax = (\S+)\s+text = "((?:[^"]|"")*)"', text)
    return [(a, b, label.replace('""', '"')) for a, b, label in found]


def test_an_interval_shorter_than_a_microsecond_is_left_out_and_labels_are_one_line():
    text = textgrid({'a "tier"': [(0.0, 0.5, 'say\n"x" = y'), (0.5, 0.5 + 1e-8, "z")]})
    assert intervals(text) == [("0", "0.5", 'say "x"=y')]
    assert 'name = "a ""tier"""' in text


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9))), st.integers(0, 3))
def test_gaps_are_filled_up_to_the_end(lengths, rest):
    rows, at = [], 0.0
    for gap, length in lengths:
        rows.append((at + gap, at + gap + length, "x"))
        at += gap + length
    found = list(without_gaps(rows, at + rest))
    assert [row for row in found if row[2]] == rows
    edges = [0.0, *(edge for row in found for edge in row[:2]), at + rest]
    assert edges[::2] == edges[1::2]
    assert all(start < end for start, end, _ in found)
