"""Trains the part of the model ``music`` that turns notes into log-mel spectra: a small network over frames.

``python -m experiments.spectra CORPUS MODEL`` learns from the training split of ``data/bach`` and its frames of notes
(``experiments.melodies``) for the model folder that plays, and writes the weights there. It prints the mean absolute
error on the validation split, beside that of the median spectrum of each instrument.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from experiments import command
from experiments.music import INSTRUMENTS
from wavenet import bars
from wavenet.audio import feature_files, features
from wavenet.config import FeatureConfig, OptimConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
from wavenet.music import spectra
from wavenet.music.frames import CHANNELS
from wavenet.training.optim import MovingAverage, Optimiser
from wavenet.training.residual import Stack

WINDOW, BATCH = 400, 8
"""frames of an excerpt, and excerpts of an update"""
OPTIM = OptimConfig(muon_lr=2e-2, decay_fraction=0.8)
NO_TAGS = 0.1
"""fraction of the excerpts that the network sees without tags"""

Pair = tuple[spectra.Frames, spectra.Frames]


def pairs(corpus: PreparedCorpus, split: str, settings: FeatureConfig, known: Sequence[str]) -> list[Pair]:
    """The inputs (F, CHANNELS + tags) and the log-mel spectra (F, n_mels) of every recording of a split."""
    utterances, tags = corpus.split(split), corpus.tagged(split)
    mel = replace(settings, kinds=("log_mel",))
    found = []
    for i in bars.bar(range(len(utterances)), f"log-mel of {split}", unit=" files", delay=1):
        identity = utterances.ids[i]
        heard = features.log_mel(corpus.waveform(utterances, i), corpus.sample_rate, mel)
        notes = np.load(feature_files.place(corpus.folder / "notes", identity))[: len(heard)]
        found.append((spectra.inputs(notes, known, tags.get(identity, {})), heard[: len(notes)]))
    return found


def excerpts(data: Sequence[Pair], rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and spectra (BATCH, WINDOW, …) of excerpts drawn evenly from all frames."""
    lengths = np.array([max(len(mel) - WINDOW + 1, 0) for _, mel in data])
    rows = []
    for i in rng.choice(len(data), BATCH, p=lengths / lengths.sum()):
        start = int(rng.integers(lengths[i]))
        given, mel = (each[start : start + WINDOW] for each in data[i])
        if rng.random() < NO_TAGS:
            given = np.concatenate([given[:, :CHANNELS], np.zeros_like(given[:, CHANNELS:])], 1)
        rows.append((given, mel))
    given, mel = (torch.from_numpy(np.stack(each)) for each in zip(*rows, strict=True))
    return given, mel


def train(data: Sequence[Pair], updates: int, seed: int = 0) -> dict[str, np.ndarray]:
    """The averaged weights, by the names of ``spectra.shapes``; the loss is the mean absolute error."""
    torch.manual_seed(seed)
    shape, (inputs, outputs) = spectra.SHAPE, (each.shape[1] for each in data[0])
    network = Stack(inputs, outputs, shape.decoder_blocks, shape.channels, shape.taps, 0.0)
    optimiser, average = Optimiser(network, OPTIM, updates), MovingAverage(network, OPTIM.ema_decay)
    inside = torch.ones(BATCH, WINDOW, 1, dtype=torch.bool)
    with bars.bar(total=updates, desc="spectra", unit="update", delay=1) as bar:
        for update in range(updates):
            given, mel = excerpts(data, np.random.default_rng([seed, update]))
            loss = (network(given, inside) - mel).abs().mean()
            loss.backward()
            optimiser.step(update)
            average.update(network, update)
            bar.update()
            bar.set_postfix_str(f"{float(loss.detach()):.4f}")
    return {f"{spectra.NAME}.{name}": weight.numpy() for name, weight in average.weights.items()}


def errors(data: Sequence[Pair], found: spectra.Spectra, known: Sequence[str]) -> tuple[float, float]:
    """The mean absolute error of the network, and of the median spectrum of each instrument."""
    names = [[tag for tag, on in zip(known, given[0, CHANNELS:], strict=True) if on] for given, _ in data]
    network = sum(
        float(np.abs(found(given[:, :CHANNELS], tags) - mel).sum())
        for (given, mel), tags in zip(data, names, strict=True)
    )
    median = 0.0
    for name in INSTRUMENTS:
        heard = [mel for (_, mel), tags in zip(data, names, strict=True) if name in tags]
        if heard:
            whole = np.concatenate(heard)
            median += float(np.abs(whole - np.median(whole, 0)).sum())
    size = sum(mel.size for _, mel in data)
    return network / size, median / size


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("spectra", __doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("model", type=Path, help="the folder of the model that plays")
    parser.add_argument("--updates", type=int, default=2_500)
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    model = folder.read(given.model).model
    corpus = PreparedCorpus(given.corpus)
    data = pairs(corpus, "train", model.features, model.tags)
    spectra.write(given.model, train(data, given.updates))
    held_out = pairs(corpus, "validation", model.features, model.tags)
    network, median = errors(held_out, spectra.read(given.model, model.tags, model.features.n_mels), model.tags)
    told = f"log-mel is off by {network:.3f}, the median of each instrument by {median:.3f}"
    print(f"{given.model / spectra.WEIGHTS}: {told}")


if __name__ == "__main__":
    main()
