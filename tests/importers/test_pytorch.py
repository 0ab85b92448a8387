"""Files of torch.save give their tensors without PyTorch, and no code of theirs runs."""

import io
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.importers import hostile
from wavenet.errors import CheckpointError
from wavenet.importers import checkpoint, pytorch, unpickle


class Network(torch.nn.Module):
    """Some of what networks have: lists of modules, weight norm, integers, a buffer, numbers of another type."""

    def __init__(self):
        super().__init__()
        self.layers = 3
        self.convs = torch.nn.ModuleList([torch.nn.Conv1d(2, 3, 2) for _ in range(2)])
        self.half = torch.nn.Linear(3, 1).half()
        self.wide = torch.nn.Linear(2, 2).double()
        self.brain = torch.nn.Parameter(torch.randn(3).bfloat16())
        self.norm = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(2, 2))
        self.register_buffer("count", torch.arange(4))
        self.register_buffer("mean", torch.randn(1)[0])


torch.manual_seed(0)
NETWORK = Network()
EXPECTED = {name: value.float().numpy() for name, value in NETWORK.state_dict().items() if name != "count"}


def saved(value, path, archive):
    torch.save(value, path, _use_new_zipfile_serialization=archive)
    return path


def content(value, archive):
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=archive)
    return file.getvalue()


def same(found, expected):
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, strict=True)


@pytest.mark.parametrize("archive", [True, False])
@pytest.mark.parametrize(
    "value",
    [
        NETWORK.state_dict(),
        {"state_dict": NETWORK.state_dict(), "optimizer": {"state": {0: torch.ones(2)}}, "global_step": 7},
        {"model": NETWORK.state_dict(), "iterations": np.int64(3)},
        {f"module.{name}": tensor for name, tensor in NETWORK.state_dict().items()},
    ],
)
def test_tensors_have_the_names_of_a_state_dict(tmp_path, value, archive):
    found = checkpoint.read(saved(value, tmp_path / "a.pth", archive))
    same(found.tensors, EXPECTED)
    assert found.kind == "file of PyTorch"


@pytest.mark.filterwarnings("ignore:Couldn't retrieve source code")
@pytest.mark.parametrize("archive", [True, False])
def test_of_a_whole_network_only_tensors_and_integers_are_taken(tmp_path, archive):
    plain = Network()
    plain.norm = torch.nn.Linear(2, 2)  # parametrizations cannot be pickled
    expected = {name: value.float().numpy() for name, value in plain.state_dict().items() if name != "count"}
    for value in (plain, {"model": plain, "iteration": 3}, torch.nn.DataParallel(plain)):
        found = checkpoint.read(saved(value, tmp_path / "a.pth", archive))
        same(found.tensors, expected)
        assert found.settings == {"layers": 3}


def parameter_of_2017(tensor):
    """How versions before 0.4 wrote a parameter: a class called with a tensor, whose shape was called too."""
    storage = (tensor.storage(), 0, torch.Size(tensor.shape), tensor.stride())
    return torch.nn.parameter.Parameter, (Called(torch._utils._rebuild_tensor, storage),), (True, False, None)


