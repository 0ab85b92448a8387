import json
import math
from dataclasses import asdict, dataclass, field

import pytest

from wavenet.config import ContextConfig, FeatureConfig, ModelConfig, TrainConfig
from wavenet.errors import UsageError
from wavenet.settings import from_dict
from wavenet.tts.segments import Segment


def test_plain_data_becomes_nested_settings():
    config = from_dict(TrainConfig, {"updates": 7, "optim": {"lr": 1}, "precision": "fp32"}, "run.yaml")
    assert (config.updates, config.optim.lr, config.precision) == (7, 1.0, "fp32")
    assert isinstance(config.optim.lr, float)


def test_settings_survive_the_way_through_json():
    model = ModelConfig(
        speakers=("ann",), features=FeatureConfig(kinds=("log_mel", "pitch")), contexts=(ContextConfig(pool=80),)
    )
    config = TrainConfig(model=model)
    assert from_dict(TrainConfig, json.loads(json.dumps(asdict(config))), "x") == config


def test_pitch_of_settings_from_before_there_was_a_choice_is_harvests():
    older = from_dict(FeatureConfig, {"kinds": ["log_mel", "pitch"]}, "x")
    assert older.pitch_method == "harvest"
    assert from_dict(FeatureConfig, {"kinds": ["pitch"], "pitch_method": "correlation"}, "x") == FeatureConfig(
        ("pitch",)
    )
    assert from_dict(FeatureConfig, {"kinds": ["log_mel"]}, "x") == FeatureConfig(("log_mel",))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"update": 7}, r"x: unknown setting 'update'; did you mean 'updates'\?"),
        ({"optim": {"learning_rate": 1}}, "x: optim: unknown setting 'learning_rate'"),
        ({"optim": 3}, "x: optim is 3, and must be a group of settings"),
        ({"updates": "7"}, "x: updates is '7', and must be of type int"),
        ({"updates": True}, "x: updates is True, and must be of type int"),
        ({"precision": "fp8"}, "x: precision is 'fp8', and must be one of 'auto', 'bf16', 'fp32'"),
        ({"model": {"speakers": "ann"}}, "x: model: speakers is 'ann', and must be a list"),
        ({"model": {"speakers": [1]}}, r"x: model: speakers\[0\] is 1, and must be of type str"),
        ({"model": {"contexts": [{"pol": 3}]}}, r"x: model: contexts\[0\]: unknown setting 'pol'; did you mean 'pool'"),
        ({"model": {"features": {"kinds": ["mel"]}}}, r"kinds\[0\] is 'mel', and must be one of 'log_mel'"),
        ({"model": {"layers": 3}}, "x: model: layers is 3, and must be a multiple of stacks"),
    ],
)
def test_plain_data_that_does_not_fit_is_refused_with_the_way_out(data, message):
    with pytest.raises(UsageError, match=message):
        from_dict(TrainConfig, data, "x")


def test_what_may_be_missing_is_of_its_type_where_it_is_not():
    assert from_dict(Segment, {"phone": "SIL", "seconds": 1}, "x").seconds == 1.0
    assert from_dict(Segment, {"phone": "SIL", "seconds": None}, "x").seconds is None
    with pytest.raises(UsageError, match="x: seconds is '1', and must be of type float"):
        from_dict(Segment, {"phone": "SIL", "seconds": "1"}, "x")


def test_lists_have_so_many_entries_at_most_of_values_and_of_groups():
    names = [str(i) for i in range(65_537)]
    assert len(from_dict(ModelConfig, {"speakers": names[:-1]}, "x").speakers) == 65_536
    with pytest.raises(UsageError, match="x: speakers has 65537 entries, and must have at most 65536"):
        from_dict(ModelConfig, {"speakers": names}, "x")
    with pytest.raises(UsageError, match="x: contexts has 1025 entries, and must have at most 1024"):
        from_dict(ModelConfig, {"contexts": [{}] * 1025}, "x")
    with pytest.raises(UsageError, match="x: contexts has 1024 entries, and must have at most 16"):
        from_dict(ModelConfig, {"contexts": [{}] * 1024}, "x")


@dataclass(frozen=True)
class Strict:
    needed: int
    usual: float = 1.0
    made: list[int] = field(default_factory=list)


def test_what_has_no_default_must_be_there():
    assert from_dict(Strict, {"needed": 3}, "x") == Strict(3)
    with pytest.raises(UsageError, match="x: setting 'needed' is missing"):
        from_dict(Strict, {"usual": 2}, "x")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_are_finite(value):
    with pytest.raises(UsageError, match=f"x: usual is {value}, and must be a finite number"):
        from_dict(Strict, {"needed": 3, "usual": value}, "x")
