import os
import stat
from pathlib import Path

import pytest

from wavenet import atomic, made
from wavenet.errors import WavenetError


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def write_half_and_raise(path: Path, error: type[BaseException]) -> None:
    with atomic.writing(path) as temporary:
        temporary.write_text("half")
        raise error


def test_the_file_appears_whole_with_the_mode_of_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        with atomic.writing(tmp_path / "a.txt") as temporary:
            assert temporary.parent == tmp_path
            assert temporary.suffix == ".txt"
            temporary.write_text("new")
            assert not (tmp_path / "a.txt").exists()
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444, 0o755])
def test_a_file_that_is_replaced_keeps_its_permissions_at_every_moment(tmp_path, mode):
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "a.txt").chmod(mode)
    with atomic.writing(tmp_path / "a.txt") as temporary:
        temporary.write_text("new")
        assert stat.S_IMODE(temporary.stat().st_mode) == mode | 0o600
    assert (tmp_path / "a.txt").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == mode
    assert names(tmp_path) == ["a.txt"]


def test_a_pipe_that_breaks_while_a_file_is_written_is_not_about_the_file(tmp_path):
    with pytest.raises(BrokenPipeError), atomic.writing(tmp_path / "a.txt"):
        raise BrokenPipeError
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_passes_and_leaves_the_old_file_alone(tmp_path, error):
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(error):
        write_half_and_raise(tmp_path / "a.txt", error)
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.txt").symlink_to("folder/real.txt")
    with atomic.writing(tmp_path / "link.txt") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "folder" / "real.txt").read_text() == "new"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("no/a.txt", "its folder does not exist"),
        ("file/a.txt", "its folder is a file"),
        ("", "it is a folder"),
        ("x" * 300, "the name is too long"),
        ("/dev/null", "not a regular file"),
    ],
)
def test_where_nothing_can_be_written_one_line_says_why(tmp_path, name, word):
    (tmp_path / "file").write_text("")
    with pytest.raises(WavenetError) as caught, atomic.writing(tmp_path / name) as temporary:
        temporary.write_text("new")
    assert str(caught.value).startswith(f"cannot write {tmp_path / name}: ")
    assert word in str(caught.value)
    assert names(tmp_path) == ["file"]
    assert Path("/dev/null").is_char_device()


def test_a_full_device_is_named_with_the_way_out(tmp_path):
    with (
        pytest.raises(WavenetError, match="no space left on the device; free some"),
        atomic.writing(tmp_path / "a.txt"),
        open("/dev/full", "w") as full,
    ):
        full.write("x")


def test_an_error_about_another_file_is_not_taken_for_ours(tmp_path):
    with pytest.raises(FileNotFoundError), atomic.writing(tmp_path / "a.txt"):
        open(tmp_path / "missing input").close()


def test_a_copy_is_whole_or_not_made(tmp_path):
    (tmp_path / "a").write_bytes(b"new")
    target = tmp_path / "folder" / "b"
    atomic.copy(tmp_path / "a", target)
    assert target.read_bytes() == b"new"
    with pytest.raises(FileNotFoundError):
        atomic.copy(tmp_path / "missing", target)
    assert [path.name for path in target.parent.iterdir()] == ["b"]
    assert target.read_bytes() == b"new"


def test_a_place_is_checked_before_the_work_and_left_as_it_was(tmp_path):
    atomic.check(tmp_path / "a.txt")
    assert names(tmp_path) == []
    (tmp_path / "a.txt").write_text("old")
    atomic.check(tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]
    with pytest.raises(WavenetError, match="its folder does not exist; create it first"):
        atomic.check(tmp_path / "no" / "a.txt")


@pytest.mark.parametrize("name", ["x" * 255, "a." + "x" * 253])
def test_the_longest_names_that_a_file_may_have_are_written(tmp_path, name):
    with atomic.writing(tmp_path / name) as temporary:
        temporary.write_text("new")
    assert names(tmp_path) == [name]


def test_what_was_written_is_on_the_disk_before_it_takes_the_place_of_a_file(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("old")
    seen = []
    monkeypatch.setattr(
        os, "fsync", lambda file: seen.append((os.fstat(file).st_size, (tmp_path / "a.txt").read_text()))
    )
    with atomic.writing(tmp_path / "a.txt") as temporary:
        temporary.write_text("newer")
    assert seen == [(5, "old")]


def test_a_file_that_is_replaced_keeps_its_owner_and_its_group(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    group = os.getegid()
    if os.geteuid() == 0:
        group = 12_345
        os.chown(path, -1, group)
    with atomic.writing(path) as temporary:
        assert (temporary.stat().st_uid, temporary.stat().st_gid) == (os.geteuid(), group)
    assert (path.stat().st_uid, path.stat().st_gid) == (os.geteuid(), group)


def test_a_reason_is_never_empty():
    assert atomic.reason(OSError()) == "oserror"
    assert atomic.reason(OSError("Odd")) == "odd"
    assert atomic.reason(OSError(5, "Input/output error")) == "input/output error"
    assert atomic.reason(OSError(28, "whatever")).startswith("no space left")


def test_a_folder_is_made_with_those_above_it_and_may_be_there(tmp_path):
    for _ in range(2):
        atomic.make_folder(tmp_path / "a" / "b")
    (tmp_path / "file").write_text("")
    with pytest.raises(WavenetError, match=r"cannot create the folder .*file/c: its folder is a file"):
        atomic.make_folder(tmp_path / "file" / "c")


def test_a_link_to_a_file_of_another_suffix_keeps_its_own_for_the_format(tmp_path):
    (tmp_path / "link.png").symlink_to("real.bin")
    with atomic.writing(tmp_path / "link.png") as temporary:
        assert temporary.suffix == ".png"
        temporary.write_text("drawn")
    assert (tmp_path / "real.bin").read_text() == "drawn"


def write_while_another_does(path: Path) -> None:
    with atomic.writing(path) as temporary:
        temporary.write_text("work")
        path.write_text("mine")


def test_what_took_the_place_of_an_output_after_its_check_stays_and_the_work_is_kept_beside_it(tmp_path):
    path = tmp_path / "a.txt"
    told = f"{path} was written by something else after this command had begun, .*; what was made is in "
    with made.watching():
        made.check("say", [path])
        with pytest.raises(WavenetError, match=told) as error:
            write_while_another_does(path)
    kept = Path(str(error.value).rpartition(" ")[2])
    assert {each: each.read_text() for each in tmp_path.iterdir()} == {path: "mine", kept: "work"}
