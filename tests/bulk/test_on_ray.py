"""On a cluster, every text is said once and as on one machine, also when a machine is lost on the way."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests import voices
from wavenet.bulk import jobs, on_ray
from wavenet.bulk.speech import Job, Row

# Ray's own: sockets that it leaves to be collected, and settings that it announces
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
COUNT = 60


@pytest.fixture(scope="module")
def cluster():
    pytest.importorskip("ray.data", reason="Ray is not installed: pip install wavenet-audio[ray]")
    from ray.cluster_utils import Cluster

    before = signal.getsignal(signal.SIGTERM)
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # else its threads go on in this process, asking a metrics server
    paths = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2])])}
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "env_vars": paths, "include_dashboard": False})
    second = made.add_node(num_cpus=1, env_vars=paths)
    made.wait_for_nodes()
    yield made, second
    made.shutdown()
    signal.signal(signal.SIGTERM, before)  # Ray puts its own in place


def test_a_machine_that_is_lost_costs_nothing_and_nothing_is_said_twice(cluster, tmp_path):
    made, second = cluster
    voice = str(voices.write(tmp_path / "voice"))
    job = Job(Path(voice).resolve(), tmp_path / "out")
    rows = [Row(f"r{i:02d}", f"Number {i} runs." * (1 + i % 3), seed=2**63 + i) for i in range(COUNT)]
    said, left = [], 0
    for each in on_ray.make(job, rows, voice, made.address, 2):
        said.append(each)
        if len(said) == 1:
            made.remove_node(second)
            left = COUNT - len(list(job.out.rglob("*.flac")))
    assert left > 0, "the machine was lost too late for this test to say anything"
    assert sorted(each.row.id for each in said) == [row.id for row in rows]
    assert {each.row.id: each.row for each in said} == {row.id: row for row in rows}
    assert not jobs.listed(job, rows, said)
    alone = Job(job.model, tmp_path / "alone")
    for row in rows[::7]:
        jobs.written(alone, row, jobs.sound_of(alone, row))
        assert alone.path(row).read_bytes() == job.path(row).read_bytes()
    left_over = [path for path in job.out.rglob("*") if path.name.startswith(".")]  # what was being written there
    assert len(left_over) <= 2
    assert len(list(job.out.rglob("*"))) - len(left_over) == COUNT + 1  # the list
    assert [json.loads(line)["id"] for line in job.manifest.read_text("utf-8").splitlines()] == [r.id for r in rows]
