"""``wavenet train-voice``: what the command adds to the training, which has tests of its own."""

from pathlib import Path

import pytest

from wavenet.cli.main import main
from wavenet.training.voice import train


@pytest.mark.parametrize("out", ["run", "deep/run"])
def test_the_settings_reach_the_training_and_the_next_command_is_told(out, monkeypatch, capsys):
    given = []

    def trained(config):
        given.append(config)
        return Path(config.out) / "voice"

    monkeypatch.setattr(train, "train", trained)
    main(["train-voice", "--labels", "l.jsonl", "--wavenet.data", "corpus", "--out", out, "--mel.updates", "7"])
    assert capsys.readouterr().out == (f"{out}/voice: a voice; wavenet say 'Hello.' --voice {out}/voice -o hello.wav\n")
    (config,) = given
    assert (config.labels, config.wavenet.data, config.out) == ("l.jsonl", "corpus", out)
    assert config.mel.updates == 7
