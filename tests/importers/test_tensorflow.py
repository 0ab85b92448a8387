"""Checkpoints of TensorFlow give their tensors, and whatever is damaged is one line that names file and fault."""

import struct

import numpy as np
import pytest
from hypothesis import given

from tests.importers import hostile, written
from tests.importers.real import KESKIVAL, TEXT, needs_checkpoints
from wavenet.errors import CheckpointError
from wavenet.importers import checkpoint, table

TENSORS = written.some_tensors()


def same(found, expected):
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, strict=True)


@pytest.mark.parametrize("compressed", [True, False])
def test_the_first_format_is_read_without_its_counters(tmp_path, compressed):
    path = written.first_format(tmp_path / "model.ckpt-7", TENSORS, compressed)
    found = checkpoint.read(path)
    same(found.tensors, TENSORS)
    assert found.kind == "TensorFlow checkpoint V1"


@pytest.mark.parametrize("shards", [1, 3])
def test_the_second_format_is_read_by_any_of_its_files_its_prefix_or_its_folder(tmp_path, shards):
    index = written.second_format(tmp_path / "model.ckpt-7", TENSORS, shards)
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/far/away/model.ckpt-7"\n')
    data = next(tmp_path.glob("*.data-*"))
    for source in (index, tmp_path / "model.ckpt-7", data, tmp_path / "model.ckpt-7.meta", tmp_path):
        found = checkpoint.read(source)
        same(found.tensors, TENSORS)
        assert found.kind == "TensorFlow checkpoint V2"


def test_a_damaged_tensor_is_named(tmp_path):
    index = written.second_format(tmp_path / "model", TENSORS)
    data = tmp_path / "model.data-00000-of-00001"
    whole = data.read_bytes()
    data.write_bytes(whole[:3] + b"?" + whole[4:])
    with pytest.raises(CheckpointError, match=r"model\.index: the checksum of tensor 'net/layer0/filter' in model\.da"):
        checkpoint.read(index)
    data.write_bytes(whole[:-1])
    with pytest.raises(CheckpointError, match=r"'net/one' lies behind the end of model\.data-00000-of-00001"):
        checkpoint.read(index)
    data.unlink()
    with pytest.raises(CheckpointError, match=r"its data, model\.data-00000-of-00001, cannot be read: No such file"):
        checkpoint.read(index)


def test_a_damaged_table_is_named(tmp_path):
    path = written.first_format(tmp_path / "model", TENSORS)
    whole = path.read_bytes()
    path.write_bytes(whole[:9] + b"?" + whole[10:])
    with pytest.raises(CheckpointError, match="model: the checksum of the block at byte 0 does not agree"):
        checkpoint.read(path)
    path.write_bytes(whole[:-9])
    with pytest.raises(CheckpointError, match=r"model: is no checkpoint, or is cut short; wavenet import reads"):
        checkpoint.read(path)


@pytest.mark.parametrize(
    ("source", "reason"),
    [("absent", "no such file"), (".", "without a file `checkpoint`"), ("/dev/zero", "not a regular file")],
)
def test_what_is_no_file_is_refused(tmp_path, source, reason):
    with pytest.raises(CheckpointError, match=reason):
        checkpoint.read(tmp_path / source)


def test_tensors_that_lie_on_each_other_are_refused(tmp_path):
    place = written.number(1, 1) + written.message(2, written.message(2, written.number(1, 1))) + written.number(5, 4)
    entry = place + written.varint(6 << 3 | 5) + written.masked(bytes(4))
    (tmp_path / "model.data-00000-of-00001").write_bytes(bytes(6))
    entries = [(b"", written.number(1, 1)), (b"a", entry), (b"b", entry)]
    (tmp_path / "model.index").write_bytes(written.write_table(entries))
    with pytest.raises(CheckpointError, match=r"'b' lies behind the end of model\.data-00000-of-00001, or on others"):
        checkpoint.read(tmp_path / "model")


def test_an_index_that_names_a_block_many_times_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "MOST_BLOCKS", 1)
    path = written.first_format(tmp_path / "model", TENSORS)
    with pytest.raises(CheckpointError, match="it has more than 1 blocks"):
        checkpoint.read(path)


def test_partitioned_tensors_are_refused_by_name(tmp_path):
    header = written.message(1, written.message(1, written.message(1, b"a"), written.number(3, 1)))
    part = written.message(2, written.message(1, written.number(1, 0), written.number(2, 4)))
    value = written.message(2, written.message(1, b"a"), part, written.message(3))
    (tmp_path / "model").write_bytes(written.write_table([(b"", header), (b"\0a", value)]))
    with pytest.raises(CheckpointError, match="tensor 'a' is partitioned"):
        checkpoint.read(tmp_path / "model")


def test_a_block_that_would_unpack_to_more_than_fits_is_refused(tmp_path):
    bomb = written.varint(2**31) + bytes([0]) + b"a"
    stored = bomb + b"\x01"
    first = stored + written.masked(stored)
    footer = (written.varint(0) * 2 + written.varint(0) + written.varint(len(bomb))).ljust(40, b"\0") + table.MAGIC
    (tmp_path / "model").write_bytes(first + footer)
    with pytest.raises(CheckpointError, match=f"a compressed block of {2**31} bytes, more than"):
        checkpoint.read(tmp_path / "model")


@given(hostile.changes)
def test_a_table_with_changed_bytes_is_read_or_refused(tmp_path_factory, how):
    folder = tmp_path_factory.mktemp("hostile")
    whole = written.first_format(folder / "model", TENSORS).read_bytes()
    hostile.read_or_refused(folder / "model", hostile.damaged(whole, how))
    whole = written.second_format(folder / "model", TENSORS).read_bytes()
    hostile.read_or_refused(folder / "model.index", hostile.damaged(whole, how))


@given(hostile.changes)
def test_what_lies_in_a_block_may_be_changed_too(tmp_path_factory, how):
    """The checksums agree, as those of a hostile file do."""
    folder = tmp_path_factory.mktemp("hostile")
    described = written.message(1, written.message(1, written.message(1, b"a"), written.number(3, 1)))
    value = written.message(2, written.message(1, b"a"), written.message(3, written.message(5, struct.pack("<f", 1))))
    entries = [(b"", hostile.damaged(described, how)), (b"\0a", hostile.damaged(value, how))]
    hostile.read_or_refused(folder / "model", written.write_table(entries))
    shape = written.message(2, written.number(1, 1))
    place = written.number(1, 1) + written.message(2, shape) + written.number(5, 4)
    entries = [(b"", hostile.damaged(written.number(1, 1), how)), (b"a", hostile.damaged(place, how))]
    (folder / "model.data-00000-of-00001").write_bytes(bytes(4))
    hostile.read_or_refused(folder / "model.index", written.write_table(entries))


@needs_checkpoints
@pytest.mark.parametrize(("path", "weights"), [(TEXT, 273_536), (KESKIVAL, 263_168)])
def test_published_checkpoints_have_the_weights_that_they_are_said_to_have(path, weights):
    found = checkpoint.read(path).tensors
    own = {name: array for name, array in found.items() if not name.endswith(("/Adam", "/Adam_1", "_power"))}
    assert sum(array.size for array in own.values()) == weights
