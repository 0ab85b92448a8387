"""The rows of a job on a cluster, by Ray Data. Rows travel as text: Ray may turn integers into floats."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from wavenet.bulk import jobs
from wavenet.bulk.lists import R
from wavenet.errors import MissingExtraError, UsageError

ACTORS = 1_024
"""at most; Ray starts as many as the cluster has cores for"""
BATCH = 8
"""rows that an actor takes at once, and that another one makes again if it dies"""


class Actor:
    """Makes rows on one core of any machine. Batches are columns of JSON."""

    def __init__(self, job: jobs.Job[Any], model: str) -> None:
        """``model`` is a shipped one's name, or a folder that is there on every machine."""
        self._job = replace(job, model=job.find(model))

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        """What became of each row; a file appears when it is whole, whoever makes it twice."""
        rows = (self._job.row(**json.loads(text)) for text in batch["row"])
        done = (jobs.written(self._job, row, jobs.sound_of(self._job, row)) for row in rows)
        return {"done": [json.dumps(asdict(each)) for each in done]}


def make(job: jobs.Job[R], wanted: Iterable[R], model: str, address: str, actors: int) -> Iterator[jobs.Done[R]]:
    """Make rows by so many actors of the cluster at an address, in any order.

    Raises:
        MissingExtraError: Ray is not installed.
        UsageError: there is no cluster.
    """
    try:
        import ray
        from ray.data import ActorPoolStrategy, DataContext
    except ImportError as error:
        raise MissingExtraError("--ray", "ray") from error
    began = not ray.is_initialized()
    if began:
        try:
            ray.init(address=address, log_to_driver=False)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise UsageError(f"--ray {address}: no cluster answers there: {error}") from error
    DataContext.get_current().enable_progress_bars = False
    try:
        rows = ray.data.from_items([{"row": json.dumps(_plain(row))} for row in wanted])
        told = rows.repartition(max(1, rows.count() // BATCH)).map_batches(
            Actor,
            fn_constructor_args=(job, model),
            batch_size=BATCH,
            compute=ActorPoolStrategy(min_size=1, max_size=actors),
            num_cpus=1,
        )
        for each in told.iter_rows():
            found = json.loads(each["done"])
            yield jobs.Done(**found | {"row": job.row(**found["row"]), "warnings": tuple(found["warnings"])})
    finally:
        if began:
            ray.shutdown()


def _plain(row: Any) -> dict[str, Any]:
    return asdict(row)
