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
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from tqdm import tqdm

from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
from wavenet.engine.folder import ModelFolder
from wavenet.generator import Generator
from wavenet.model.wavenet import WaveNet
from wavenet.training import initial, loop, pruning
from wavenet.training.windows import Windows

SPARSITIES = (0.0, 0.25, 0.5, 0.75, 0.9)
FRACTIONS = (0.3, 0.5, 0.7)
SAMPLES = {1: 8_000, 16: 800}
LONGEST = 48_000
"""samples of one recording that are scored"""


def with_zeros(opened: ModelFolder, sparsity: float) -> ModelFolder:
    """A model with as many blocks of zeros as after ``wavenet train --sparsity``; any ones, for speed."""
    tensors, rng = dict(opened.tensors), np.random.default_rng(0)
    for name, weight in opened.tensors.items():
        if re.fullmatch(pruning.MATRICES, name):
            tensors[name] = weight.copy()
            drop = round(pruning.fractions(sparsity)[pruning.kind(name)] * weight.shape[1] / pruning.INPUTS)
            for first in range(0, weight.shape[0], pruning.OUTPUTS):
                for tap in range(weight.shape[2]):
                    for block in rng.permutation(weight.shape[1] // pruning.INPUTS)[:drop]:
                        inputs = slice(pruning.INPUTS * block, pruning.INPUTS * (block + 1))
                        tensors[name][first : first + pruning.OUTPUTS, inputs, tap] = 0
    return replace(opened, tensors=tensors)


def rate(generator: Generator, streams: int) -> float:
    """Samples a second of processor time."""
    started = [generator.start(seed=seed) for seed in range(streams)]
    began = time.process_time()
    generator.advance(started, SAMPLES[streams])
    return streams * SAMPLES[streams] / (time.process_time() - began)


def speed(opened: ModelFolder, rounds: int) -> list[str]:
    """Markdown, a line for each sparsity."""
    generators = [Generator(with_zeros(opened, sparsity), "int8") for sparsity in SPARSITIES]
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


def network(opened: ModelFolder) -> WaveNet:
    """The network of a folder."""
    made = WaveNet(opened.model)
    made.load_state_dict({name: torch.from_numpy(opened.tensors[name]) for name in made.state_dict()})
    return made


def excerpts(opened: ModelFolder, corpus: PreparedCorpus) -> Iterator[pruning.Past]:
    """The windows of ``wavenet train`` with default settings."""
    config = TrainConfig(data=str(corpus.folder), audio=opened.audio, model=opened.model)
    windows = Windows(corpus, config)
    for update in range(loop.PRUNE_WINDOWS):
        yield torch.from_numpy(windows.batch(update, range(1)).past), None


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

    squares = pruning.mean_squares(network(opened), excerpts(opened, corpus))

    def scored(pruned: dict[str, float]) -> float:
        changed = network(opened)
        pruning.prune(changed, pruned, squares)
        generator = Generator(replace(opened, tensors=opened.tensors | initial.tensors(changed)), "int8")
        nats = np.concatenate([generator.log_likelihood(waveform) for waveform in waveforms])
        return float(-nats.mean() / np.log(2))

    lines = [f"| pruned | {' | '.join(f'{f:.0%}' for f in FRACTIONS)} |", "| --- " * (1 + len(FRACTIONS)) + "|"]
    lines.append(f"| nothing | {' | '.join([f'{scored({}):.3f}'] * len(FRACTIONS))} |")
    for kind in tqdm(pruning.PART, unit="kind"):
        cells = (f"{scored({kind: fraction}):.3f}" for fraction in FRACTIONS)
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
