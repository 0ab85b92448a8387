import json
import sys
from pathlib import Path

import jsonargparse
import numpy as np
import pytest

from tests.cli.test_main import failing
from tests.corpora.recordings import record
from wavenet.audio import files
from wavenet.cli import align
from wavenet.cli.main import main
from wavenet.corpora.prepare import prepare
from wavenet.errors import install_command
from wavenet.training.voice.align import WORST
from wavenet.tts.labels import Labels

RECORDING = Path(__file__).parents[2] / "recipes" / "english_prompts" / "never_heard.flac"
TEXT = (
    "And Mr. John Dashwood had then leisure to consider how much there might be prudently in his power to do for them."
)


@pytest.fixture
def corpus(tmp_path):
    files.write(tmp_path / "a.wav", files.read(RECORDING, 16_000), 16_000)
    record(tmp_path / "b.wav")
    lines = [{"path": "a.wav", "text": TEXT}, {"path": "b.wav", "text": "Hello there, you two."}]
    (tmp_path / "all.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    prepare(tmp_path / "all.jsonl", tmp_path / "corpus", workers=0, validation=0, test=0, progress=False)
    return str(tmp_path / "corpus")


def test_labels_and_a_report_are_written_and_told(corpus, tmp_path, capsys):
    out = tmp_path / "new" / "labels.jsonl"
    main(["align", corpus, "-o", str(out), "--hop-length", "200"])
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"{out}: 1 of 2 recordings aligned, 0.1 minutes, 76 phones")
    report = out.with_name("labels.report.txt")
    assert told[1] == f"left out: 1, listed in {report}"
    assert "  b.wav (0.2 s): its text cannot be found in it" in report.read_text().splitlines()
    labels = Labels.read(out)
    assert labels.hop_length == 200
    assert [sum(row.durations) for row in labels.rows] == [568]


def test_a_lexicon_says_how_words_are_said(corpus, tmp_path):
    (tmp_path / "own.txt").write_text("dashwood  D AE1 SH W AH0 D\n")
    main(["align", corpus, "-o", str(tmp_path / "a.jsonl"), "--lexicon", str(tmp_path / "own.txt")])
    (row,) = Labels.read(tmp_path / "a.jsonl").rows
    start = next(i for i, segment in enumerate(row.segments) if segment.text == "dashwood")
    assert [segment.phone for segment in row.segments[start : start + 6]] == ["D", "AE", "SH", "W", "AH", "D"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["align"], 2, "corpus"),
        (["align", "nowhere", "-o", "a.jsonl"], 2, "nowhere is not a prepared corpus"),
        (["align", "CORPUS", "-o", "a.txt"], 2, "cannot write a.txt: labels are written as .jsonl"),
        (
            ["align", "CORPUS", "-o", "a.jsonl", "--speaker", "ann"],
            2,
            "speaker 'ann' is unknown; the corpus names none",
        ),
        (["align", "CORPUS", "-o", "a.jsonl", "--worst=-1"], 2, "worst is -1, and must be above 0"),
        (["align", "CORPUS", "-o", "a.jsonl", "--hop_length=0"], 2, "hop_length is 0"),
        (["align", "CORPUS", "-o", "a.jsonl", "--lexicon", "none.txt"], 2, "none.txt"),
        (["align", "CORPUS", "-o", "a.jsonl", "--lexikon", "x"], 2, "did you mean 'lexicon'"),
        (["align", "CORPUS", "-o", "folder.jsonl"], 1, "cannot write folder.jsonl: it is a folder"),
    ],
)
def test_wrong_usage_is_one_line_and_nothing_is_written(corpus, tmp_path, monkeypatch, capsys, arguments, code, told):
    (tmp_path / "here" / "folder.jsonl").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    found, line = failing(capsys, *(corpus if argument == "CORPUS" else argument for argument in arguments))
    assert found == code
    assert told in line
    assert [path.name for path in Path().iterdir()] == ["folder.jsonl"]


def test_without_pocketsphinx_it_names_the_extra(corpus, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    code, line = failing(capsys, "align", corpus, "-o", str(tmp_path / "a.jsonl"))
    assert (code, line) == (1, f"wavenet: aligning needs more packages: {install_command('voice')}")


def test_interrupted_it_leaves_the_labels_that_were_there(corpus, tmp_path, monkeypatch, capsys):
    (tmp_path / "a.jsonl").write_text("earlier\n")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wavenet.training.voice.sphinx.Aligner.align", interrupt)
    assert failing(capsys, "align", corpus, "-o", str(tmp_path / "a.jsonl"), "--overwrite") == (
        130,
        "wavenet: interrupted",
    )
    assert (tmp_path / "a.jsonl").read_text() == "earlier\n"


@pytest.mark.parametrize("name", ["a.jsonl", "a.report.txt"])
def test_labels_and_reports_of_others_are_refused_before_any_work(corpus, tmp_path, capsys, name):
    (tmp_path / name).write_text("mine\n")
    code, line = failing(capsys, "align", corpus, "-o", str(tmp_path / "a.jsonl"))
    assert code == 2
    assert f"{name} already exists and was not made by wavenet align" in line
    assert (tmp_path / name).read_text() == "mine\n"
    assert len(list(tmp_path.glob("a.*"))) == 1 + (tmp_path / "a.wav").exists()
    main(["align", corpus, "-o", str(tmp_path / "a.jsonl"), "--overwrite"])
    main(["align", corpus, "-o", str(tmp_path / "a.jsonl")])


def test_what_is_left_out_by_default_is_as_measured():
    parser = jsonargparse.ArgumentParser()
    align.add_arguments(parser)
    assert parser.parse_args(["corpus", "-o", "a.jsonl"]).worst == WORST


def test_noise_is_no_speech(tmp_path, capsys):
    record(tmp_path / "b.wav", seconds=2)
    (tmp_path / "all.jsonl").write_text(json.dumps({"path": "b.wav", "text": "Hello there, you two."}))
    prepare(tmp_path / "all.jsonl", tmp_path / "corpus", workers=0, validation=0, test=0, progress=False)
    code, line = failing(capsys, "align", str(tmp_path / "corpus"), "-o", str(tmp_path / "a.jsonl"))
    assert code == 2
    assert "none of its recordings could be aligned to its text; first b.wav: its text cannot be found in it" in line
    assert np.all([path.suffix != ".txt" for path in tmp_path.iterdir()])
