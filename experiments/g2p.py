"""Trains the letter-to-phone network of ``tts/english/g2p.py``: ``python -m experiments.g2p``, see recipes/g2p.

The data are the aligned words of the package ``gruut_lang_en`` (data only). A tenth of them, by hash, is held out.
"""

import argparse
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from io import BytesIO
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from experiments import command
from experiments.pronunciation import held_out, held_out_words, score
from wavenet import atomic, bars
from wavenet.config import OptimConfig
from wavenet.engine.eight_bits import quantised
from wavenet.engine.folder import tensor_file
from wavenet.errors import UsageError
from wavenet.training.optim import Optimiser
from wavenet.training.residual import Blocks, normalised
from wavenet.tts.english import g2p, phones

LETTERS = "'abcdefghijklmnopqrstuvwxyz"
TAPS = 5
"""taps of the convolutions, in letters"""
LEAST = 5
"""minimum number of words in which an output occurs; words with rarer ones are alignment errors"""
BATCH = 2048
"""approximate number of letters in a batch"""

Word = tuple[str, tuple[str, ...]]
"""the letters, and what each stands for: phones separated by spaces, or nothing"""


class Network(nn.Module):
    """The network of ``tts/english/g2p.py`` for a batch of words."""

    def __init__(self, letters: int, outputs: int, dropout: float, channels: int, blocks: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(letters, channels)
        self.blocks = Blocks(blocks, channels, TAPS, dropout)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(channels, outputs)

    def forward(self, letters: Tensor) -> Tensor:
        """Map letters (B, T), -1 after the end of a word, to logits (B, T, outputs)."""
        x = self.blocks(self.embedding(letters.clamp(min=0)), (letters >= 0)[..., None])
        outputs: Tensor = self.output(self.dropout(normalised(x)))
        return outputs


def aligned(path: Path) -> list[Word]:
    """All words of ``lexicon.db`` in which every letter is one of ``LETTERS``."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        rows = db.execute("select word, alignment from g2p_alignments order by id").fetchall()
    return [(word, letters(alignment)) for word, alignment in rows if set(word) <= set(LETTERS)]


def letters(alignment: str) -> tuple[str, ...]:
    """What each letter stands for: in ``t|h}θ e}ˈi`` TH, nothing and IY1. The first of a group has its phones."""
    found: list[str] = []
    for group in alignment.split():
        several, metadata = group.split("}")
        found.append("" if metadata == "_" else " ".join(phones.parse(metadata.replace("|", " "), "ipa")))
        found += [""] * several.count("|")
    return tuple(found)


def batches(words: Sequence[Word], outputs: Sequence[str], seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Letters and targets (B, T), -1 after the end; words of similar length together, in an order given by ``seed``."""
    order = random.Random(seed)
    shuffled = order.sample(words, len(words))
    index = {output: i for i, output in enumerate(outputs)}
    groups: list[list[Word]] = [[]]
    for word in sorted(shuffled, key=lambda word: len(word[0])):
        if (len(groups[-1]) + 1) * len(word[0]) > BATCH:
            groups.append([])
        groups[-1].append(word)
    for group in order.sample(groups, len(groups)):
        both = np.full((2, len(group), max(len(word) for word, _ in group)), -1)
        for i, (spelling, targets) in enumerate(group):
            both[0, i, : len(spelling)] = [LETTERS.index(letter) for letter in spelling]
            both[1, i, : len(spelling)] = [index[target] for target in targets]
        yield torch.from_numpy(both[0]), torch.from_numpy(both[1])


def export(path: Path, network: Network, outputs: Sequence[str]) -> None:
    """Write the file that ``tts/english/g2p.py`` reads."""
    tensors = {name: tensor.detach().float().numpy() for name, tensor in network.state_dict().items()}
    metadata = {"letters": LETTERS, "outputs": list(outputs), "blocks": len(network.blocks)}
    with atomic.writing(path) as temporary:
        temporary.write_bytes(tensor_file(quantised(tensors), {"g2p": json.dumps(metadata)}))


