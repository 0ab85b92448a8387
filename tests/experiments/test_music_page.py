"""The page of music has a player for each clip, of files that are there, and says what was asked for."""

import re

import pytest
import soundfile

from experiments import music_page
from tests.experiments import test_music

corpus, models = test_music.corpus, test_music.models


def test_every_player_plays_a_clip_of_the_length_that_was_asked_for(corpus, models, tmp_path, capsys):
    out = tmp_path / "page"
    arguments = ["--clips", "2", "--seconds", "0.5", "--split", "validation", "--picture", str(tmp_path / "a.png")]
    music_page.main([str(models["tagged"]), str(corpus), str(out), *arguments])
    page = (out / "index.html").read_text("utf-8")
    players = re.findall(r'src="([^"]+)"', page)
    assert len(players) == len(set(players)) == 3 * 2 * 2 + 2  # instruments, kinds, clips; without tags
    assert sorted(players) == sorted(path.name for path in out.glob("*.flac"))
    assert {soundfile.info(out / name).duration for name in players} == {0.5}
    assert [page.count(f">{name}</th>") for name in ("piano", "organ", "flute", "without tags")] == [1] * 4
    assert "14 clips of 0.5 s" in capsys.readouterr().out
    assert (tmp_path / "a.png").stat().st_size > 1000


def test_real_and_generated_clips_of_a_row_have_the_same_tags(corpus, models):
    shown = music_page.chosen(str(models["tagged"]), music_page.PreparedCorpus(corpus), "validation", 0.5, 2)
    tags = {(each.row, each.kind, each.number): each.clip.tags for each in shown}
    for (row, kind, number), found in tags.items():
        if kind == music_page.ASKED:
            assert found == tags[row, music_page.REAL, number]
            assert row in found
        if row == music_page.FREE:
            assert found == ()


def test_files_of_others_are_not_replaced(corpus, models, tmp_path):
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(SystemExit):
        music_page.main([str(models["plain"]), str(corpus), str(tmp_path), "--clips", "1", "--seconds", "0.5"])
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert (tmp_path / "index.html").read_text() == "mine"
