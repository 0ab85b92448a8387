from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from experiments import g2p as training
from experiments.pronunciation import score
from wavenet.config import OptimConfig
from wavenet.errors import UsageError
from wavenet.tts.english import g2p

OUTPUTS = ("", "K", "AE1", "AE0", "T")
WORDS = [
    (word, tuple("" if c == "h" else {"a": "AE1"}.get(c, c.upper()) for c in word))
    for word in ("kat", "hat", "tak", "kath")
]
TRUTH = {word: [tuple(filter(None, said))] for word, said in WORDS}
words = st.lists(st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=20), min_size=1, max_size=5)


@pytest.fixture
def settings(tmp_path: Path) -> training.Settings:
    out, state = tmp_path / "g2p.safetensors", tmp_path / "state.pt"
    return training.Settings(out, state, updates=20, score_every=10, channels=16, blocks=2)


def padded(batch: list[str]) -> torch.Tensor:
    longest = max(map(len, batch))
    return torch.tensor([[training.LETTERS.index(c) for c in word] + [-1] * (longest - len(word)) for word in batch])


def from_file(path: Path) -> training.Network:
    stored = g2p.Network(path)
    network = training.Network(len(stored.letters), len(stored.outputs), 0.1, 128, 8)
    network.load_state_dict({name: torch.from_numpy(tensor) for name, tensor in stored.tensors.items()})
    return network.eval()


@given(words)
def test_run_time_and_torch_agree_however_words_are_padded(batch: list[str]) -> None:
    with torch.no_grad():
        together = from_file(g2p.WEIGHTS)(padded(batch)).numpy()
    for row, word in zip(together, batch, strict=True):
        logits = g2p.shipped().logits(word)
        np.testing.assert_allclose(logits, row[: len(word)], rtol=0, atol=1e-5 * np.abs(logits).max())


def test_what_training_learned_is_what_run_time_reads(settings: training.Settings) -> None:
    torch.manual_seed(1)
    network = training.Network(len(training.LETTERS), len(OUTPUTS), 0.1, 16, 2)
    training.export(settings.out, network, OUTPUTS)
    stored = g2p.Network(settings.out)
    assert stored.outputs == [(), ("K",), ("AE1",), ("AE0",), ("T",)]
    for name, tensor in network.state_dict().items():
        np.testing.assert_allclose(stored.tensors[name], tensor.numpy(), atol=float(tensor.abs().max()) / 250)


def test_alignments_tell_what_each_letter_stands_for() -> None:
    assert training.letters("t|h}θ e}ˈi x}k|s e}_") == ("TH", "", "IY1", "K S", "")


def test_batches_hold_every_word_once_and_depend_on_the_seed() -> None:
    many = [(word, tuple(c.upper() for c in word)) for word in ("ab", "c", "abc", "cba", "b") * 900]
    drawn = list(training.batches(many, "ABC", 0))
    assert sum(len(inputs) for inputs, _ in drawn) == len(many)
    assert all(inputs.numel() <= training.BATCH for inputs, _ in drawn)
    for inputs, targets in drawn:
        assert torch.equal(inputs.clamp(min=0) * (inputs >= 0), (targets + 1).clamp(min=0))
    again, other = (list(training.batches(many, "ABC", seed)) for seed in (0, 1))
    assert all(torch.equal(a[0], b[0]) for a, b in zip(drawn, again, strict=True))
    assert not all(a[0].shape == b[0].shape and torch.equal(a[0], b[0]) for a, b in zip(drawn, other, strict=True))


def test_it_learns_words_by_heart(settings: training.Settings, capsys: pytest.CaptureFixture[str]) -> None:
    training.train(WORDS * 9, TRUTH, replace(settings, updates=200, score_every=200, optim=OptimConfig(warmup=10)))
    assert score(g2p.Network(settings.out).phones, TRUTH).right == 1
    assert "200 updates: Score(words=4, right=1.0" in capsys.readouterr().out


def test_a_resumed_run_ends_as_an_uninterrupted_one(
    settings: training.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    training.train(WORDS * 9, TRUTH, settings)
    whole = settings.out.read_bytes()
    settings.state.unlink()
    keep = training._keep

    def interrupted(*state: object) -> None:
        keep(*state)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "_keep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        training.train(WORDS * 9, TRUTH, settings)
    assert settings.out.read_bytes() != whole
    monkeypatch.undo()
    training.train(WORDS * 9, TRUTH, settings)
    assert settings.out.read_bytes() == whole


def test_the_state_of_other_settings_is_refused(settings: training.Settings) -> None:
    training.train(WORDS * 9, TRUTH, replace(settings, updates=1))
    with pytest.raises(UsageError, match=r"state\.pt: belongs to a run with other settings"):
        training.train(WORDS * 9, TRUTH, settings)
