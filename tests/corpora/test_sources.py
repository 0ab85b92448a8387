from pathlib import Path

import numpy as np
import pytest

from tests.corpora.recordings import RATE, content, record
from wavenet.corpora import sources
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import AudioError, UsageError

SETTINGS = {"sample_rate": RATE, "workers": 0, "progress": False, "validation": 0.3, "test": 0.2}


def voice(folder: Path) -> Path:
    """A festvox voice of thirty recordings."""
    lines = [f'( {record(folder / "wav" / f"{i:02}.wav", 50 + i).stem} "number {i}" )\n' for i in range(30)]
    (folder / "etc").mkdir()
    (folder / "etc" / "txt.done.data").write_text("".join(lines))
    return folder


def telephone(folder: Path) -> Path:
    """An unpacked package of 31 prompts, one of which is held out."""
    rng = np.random.default_rng(0)
    (folder / "en_US_f_Allison").mkdir(parents=True)
    for name in ("vm-sorry", *(f"prompt{i}" for i in range(30))):
        (folder / "en_US_f_Allison" / f"{name}.g722").write_bytes(rng.bytes(2_000))
    return folder


def splits(out: Path, prefix: str = "") -> dict[str, str]:
    return {row[0].removeprefix(prefix): row[4] for row in content(out)[1] if row[0].startswith(prefix)}


def test_each_source_has_its_own_layout_and_ids_that_begin_with_its_place(corpus, tmp_path):
    prepare([voice(tmp_path / "voices" / "cmu_us_slt_arctic"), corpus], tmp_path / "out", **SETTINGS)
    rows = content(tmp_path / "out")[1]
    assert len(rows) == 70
    assert {row[0].rpartition("/")[0] for row in rows} == {
        "voices/cmu_us_slt_arctic",
        *(f"corpus/speaker{i}" for i in range(4)),
    }
    assert {row[2] for row in rows} == {"cmu_us_slt", *(f"speaker{i}" for i in range(4))}


def test_one_source_is_the_same_as_a_list_of_one(corpus, tmp_path):
    prepare(corpus, tmp_path / "alone", **SETTINGS)
    prepare([corpus], tmp_path / "listed", **SETTINGS)
    assert content(tmp_path / "alone") == content(tmp_path / "listed")


def test_a_recording_has_the_split_that_it_has_alone(corpus, tmp_path):
    other = voice(tmp_path / "cmu_us_slt_arctic")
    for source in (corpus, other):
        prepare(source, tmp_path / f"{source.name}-alone", **SETTINGS)
    prepare([corpus, other], tmp_path / "out", **SETTINGS)
    for source in (corpus, other):
        assert splits(tmp_path / "out", f"{source.name}/") == splits(tmp_path / f"{source.name}-alone")


def test_beside_prompts_nothing_else_becomes_test(corpus, tmp_path):
    prepare([corpus, telephone(tmp_path / "prompts")], tmp_path / "out", **{**SETTINGS, "sample_rate": 16_000})
    chosen = splits(tmp_path / "out")
    assert [i for i, split in chosen.items() if split == "test"] == ["prompts/en_US_f_Allison/vm-sorry"]
    assert 5 < list(chosen.values()).count("validation") < 40


def test_the_same_name_in_two_sources_is_two_recordings(tmp_path):
    for i, name in enumerate(("a", "b")):
        record(tmp_path / name / "deep" / "1.wav", i)
    prepare([tmp_path / "a" / "deep", tmp_path / "b" / "deep"], tmp_path / "out", **SETTINGS)
    assert [row[0] for row in content(tmp_path / "out")[1]] == ["a/deep/1.wav", "b/deep/1.wav"]


def test_preparing_again_appends_what_is_new_in_any_source(corpus, tmp_path):
    other = voice(tmp_path / "cmu_us_slt_arctic")
    prepare([corpus, other], tmp_path / "out", **SETTINGS)
    before = content(tmp_path / "out")
    prepare([corpus, other], tmp_path / "out", **SETTINGS)
    assert content(tmp_path / "out") == before
    record(corpus / "speaker1" / "new.wav", 99)
    assert prepare([corpus, other], tmp_path / "out", **SETTINGS).files == 71
    assert content(tmp_path / "out")[0].startswith(before[0])
    assert set(before[1]) < set(content(tmp_path / "out")[1])


def test_other_sources_for_the_same_folder_are_refused(corpus, tmp_path):
    other = voice(tmp_path / "cmu_us_slt_arctic")
    prepare(corpus, tmp_path / "out", **SETTINGS)
    with pytest.raises(UsageError, match="was prepared with source"):
        prepare([corpus, other], tmp_path / "out", **SETTINGS)
    assert len(PreparedCorpus(tmp_path / "out").speakers) == 4


def test_a_named_layout_is_that_of_every_source(corpus, tmp_path):
    other = voice(tmp_path / "cmu_us_slt_arctic")
    prepare([corpus, other], tmp_path / "out", layout="folder", **SETTINGS)
    assert "cmu_us_slt_arctic/wav/00.wav" in splits(tmp_path / "out")


def test_a_source_that_is_empty_or_not_there_is_named_before_anything_is_made(corpus, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(AudioError, match="empty: contains no recordings"):
        prepare([corpus, tmp_path / "empty"], tmp_path / "out", **SETTINGS)
    with pytest.raises(UsageError, match="gone: no such folder"):
        prepare([corpus, tmp_path / "gone"], tmp_path / "out", **SETTINGS)
    assert not (tmp_path / "out").exists()


def test_sources_that_hold_each_other_are_refused(corpus):
    for pair in ([corpus, corpus / "speaker1"], [corpus / "speaker1", corpus], [corpus, corpus / "speaker1" / ".."]):
        with pytest.raises(UsageError, match="would be read twice; name one of them"):
            sources.detect(pair, "auto")


def test_without_a_source_nothing_is_prepared(tmp_path):
    with pytest.raises(UsageError, match="no source is given"):
        prepare([], tmp_path / "out", **SETTINGS)
