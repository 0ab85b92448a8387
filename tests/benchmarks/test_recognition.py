"""The benchmark of recognisers measures every precision that a folder has, and tells seconds of sound per second."""

import re

from benchmarks import recognition
from tests.recognition import tones
from wavenet.audio import files
from wavenet.recognition import folder


def test_every_precision_of_the_folder_has_its_speed(tmp_path, capsys):
    folder.write(tmp_path / "model", tones.opened()[0])
    files.write(tmp_path / "a.wav", tones.sentence(1)[0], tones.RATE)
    recognition.main([str(tmp_path / "model"), str(tmp_path / "a.wav"), "--rounds", "1"])
    rows = re.findall(r"\| (\w+) \| ([\d.]+) \| ([\d.]+) \|", capsys.readouterr().out)
    assert [name for name, *_ in rows] == ["fp32", "bf16"]
    assert all(float(speed) > 0 for _, *speeds in rows for speed in speeds)


def test_speed_is_the_length_over_the_fewest_seconds():
    found = recognition.table({"fp32, whole": 2.0, "fp32, in blocks": 4.0}, 20.0)
    assert found.splitlines()[-1] == "| fp32 | 10.0 | 5.0 |"
