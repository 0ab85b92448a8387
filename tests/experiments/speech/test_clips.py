import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.speech.clips import Clips, make, plan
from experiments.speech.systems import System, systems
from experiments.speech.texts import Line
from tests.experiments.speech.conftest import LINES
from wavenet.errors import AudioError, WavenetError
from wavenet.evaluation.perception.clip import RATE


def test_every_system_says_every_text_it_can(speakers, tmp_path):
    natural, *_ = systems(["natural"], tmp_path)
    planned = plan([natural, speakers.system("x")], LINES, tmp_path)
    assert [(clips.texts, clips.system.name, len(clips.lines)) for clips in planned] == [
        ("prompts", "natural", 2),
        ("prompts", "x", 2),
        ("sentences", "x", 1),
    ]


def test_clips_have_one_rate_and_one_level(speakers, tmp_path):
    planned = plan([*systems(["natural"], tmp_path), speakers.system("x")], LINES, tmp_path)
    make(planned)
    for clips in planned:
        for clip in clips.read():
            level = 20 * np.log10(np.sqrt(np.mean(np.square(clip.waveform, dtype=np.float64))))
            assert (clip.sample_rate, level) == (RATE, pytest.approx(-26, abs=0.01))


def test_what_is_there_is_not_said_again(speakers, tmp_path):
    planned = plan([speakers.system("x")], LINES, tmp_path)
    make(planned)
    asked = list(speakers.asked)
    make(planned)
    assert speakers.asked == asked
    first = planned[0].path(planned[0].lines[0])
    first.unlink()
    make(planned)
    assert speakers.asked == [*asked, ("x", "One two.")]


def test_another_version_or_text_is_another_clip(speakers, tmp_path):
    old, new = (plan([speakers.system("x", version)], LINES, tmp_path) for version in "12")
    make(old)
    assert not old[0].missing()
    assert len(new[0].missing()) == 2
    changed = plan([speakers.system("x")], {"prompts": [Line("a", "One, two!")]}, tmp_path)
    assert len(changed[0].missing()) == 1
    make([*new, *changed])
    assert not old[0].missing()  # an old clip is not lost


def test_a_missing_system_is_told_before_any_work(speakers, tmp_path):
    def missing():
        raise WavenetError("x is missing")

    planned = plan([speakers.system("a"), System("b", "other", "", missing)], LINES, tmp_path)
    with pytest.raises(WavenetError, match="x is missing"):
        make(planned)
    assert speakers.asked == []


def test_a_failure_in_the_middle_keeps_what_was_said(speakers, tmp_path):
    planned = plan([speakers.system("a"), speakers.system("b", waveform=np.zeros(99, np.float32))], LINES, tmp_path)
    with pytest.raises(AudioError, match=r"b generates no audio for 'One two\.'"):
        make(planned)
    assert not planned[0].missing()


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), min_size=2, max_size=4, unique=True))
def test_no_two_clips_share_a_file_and_none_leaves_the_folder(tmp_path_factory, told):
    folder = tmp_path_factory.getbasetemp() / "clips"
    paths = [
        Clips(System(name, "", "", dict), "set", (line,), folder).path(line)
        for name, line in ((name, Line(line, text)) for name, line, text in told)
    ]
    assert len(set(paths)) == len(paths)
    for path in paths:
        assert path.resolve().relative_to(folder.resolve()).parts[0] == "set"
        assert len(path.resolve().relative_to(folder.resolve()).parts) == 3


def test_a_name_of_any_length_has_a_file(tmp_path):
    (clips,) = plan([System("s" * 300, "", "", dict)], {"t" * 300: [Line("l" * 300, "One.")]}, tmp_path)
    assert all(len(part) < 200 for part in clips.path(clips.lines[0]).relative_to(tmp_path).parts)


def test_a_clip_that_is_damaged_is_one_clear_line(speakers, tmp_path):
    (clips,) = plan([speakers.system("x")], {"sentences": LINES["sentences"]}, tmp_path)
    make([clips])
    path = clips.path(clips.lines[0])
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(AudioError, match="truncated"):
        clips.read()
