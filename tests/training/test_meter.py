import math

import pytest

from wavenet.config import AudioConfig, FeatureConfig, ModelConfig, TrainConfig
from wavenet.training import meter
from wavenet.training.checkpoint import Progress


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(meter.time, "monotonic", lambda: now[0])
    return now


def test_the_time_of_a_run_is_told_before_it_is_spent(clock, capsys):
    progress = Progress(update=1000)
    made = meter.Meter(TrainConfig(updates=19_000), progress, show=True)
    for seconds in (30.0, 0.4, 0.4, 0.5, 0.3, 0.4):  # the first one warms up
        clock[0] += seconds
        progress.update += 1
        made.add(5.0, 8000)
    made.close()
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("about")]
    assert told == ["about 2 h 0 min for 17,995 updates, without validations: 0.4 s each"]


def test_what_begins_is_told_in_the_network_s_time(capsys):
    model = ModelConfig(features=FeatureConfig(("log_mel",)), decimation=4)
    for config, field in (
        (TrainConfig(updates=2400), 128),
        (TrainConfig(updates=600, audio=AudioConfig(lpc_order=8), model=model), 512),
    ):
        made = meter.Meter(config, Progress(), show=True)
        made.report_size(880_000, 16_000 * 600 // config.model.decimation)
        made.close()
        told = capsys.readouterr().err.splitlines()[0]
        assert told.startswith(
            f"0.88 M weights, receptive field {field} ms; 10.0 minutes of training data, seen 2.0 times in "
        )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(9, "about 9 s"), (200, "about 3 min"), (7_140, "about 119 min"), (9_000, "about 2 h 30 min")],
)
def test_durations_are_told_as_people_do(seconds, words):
    assert meter.duration(seconds) == words


def test_the_loss_of_the_log_is_that_of_the_updates_since_its_last_line_also_of_those_before_a_resumption():
    progress = Progress(update=7, loss_sum=6.0, loss_count=2)
    made = meter.Meter(TrainConfig(), progress, show=False)
    made.add(3.0, 8000)
    assert made.values()["train_bits"] == pytest.approx(3.0 / math.log(2))
    assert (progress.loss_sum, progress.loss_count) == (0.0, 0)
    made.add(5.0, 8000)
    assert made.values()["train_bits"] == pytest.approx(5.0 / math.log(2))
    made.close()


def test_nothing_is_told_where_another_process_does(capsys):
    made = meter.Meter(TrainConfig(), Progress(), show=False)
    made.report_size(1, 1)
    made.close()
    assert capsys.readouterr().err == ""
