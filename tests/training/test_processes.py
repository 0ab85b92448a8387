import pytest
import torch

from wavenet.errors import UsageError, WavenetError
from wavenet.training.processes import Processes


def test_alone_every_row_is_ours_and_sums_are_the_values():
    alone = Processes.join("cpu")
    assert alone.first
    assert list(alone.rows(5)) == [0, 1, 2, 3, 4]
    value = torch.tensor([3.0])
    alone.sum([value])
    assert value.item() == 3


def test_rows_are_shared_without_overlap():
    shares = [Processes(rank, 3, torch.device("cpu")).rows(6) for rank in range(3)]
    assert [row for share in shares for row in share] == list(range(6))


def test_the_default_batch_has_a_window_for_each_process_and_any_other_is_what_it_is():
    alone, both = Processes(0, 1, torch.device("cpu")), Processes(0, 2, torch.device("cpu"))
    assert (alone.batch_size(1), both.batch_size(1), both.batch_size(4), both.batch_size(3)) == (1, 2, 4, 3)


def test_a_batch_that_cannot_be_shared_is_refused():
    with pytest.raises(UsageError, match="must be a multiple of the 2 processes"):
        Processes(0, 2, torch.device("cpu")).rows(3)


def test_an_unknown_device_is_refused():
    with pytest.raises(UsageError, match="device is 'tpu'"):
        Processes.join("tpu")


def test_a_process_that_is_gone_is_told_in_one_line_with_the_way_out(monkeypatch):
    def broken(flat):
        raise RuntimeError("Connection closed by peer [10.0.0.2]:1\nmore")

    monkeypatch.setattr("torch.distributed.all_reduce", broken)
    with pytest.raises(WavenetError, match=r"is gone \(Connection closed by peer \[10.0.0.2\]:1\); start all"):
        Processes(0, 2, torch.device("cpu")).sum([torch.zeros(2)])
