import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wavenet.safe_paths import below, leaves

IDS = st.lists(st.sampled_from(["", ".", "..", "...", "a", "A", "a.wav", "%", "%2E", "%~", "\\", "é", "x" * 300]))
ANY = st.one_of(st.text(), IDS.map("/".join), st.text("x/", min_size=900, max_size=1200))


@pytest.mark.parametrize(
    "identity", ["en_US_f_Allison/digits/1", "p225/p225_001", "LJ001-0001", "v1.2", "a b/ж.wav", "long.wav#0001", ".x"]
)
def test_an_ordinary_id_is_its_own_path(identity):
    assert below("f", identity, ".npy") == Path(f"f/{identity}.npy")


@pytest.mark.parametrize(
    ("identity", "path"),
    [
        ("../recs/x0.wav", "%2E%2E/recs/x0.wav.npy"),
        ("/home/ann/recs/x0.wav", "%/home/ann/recs/x0.wav.npy"),
        ("a//../b", "a/%/%2E%2E/b.npy"),
        ("", "%.npy"),
        (".", "%2E.npy"),
        ("a/", "a/%.npy"),
        ("100%", "100%25.npy"),
        ("a\0b\n", "a%00b%0A.npy"),
        ("C:\\x", "C%3A%5Cx.npy"),
        ("half\udcff", "half%ED%B3%BF.npy"),
    ],
)
def test_what_could_lead_elsewhere_is_escaped(identity, path):
    assert below("f", identity, ".npy") == Path("f") / path


@given(ANY)
@example("/" * 5000)
@example("../" * 3000)
def test_no_id_leaves_its_folder_or_has_a_name_that_is_refused(identity):
    path = below("/top/f", identity, ".npy")
    inside = path.relative_to("/top/f")
    assert Path(os.path.normpath(path)) == path
    assert not any(part in ("", ".", "..") for part in inside.parts)
    assert all(len(part.encode()) <= 200 for part in inside.parts)
    assert len(str(inside).encode()) <= 1100
    assert not any(c < " " for c in str(inside))


@given(st.lists(ANY, min_size=2, max_size=6, unique=True))
@example(["a.wav", "a.flac"])
@example(["x" * 300, "x" * 301])
@example(["..", "%2E%2E", "%252E%252E"])
@example(["", "%", "/"])
def test_two_ids_never_share_a_file(identities):
    assert len({str(below("f", identity, ".npy")) for identity in identities}) == len(identities)


@pytest.mark.parametrize("identity", ["../a", "a/../../b", "/etc/passwd", "a\0", ".."])
def test_ids_that_lead_out_of_a_folder_are_known(identity):
    assert leaves(identity)
    assert not leaves("deep/a..b/c")


def test_a_name_of_180_bytes_is_its_own_and_a_longer_one_begins_like_it():
    assert below("f", "é" * 90) == Path("f") / ("é" * 90)
    longer = below("f", "x" * 181).name
    assert longer.startswith("x" * 90 + "%~")
    assert len(longer) == 90 + 2 + 32
    assert below("f", "é" * 91).name.startswith("é" * 45 + "%~")


def test_a_path_of_1024_bytes_is_its_own_and_a_longer_one_is_a_hash():
    identity = "/".join(["x" * 127] * 8)
    assert below("f", identity) == Path("f") / identity
    assert below("f", identity + "y").parent == Path("f") / "/".join(["x" * 127] * 7)
    assert len(identity) == 1023
    assert below("f", "é" + identity[1:]) == Path("f") / ("é" + identity[1:])
    longer = below("f", "éé" + identity[2:])
    assert longer.parent == Path("f")
    assert longer.name.startswith("%~")
    assert len(longer.name) == 2 + 32
