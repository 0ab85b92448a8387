"""The tagger: what it reads, and that it tags as anyone would."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import ModelFolderError
from wavenet.tts.english import tagger

words = st.lists(st.text("abcdefghijklmnopqrstuvwxyz'^,.?", min_size=1, max_size=12), max_size=12)


@given(words)
def test_each_word_has_a_finite_score_for_each_tag(text: list[str]) -> None:
    scores = tagger.shipped().scores(text)
    assert scores.shape == (len(text), len(tagger.TAGS))
    assert np.isfinite(scores).all()


def test_a_plain_sentence_is_tagged_as_anyone_would() -> None:
    text = "the old man will open a door , and she walked slowly to their house ."
    tags = [tagger.TAGS[tag] for tag in tagger.shipped().scores(text.split()).argmax(1)]
    assert " ".join(tags) == "DT JJ NN MD VB DT NN , CC PRP VBD RB IN PRP$ NN ."


def test_the_words_around_decide_the_tag() -> None:
    for text, tag in (("the record is old", "NN"), ("to record it", "VB")):
        sentence = text.split()
        assert tagger.TAGS[tagger.shipped().scores(sentence)[sentence.index("record")].argmax()] == tag


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tagger.npz"
    for content in (None, b"", tagger.WEIGHTS.read_bytes()[:1000]):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ModelFolderError, match=r"tagger\.npz"):
            tagger.Tagger(path)


def test_the_weights_have_at_most_a_megabyte() -> None:
    assert tagger.WEIGHTS.stat().st_size <= 1_000_000
