"""Which run comes next, and which voice ships."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments import improve_voice
from experiments.improve_voice import VoiceRecipe
from tests import voices
from wavenet.config import TrainConfig, TrainVoiceConfig
from wavenet.evaluation.perception.clip import Score
from wavenet.evaluation.perception.judge import Judgement
from wavenet.evaluation.perception.scores import Scores
from wavenet.training import checkpoint


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    monkeypatch.setattr(improve_voice.folder, "SHIPPED", tmp_path / "shipped")
    home = tmp_path / "recipes" / "tts_martian"
    home.mkdir(parents=True)
    (home / "card.md").write_text("A card.")
    (home / "voice.yaml").write_text("labels: labels.jsonl\nwavenet: {updates: 7, data: nowhere, init_from: vocoder}\n")
    (found,) = improve_voice.recipes(tmp_path / "recipes", tmp_path / "state")
    return found


def state(recipe: VoiceRecipe, update: int) -> Path:
    """A run of the WaveNet that is so far."""
    out = Path(recipe.config.out) / "wavenet"
    (out / "model").mkdir(parents=True)
    (out / "model" / "config.json").write_text("{}")
    config = replace(TrainConfig(updates=7, init_from="vocoder"), out=str(out))
    checkpoint.save(out / "checkpoint.pt", config, checkpoint.Progress(update=update, best_bits=5.0), {}, {})
    return out


def heard(mos: float) -> Judgement:
    scores = {f"clip{i}": Score(mos + 0.1 * i) for i in range(4)}
    return Judgement({"naturalness": Scores(scores), "intelligibility": Scores(scores)}, 4, 8.0)


def test_a_recipe_ships_the_voice_that_its_folder_names(recipe, tmp_path):
    assert recipe.name == "martian"
    assert recipe.config == TrainVoiceConfig(
        labels="labels.jsonl",
        out=str(tmp_path / "state" / "tts_martian"),
        wavenet=TrainConfig(updates=7, data="nowhere", init_from="vocoder"),
    )


def test_a_recipe_without_a_card_ships_nothing(recipe, tmp_path):
    (recipe.folder / "card.md").unlink()
    assert improve_voice.recipes(tmp_path / "recipes", tmp_path / "state") == []


def test_a_run_that_is_not_done_goes_on(recipe):
    assert improve_voice.next_cycle(recipe) == recipe.config
    state(recipe, update=3)
    assert improve_voice.next_cycle(recipe) == recipe.config


def test_after_a_whole_run_the_next_one_starts_where_it_ended_with_new_windows(recipe):
    out = state(recipe, update=7)
    config = improve_voice.next_cycle(recipe)
    assert config.wavenet.seed == recipe.config.wavenet.seed + 1
    assert (Path(config.wavenet.init_from) / "config.json").read_text() == "{}"
    assert not out.exists()


def test_data_that_is_not_there_is_told(recipe, capsys):
    improve_voice.improve(recipe, 1.0)
    assert "left out, nowhere does not exist; make data makes it" in capsys.readouterr().out


@pytest.mark.parametrize(("better", "ships"), [(0.2, True), (-0.2, False)])
def test_the_voice_that_sounds_more_natural_ships(recipe, monkeypatch, better, ships):
    state(recipe, update=7)
    candidate = voices.write(Path(recipe.config.out) / "voice")
    monkeypatch.setattr(improve_voice, "judged", lambda home, *_: heard(3.0 + better * (home == candidate)))
    improve_voice.ship_if_better(recipe)  # the first one always
    assert json.loads(recipe.results.read_text())["naturalness"] == pytest.approx(3.15 + better)
    assert (recipe.shipped / "README.md").read_text() == "A card."
    before = (recipe.shipped / improve_voice.WEIGHTS).read_bytes()
    np.testing.assert_array_equal(improve_voice.Voice.open(recipe.shipped).sample_rate, 16_000)
    (candidate / improve_voice.WEIGHTS).write_bytes(before + b" ")
    improve_voice.ship_if_better(recipe)
    assert len(recipe.results.read_text().splitlines()) == 1 + ships
    assert (recipe.shipped / improve_voice.WEIGHTS).read_bytes() == before + b" " * ships
