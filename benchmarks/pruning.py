"""What pruning gives and costs before any training: bits and speed by sparsity, and where the zeros are.

    python benchmarks/pruning.py [--model english_prompts] [--data data/english_prompts] [--seconds 60] [--rounds 9]

Prunes as ``wavenet train --sparsity`` does. Bits per sample of held-out recordings in int8; speed in int8 on one
thread, samples a second of processor time, one stream and 16 streams, in turns; medians, and the ratio to the dense
model.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
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
from wavenet.training import initial, pruning, surgery
from wavenet.training.windows import Windows

SPARSITIES = (0.3, 0.4, 0.5, 0.6, 0.7)
KINDS = ("skip", "dilated", "residual", "hidden", "output")
SAMPLES = {1: 8_000, 16: 800}
LONGEST = 48_000
"""samples of one recording that are scored"""


def network(opened: ModelFolder) -> WaveNet:
    """The network of a folder."""
    made = WaveNet(opened.model)
    made.load_state_dict({name: torch.from_numpy(opened.tensors[name]) for name in made.state_dict()})
    return made


def pruned(opened: ModelFolder, sparsity: float, statistics: Mapping[str, surgery.Statistics]) -> ModelFolder:
    """The model with blocks of zeros, and the calibration that it had."""
    changed = network(opened)
    pruning.prune(changed, sparsity, statistics)
    return replace(opened, tensors=opened.tensors | initial.tensors(changed))


def zeros(opened: ModelFolder) -> list[float]:
    """The fraction of the blocks that are zero, of each of KINDS."""
    weights = {name: torch.from_numpy(tensor) for name, tensor in opened.tensors.items()}
    return [pruning.zeros({name: w for name, w in weights.items() if f".{kind}." in name}) for kind in KINDS]


def rate(generator: Generator, streams: int) -> float:
    """Samples a second of processor time."""
    started = [generator.start(seed=seed) for seed in range(streams)]
    began = time.process_time()
    generator.advance(started, SAMPLES[streams])
    return streams * SAMPLES[streams] / (time.process_time() - began)


def rates(generators: Sequence[Generator], rounds: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.float64]]:
    """(rounds, generators, numbers of streams)."""
    found = np.empty((rounds, len(generators), len(SAMPLES)))
    for i in tqdm(range(rounds), unit="round"):
        for j, generator in enumerate(generators):
            found[i, j] = [rate(generator, streams) for streams in SAMPLES]
    return found


def held_out(corpus: PreparedCorpus, samples: float) -> list[np.ndarray[tuple[int], np.dtype[np.float32]]]:
    """The beginnings of validation recordings in a random order, about so many samples."""
    utterances = corpus.split("validation")
    waveforms = []
    for i in np.random.default_rng(0).permutation(len(utterances)):
        if samples > 0:
            waveforms.append(corpus.waveform(utterances, int(i), 0, LONGEST))
            samples -= len(waveforms[-1])
    return waveforms


def table(opened: ModelFolder, data: str, seconds: float, rounds: int) -> list[str]:
    """Markdown, a line for each sparsity."""
    corpus = PreparedCorpus(data)
    windows = Windows(corpus, TrainConfig(data=data, audio=opened.audio, model=opened.model))
    excerpts = pruning.excerpts(windows, torch.device("cpu"))
    statistics = surgery.statistics(network(opened), excerpts, pruning.MATRICES)
    models = [opened, *(pruned(opened, sparsity, statistics) for sparsity in SPARSITIES)]
    generators = [Generator(model, "int8") for model in models]
    waveforms = held_out(corpus, seconds * opened.audio.sample_rate)
    found = rates(generators, rounds)
    medians, ratios = np.median(found, axis=0), np.median(found / found[:, :1], axis=0)
    head = ["sparsity", "bits", "one stream, samples/s", "× dense", "16 streams, samples/s", "× dense", *KINDS]
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for i, sparsity in enumerate((0.0, *SPARSITIES)):
        nats = np.concatenate([generators[i].log_likelihood(waveform) for waveform in waveforms])
        cells = [f"{sparsity:g}", f"{-nats.mean() / np.log(2):.3f}"]
        cells += [cell for n, r in zip(medians[i], ratios[i], strict=True) for cell in (f"{n:,.0f}", f"{r:.2f}")]
        lines.append(f"| {' | '.join(cells + [f'{share:.0%}' for share in zeros(models[i])])} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="english_prompts", help="an unconditional one")
    parser.add_argument("--data", default="data/english_prompts", help="a prepared corpus")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=60.0, help="of held-out recordings")
    given = parser.parse_args(arguments)
    print("\n".join(table(folder.read(folder.find(given.model)), given.data, given.seconds, given.rounds)))


if __name__ == "__main__":
    main()
