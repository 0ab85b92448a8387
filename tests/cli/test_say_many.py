"""``wavenet say-many``: each text gets the sound that ``wavenet say`` gives it, whatever else is in the list."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

import wavenet
from tests.cli.test_main import failing
from wavenet import made
from wavenet.audio.files import to_int16
from wavenet.bulk import jobs, speech
from wavenet.cli.main import main
from wavenet.corpora.prepare import prepare

ROWS = [
    {"id": "fox", "text": "The fox sees you."},
    {"id": "deep/er", "text": "It runs.", "seed": 2**63, "speed": 1.5, "pitch": 0.9},
    {"text": "Does it?"},
]


@pytest.fixture
def texts(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text("\n" + "\n".join(json.dumps(row) for row in ROWS) + "\n", "utf-8")
    return path


def say_many(texts: Path, voice: str, *more: str) -> Path:
    out = texts.parent / "spoken"
    main(["say-many", str(texts), str(out), "--voice", voice, "--workers", "1", *more])
    return out


def manifest(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / jobs.MANIFEST).read_text("utf-8").splitlines()]


def times(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in out.rglob("*.flac")}


def test_every_text_gets_the_sound_that_say_gives_it_and_the_list_has_their_order(texts, voice):
    out = say_many(texts, voice, "--seed", "7")
    listed = manifest(out)
    assert [(row["path"], row["id"], row["text"]) for row in listed] == [
        ("fox.flac", "fox", "The fox sees you."),
        ("deep/er.flac", "deep/er", "It runs."),
        ("000004.flac", "000004", "Does it?"),
    ]
    said = wavenet.open(voice)
    for row, given in zip(listed, ROWS, strict=True):
        settings = {"seed": 7} | {name: given[name] for name in given.keys() & {"seed", "speed", "pitch"}}
        expected = np.concatenate(list(said.say(given["text"], **settings)))
        found, rate = soundfile.read(out / row["path"], dtype="int16")
        assert np.array_equal(found, to_int16(expected))
        assert row["seconds"] == pytest.approx(len(found) / rate)
        assert row["seed"] == settings["seed"]
    assert not (out / jobs.FAILED).exists()


def test_the_number_of_processes_changes_nothing(texts, voice, tmp_path):
    one = say_many(texts, voice)
    main(["say-many", str(texts), str(tmp_path / "three"), "--voice", voice, "--workers", "3"])
    content = [{p.relative_to(root): p.read_bytes() for p in root.rglob("*.*")} for root in (one, tmp_path / "three")]
    assert content[0] == content[1]


def test_what_is_there_is_not_made_again_unless_its_text_or_a_setting_changed(texts, voice, capsys):
    before = times(out := say_many(texts, voice))
    (out / "fox.flac").unlink()
    capsys.readouterr()
    say_many(texts, voice)
    assert "2 of 3 texts were said before" in capsys.readouterr().out
    after = times(out)
    assert {name for name in after if after[name] != before.get(name)} == {"fox.flac"}
    texts.write_text(texts.read_text("utf-8").replace("Does it?", "Does it now?"), "utf-8")
    say_many(texts, voice)
    changed = times(out)
    assert {name for name in after if after[name] != changed[name]} == {"000004.flac"}
    say_many(texts, voice, "--temperature", "0.3")
    assert all(changed[name] != now for name, now in times(out).items())


def test_a_text_that_cannot_be_said_is_listed_and_the_others_are_said(texts, voice, capsys):
    with texts.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "none", "text": "!!!"}) + "\n" + json.dumps({"text": "The кот runs."}) + "\n")
    with pytest.raises(SystemExit) as stopped:
        say_many(texts, voice)
    assert stopped.value.code == 1
    told = capsys.readouterr().err
    assert "not said: none: there is nothing to say" in told
    assert "000006: 'кот' (cyrillic) is left out" in told
    out = texts.parent / "spoken"
    assert [row["id"] for row in manifest(out)] == ["fox", "deep/er", "000004", "000006"]
    (failed,) = (json.loads(line) for line in (out / jobs.FAILED).read_text("utf-8").splitlines())
    assert failed["id"] == "none"
    texts.write_text(texts.read_text("utf-8").replace("!!!", "One."), "utf-8")
    say_many(texts, voice)
    assert not (out / jobs.FAILED).exists()


def test_a_file_that_it_did_not_make_is_refused(texts, voice, capsys):
    (texts.parent / "spoken").mkdir()
    (texts.parent / "spoken" / "fox.flac").write_bytes(b"mine")
    arguments = ["say-many", str(texts), str(texts.parent / "spoken"), "--voice", voice]
    code, line = failing(capsys, *arguments)
    assert code == 2
    assert "fox.flac already exists and was not made by wavenet say-many" in line
    main([*arguments, "--overwrite", "--workers", "1"])
    assert made.by(texts.parent / "spoken" / "fox.flac", speech.Job.command)


def test_the_list_is_a_manifest_of_recordings(texts, voice, tmp_path):
    out = say_many(texts, voice)
    with pytest.warns(Warning, match="not used"):
        prepare([out / jobs.MANIFEST], tmp_path / "corpus", workers=0, progress=False)


def test_a_text_a_line_is_named_by_its_number(tmp_path, voice):
    texts = tmp_path / "texts.txt"
    texts.write_text("One.\n\nTwo.\n", "utf-8")
    assert [row["path"] for row in manifest(say_many(texts, voice, "--format", "wav"))] == ["000001.wav", "000003.wav"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2: is broken JSON"),
        ("[]", "line 2: is not a JSON object"),
        ('{"text": ""}', "line 2: text is '', and must be a text that is not empty"),
        ('{"id": "a"}', "line 2: text is None, and must be a text that is not empty"),
        ('{"id": 3, "text": "One."}', "line 2: id is 3, and must be a text"),
        ('{"txt": "One."}', "line 2: unknown field 'txt'; did you mean 'text'?"),
        ('{"text": "One.", "speed": "fast"}', "line 2: speed is 'fast', and must be from 0.2 to 5"),
        ('{"text": "One.", "pitch": NaN}', "line 2: pitch is nan, and must be from 0.5 to 2"),
        ('{"text": "One.", "seed": -1}', "line 2: seed is -1"),
        ('{"text": "One.", "seed": true}', "line 2: seed is True"),
        ('{"text": "One.", "speed": true}', "line 2: speed is True"),
        ('{"text": "One.", "id": "000001"}', "line 2: the id '000001' is that of line 1, too"),
    ],
)
def test_a_wrong_line_is_named_before_anything_is_said(line, told, tmp_path, voice, capsys):
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"text": "One."}\n' + line + "\n", "utf-8")
    code, message = failing(capsys, "say-many", str(texts), str(tmp_path / "out"), "--voice", voice)
    assert code == 2
    assert told in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("a", "a.flac/b", "is the file of 'a'; change the id"),
        ("a", "failed.jsonl/b", "is the list of what could not be made; change the id"),
    ],
)
def test_an_id_that_needs_a_file_as_its_folder_is_told_before_anything_is_said(
    first, second, told, tmp_path, voice, capsys
):
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps({"id": each, "text": "So."}) + "\n" for each in (second, first)), "utf-8")
    with pytest.raises(SystemExit) as stopped:
        say_many(path, voice)
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "spoken").exists()


def test_a_model_that_is_no_voice_is_told_as_such(texts, capsys):
    with pytest.raises(SystemExit):
        say_many(texts, "vocoder")
    assert "is a model, not a voice; use it with wavenet" in capsys.readouterr().err
    assert not (texts.parent / "spoken").exists()


def test_unpaired_surrogates_are_listed_as_they_were_given(tmp_path, voice):
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps({"id": "\udc80", "text": "So."}) + "\n" + json.dumps({"text": "\ud800"}) + "\n", "utf-8")
    with pytest.raises(SystemExit):
        say_many(path, voice)
    out = tmp_path / "spoken"
    assert [row["id"] for row in manifest(out)] == ["\udc80"]
    assert json.loads((out / jobs.FAILED).read_text("utf-8"))["text"] == "\ud800"


def test_a_list_without_texts_is_refused(tmp_path, voice, capsys):
    (tmp_path / "texts.txt").write_text("\n \n", "utf-8")
    code, message = failing(capsys, "say-many", str(tmp_path / "texts.txt"), str(tmp_path / "out"), "--voice", voice)
    assert (code, "has nothing; a list has one a line" in message) == (2, True)


def test_a_process_that_dies_costs_its_text_alone(texts, voice, monkeypatch):
    job, wanted = speech.Job(Path(voice), texts.parent / "spoken"), speech.read(texts, speech.Row("", ""))
    sounds = [jobs.sound_of(job, wanted[0]), jobs.workers.Died(-9), jobs.sound_of(job, wanted[2])]
    monkeypatch.setattr(jobs.workers, "in_order", lambda *_: zip(wanted, sounds, strict=True))
    said = list(jobs.make(job, wanted, 1))
    assert [each.error for each in said] == ["", "the process that made it died of SIGKILL", ""]
    assert [job.is_done(row) for row in wanted] == [True, False, True]
