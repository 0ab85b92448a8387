"""Training the tagger, and measuring how words are read that are said in two ways."""

from pathlib import Path

import pytest

from experiments import heteronyms
from experiments import tagger as training
from wavenet.errors import UsageError
from wavenet.tts.english import tagger
from wavenet.tts.english.lexicon import Lexicon

TAGGED = [
    "they/PRP record/VBP it/PRP ./.",
    "we/PRP use/VBP it/PRP ./.",
    "the/DT record/NN is/VBZ old/JJ ./.",
    "the/DT use/NN is/VBZ new/JJ ./.",
]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "tagged.txt"
    path.write_text("\n".join(TAGGED * 5), "utf-8")
    return path


def test_what_is_learned_is_tagged_rightly(texts: Path, tmp_path: Path) -> None:
    learned = list(training.sentences(texts))
    rows = training.counted(learned)
    weights = training.train(learned, rows, epochs=3, seed=1)
    path = tmp_path / "tagger.npz"
    path.write_bytes(training.packed(rows, weights))
    assert training.accuracy(learned, path) == 1
    found = tagger.Tagger(path).scores(["they", "use", "it", "."]).argmax(1)
    assert [tagger.TAGS[tag] for tag in found] == ["PRP", "VBP", "PRP", "."]


def test_the_strongest_features_are_kept(texts: Path) -> None:
    learned = list(training.sentences(texts))
    rows = training.counted(learned)
    weights = training.train(learned, rows, epochs=1, seed=1)
    kept = training.strongest(rows, weights, 10)
    assert sorted(kept.values()) == list(range(1, 11))
    weakest = min(float(weights[rows[key]].max() - weights[rows[key]].min()) for key in kept)
    others = (float(weights[row].max() - weights[row].min()) for key, row in rows.items() if key not in kept)
    assert weakest >= max(others)


def test_sentences_without_words_of_several_roles_are_thinned_out() -> None:
    role, none = (["they", "record"], [0, 1]), [([f"cat{i}"], [0]) for i in range(40)]
    found = list(training.useful([role, *none]))
    assert role in found
    assert 1 < len(found) < 40


def test_an_unknown_tag_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tagged.txt"
    path.write_text("a/DT\nb/ZZ\n", "utf-8")
    with pytest.raises(UsageError, match=r"tagged\.txt, line 2: unknown tag 'ZZ'"):
        list(training.sentences(path))


def test_the_sets_have_as_many_sentences_and_words_as_the_readme_says() -> None:
    found = [case for path in heteronyms.SETS for case in heteronyms.cases(path)]
    assert len(found) >= 300
    assert len({case.word for case in found}) >= 60
    lexicon = Lexicon()
    assert all(lexicon.known(case.word) for case in found)


def test_a_share_counts_the_sentences_that_are_right() -> None:
    found = [heteronyms.Case("lead", "L EH1 D", "One."), heteronyms.Case("lead", "L IY1 D", "Two.")]
    assert heteronyms.commonest(found) == {"lead": "L EH1 D"}
    assert heteronyms.share(found, lambda case: "L EH1 D") == "50.0 %"
