import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import wavenet
from experiments import improve
from wavenet.config import FeatureConfig, TrainConfig
from wavenet.engine import folder
from wavenet.errors import MissingExtraError, UsageError
from wavenet.evaluation.perception.clip import Score
from wavenet.evaluation.perception.judge import Judgement
from wavenet.evaluation.perception.scores import Scores
from wavenet.training import endings, initial, loop


@pytest.fixture
def recipe(micro_config, tmp_path, monkeypatch):
    """A recipe named ``micro``, and an empty place for shipped models."""
    monkeypatch.setattr(improve, "RECIPES", tmp_path / "recipes")
    monkeypatch.setattr(folder, "SHIPPED", tmp_path / "models")
    (tmp_path / "recipes" / "micro").mkdir(parents=True)
    (tmp_path / "recipes" / "micro" / "card.md").write_text(
        "$validation $test $uniform $ar $int8 $cycles $hours $samples"
    )
    return improve.Recipe("micro", replace(micro_config, out=str(tmp_path / "state"), validate_every=15, updates=30))


def shipped_bits(recipe):
    return improve.held_out_bits(recipe.config, recipe.shipped)


def test_the_first_model_is_shipped_and_a_better_one_replaces_it(recipe):
    loop.train(recipe.config)
    improve.ship_if_better(recipe)
    first = shipped_bits(recipe)
    further = replace(recipe.config, seed=1, out=recipe.config.out + "2", init_from=str(recipe.shipped))
    loop.train(further)
    improve.ship_if_better(replace(recipe, config=further))
    assert shipped_bits(recipe) < first
    lines = [json.loads(line) for line in recipe.results.read_text().splitlines()]
    assert [line["seed"] for line in lines] == [0, 1]
    assert lines[-1]["validation_bits"] == pytest.approx(shipped_bits(recipe), abs=1e-4)
    card = (recipe.shipped / "README.md").read_text().split()
    assert card[:3] == [f"{lines[-1]['validation_bits']:.3f}", f"{lines[-1]['test_bits']:.3f}", "5.000"]
    assert card[-4] == "2"
    assert recipe.results.with_name("curve-1.png").exists()
    assert wavenet.open(recipe.shipped).precision == "int8"
    assert card[4] == f"{lines[-1]['test_bits_int8']:.3f}"


def test_a_budget_is_spent_on_cycles_that_begin_where_the_last_one_shipped(recipe, monkeypatch):
    monkeypatch.setattr(improve, "updates_per_second", lambda config: 20 / (improve.SAFETY * 3600))
    trained = []

    def one_cycle(config, seconds):
        trained.append(config)
        if len(trained) == 3:
            monkeypatch.setattr(improve.improve_voice, "SHORTEST", 2.0)
        return real(config)

    real = loop.train
    monkeypatch.setattr(loop, "train", one_cycle)
    improve.improve(recipe, 3600)
    assert [config.seed for config in trained] == [0, 1, 2]
    assert [bool(config.init_from) for config in trained] == [False, True, True]


def test_a_diverged_cycle_is_given_up(recipe, monkeypatch, capsys):
    loop.train(recipe.config)
    improve.ship_if_better(recipe)
    monkeypatch.setattr(loop, "train", lambda config, seconds: (_ for _ in ()).throw(endings.DivergedError("nan")))
    monkeypatch.setattr(improve, "updates_per_second", lambda config: 1.0)
    improve.improve(recipe, 3600)
    assert "abandoned" in capsys.readouterr().out
    assert improve.unfinished(recipe) is None


def test_what_cannot_be_shipped_whole_leaves_the_shipped_model_as_it_was(recipe):
    loop.train(recipe.config)
    (improve.RECIPES / "micro" / "card.md").unlink()
    with pytest.raises(FileNotFoundError):
        improve.ship_if_better(recipe)
    assert not recipe.has_shipped


