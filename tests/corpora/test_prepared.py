import os
import sqlite3
from contextlib import closing
from functools import partial

import numpy as np
import pytest

from tests.corpora.recordings import RATE, noise, record
from wavenet.audio import files
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import SPLITS, PreparedCorpus
from wavenet.errors import AudioError, UsageError


@pytest.fixture
def folder(corpus, tmp_path):
    settings = {"sample_rate": RATE, "workers": 0, "progress": False}
    prepare(corpus, tmp_path / "out", validation=0.3, test=0.2, **settings)
    return tmp_path / "out"


def again(corpus):
    return partial(prepare, corpus, sample_rate=RATE, validation=0.3, test=0.2, workers=0, progress=False)


def change(folder, statement: str) -> None:
    with closing(sqlite3.connect(folder / "index.sqlite")) as index:
        index.execute(statement)
        index.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = '{x' WHERE key = 'version'",
        "UPDATE meta SET value = 'null' WHERE key = 'sample_rate'",
        "DELETE FROM meta WHERE key = 'finished'",
        "UPDATE utterances SET offset = 'abc'",
        "UPDATE utterances SET samples = -5",
        "UPDATE utterances SET id = x'ff00' WHERE id = (SELECT MIN(id) FROM utterances)",
        "ALTER TABLE utterances RENAME COLUMN offset TO other",
    ],
)
def test_a_malformed_index_is_told_alike_by_who_reads_and_who_writes(folder, corpus, statement):
    change(folder, statement)
    told = []
    for use in (PreparedCorpus, again(corpus)) * 2:
        with pytest.raises(UsageError, match=r"is damaged, .* prepare into a new folder") as error:
            use(folder)
        told.append(str(error.value))
    assert len(set(told)) == 1


@pytest.mark.parametrize(
    ("statement", "same"),
    [
        ("UPDATE utterances SET text = 'said', path = 'moved.wav'", True),
        ("UPDATE utterances SET split = 'none' WHERE id = (SELECT MIN(id) FROM utterances)", False),
        ("UPDATE utterances SET samples = samples - 1 WHERE id = (SELECT MAX(id) FROM utterances)", False),
        ("DELETE FROM utterances WHERE id = (SELECT MIN(id) FROM utterances)", False),
        ("UPDATE utterances SET id = 'other' WHERE id = (SELECT MIN(id) FROM utterances)", False),
    ],
)
def test_the_digest_tells_other_recordings_and_other_splits(folder, tmp_path, statement, same):
    before = PreparedCorpus(folder).digest()
    moved = folder.rename(tmp_path / "moved")
    assert PreparedCorpus(moved).digest() == before
    change(moved, statement)
    assert (PreparedCorpus(moved).digest() == before) == same


def test_the_digest_of_a_speaker_is_of_that_speaker_alone(folder):
    change(folder, "UPDATE utterances SET speaker = 'ann' WHERE split = 'train'")
    ann, both = PreparedCorpus(folder).digest("ann"), PreparedCorpus(folder).digest()
    assert ann != both
    change(folder, "DELETE FROM utterances WHERE split = 'test'")
    assert PreparedCorpus(folder).digest("ann") == ann
    assert PreparedCorpus(folder).digest() != both


def test_the_content_tells_recordings_that_were_replaced_by_others_of_the_same_length(tmp_path):
    def content(name, *seeds, **more):
        for i, seed in enumerate(seeds):
            record(tmp_path / name / f"{i}.wav", seed, 2.5)
        settings = {"sample_rate": RATE, "workers": 0, "progress": False, **more}
        prepare(tmp_path / name, tmp_path / f"{name} prepared", **settings)
        opened = PreparedCorpus(tmp_path / f"{name} prepared")
        return opened.digest(), opened.content()

    first = content("first", 1, 2, 2)
    assert content("again", 1, 2, 2) == first
    for name, seeds in {"another": (1, 2, 3), "exchanged": (2, 1, 1), "copied": (1, 2, 1)}.items():
        found = content(name, *seeds)
        assert found[1] != first[1], name
    pieces = content("pieces", 1, 2, 2, piece_seconds=1)
    assert None not in pieces
    assert pieces[0] != first[0]


def test_the_content_is_known_if_all_was_prepared_by_a_version_that_noted_it(folder):
    change(folder, "UPDATE utterances SET speaker = 'ann' WHERE split = 'train'")
    whole, ann = (PreparedCorpus(folder).content(whose) for whose in (None, "ann"))
    assert len({whole, ann, None}) == 3
    change(folder, "DELETE FROM originals WHERE id IN (SELECT id FROM utterances WHERE split = 'test')")
    assert (PreparedCorpus(folder).content(), PreparedCorpus(folder).content("ann")) == (None, ann)
    change(folder, "DROP TABLE copies")
    assert PreparedCorpus(folder).content() is None


