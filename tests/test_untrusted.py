"""Files of other people: whatever they contain, the answer comes soon, and is a value, an OSError or a ValueError."""

import contextlib
import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

from wavenet import untrusted

READERS = (untrusted.json_object, untrusted.array, untrusted.tensors)


def npy(header: str, data: bytes = bytes(80), version: bytes = b"\x01\x00") -> bytes:
    """A ``.npy`` file with a header of any text."""
    length = len(header.encode()).to_bytes(2 if version[0] == 1 else 4, "little")
    return b"\x93NUMPY" + version + length + header.encode() + data


@pytest.mark.parametrize("read", READERS)
def test_only_regular_files_are_read(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError, match="not a regular file"):
            read(path)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "absent")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    for read, most in ((untrusted.json_object, untrusted.MOST_TEXT), (untrusted.tensors, untrusted.MOST_WEIGHTS)):
        with open(tmp_path / "large", "wb") as file:
            file.truncate(most + 1)  # of holes
        with pytest.raises(OSError, match=f"{most + 1} bytes, more than {most}"):
            read(tmp_path / "large")


@pytest.mark.parametrize(
    ("text", "message"),
    [("[" * 100_000, "nested"), ("[1]", "not a JSON object"), ("{", "Expecting"), ("9" * 6000, "4300 digits")],
)
def test_what_is_no_json_object_is_refused(tmp_path, text, message):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        untrusted.json_object(tmp_path / "a.json")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "{",
        "(" * 900,
        "'" * 3 + "\\x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (10**9, 10**9), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999999,), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (10,), }",
        "{'descr': [('a', 3)], 'fortran_order': False, 'shape': (10,), }",
        "{'descr': 'x' * 10**9, 'fortran_order': False, 'shape': (10,), }",
        "{'descr': '<f4', 'shape': (10,), }",
        "\\N{x}",
    ],
)
def test_a_broken_array_is_refused(tmp_path, header):
    for version in (b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\x09\x00"):
        (tmp_path / "a.npy").write_bytes(npy(header, version=version))
        with pytest.raises(ValueError, match=r"\w"):
            untrusted.array(tmp_path / "a.npy")


def test_an_archive_is_no_array(tmp_path):
    np.savez(tmp_path / "a.npz", np.zeros(3))
    with pytest.raises(ValueError, match="archive"):
        untrusted.array(tmp_path / "a.npz")


@given(data=st.data())
def test_files_with_any_bytes_changed_give_a_value_or_an_error_of_theirs(data):
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.npy"
        np.save(path, array)
        whole = {untrusted.array: path.read_bytes(), untrusted.tensors: save({"a": array, "b": array[0]})}
        read = data.draw(st.sampled_from(list(whole)))
        changed = bytearray(whole[read])
        for _ in range(data.draw(st.integers(1, 4))):
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(changed[: data.draw(st.integers(0, len(changed)))])
        with contextlib.suppress(OSError, ValueError):
            read(path)


@pytest.mark.parametrize("kind", ["F8_E4M3", "F8_E5M2", "F8_E8M0", "BF16", "F16", "U8", "BOOL"])
def test_tensors_of_other_types_are_refused_by_name(tmp_path, kind):
    size = {"BF16": 2, "F16": 2}.get(kind, 1)
    data = save({"a": np.zeros(4, np.float32)})
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["a"] |= {"dtype": kind, "shape": [16 // size]}
    text = json.dumps(header).encode()
    path = tmp_path / "a.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])
    with pytest.raises(ValueError, match=f"tensor 'a' is {kind}, and must be F32"):
        untrusted.tensors(path)


def told(**changes: object) -> dict:
    return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("[" * 100_000, "nested"),
        ("[]", "not a JSON object"),
        ("{", "Expecting"),
        ({"a": told(), "__metadata__": {"b": 1}}, "metadata are no texts"),
        ({"a": told(), "__metadata__": []}, "metadata are no texts"),
        ({"a": None}, "tensor 'a' has no type, shape and place"),
        ({"a": told(more=1)}, "tensor 'a' has no type, shape and place"),
        ({"a": told(dtype=["F32"])}, "tensor 'a' has no type, shape and place"),
        ({"a": told(data_offsets=[0, 4, 8])}, "tensor 'a' has no type, shape and place"),
        ({"a": told(shape=[2.0])}, "a size or a place that cannot be"),
        ({"a": told(shape=[True])}, "a size or a place that cannot be"),
        ({"a": told(shape=[-1, -2])}, "a size or a place that cannot be"),
        ({"a": told(shape=[0, 2**63], data_offsets=[0, 0])}, "a size or a place that cannot be"),
        ({"a": told(data_offsets=[-8, 0])}, "a size or a place that cannot be"),
        ({"a": told(data_offsets=[8, 0])}, "has -8 bytes, which do not fit the shape"),
        ({"a": told(shape=[3])}, "has 8 bytes, which do not fit the shape"),
        ({"a": told(shape=[2] + [1] * 99)}, "dimension"),
        ({"a": told(), "b": told()}, "overlap"),
        ({"a": told(data_offsets=[4, 12])}, "have bytes between them"),
        ({"a": told(shape=[1], data_offsets=[0, 4])}, "have 4 bytes, and it holds 8"),
        ({"a": told(shape=[2**20], data_offsets=[0, 2**22])}, "and it holds 8"),
        ({}, "have 0 bytes, and it holds 8"),
    ],
)
def test_a_broken_file_of_tensors_is_refused(tmp_path, header, message):
    text = (header if isinstance(header, str) else json.dumps(header)).encode()
    (tmp_path / "a").write_bytes(len(text).to_bytes(8, "little") + text + bytes(8))
    with pytest.raises(ValueError, match=message):
        untrusted.tensors(tmp_path / "a")


@pytest.mark.parametrize("beginning", [b"", b"\x02", bytes([3] * 8), bytes([255] * 8) + b"{}"])
def test_a_file_of_tensors_that_ends_within_its_header_is_refused(tmp_path, beginning):
    (tmp_path / "a").write_bytes(beginning)
    with pytest.raises(ValueError, match=r"ends within its header|Expecting value"):
        untrusted.tensors(tmp_path / "a")


def test_tensors_that_are_at_odd_places_are_aligned(tmp_path):
    header = {"a": told(dtype="I8", shape=[3], data_offsets=[0, 3]), "b": told(data_offsets=[3, 11])}
    text = json.dumps(header).encode()
    values = np.array([1.5, -2], np.float32)
    (tmp_path / "a").write_bytes(len(text).to_bytes(8, "little") + text + bytes(3) + values.tobytes())
    found, _ = untrusted.tensors(tmp_path / "a", ("F32", "I8"))
    np.testing.assert_array_equal(found["b"], values)
    assert all(each.flags.aligned and each.flags.writeable for each in found.values())


def test_tensors_and_metadata_are_those_that_were_saved(tmp_path):
    saved = {"a": np.arange(3, dtype=np.float32), "b": np.eye(2, dtype=np.int8)}
    (tmp_path / "a").write_bytes(save(saved, {"x": "y"}))
    found, metadata = untrusted.tensors(tmp_path / "a", ("F32", "I8"))
    assert found.keys() == load((tmp_path / "a").read_bytes()).keys()
    assert all(np.array_equal(found[name], saved[name]) for name in saved)
    assert metadata == {"x": "y"}


def test_a_json_file_has_four_mebibytes_at_most(tmp_path):
    for more in (0, 1):
        text = '{"a": "' + "x" * (2**22 - 9 + more) + '"}'
        (tmp_path / "a.json").write_text(text)
        if more:
            with pytest.raises(OSError, match="it has 4194305 bytes, more than 4194304"):
                untrusted.json_object(tmp_path / "a.json")
        else:
            assert untrusted.json_object(tmp_path / "a.json")["a"][0] == "x"


def test_a_file_of_tensors_has_a_gibibyte_at_most(tmp_path):
    for size, error in ((2**30, ValueError), (2**30 + 1, OSError)):
        with open(tmp_path / "a", "wb") as file:
            file.truncate(size)  # of holes
        with pytest.raises(error):
            untrusted.tensors(tmp_path / "a")


def test_an_array_may_have_any_size_and_stays_on_the_disk(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(3))
    found = untrusted.array(tmp_path / "a.npy")
    assert isinstance(found, np.memmap)
    assert found.tolist() == [0, 1, 2]
    untrusted.check(tmp_path / "a.npy")


def test_tensors_without_metadata_have_none(tmp_path):
    (tmp_path / "a").write_bytes(save({"a": np.zeros(1, np.float32)}))
    assert untrusted.tensors(tmp_path / "a")[1] == {}