def test_a_worse_model_leaves_the_shipped_one_as_it_is(recipe):
    loop.train(recipe.config)
    improve.ship_if_better(recipe)
    before = (recipe.shipped / "model.safetensors").read_bytes()
    candidate = folder.read(Path(recipe.config.out) / "model")
    wrong = np.where(np.arange(32) == 0, np.float32(20), np.float32(0))  # sure of the class that never comes
    worse = {**candidate.tensors, "head.output.bias": wrong}
    folder.write(Path(recipe.config.out) / "model", candidate.audio, candidate.model, worse)
    improve.ship_if_better(recipe)
    assert (recipe.shipped / "model.safetensors").read_bytes() == before
    assert len(recipe.results.read_text().splitlines()) == 1


def test_an_unfinished_cycle_is_continued_and_a_finished_one_is_not(recipe):
    with pytest.raises(endings.InterruptedRunError):
        loop.train(recipe.config, seconds=0)
    assert improve.unfinished(recipe) == loop.with_precision(recipe.config, torch.device("cpu"))
    loop.train(recipe.config)
    assert improve.unfinished(recipe) is None


def test_a_new_cycle_starts_at_the_shipped_weights_with_new_windows_and_fills_the_time(recipe, monkeypatch):
    loop.train(recipe.config)
    improve.ship_if_better(recipe)
    monkeypatch.setattr(improve, "updates_per_second", lambda config: 7.0)
    config = improve.new_cycle(recipe, 100)
    assert config.init_from == str(recipe.shipped)
    assert config.updates == int(improve.SAFETY * 700)
    assert config.seed == recipe.config.seed + 1
    start = initial.tensors(initial.model(config))
    shipped = folder.read(recipe.shipped).tensors
    assert all(np.array_equal(tensor, shipped[name]) for name, tensor in start.items())


def test_a_new_cycle_of_a_pruned_model_keeps_its_zeros(recipe, monkeypatch):
    loop.train(recipe.config)
    improve.ship_if_better(recipe)
    monkeypatch.setattr(improve, "updates_per_second", lambda config: 7.0)
    assert improve.new_cycle(recipe, 1).sparsity == 0
    opened = folder.read(recipe.shipped)
    for name, values in opened.tensors.items():
        if name.endswith("skip.weight"):
            values[:, 4:] = 0
    folder.write(recipe.shipped, opened.audio, opened.model, opened.tensors)
    assert improve.new_cycle(recipe, 1).sparsity > 0


def test_a_recipe_of_other_settings_than_the_shipped_model_s_starts_anew_and_bits_do_not_decide(recipe, monkeypatch):
    loop.train(recipe.config)
    improve.ship_if_better(recipe)
    monkeypatch.setattr(improve, "updates_per_second", lambda config: 7.0)
    other = replace(recipe, config=replace(recipe.config, audio=replace(recipe.config.audio, gain=0.5)))
    config = improve.new_cycle(other, 1)
    assert config.init_from == ""
    loop.train(config)
    before = (recipe.shipped / "model.safetensors").read_bytes()
    improve.ship_if_better(other)
    assert (recipe.shipped / "model.safetensors").read_bytes() == before


def test_missing_data_leaves_a_recipe_out(recipe, capsys):
    improve.improve(replace(recipe, config=replace(recipe.config, data="nowhere")), 1)
    assert "left out" in capsys.readouterr().out
    assert not recipe.results.exists()


@pytest.mark.parametrize(("budget", "seconds"), [("90s", 90), ("1.5m", 90), ("2h", 7200)])
def test_budgets_are_read(budget, seconds):
    assert math.isclose(improve.seconds_of(budget), seconds)


@pytest.mark.parametrize("budget", ["", "2", "h", "0m", "-3m", "2 h", "1e3s"])
def test_other_budgets_are_refused(budget):
    with pytest.raises(UsageError, match="must be like"):
        improve.seconds_of(budget)


def test_the_recipes_of_the_repository_are_valid(tmp_path):
    found = improve.recipes(tmp_path)
    assert "english_prompts" in [recipe.name for recipe in found]


