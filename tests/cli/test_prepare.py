import jsonargparse
import pytest

from tests.corpora.recordings import record
from wavenet.cli import prepare
from wavenet.corpora.layouts import LAYOUTS
from wavenet.corpora.prepared import PreparedCorpus


def parser() -> jsonargparse.ArgumentParser:
    made = jsonargparse.ArgumentParser(exit_on_error=False)
    prepare.add_arguments(made)
    return made


def test_a_folder_is_prepared_with_the_settings_given_and_the_report_printed(tmp_path, capsys):
    for i in range(20):
        record(tmp_path / "in" / f"{i}.wav", i)
    out = tmp_path / "out"
    options = ["--sample_rate=4000", "--workers=0", "--test=0", "--validation=0.5", "--layout=folder"]
    prepare.run(parser().parse_args([str(tmp_path / "in"), str(out), *options]))
    corpus = PreparedCorpus(out)
    assert corpus.sample_rate == 4_000
    assert len(corpus.samples) == 20 * 1_000
    assert len(corpus.split("validation")) + len(corpus.split("train")) == 20
    assert f"{out}: 20 recordings" in capsys.readouterr().out


def test_several_sources_become_one_corpus_and_long_recordings_pieces(tmp_path, capsys):
    for i, name in enumerate(("a", "b", "c")):
        record(tmp_path / name / "1.wav", i, 3)
    places = [str(tmp_path / name) for name in ("a", "b", "c", "out")]
    options = ["--sample_rate=4000", "--workers=0", "--test=0", "--validation=0", "--piece_seconds=1.5"]
    prepare.run(parser().parse_args([*places, *options]))
    ids = PreparedCorpus(tmp_path / "out").split("train").ids
    assert ids == ("a/1.wav", "a/1.wav#0001", "b/1.wav", "b/1.wav#0001", "c/1.wav", "c/1.wav#0001")
    assert "6 pieces of at most 1.5 s" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["in"], ["in", "out", "--workers=many"], ["in", "out", "--loudness=8"]])
def test_wrong_arguments_are_refused(arguments):
    with pytest.raises(jsonargparse.ArgumentError):
        parser().parse_args(arguments)


def test_the_help_names_every_layout():
    assert all(name in parser().format_help() for name in ("auto", *LAYOUTS))