@pytest.mark.parametrize("damage", [lambda data: data[:5000], lambda data: b"x" * 9000])
def test_a_file_that_is_no_database_is_told_alike_too(folder, corpus, damage):
    path = folder / "index.sqlite"
    path.write_bytes(damage(path.read_bytes()))
    for use in (PreparedCorpus, again(corpus)):
        with pytest.raises(UsageError, match=r"is damaged, .* prepare into a new folder"):
            use(folder)


def test_a_preparation_that_is_refused_changes_nothing(folder, corpus):
    (folder / "samples.i16").write_bytes(b"")
    for _ in range(2):
        with pytest.raises(AudioError, match="is shorter than its index says"):
            again(corpus)(folder)
        with pytest.raises(AudioError, match="has 0 of"):
            PreparedCorpus(folder)


def test_the_splits_are_ordered_by_id_and_share_no_utterance(folder):
    corpus = PreparedCorpus(folder)
    ids = {split: [row.id for row in corpus.rows(split)] for split in SPLITS}
    assert all(listed == sorted(listed) for listed in ids.values())
    assert len(set().union(*ids.values())) == sum(map(len, ids.values())) == 40
    assert all(len(corpus.split(split)) == len(ids[split]) for split in SPLITS)


def test_the_utterances_cover_the_samples_exactly_once(folder):
    corpus = PreparedCorpus(folder)
    covered = np.zeros(len(corpus.samples), int)
    for split in SPLITS:
        utterances = corpus.split(split)
        assert utterances.offsets.dtype == utterances.lengths.dtype == np.int64
        for offset, length in zip(utterances.offsets, utterances.lengths, strict=True):
            covered[offset : offset + length] += 1
    assert (covered == 1).all()