def vocoder(recipe):
    features = FeatureConfig(kinds=("log_mel",), hop_length=20, n_fft=64, win_length=50, n_mels=4, f_max=480.0)
    (improve.RECIPES / "micro" / "card.md").write_text("$naturalness $word_errors $test $int8")
    return replace(recipe, config=replace(recipe.config, model=replace(recipe.config.model, features=features)))


def test_copies_of_the_test_split_are_judged_for_the_card(recipe, monkeypatch):
    heard = []

    def judged(clips, metrics):
        heard.extend(clips)
        scores = {name: Scores({"a": Score(value)}) for name, value in zip(metrics, (3.21, 0.123), strict=True)}
        return Judgement(scores, 1, 1.0)

    monkeypatch.setattr(improve, "judge", judged)
    loop.train(vocoder(recipe).config)
    improve.ship_if_better(vocoder(recipe))
    assert [len(clip.waveform) for clip in heard] == [16 * 300]  # judged at 16 kHz
    row = json.loads(recipe.results.read_text())
    assert (row["naturalness"], row["word_errors"]) == (3.21, 0.123)
    assert (recipe.shipped / "README.md").read_text().startswith("3.21 12.3% ")


def test_a_card_tells_that_nothing_was_judged_where_the_packages_are_missing(recipe, monkeypatch, capsys):
    monkeypatch.setattr(improve, "judge", lambda *_: (_ for _ in ()).throw(MissingExtraError("naturalness", "eval")))
    loop.train(vocoder(recipe).config)
    improve.ship_if_better(vocoder(recipe))
    assert "not scored" in capsys.readouterr().out
    assert (recipe.shipped / "README.md").read_text().startswith("not scored not scored ")


def test_only_the_recipe_asked_for_is_improved(recipe, monkeypatch, capsys):
    monkeypatch.setattr(improve, "recipes", lambda state: [recipe, replace(recipe, name="other")])
    asked = []
    monkeypatch.setattr(improve, "improve", lambda recipe, seconds: asked.append((recipe.name, seconds)))
    monkeypatch.setattr("sys.argv", ["improve", "--budget", "10m", "--only", "other"])
    improve.main()
    assert asked == [("other", 600)]
    monkeypatch.setattr("sys.argv", ["improve", "--only", "othr"])
    with pytest.raises(SystemExit):
        improve.main()
    assert "no recipe is named 'othr'; did you mean 'other'" in capsys.readouterr().err


@pytest.mark.parametrize(("candidate", "ships"), [(2.5, True), (1.5, False)])
def test_a_model_that_copies_is_shipped_by_ear_and_not_by_bits(recipe, monkeypatch, candidate, ships):
    heard = iter([candidate, 2.0])

    def judged(clips, metrics):
        return Judgement({name: Scores({"a": Score(next(heard))}) for name in metrics}, 1, 1.0)

    monkeypatch.setattr(improve, "judge", judged)
    monkeypatch.setattr(improve, "_quality", lambda recipe, path: {})
    loop.train(vocoder(recipe).config)
    improve.ship_if_better(vocoder(recipe))
    worse_bits = iter([9.0, 1.0])
    monkeypatch.setattr(improve, "held_out_bits", lambda config, path: next(worse_bits))
    improve.ship_if_better(vocoder(recipe))
    assert len(recipe.results.read_text().splitlines()) == 1 + ships


def test_every_recipe_that_ships_has_a_card_that_can_be_filled(monkeypatch):
    root = Path(__file__).parent.parent.parent / "recipes"
    monkeypatch.setattr(improve, "RECIPES", root)
    row = {
        "seed": 0,
        "hours": 1.0,
        "samples": 10**6,
        "validation_bits": 3.0,
        "test_bits": 3.0,
        "test_bits_int8": 3.0,
        "baselines": {name: {"bits_per_sample": 5.0} for name in ("uniform", "histogram", "bigram", "ar")},
    }
    found = [path.parent.name for path in root.glob("*/train.yaml")]
    assert len(found) >= 3
    for name in found:
        assert "3.000" in improve.card(improve.Recipe(name, TrainConfig()), [row])
