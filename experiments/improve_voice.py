"""Improves a shipped voice: the first training is resumed until it is done, later cycles tune its WaveNet further.

Naturalness decides: a voice ships if its audio of the validation split's texts scores higher (DistillMOS) than that of
the voice before.
"""

import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

from experiments.speech.systems import said
from experiments.speech.texts import spoken
from wavenet import atomic
from wavenet.cli import settings_file
from wavenet.config import TrainVoiceConfig
from wavenet.engine import folder
from wavenet.evaluation.perception import source
from wavenet.evaluation.perception.clip import RATE
from wavenet.evaluation.perception.judge import Judgement, judge
from wavenet.training import checkpoint, endings
from wavenet.training.tracking import read_log, write_log
from wavenet.training.voice import train
from wavenet.tts.folder import WAVENET, WEIGHTS
from wavenet.tts.voice import Voice

SHORTEST = 0.1
"""if less than this fraction of the time is left, it is not worth another run"""
FILES = ("config.json", WEIGHTS, f"{WAVENET}/config.json", f"{WAVENET}/model.safetensors")


@dataclass(frozen=True)
class VoiceRecipe:
    """A shipped voice and the settings of its training."""

    name: str
    folder: Path
    """of the recipe"""
    config: TrainVoiceConfig
    """settings of a whole run; ``out`` is the folder of the state"""

    @classmethod
    def read(cls, path: Path, state: Path) -> "VoiceRecipe":
        """Read ``recipes/tts_NAME/voice.yaml``; raises UsageError."""
        config = settings_file.read(TrainVoiceConfig, path)
        return cls(
            path.parent.name.removeprefix("tts_"), path.parent, replace(config, out=str(state / path.parent.name))
        )

    @property
    def shipped(self) -> Path:
        """The folder of the voice inside the package."""
        return folder.SHIPPED / self.name

    @property
    def results(self) -> Path:
        """The file of results, with one line for each voice that was shipped."""
        return self.folder / "results.jsonl"


def recipes(folder_of_all: Path, state: Path) -> list[VoiceRecipe]:
    """All recipes that ship a voice, with a ``voice.yaml`` and a card, by name."""
    found = sorted(folder_of_all.glob("*/voice.yaml"))
    return [VoiceRecipe.read(path, state) for path in found if path.with_name("card.md").exists()]


def improve(recipe: VoiceRecipe, seconds: float) -> None:
    """Train for about ``seconds``, run after run, and ship each result that is better."""
    config = recipe.config
    for needed, way_out in ((config.wavenet.data, "make data"), (config.labels, "wavenet align")):
        if not Path(needed).exists():
            print(f"{recipe.name}: left out, {needed} does not exist; {way_out} makes it")
            return
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > SHORTEST * seconds:
        try:
            train.train(next_cycle(recipe), left)
        except endings.InterruptedRunError as stopped:
            if time.monotonic() < deadline:
                raise  # a signal, not the end of the time
            print(f"{recipe.name}: {stopped}")
        ship_if_better(recipe)


def next_cycle(recipe: VoiceRecipe) -> TrainVoiceConfig:
    """The settings of the run in the state's folder; if it is done, those of a run that tunes the WaveNet again."""
    path = Path(recipe.config.out) / WAVENET / "checkpoint.pt"
    if not path.exists():
        return recipe.config
    saved, progress, _ = checkpoint.read(path)
    again = replace(recipe.config, wavenet=replace(recipe.config.wavenet, seed=saved["seed"]))
    if progress.update < saved["updates"]:
        return replace(again, wavenet=replace(again.wavenet, init_from=saved["init_from"]))
    before = path.parent.with_name("before")
    shutil.rmtree(before, ignore_errors=True)
    shutil.copytree(path.parent / "model", before)
    shutil.rmtree(path.parent)
    return replace(again, wavenet=replace(again.wavenet, seed=saved["seed"] + 1, init_from=str(before)))


def ship_if_better(recipe: VoiceRecipe) -> None:
    """Replace the shipped voice by that of the state's folder, if it sounds more natural."""
    candidate = Path(recipe.config.out) / "voice"
    if not (candidate / WAVENET / "config.json").exists():
        print(f"{recipe.name}: there is no voice yet")
        return
    heard = judged(candidate, recipe, "validation", ["naturalness"])
    if (recipe.shipped / "config.json").exists():
        known = judged(recipe.shipped, recipe, "validation", ["naturalness"])
        difference, interval, _ = heard.scores["naturalness"].minus(known.scores["naturalness"])
        ends = f", 95 % interval {interval[0]:+.3f} … {interval[1]:+.3f}" if interval else ""
        print(f"{recipe.name}: naturalness {difference:+.3f} against the shipped voice{ends}")
        if difference <= 0:
            print(f"{recipe.name}: the shipped voice is kept")
            return
    ship(recipe, candidate, judged(candidate, recipe, "test", ["naturalness", "intelligibility"]))


def judged(home: Path, recipe: VoiceRecipe, split: str, metrics: list[str]) -> Judgement:
    """The scores of a voice on the texts of a split."""
    voice = Voice.open(home)
    clips = [
        replace(clip, text=spoken(clip.text), waveform=said(voice, spoken(clip.text)), sample_rate=RATE, reference=None)
        for clip in source.clips(recipe.config.wavenet.data, split=split)
        if clip.text
    ]
    return judge(clips, metrics, progress=True)


def ship(recipe: VoiceRecipe, candidate: Path, heard: Judgement) -> None:
    """Copy a voice into the package, with its card and a line of results."""
    cycle = checkpoint.read(Path(recipe.config.out) / WAVENET / "checkpoint.pt")[1]
    row = {
        "naturalness": round(heard.scores["naturalness"].mean, 4),
        "word_errors": round(heard.scores["intelligibility"].mean, 4),
        "updates": cycle.update,
        "samples": cycle.samples,
        "hours": round(cycle.seconds / 3600, 3),
        "bits": round(cycle.best_bits, 4),
    }
    rows = [*read_log(recipe.results), row]
    for name in FILES:
        atomic.copy(candidate / name, recipe.shipped / name, shipped=True)
    with atomic.writing(recipe.shipped / "README.md", shipped=True) as temporary:
        temporary.write_text(card(recipe), "utf-8")
    write_log(recipe.results, rows)
    print(f"{recipe.name}: shipped, with its card and a line in {recipe.results}")
    print(f"the numbers on the pages: make compare-tts VOICE={recipe.name} && python -m experiments.pages")


def card(recipe: VoiceRecipe) -> str:
    """The recipe's ``card.md``; its numbers are those of the comparison of systems, as on all pages."""
    return (recipe.folder / "card.md").read_text("utf-8")