def test_fewer_drawn_samples_are_whole_utterances_and_a_part_of_more(folder):
    utterances = PreparedCorpus(folder).split("train")
    total = int(utterances.lengths.sum())
    before: set[str] = set()
    for samples in range(0, total + 1, total // 7):
        drawn = utterances.drawn(samples)
        assert before <= set(drawn.ids)
        assert list(drawn.ids) == sorted(drawn.ids)
        assert drawn.lengths.sum() <= samples or len(drawn) == 1
        before = set(drawn.ids)
    assert utterances.drawn(total).ids == utterances.ids


def test_a_waveform_is_that_of_its_row(folder):
    corpus = PreparedCorpus(folder)
    utterances = corpus.split("train")
    for i, row in enumerate(corpus.rows("train")):
        seed = int(row.id[-6:-4])
        expected = files.to_int16(noise(seed, 0.2 + 0.01 * seed)) / np.float32(32768)
        waveform = corpus.waveform(utterances, i)
        assert waveform.dtype == np.float32
        assert np.array_equal(waveform, expected)


def test_ids_and_speakers_are_those_of_the_rows(folder):
    change(folder, "UPDATE utterances SET speaker = '' WHERE id LIKE '%7.wav'")
    corpus = PreparedCorpus(folder)
    assert corpus.speakers == tuple(f"speaker{i}" for i in range(4))
    for split in SPLITS:
        utterances, rows = corpus.split(split), list(corpus.rows(split))
        assert utterances.ids == tuple(row.id for row in rows)
        assert utterances.speakers.dtype == np.int64
        names = ["" if i < 0 else corpus.speakers[i] for i in utterances.speakers]
        assert names == [row.speaker for row in rows]
    assert -1 in corpus.split("train").speakers


def test_a_split_of_one_speaker_is_that_part_of_the_whole(folder):
    corpus = PreparedCorpus(folder)
    whole = corpus.split("train")
    for number, speaker in enumerate(corpus.speakers):
        part, chosen = corpus.split("train", speaker), whole.speakers == number
        assert set(part.speakers) == {number}
        assert np.array_equal(part.offsets, whole.offsets[chosen])
        assert np.array_equal(part.lengths, whole.lengths[chosen])
        assert part.ids == tuple(i for i, is_chosen in zip(whole.ids, chosen, strict=True) if is_chosen)
        assert [row.id for row in corpus.rows("train", speaker)] == list(part.ids)


def test_an_unknown_speaker_is_answered_with_the_nearest(folder):
    with pytest.raises(UsageError, match=r"speaker 'speeker1' is unknown; did you mean 'speaker1'\?"):
        PreparedCorpus(folder).split("train", speaker="speeker1")
    change(folder, "UPDATE utterances SET speaker = ''")
    assert PreparedCorpus(folder).speakers == ()
    with pytest.raises(UsageError, match="speaker 'anna' is unknown; the corpus names none"):
        PreparedCorpus(folder).split("train", speaker="anna")


def test_a_split_without_a_speaker_is_answered_with_the_sizes_of_the_speaker(folder):
    change(folder, "UPDATE utterances SET split = 'train' WHERE speaker = 'speaker1'")
    with pytest.raises(UsageError) as caught:
        PreparedCorpus(folder).split("test", speaker="speaker1")
    assert "split 'test' of speaker 'speaker1' is empty; it holds train 10, validation 0, test 0" in str(caught.value)


def test_samples_cannot_be_written_to(folder):
    corpus = PreparedCorpus(folder)
    with pytest.raises(ValueError, match="read-only"):
        corpus.samples[0] = 1


def test_an_unknown_or_empty_split_is_answered_with_the_sizes(folder):
    corpus = PreparedCorpus(folder)
    sizes = ", ".join(f"{split} {len(corpus.split(split))}" for split in SPLITS)
    with pytest.raises(UsageError) as caught:
        corpus.split("valid")
    assert "did you mean 'validation'?" in str(caught.value)
    assert str(caught.value).endswith(f"it holds {sizes}")
    change(folder, "DELETE FROM utterances WHERE split = 'test'")
    with pytest.raises(UsageError, match="split 'test' is empty; it holds train"):
        corpus.split("test")


def test_a_folder_with_odd_characters_in_its_name_opens(tmp_path):
    record(tmp_path / "a" / "a.wav")
    out = tmp_path / "what? 100% #1 café"
    prepare(tmp_path / "a", out, sample_rate=RATE, workers=0, progress=False, validation=0, test=0)
    assert len(PreparedCorpus(out).split("train")) == 1


def test_what_is_no_prepared_corpus_is_refused(folder, tmp_path):
    for path in (tmp_path, tmp_path / "no"):
        with pytest.raises(UsageError, match=r"is not a prepared corpus: it has no index\.sqlite"):
            PreparedCorpus(path)
    (folder / "index.sqlite").write_text("something else entirely, and long enough to be looked at" * 20)
    with pytest.raises(UsageError, match="is damaged, or no index of a corpus"):
        PreparedCorpus(folder)


def test_the_database_of_another_program_is_refused(corpus, tmp_path):
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as index:
        index.execute("CREATE TABLE cats (name TEXT)")
        index.commit()
    for use in (PreparedCorpus, again(corpus)):
        with pytest.raises(UsageError, match=r"index\.sqlite is damaged, or no index of a corpus \(it has tables cats"):
            use(tmp_path)


def test_a_newer_version_is_refused(folder):
    change(folder, "UPDATE meta SET value = '2' WHERE key = 'version'")
    with pytest.raises(UsageError, match="has version 2, but this program reads 1; update"):
        PreparedCorpus(folder)


def test_an_unfinished_preparation_is_refused_with_the_way_on(folder):
    change(folder, "UPDATE meta SET value = 'false' WHERE key = 'finished'")
    with pytest.raises(UsageError, match="did not finish; run wavenet prepare again"):
        PreparedCorpus(folder)


@pytest.mark.parametrize("size", [0, 1_000, None])
def test_missing_samples_are_noticed(folder, size):
    if size is None:
        (folder / "samples.i16").unlink()
    else:
        os.truncate(folder / "samples.i16", size)
    with pytest.raises(AudioError, match=r"samples\.i16 has .* of .* samples; copy it again"):
        PreparedCorpus(folder)


def test_every_piece_has_the_tags_of_its_recording(tmp_path):
    record(tmp_path / "a.wav", 1, 2.5)
    record(tmp_path / "b.wav", 2)
    record(tmp_path / "c.wav", 3)
    (tmp_path / "l.csv").write_text("path,tags,split\na.wav,piano;far=0.5,train\nb.wav,,train\nc.wav,organ,test\n")
    prepare(tmp_path / "l.csv", tmp_path / "out", sample_rate=RATE, workers=0, progress=False, piece_seconds=1)
    corpus = PreparedCorpus(tmp_path / "out")
    assert corpus.tags == ("far", "organ", "piano")
    tags = {"far": 0.5, "piano": 1.0}
    assert corpus.tagged("train") == {"a.wav": tags, "a.wav#0001": tags, "a.wav#0002": tags}
    assert corpus.tagged("train", ["piano", "organ"])["a.wav#0002"] == {"piano": 1.0}
    assert corpus.tagged("test") == {"c.wav": {"organ": 1.0}}


def test_a_corpus_without_tags_is_one_for_older_programs_too(tmp_path):
    record(tmp_path / "source" / "a.wav", 1)
    prepare(tmp_path / "source", tmp_path / "out", sample_rate=RATE, workers=0, progress=False)
    with closing(sqlite3.connect(tmp_path / "out" / "index.sqlite")) as index:
        assert not index.execute("SELECT * FROM sqlite_master WHERE name = 'tags'").fetchall()
    corpus = PreparedCorpus(tmp_path / "out")
    assert (corpus.tags, corpus.tagged("train")) == ((), {})
