import pytest
import torch

from wavenet.errors import UsageError
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
