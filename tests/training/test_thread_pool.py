import threading

import pytest
import torch

from wavenet.errors import UsageError
from wavenet.training.loop import split
from wavenet.training.thread_pool import MOST, ThreadPool, threads


@pytest.mark.parametrize("count", [1, 2, 3])
def test_results_come_in_the_order_of_the_parts(count):
    pool = ThreadPool(count)
    assert pool.map(lambda x: x * x, range(10)) == [x * x for x in range(10)]
    pool.close()


def test_each_lane_computes_alone():
    pool, both = ThreadPool(2), threading.Barrier(2)

    def threads(_):
        both.wait(timeout=60)
        return torch.get_num_threads()

    assert pool.map(threads, range(2)) == [1, 1]
    pool.close()


def test_an_accelerator_has_one_thread():
    assert ThreadPool.for_rows(4, torch.device("cuda")).count == 1


@pytest.mark.parametrize(("rows", "parts"), [(5, 2), (1, 3), (4, 4), (7, 1)])
def test_split_loses_and_doubles_no_row(rows, parts):
    cut = split(range(10, 10 + rows), parts)
    assert [row for part in cut for row in part] == list(range(10, 10 + rows))
    assert all(part for part in cut)
    assert len(cut) <= parts


@pytest.mark.parametrize("count", [-1, MOST + 1, 100_000])
def test_as_many_threads_as_no_system_starts_are_refused(count):
    before = torch.get_num_threads()
    with pytest.raises(UsageError, match=f"threads is {count}, and must be from 1 to 1024, or 0"), threads(count):
        pass
    assert torch.get_num_threads() == before
