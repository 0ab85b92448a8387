"""What a run is given, as far as it needs no PyTorch: what is wrong with it is told before the import of that."""

from dataclasses import fields, replace
from pathlib import Path

from wavenet.config import AudioConfig, TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
from wavenet.errors import NoModelError, UsageError
from wavenet.training import run_folder

LEFT_OUT = ("tag_dropout", "input_noise", "own_inputs", "sparsity", "teacher", "compile")
"""settings of what is learnt, and of how it is computed, that ``overfit.overfit_one`` leaves out"""
_NEEDED = {"data": "a prepared corpus", "out": "a folder for the run"}


def check(config: TrainConfig, *needed: str) -> None:
    """Raise what ``loop.train`` or ``overfit.overfit_one`` would: a UsageError, or an AudioError of the corpus."""
    require(config, *needed)
    if "out" in needed:
        run_folder.check(Path(config.out))
        models(config)
    else:
        one_clip(config)
    corpus = open_corpus(config.data, config.audio)
    with_names(config, corpus)
    corpus.split("train", config.speaker or None)


def require(config: TrainConfig, *needed: str) -> None:
    """Raise a UsageError for the first of these paths, ``data`` and ``out``, that is missing."""
    for name in needed:
        if not getattr(config, name):
            raise UsageError(f"--{name} is missing: {_NEEDED[name]}")


def one_clip(config: TrainConfig) -> None:
    """Raise a UsageError for the first setting that is not its default and that overfitting one clip leaves out."""
    for f in fields(config):
        if f.name in LEFT_OUT and getattr(config, f.name) != f.default:
            option = f"--{f.name.replace('_', '-')}"
            raise UsageError(
                f"{option} is left out by --overfit-one, which would judge a run without it; remove one of the two"
            )


def models(config: TrainConfig) -> None:
    """Raise a UsageError if the models that a run starts and learns from are not there, or are what it writes."""
    out = Path(config.out)
    begins = not (out / "checkpoint.pt").exists()
    if config.sparsity and begins and not config.init_from:
        raise UsageError("--sparsity needs --init-from MODEL: the loss does not tell which random weights it needs")
    for option, name in (("--init-from", config.init_from if begins else ""), ("--teacher", config.teacher)):
        if not name:
            continue
        try:
            found = folder.find(name)
        except NoModelError as error:
            raise NoModelError(f"{option} {error}") from None
        if found.resolve() == (out / "model").resolve():
            raise UsageError(f"{option} {name}: is the model that this run writes; name another --out, or a copy of it")


def open_corpus(data: str, audio: AudioConfig) -> PreparedCorpus:
    """The corpus of a run; raises UsageError where there is none, or one at another sample rate."""
    corpus = PreparedCorpus(Path(data))
    if corpus.sample_rate != audio.sample_rate:
        raise UsageError(
            f"{data} has {corpus.sample_rate} Hz, but audio.sample_rate is {audio.sample_rate}; "
            f"give --audio.sample-rate {corpus.sample_rate} or prepare the recordings again"
        )
    return corpus


def with_names(config: TrainConfig, corpus: PreparedCorpus) -> TrainConfig:
    """Settings with ``[all]`` in ``model.speakers`` and ``model.tags`` replaced by the names in the corpus."""
    for setting, what in (("speakers", "speaker names"), ("tags", "tags")):
        if getattr(config.model, setting) != ("all",):
            continue
        if not (names := getattr(corpus, setting)):
            raise UsageError(f"{corpus.folder} has no {what}, but model.{setting} asks for all of them")
        config = replace(config, model=replace(config.model, **{setting: names}))
    return config
