"""Sound goes into its file as it is made; what is wrong with the arguments: ``test_main.py``."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests import memory
from tests.cli.test_main import failing
from tests.cli.test_vocode import RATE, write_model
from tests.music.melodies import small_model
from wavenet.audio import pictures
from wavenet.audio.files import to_int16, write
from wavenet.cli.main import main
from wavenet.generator import Generator
from wavenet.music.composer import Composer

BLOCK = RATE // 4
Between = Callable[[int], None]


@pytest.fixture
def model(tmp_path):
    (tmp_path / "models").mkdir()
    return write_model(tmp_path / "models" / "plain")


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return str(tmp_path / "out" / "a.wav")


def sound(path: str | Path) -> np.ndarray:
    return soundfile.read(path, dtype="int16")[0]


def noise(samples: int) -> Iterator[np.ndarray]:
    random = np.random.default_rng(0)
    for start in range(0, samples, BLOCK):
        yield random.uniform(-0.5, 0.5, min(BLOCK, samples - start)).astype(np.float32)


@pytest.fixture
def pretend(monkeypatch):
    """Noise in the place of what a model makes; ``between`` is called before each block, with its number."""

    def by(between: Between = lambda block: None) -> None:
        def stream(self: Generator, samples: int, **settings: object) -> Iterator[np.ndarray]:
            for i, block in enumerate(noise(samples)):
                between(i)
                yield block

        monkeypatch.setattr(Generator, "stream", stream)

    return by


@pytest.mark.parametrize("prime", [0, 3000])
def test_the_samples_are_those_of_the_generator(model, out, tmp_path, prime):
    soundfile.write(tmp_path / "p.wav", np.sin(np.arange(prime) / 5) / 3, RATE)
    arguments = ["--prime", str(tmp_path / "p.wav")] if prime else []
    main(["generate", model, "-o", out, "--seconds", "1.3", "--seed", "5", *arguments])
    before = soundfile.read(tmp_path / "p.wav", dtype="float32")[0]
    wanted = Generator.open(model).generate(round(1.3 * RATE), seed=5, prime=before if prime else None)
    assert np.array_equal(sound(out), to_int16(wanted))


@pytest.mark.parametrize("picture", [False, True])
def test_memory_does_not_grow_with_the_sound(model, out, pretend, monkeypatch, picture):
    pretend()
    monkeypatch.setattr("wavenet.cli.sound.DRAWN_SECONDS", 1.0)

    def generate(seconds: int) -> None:
        main(["generate", model, "-o", out, "--seconds", str(seconds), "--picture", str(picture).lower()])

    generate(2)  # imports what is imported once
    assert memory.stays_below(memory.peak(lambda: generate(5)) + 500_000, lambda: generate(500))  # of 8,000,000 bytes
    assert Path(out).with_suffix(".png").is_file() == picture


def test_sound_is_on_its_way_to_the_disk_while_more_is_made(model, out, pretend):
    sizes = []
    pretend(lambda block: sizes.append(sum(path.stat().st_size for path in Path(out).parent.iterdir())))
    main(["generate", model, "-o", out, "--seconds", "20", "--picture", "false"])
    assert sizes[-1] - sizes[0] > 18 * 2 * RATE
    assert [path.name for path in Path(out).parent.iterdir()] == ["a.wav"]


@pytest.mark.parametrize(("seconds", "told"), [(1, "\n"), (2, " of the first 1 s\n")])
def test_only_the_beginning_of_a_long_sound_is_drawn(model, out, pretend, monkeypatch, capsys, seconds, told):
    pretend()
    monkeypatch.setattr("wavenet.cli.sound.DRAWN_SECONDS", 1.0)
    drawn, draw = [], pictures.waveform_and_spectrogram

    def looked_at(waveform: np.ndarray, *told: object) -> object:
        drawn.append(waveform)
        return draw(waveform, *told)

    monkeypatch.setattr(pictures, "waveform_and_spectrogram", looked_at)
    main(["generate", model, "-o", out, "--seconds", str(seconds)])
    assert capsys.readouterr().out.endswith(f"a.png: waveform and spectrogram{told}")
    assert np.array_equal(drawn[0], np.concatenate(list(noise(RATE))))
    assert len(sound(out)) == seconds * RATE


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_ctrl_c_keeps_what_was_made(model, out, pretend, capsys, suffix):
    path = Path(out).with_suffix(suffix)
    pretend(interrupting(3))
    assert failing(capsys, "generate", model, "-o", str(path), "--seconds", "9") == (130, "wavenet: interrupted")
    assert np.array_equal(sound(path), to_int16(np.concatenate(list(noise(9 * RATE))[:3])))
    assert {each.name for each in path.parent.iterdir()} == {"a.png", path.name}


def test_ctrl_c_before_any_sound_leaves_an_old_file_alone(model, out, pretend, capsys):
    Path(out).write_bytes(b"earlier")
    pretend(interrupting(0))
    assert failing(capsys, "generate", model, "-o", out, "--overwrite")[0] == 130
    assert Path(out).read_bytes() == b"earlier"
    assert len(list(Path(out).parent.iterdir())) == 1


def interrupting(block: int) -> Between:
    def between(i: int) -> None:
        if i == block:
            raise KeyboardInterrupt

    return between


def test_silence_is_told(model, out, monkeypatch, capsys):
    monkeypatch.setattr(Generator, "stream", lambda self, samples, **settings: iter([np.zeros(samples, np.float32)]))
    main(["generate", model, "-o", out, "--picture", "false"])
    assert "this is silence" in capsys.readouterr().out


def test_more_sound_than_wav_has_room_for_is_refused_before_the_work(model, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("wavenet.audio.files._LARGEST_WAV", 1_000)
    code, line = failing(capsys, "generate", str(model), "-o", str(tmp_path / "x.wav"), "--seconds", "1")
    assert code == 2
    assert "WAV holds 4 GiB at most" in line
    assert not (tmp_path / "x.wav").exists()


FLAGS = {
    "--seed 7": {"seed": 7},
    "--temperature 0.4": {"temperature": 0.4},
    "--top_k 2": {"top_k": 2},
    "--top_p 0.3": {"top_p": 0.3},
    "--speaker bob": {"speaker": "bob"},
    "--speaker ann=0.3,bob=0.7": {"speaker": {"ann": 0.3, "bob": 0.7}},
    "--tags loud=0.5": {"tags": {"loud": 0.5}},
}


@pytest.mark.parametrize("flag", [*FLAGS, "--precision bf16"])
def test_a_flag_reaches_what_it_names(tmp_path, out, flag):
    changes = {"speakers": ("ann", "bob"), "speaker_channels": 3, "tags": ("loud", "far")}
    model = write_model(tmp_path / "speakers", **changes)
    usual = {"seed": 0, "speaker": "ann"}
    main(["generate", "--model", model, "-o", out, "--seconds", "0.3", "--speaker", "ann", *flag.split()])
    generator = Generator.open(model, "bf16" if "bf16" in flag else "fp32")
    made = to_int16(generator.generate(round(0.3 * RATE), **{**usual, **FLAGS.get(flag, {})}))
    assert np.array_equal(sound(out), made)
    assert not np.array_equal(made, to_int16(Generator.open(model, "fp32").generate(round(0.3 * RATE), **usual)))


@pytest.fixture(scope="module")
def player(tmp_path_factory):
    return str(small_model(tmp_path_factory.mktemp("music") / "model"))


def test_a_model_of_music_plays_a_melody_of_its_own(player, out, capsys):
    main(["generate", player, "-o", out, "--seconds", "1.3", "--seed", "3", "--tags", "slow,minor"])
    generator = Generator.open(player)
    told = Composer.of(player, generator).features(130, tags=["slow", "minor"], seed=3)
    usual = {"seed": 3, "tags": ["slow", "minor"], "features": told}
    made = generator.generate(round(1.3 * generator.sample_rate), temperature=0.9, **usual)
    assert np.array_equal(sound(out), to_int16(made))  # at the temperature of the model
    main(["generate", player, "-o", out, "--seconds", "1.3", "--seed", "3", "--tags", "slow", "--temperature", "0.1"])
    assert not np.array_equal(sound(out), to_int16(made))


def test_a_tag_of_weight_zero_is_no_tag_of_the_melody_either(player, out, tmp_path):
    for file, tags in ((out, "slow,minor"), (str(tmp_path / "b.wav"), "slow,minor,fast=0,flute=0")):
        main(["generate", player, "-o", file, "--seconds", "1", "--tags", tags])
    assert np.array_equal(sound(out), sound(tmp_path / "b.wav"))


def test_a_model_of_music_continues_no_recording(player, out, tmp_path, capsys):
    write(tmp_path / "before.wav", np.zeros(800, np.float32), 8_000)
    code, line = failing(capsys, "generate", player, "-o", out, "--prime", str(tmp_path / "before.wav"))
    assert code == 2
    assert "leave out --prime" in line


def test_an_unknown_tag_is_told_before_the_work(player, out, capsys):
    code, line = failing(capsys, "generate", player, "-o", out, "--tags", "organn")
    assert code == 2
    assert "unknown tag 'organn'" in line
