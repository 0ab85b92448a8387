"""``wavenet vocode-many``: each source has the sound that ``wavenet vocode`` gives it, whatever else there is."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.test_main import failing
from tests.corpora.recordings import record
from wavenet import made
from wavenet.bulk import jobs, vocoding
from wavenet.cli.main import main


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "sources"
    for name, seed in (("ann", 0), ("deep/er", 1)):
        record(folder / f"{name}.wav", seed, 0.4)
    return folder


def vocode_many(sources: Path, *more: str) -> Path:
    out = sources.parent / "copies"
    main(["vocode-many", str(sources), str(out), "--model", "vocoder", "--workers", "1", *more])
    return out


def manifest(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / jobs.MANIFEST).read_text("utf-8").splitlines()]


def sound(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="int16")[0]


def test_a_folder_becomes_a_folder_of_what_vocode_makes_of_each(sources, tmp_path):
    out = vocode_many(sources, "--seed", "7")
    assert [(row["path"], row["id"], row["seed"]) for row in manifest(out)] == [
        ("ann.flac", "ann", 7),
        ("deep/er.flac", "deep/er", 7),
    ]
    for name in ("ann", "deep/er"):
        alone = tmp_path / "alone.flac"
        main(["vocode", str(sources / f"{name}.wav"), "-o", str(alone), "--seed", "7", "--no-picture"])
        assert np.array_equal(sound(out / f"{name}.flac"), sound(alone))
    assert made.by(out / "ann.flac", "vocode-many")


def test_features_and_a_list_of_objects_have_their_own_names_and_seeds(sources, tmp_path):
    main(["features", str(sources / "ann.wav"), "-o", str(tmp_path / "ann.npy"), "--model", "vocoder"])
    listed = sources / "list.jsonl"
    rows = [{"path": "ann.wav", "seed": 3}, {"path": "../ann.npy", "id": "features", "seed": 3}]
    listed.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    out = vocode_many(listed, "--format", "wav")
    assert [row["id"] for row in manifest(sources / "copies")] == ["ann", "features"]
    length = min(len(sound(out / f"{name}.wav")) for name in ("ann", "features"))
    assert np.array_equal(sound(out / "ann.wav")[:length], sound(out / "features.wav")[:length])


def test_what_is_there_is_not_made_again_unless_its_source_changed(sources, capsys):
    out = vocode_many(sources)
    before = (out / "deep/er.flac").stat().st_mtime_ns
    record(sources / "ann.wav", 2, 0.3)
    capsys.readouterr()
    vocode_many(sources)
    assert "1 of 2 sources were vocoded before" in capsys.readouterr().out
    assert (out / "deep/er.flac").stat().st_mtime_ns == before
    assert len(sound(out / "ann.flac")) == round(0.3 * 16_000)


def test_what_cannot_be_read_is_listed_and_the_others_are_made(sources, capsys):
    (sources / "broken.wav").write_bytes(b"no sound")
    with pytest.raises(SystemExit) as ended:
        vocode_many(sources)
    assert ended.value.code == 1
    out = sources.parent / "copies"
    assert "1 of 3 sources could not be vocoded" in capsys.readouterr().err
    assert [row["id"] for row in manifest(out)] == ["ann", "deep/er"]
    (failed,) = (json.loads(line) for line in (out / jobs.FAILED).read_text("utf-8").splitlines())
    assert failed["id"] == "broken"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{}", "line 1: path is None"),
        ('{"path": 3}', "line 1: path is 3"),
        ('{"path": "a.wav", "sed": 1}', "line 1: unknown field 'sed'; did you mean 'seed'?"),
        ('{"path": "a.wav", "seed": -1}', "line 1: seed is -1"),
        ('{"path": "a.wav", "id": ""}', "line 1: id is ''"),
        ('{"path": "a.wav", "speaker": 1}', "line 1: speaker is 1"),
        ('{"path": "a.wav"}\n{"path": "b/a.wav"}', "line 2: the id 'a' is that of line 1, too"),
        ("", "has nothing; a list has one a line"),
    ],
)
def test_a_wrong_line_is_named_before_anything_is_made(line, told, tmp_path, capsys):
    (tmp_path / "list.jsonl").write_text(line, "utf-8")
    code, message = failing(capsys, "vocode-many", str(tmp_path / "list.jsonl"), str(tmp_path / "out"))
    assert code == 2
    assert told in message


def test_a_model_without_features_is_refused(sources, capsys):
    code, message = failing(capsys, "vocode-many", str(sources), str(sources / "out"), "--model", "allison/wavenet")
    assert code == 2
    assert message


def test_the_rows_of_a_folder_are_named_by_their_places(sources):
    rows = vocoding.read(sources, vocoding.Source("", "", 5))
    assert [(row.id, row.seed) for row in rows] == [("ann", 5), ("deep/er", 5)]
    assert all(Path(row.path).is_absolute() for row in rows)
