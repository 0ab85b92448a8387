from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import ModelFolderError
from wavenet.tts.english import g2p, phones
from wavenet.tts.segments import SIL

spellings = st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=30)


@given(spellings)
def test_a_guess_has_one_primary_stress(word: str) -> None:
    guess = g2p.shipped().phones(word)
    assert sum(phones.stress(phone) == 1 for phone in guess) == 1
    assert {phones.base(phone) for phone in guess} <= set(phones.PHONES) - {SIL}


@given(spellings)
def test_the_guess_is_the_likeliest_of_those_with_one_stress(word: str) -> None:
    network = g2p.shipped()
    logits = network.logits(word)
    primary = np.array(["1" in "".join(output) for output in network.outputs])
    with_it, without = logits[:, primary].max(1), logits[:, ~primary].max(1)
    best = max(range(len(word)), key=lambda at: with_it[at] + without.sum() - without[at])
    rows = [np.where(primary == (at == best), row, -np.inf).argmax() for at, row in enumerate(logits)]
    assert network.phones(word) == tuple(phone for row in rows for phone in network.outputs[row])


def test_regular_words_are_read_as_anyone_would() -> None:
    for word, said in {"flomp": "F L AA1 M P", "gratting": "G R AE1 T IH0 NG", "splane": "S P L EY1 N"}.items():
        assert " ".join(g2p.guess(word)) == said


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "g2p.safetensors"
    for content in (None, b"", g2p.WEIGHTS.read_bytes()[:1000], b"\2\0\0\0\0\0\0\0{}"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ModelFolderError, match=r"g2p\.safetensors: is not a letter-to-phone network"):
            g2p.Network(path)