class Called:
    """Written as a call."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call


@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated")
def test_parameters_of_old_versions_are_their_tensors(tmp_path):
    tensor = torch.randn(2, 3)
    path = saved({"a": Called(*parameter_of_2017(tensor))}, tmp_path / "a.pth", False)
    same(checkpoint.read(path).tensors, {"a": tensor.numpy()})


@pytest.mark.parametrize("archive", [True, False])
def test_tensors_that_share_a_storage_are_its_parts(tmp_path, archive):
    base = torch.arange(24.0).reshape(4, 6)
    value = {"turned": base.T, "part": base[1:3, ::2], "all": base, "same": base[0, 0].expand(3, 2)}
    found = checkpoint.read(saved(value, tmp_path / "a.pth", archive)).tensors
    same(found, {name: tensor.numpy() for name, tensor in value.items()})


class Runs:
    """What a hostile pickle does: it calls what it names."""

    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


@pytest.mark.parametrize("archive", [True, False])
def test_no_code_runs(tmp_path, archive):
    value = {"state_dict": {"a": torch.ones(1)}, "evil": Runs(f"touch {tmp_path / 'ran'}")}
    found = checkpoint.read(saved(value, tmp_path / "a.pth", archive))
    assert list(found.tensors) == ["a"]
    assert not (tmp_path / "ran").exists()


def opened(*instructions):
    return unpickle.load(io.BytesIO(b"\x80\x02" + b"".join(instructions) + b"."))


@pytest.mark.parametrize(
    "instructions",
    [
        b"(" * 5 + b"u",
        b"0",
        b"u",
        b"\x8d" + b"\xff" * 8,
        b"\x96" + b"\xff" * 7 + b"\x7f",
        b"]r\xff\xff\xff\xffh\x01",
        b"cos\nsystem\nX\x01\x00\x00\x00ao",
        b"(cos\nsystem\no",
        b"(ios\nsystem\n",
        b"Pabc\n",
        b"NQ",
        b"ctorch._utils\n_rebuild_tensor_v2\n)R",
        b"ctorch._utils\n_rebuild_tensor_v2\n(NK\x00))tR",
        b"Nb",
        b"\x82\x01",
        b"]K\x01K\x02s",
    ],
)
def test_instructions_that_make_no_sense_are_refused(instructions):
    with pytest.raises(ValueError, match="its pickle is damaged"):
        opened(instructions)


def test_an_index_of_the_memo_reserves_no_memory():
    assert opened(b"]r\xff\xff\xff\xff") == []


def test_a_pickle_ends_after_many_instructions(monkeypatch):
    monkeypatch.setattr(unpickle, "MOST_STEPS", 1_000)
    with pytest.raises(ValueError, match="more than 1000 instructions"):
        opened(b"]" * 1_001)


def test_what_is_small_in_a_pickle_does_not_become_large(monkeypatch):
    monkeypatch.setattr(unpickle, "MOST_STEPS", 1_000)
    pairs = b"](" + b"(K\x01K\x02t" * 100 + b"eq\x01ccollections\nOrderedDict\nq\x02"
    with pytest.raises(ValueError, match="more than 1000 entries"):
        opened(pairs, b"h\x02h\x01\x85R" * 20)
    with pytest.raises(ValueError, match="a name of more than 1000 characters"):
        opened(b"X" + struct.pack("<I", 2_000) + b"a" * 2_000 + b"\x8c\x01b\x93")


def test_keys_that_take_long_to_compare_are_left_out():
    deep = b"}" + b")" + b"\x85" * 100_000 + b"NsK\x01K\x02s"
    huge = b"}" + b"\x8b" + struct.pack("<i", 1000) + b"\x01" * 1000 + b"Ns"
    assert opened(deep) == {1: 2}
    assert opened(huge) == {}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False) | st.binary(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(-9, 9), inner)
                    | st.tuples(inner, inner)), st.sampled_from([2, 3, 4, 5]))  # fmt: skip
def test_plain_values_are_what_pickle_makes_of_them(value, protocol):
    data = pickle.dumps(value, protocol)
    found = unpickle.load(io.BytesIO(data))
    if protocol > 2 or not (
        b"_codecs" in data or b"bytes" in data
    ):  # protocol 2 makes bytes by a call, which is not made
        assert found == value


def test_networks_that_hold_each_other_many_times_end(tmp_path):
    value = {"a": torch.ones(1)}
    for _ in range(30):
        value = {"left": value, "right": value}
    with pytest.raises(CheckpointError, match="more parts than a network"):
        checkpoint.read(saved(value, tmp_path / "a.pth", True))


def test_a_small_file_cannot_ask_for_much_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(pytorch, "MOST_NUMBERS", 1_000)
    value = {"a": torch.ones(1).expand(1_001)}
    with pytest.raises(CheckpointError, match="its tensors have more than 1000 numbers"):
        checkpoint.read(saved(value, tmp_path / "a.pth", True))


def changed_archive(path, change):
    """The archive with members changed, and written as they then are."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    kind = change(members) or zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda members: members.pop("a/data.pkl") and None, "no data.pkl"),
        (lambda members: members.update({"a/byteorder": b"big"}), "big-endian"),
        (lambda members: members.update({"a/data/0": b"123"}), "tensor 'a' is larger than its storage"),
        (lambda members: members.pop("a/data/0") and None, "a/data/0 in the archive is damaged"),
        (lambda members: zipfile.ZIP_DEFLATED, "is compressed, as PyTorch never does"),
    ],
)
def test_a_damaged_archive_is_one_line(tmp_path, change, reason):
    path = changed_archive(saved({"a": torch.ones(3)}, tmp_path / "a.pth", True), change)
    with pytest.raises(CheckpointError, match=reason) as caught:
        checkpoint.read(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_damage_in_the_numbers_of_an_archive_is_noticed(tmp_path):
    path = saved({"a": torch.full((4,), 3.25)}, tmp_path / "a.pth", True)
    data = path.read_bytes()
    at = data.index(struct.pack("<4f", *[3.25] * 4))
    path.write_bytes(data[:at] + b"?" + data[at + 1 :])
    with pytest.raises(CheckpointError, match="data/0 in the archive is damaged: BadZipFile Bad CRC-32"):
        checkpoint.read(path)


@pytest.mark.parametrize(
    ("value", "reason"), [({}, "it holds no tensors"), ({"a": torch.arange(3)}, "it holds no tensors")]
)
def test_a_file_without_floats_is_refused(tmp_path, value, reason):
    with pytest.raises(CheckpointError, match=reason):
        checkpoint.read(saved(value, tmp_path / "a.pth", True))


def test_an_older_file_that_is_cut_short_is_refused(tmp_path):
    path = saved({"a": torch.ones(99)}, tmp_path / "a.pth", False)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match="a storage lies behind its end; it may be cut short"):
        checkpoint.read(path)


SMALL = {archive: content({"state_dict": {"a": torch.ones(2, 3), "b": torch.ones(2)}}, archive) for archive in (0, 1)}


@given(st.sampled_from([0, 1]), hostile.changes)
def test_a_file_with_changed_bytes_is_read_or_refused(tmp_path_factory, archive, how):
    path = tmp_path_factory.mktemp("hostile") / "a.pth"
    hostile.read_or_refused(path, hostile.damaged(SMALL[archive], how))


@given(hostile.changes)
def test_the_pickle_of_an_archive_may_be_changed_too(tmp_path_factory, how):
    """Its checksum agrees, as that of a hostile file does."""
    path = tmp_path_factory.mktemp("hostile") / "a.pth"
    path.write_bytes(SMALL[1])

    def change(members):
        name = next(name for name in members if name.endswith("data.pkl"))
        members[name] = hostile.damaged(members[name], how)

    hostile.read_or_refused(path, changed_archive(path, change).read_bytes())
