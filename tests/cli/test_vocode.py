import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.cli.test_main import failing
from tests.networks import MICRO, as_folder, random_model
from wavenet.cli.main import main
from wavenet.config import COPY_TEMPERATURE, AudioConfig, FeatureConfig
from wavenet.engine import folder
from wavenet.evaluation.perception.clip import Clip
from wavenet.evaluation.perception.copies import copies
from wavenet.generator import Generator

RATE = 4000
FEATURES = FeatureConfig(kinds=("log_mel",), hop_length=40, n_fft=128, win_length=100, n_mels=6, f_max=1900.0)


def write_model(path, **changes):
    opened = as_folder(random_model(replace(MICRO, **changes)), AudioConfig(RATE))
    folder.write(path, opened.audio, opened.model, opened.tensors)
    return str(path)


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "model", features=FEATURES)


@pytest.fixture
def recording(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.sin(np.arange(1010) / 5) / 3, RATE)
    return str(tmp_path / "a.wav")


def sound(path):
    return soundfile.read(path)[0]


def test_features_and_their_recording_give_the_same_sound(model, recording, tmp_path, capsys):
    main(["vocode", recording, "--model", model, "-o", str(tmp_path / "b.wav"), "--seed", "3"])
    assert "× real time" in capsys.readouterr().out
    assert len(sound(tmp_path / "b.wav")) == 1010
    assert (tmp_path / "b.png").is_file()
    main(["features", recording, "--model", model, "-o", str(tmp_path / "a.npy")])
    assert "26 frames of 6 numbers, one every 10 ms" in capsys.readouterr().out
    main(["vocode", str(tmp_path / "a.npy"), "--model", model, "-o", str(tmp_path / "c.wav"), "--seed", "3"])
    assert len(sound(tmp_path / "c.wav")) == 26 * 40
    assert np.array_equal(sound(tmp_path / "c.wav")[:1010], sound(tmp_path / "b.wav"))


@pytest.mark.parametrize(("own", "drawn_at"), [(None, COPY_TEMPERATURE), (0.2, 0.2)])
def test_copies_are_made_and_judged_at_the_temperature_that_the_folder_tells(recording, tmp_path, own, drawn_at):
    model = write_model(tmp_path / "own", features=FEATURES, temperature=own)
    for name, flags in (("untold.wav", ()), ("told.wav", ("--temperature", str(drawn_at)))):
        main(["vocode", recording, "--model", model, "-o", str(tmp_path / name), *flags])
    assert np.array_equal(sound(tmp_path / "untold.wav"), sound(tmp_path / "told.wav"))
    natural = Clip("a", sound(recording).astype(np.float32), RATE)
    opened = Generator.open(model)
    one, other = (copies(opened, [natural], temperature=t)[0].waveform for t in (None, drawn_at))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, copies(opened, [natural], temperature=drawn_at + 1)[0].waveform)


def test_a_speaker_is_chosen_by_name_or_mixed(tmp_path):
    model = write_model(tmp_path / "model", speakers=("ann", "bob"), speaker_channels=3)
    made = []
    for speaker in ("ann", "bob", "ann=0.5,bob=0.5"):
        main(
            [
                "generate",
                model,
                "--seconds",
                "0.1",
                "--speaker",
                speaker,
                "--temperature",
                "9",
                "-o",
                str(tmp_path / "a.wav"),
            ]
        )
        made.append(sound(tmp_path / "a.wav"))
    assert not np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--speaker", "an"], "unknown speaker 'an'; did you mean 'ann'"),
        ([], "this model needs a speaker: one of ann, bob"),
        (["--speaker", "ann=x"], "'x' is not a number"),
        (["--speaker", "ann", "--tags", "loud"], "this model has no tags"),
    ],
)
def test_a_wrong_speaker_is_one_line_and_exit_code_2(tmp_path, capsys, arguments, message):
    model = write_model(tmp_path / "model", speakers=("ann", "bob"), speaker_channels=3)
    code, line = failing(capsys, "generate", model, "-o", str(tmp_path / "a.wav"), *arguments)
    assert code == 2
    assert message in line


def test_each_command_names_the_other_for_the_wrong_kind_of_model(model, tmp_path, recording, capsys):
    out = str(tmp_path / "b.wav")
    assert "wavenet vocode --model" in failing(capsys, "generate", model, "-o", out)[1]
    plain = write_model(tmp_path / "plain")
    assert "wavenet generate" in failing(capsys, "vocode", recording, "--model", plain, "-o", out)[1]
    assert "takes no features" in failing(capsys, "features", recording, "--model", plain)[1]


@pytest.mark.parametrize(
    ("frames", "settings", "message"),
    [
        (np.zeros((20, 5)), None, "but the model takes numbers of shape (frames, 6)"),
        (np.zeros((0, 6)), None, "has 0 frames"),
        (np.full((9, 6), np.nan), None, "frame 0 holds a value that is not finite"),
        (np.full((9, 6), -80.0), None, "was computed with other settings"),
        (np.zeros((20, 6)), {"hop_length": 50}, "its hop_length is 50, but the model's is 40"),
        (np.zeros((20, 6)), {"sample_rate": 16000}, "its sample_rate is 16000, but the model's is 4000"),
    ],
)
def test_wrong_features_are_one_line_and_exit_code_2(model, tmp_path, capsys, frames, settings, message):
    np.save(tmp_path / "f.npy", frames)
    if settings:
        (tmp_path / "f.json").write_text(json.dumps(settings))
    code, line = failing(capsys, "vocode", str(tmp_path / "f.npy"), "--model", model, "-o", str(tmp_path / "b.wav"))
    assert code == 2
    assert message in line
    assert not (tmp_path / "b.wav").exists()