@dataclass(frozen=True)
class Settings:
    """The settings of one run."""

    out: Path = g2p.WEIGHTS
    """the file of weights, written whenever they are scored"""
    state: Path = Path("runs/g2p/state.pt")
    """the state from which an interrupted run resumes"""
    updates: int = 5000
    score_every: int = 1000
    channels: int = 128
    blocks: int = 8
    dropout: float = 0.15
    smoothing: float = 0.05
    """label smoothing of the targets"""
    seed: int = 0
    optim: OptimConfig = field(default_factory=lambda: OptimConfig(muon_lr=2e-2, decay_fraction=0.8))


def train(words: Sequence[Word], truth: Mapping[str, Sequence[tuple[str, ...]]], settings: Settings) -> None:
    """Train on aligned words; write the weights and score them on the words of ``truth``, regularly and at the end."""
    counts = Counter(target for _, targets in words for target in set(targets))
    outputs = sorted(target for target, count in counts.items() if count >= LEAST)
    usable = [word for word in words if set(word[1]) <= set(outputs)]
    torch.manual_seed(settings.seed)
    network = Network(len(LETTERS), len(outputs), settings.dropout, settings.channels, settings.blocks)
    optimiser = Optimiser(network, settings.optim, settings.updates, torch.bfloat16)
    first = _resume(settings, network, optimiser)
    with bars.bar(total=settings.updates, initial=first, unit="update") as bar:
        for update, (inputs, targets) in _drawn(usable, outputs, first, settings):
            torch.manual_seed(settings.seed + update)  # the same dropout after resuming
            loss(network, inputs, targets, settings.smoothing).backward()  # type: ignore[no-untyped-call]
            optimiser.step(update)
            bar.update()
            if (update + 1) % settings.score_every == 0 or update + 1 == settings.updates:
                export(settings.out, network, outputs)
                _keep(settings, update + 1, network, optimiser)
                bar.write(f"{update + 1} updates: {score(g2p.Network(settings.out).phones, truth)}")


def loss(network: Network, inputs: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    """Nats per letter, with bf16 products."""
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(inputs)
    return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=-1, label_smoothing=smoothing)


def _drawn(
    words: Sequence[Word], outputs: Sequence[str], first: int, settings: Settings
) -> Iterator[tuple[int, tuple[Tensor, Tensor]]]:
    """Update numbers and batches from ``first`` on; each pass over the words is shuffled by its number."""
    update, around = 0, 0
    while True:
        for batch in batches(words, outputs, settings.seed + around):
            if update >= settings.updates:
                return
            if update >= first:
                yield update, batch
            update += 1
        around += 1


def _keep(settings: Settings, updates: int, network: Network, optimiser: Optimiser) -> None:
    content = BytesIO()
    state = {"network": network.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save({"updates": updates, "settings": repr(settings), **state}, content)
    atomic.make_folder(settings.state.parent)
    with atomic.writing(settings.state) as temporary:
        temporary.write_bytes(content.getbuffer())


def _resume(settings: Settings, network: Network, optimiser: Optimiser) -> int:
    """Load what ``_keep`` wrote, if it belongs to the same run; returns how many updates were done."""
    if not settings.state.exists():
        return 0
    state = torch.load(settings.state, weights_only=True)
    if state["settings"] != repr(settings):
        raise UsageError(
            f"{settings.state}: belongs to a run with other settings; move it away, or name another --state"
        )
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["updates"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("g2p", __doc__)
    standard = Settings()
    parser.add_argument("--out", type=Path, default=standard.out)
    parser.add_argument("--state", type=Path, default=standard.state)
    parser.add_argument("--updates", type=int, default=standard.updates)
    parser.add_argument("--score-every", type=int, default=standard.score_every)
    parser.add_argument("--dropout", type=float, default=standard.dropout)
    parser.add_argument("--seed", type=int, default=standard.seed)
    command.main(parser, _run, arguments, interrupted=command.INTERRUPTED)


def _run(given: argparse.Namespace) -> None:
    found = find_spec("gruut_lang_en")
    if found is None or found.origin is None:
        raise UsageError("the aligned words are in a package: pip install gruut-lang-en==2.0.1")
    words = [word for word in aligned(Path(found.origin).parent / "lexicon.db") if not held_out(word[0])]
    truth = dict(islice(held_out_words().items(), 0, None, 8))
    train(words, truth, Settings(**vars(given)))


if __name__ == "__main__":
    main()
