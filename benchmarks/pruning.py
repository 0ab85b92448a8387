"""What pruning gives and costs, without any training: speed by sparsity, and bits by the kind of matrix.

    python benchmarks/pruning.py speed [--rounds 9]
    python benchmarks/pruning.py bits [--model english_prompts] [--data data/english_prompts] [--seconds 60]

``speed``: int8, one thread, samples a second of processor time of a model whose blocks are pruned as by ``wavenet train
--sparsity``, one stream and 16 streams, in turns; medians, and the ratio to the dense model. ``bits``: bits per sample
of held-out recordings when a part of one kind of matrix is pruned: how much a network needs it.
"""

import argparse
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from tqdm import tqdm

from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
from wavenet.engine.folder import ModelFolder
from wavenet.generator import Generator
from wavenet.training import pruning

SPARSITIES = (0.0, 0.25, 0.5, 0.75, 0.9)
FRACTIONS = (0.3, 0.5, 0.7)
SAMPLES = {1: 8_000, 16: 800}
LONGEST = 48_000
"""samples of one recording that are scored"""


def pruned(opened: ModelFolder, fractions: Mapping[str, float]) -> ModelFolder:
    """A model with a fraction of the blocks of each kind of matrix zero."""
    tensors = dict(opened.tensors)
    for name in tensors:
        if re.fullmatch(pruning.MATRICES, name):
            weight = torch.from_numpy(tensors[name])
            mask = pruning.kept(weight, fractions.get(pruning.kind(name), 0.0), pruning.halves(name))
            tensors[name] = (weight * mask).numpy()
    return replace(opened, tensors=tensors)


def at_sparsity(opened: ModelFolder, sparsity: float) -> ModelFolder:
    """A model as after training with this sparsity."""
    return pruned(opened, {kind: sparsity * part for kind, part in pruning.PART.items()})


def rate(generator: Generator, streams: int) -> float:
    """Samples a second of processor time."""
    started = [generator.start(seed=seed) for seed in range(streams)]
    began = time.process_time()
    generator.advance(started, SAMPLES[streams])
    return streams * SAMPLES[streams] / (time.process_time() - began)


def speed(opened: ModelFolder, rounds: int) -> list[str]:
    """Markdown, a line for each sparsity."""
    generators = [Generator(at_sparsity(opened, sparsity), "int8") for sparsity in SPARSITIES]
    found = np.empty((rounds, len(SPARSITIES), len(SAMPLES)))
    for i in tqdm(range(rounds), unit="round"):
        for j, generator in enumerate(generators):
            found[i, j] = [rate(generator, streams) for streams in SAMPLES]
    lines = ["| sparsity | one stream, samples/s | × dense | 16 streams, samples/s | × dense |", "| --- " * 5 + "|"]
    medians = np.median(found, axis=0)
    ratios = np.median(found / found[:, :1], axis=0)
    for sparsity, each, ratio in zip(SPARSITIES, medians, ratios, strict=True):
        cells = (f"{n:,.0f} | {r:.2f}" for n, r in zip(each, ratio, strict=True))
        lines.append(f"| {sparsity:g} | {' | '.join(cells)} |")
    return lines


def bits(opened: ModelFolder, data: str, seconds: float) -> list[str]:
    """Markdown, a line for each kind of matrix."""
    corpus = PreparedCorpus(data)
    utterances = corpus.split("validation")
    order = np.random.default_rng(0).permutation(len(utterances))
    waveforms, left = [], seconds * opened.audio.sample_rate
    for i in order:
        if left > 0:
            waveforms.append(corpus.waveform(utterances, int(i), 0, LONGEST))
            left -= len(waveforms[-1])

    def scored(model: ModelFolder) -> float:
        generator = Generator(model, "int8")
        nats = np.concatenate([generator.log_likelihood(waveform) for waveform in waveforms])
        return float(-nats.mean() / np.log(2))

    lines = [f"| pruned | {' | '.join(f'{f:.0%}' for f in FRACTIONS)} |", "| --- " * (1 + len(FRACTIONS)) + "|"]
    lines.append(f"| nothing | {' | '.join([f'{scored(opened):.3f}'] * len(FRACTIONS))} |")
    for kind in tqdm(pruning.PART, unit="kind"):
        cells = (f"{scored(pruned(opened, {kind: fraction})):.2f}" for fraction in FRACTIONS)
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "bits"])
    parser.add_argument("--model", default="english_prompts", help="an unconditional one")
    parser.add_argument("--data", default="data/english_prompts", help="a prepared corpus")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=60.0, help="of held-out recordings")
    given = parser.parse_args(arguments)
    opened = folder.read(folder.find(given.model))
    print("\n".join(speed(opened, given.rounds) if given.what == "speed" else bits(opened, given.data, given.seconds)))


if __name__ == "__main__":
    main()
