import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wavenet.corpora.row import SPLITS, hashed_split, printable, walk
from wavenet.errors import AudioError


@given(
    ids=st.lists(st.text(), unique=True),
    more=st.lists(st.text(), unique=True),
    validation=st.floats(0, 0.5),
    test=st.floats(0, 0.49),
)
def test_a_split_stays_put_whatever_is_added(ids, more, validation, test):
    before = {i: hashed_split(i, validation, test) for i in ids}
    after = {i: hashed_split(i, validation, test) for i in (*more, *ids)}
    assert before.items() <= after.items()
    assert set(after.values()) <= set(SPLITS)


@given(st.text(), st.floats(0, 0.3), st.floats(0, 0.3))
def test_larger_fractions_only_add_to_a_held_out_split(identity, small, more):
    if hashed_split(identity, 0, small) == "test":
        assert hashed_split(identity, 0, small + more) == "test"


def test_the_fractions_are_met():
    splits = [hashed_split(f"p{i}/{i}", 0.1, 0.05) for i in range(10_000)]
    assert abs(splits.count("validation") - 1_000) < 120
    assert abs(splits.count("test") - 500) < 90


def test_the_hash_is_the_same_on_every_machine_and_in_every_version():
    splits = {identity: hashed_split(identity, 0.3, 0.3) for identity in ("a", "b", "c", "d")}
    assert splits == {"a": "test", "b": "validation", "c": "test", "d": "train"}


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in walk(folder, (".wav",))]


def test_walking_finds_every_depth_in_order_and_passes_over_what_is_hidden(tmp_path):
    touch(
        tmp_path,
        "b.wav",
        "a/2.WAV",
        "a/1.wav",
        "a/b/c/d.wav",
        "a.txt",
        ".hidden.wav",
        ".git/x.wav",
        "._b.wav",
    )
    assert names(tmp_path) == ["a/1.wav", "a/2.WAV", "a/b/c/d.wav", "b.wav"]


def test_walking_follows_links_but_not_in_circles(tmp_path):
    touch(tmp_path, "corpus/a/1.wav", "elsewhere/2.wav")
    (tmp_path / "corpus/a/up").symlink_to(tmp_path / "corpus")
    (tmp_path / "corpus/b").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "corpus/itself").symlink_to("itself")
    assert names(tmp_path / "corpus") == ["a/1.wav", "b/2.wav"]


def test_every_folder_is_read_once_at_its_own_place_whatever_links_lead_to_it(tmp_path):
    touch(tmp_path, "corpus/b/1.wav", "corpus/.store/2.wav", "elsewhere/deep/3.wav")
    for link, target in {
        "corpus/a": "corpus/b",  # sorted before its target
        "corpus/b/again": "corpus/b",
        "corpus/c": "corpus/.store",  # which is hidden where it is
        "corpus/d": "corpus/.store",
        "corpus/e": "elsewhere/deep",
        "corpus/f": "elsewhere",
        "elsewhere/back": "corpus",
    }.items():
        (tmp_path / link).symlink_to(tmp_path / target)
    assert names(tmp_path / "corpus") == ["b/1.wav", "c/2.wav", "e/3.wav"]
    (tmp_path / "link").symlink_to(tmp_path / "corpus")
    assert names(tmp_path / "link") == ["b/1.wav", "c/2.wav", "e/3.wav"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_folders_linked_to_each_other_in_any_way_are_read_once(tmp_path_factory, links):
    root = tmp_path_factory.mktemp("linked")
    for i in range(6):
        touch(root, f"{i}/{i}.wav")
    for number, (at, to) in enumerate(links):
        (root / str(at) / f"link{number}").symlink_to(root / str(to))
    assert names(root) == [f"{i}/{i}.wav" for i in range(6)]


def test_walking_lists_a_folder_only_when_it_comes_to_it(tmp_path):
    touch(tmp_path, "a/1.wav", "b/2.wav")
    found = walk(tmp_path, (".wav",))
    next(found)
    (tmp_path / "b/3.wav").write_bytes(b"")
    assert [path.name for path in found] == ["2.wav", "3.wav"]


def test_a_folder_that_cannot_be_listed_is_named(tmp_path):
    with pytest.raises(AudioError, match="no: cannot be listed"):
        names(tmp_path / "no")


def test_names_in_any_encoding_become_text_that_any_store_takes():
    name = printable(Path("a") / os.fsdecode(b"caf\xe9.wav"))
    assert name == "a/caf\\xe9.wav"
    assert printable(Path("a/café.wav")) == "a/café.wav"
