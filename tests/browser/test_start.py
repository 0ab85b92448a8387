"""What the worker of the page calls, run without a browser: steps, and errors of one line."""

import json
import sys

import numpy as np
import pytest

from tests import voices
from tests.serving.speaking import said
from wavenet.browser import core, start

TEXT = "So? Run."


@pytest.fixture
def opened(monkeypatch, tmp_path):
    monkeypatch.setattr(core, "_module", None)
    monkeypatch.setitem(sys.modules, "wavenet.engine._core", sys.modules["wavenet.engine._core"])
    folder = voices.write(tmp_path / "tiny")
    (folder / "name").write_text("tiny")
    return start.opened("the module", str(folder))


def test_the_engine_of_the_page_stands_in_for_the_compiled_one(opened):
    assert sys.modules["wavenet.engine._core"] is core
    assert core._module == "the module"


def test_a_text_is_said_step_by_step(opened):
    assert (opened.name, opened.rate) == ("tiny", 16_000)
    saying, sound, kinds = opened.begin(TEXT, 1.0, 5), [], []
    while (made := saying.step()) is not None:
        kinds.append(json.loads(made[0])["type"])
        sound += made[1:]
    assert np.array_equal(np.concatenate(sound), said(TEXT, 5))
    assert set(kinds) == {"speech.plan.delta", "speech.words.delta", "speech.audio.delta"}
    assert saying.step() is None


def test_what_is_wrong_is_one_line(opened):
    with pytest.raises(ValueError, match=r"^there is nothing to say: .*$"):
        opened.begin("...", 1.0, 0).step()


def test_a_folder_that_is_no_voice_is_told(opened, tmp_path):
    with pytest.raises(ValueError, match="is neither a voice folder nor a shipped voice"):
        start.Local(tmp_path / "nothing")
