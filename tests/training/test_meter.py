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
    [
        (9, "about 9 s"),
        (89, "about 89 s"),
        (91, "about 2 min"),
        (200, "about 3 min"),
        (7_140, "about 119 min"),
        (7_200, "about 2 h 0 min"),
        (9_000, "about 2 h 30 min"),
    ],
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


def stuck(updates, loss):
    """What is told of a run with this loss at every update from the 101st after the warm-up on."""
    config = TrainConfig(updates=100_000)
    progress = Progress(update=config.optim.warmup + 100)
    made = meter.Meter(config, progress, show=True)
    for _ in range(updates):
        progress.update += 1
        made.add(loss, 8000)
    made.close()
    return progress.update


def test_a_loss_that_stays_at_that_of_a_guess_is_told_once(capsys):
    guess = math.log(ModelConfig().quantization_channels)
    stuck(2, 0.99 * guess)
    told = capsys.readouterr().err
    assert told.count("warning: the loss is") == 1
    assert f"that is ln(classes) = {guess:.3f}: nothing is learnt" in told
    stuck(2, 0.97 * guess)
    assert "warning" not in capsys.readouterr().err


def test_a_loss_may_stay_at_that_of_a_guess_for_a_hundred_updates_after_the_warm_up(capsys):
    config = TrainConfig(updates=100_000)
    progress = Progress(update=config.optim.warmup + 99)
    made = meter.Meter(config, progress, show=True)
    for warned in (False, True):
        progress.update += 1
        made.add(5.5, 8000)
        assert ("warning" in capsys.readouterr().err) == warned
    made.close()


def test_the_log_has_the_rate_since_its_last_line_and_the_sums_of_the_whole_run(clock):
    progress = Progress(update=7, seconds=7200.0, samples=9_000)
    made = meter.Meter(TrainConfig(), progress, show=False)
    for samples, seconds in ((8000, 4.0), (1000, 10.0)):
        made.add(3.0, samples)
        clock[0] += seconds
        values = made.values()
        assert values["samples_per_second"] == samples / seconds
        assert (values["hours"], values["samples_seen"]) == (2.0, 9_000)
    made.close()


def test_the_bar_shows_bits_the_rate_and_how_many_times_real_time_it_is(clock, capsys):
    progress = Progress()
    made = meter.Meter(TrainConfig(updates=10, model=ModelConfig(decimation=1)), progress, show=True)
    made.add(math.log(2), 32_000)
    assert "bits" not in str(made._bar)
    clock[0] += 1.0
    made.values()
    made.add(math.log(2) * 2, 32_000)
    assert "2.000 bits, 32,000 samples/s, 2.00 × real time" in str(made._bar)
    made.close()
