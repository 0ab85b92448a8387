"""Keys, tempos and instruments of sounds that are known; and both tables, of a small corpus and a small model."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import given
from hypothesis import strategies as st

from experiments import music
from tests.networks import as_folder
from wavenet.config import AudioConfig, ModelConfig
from wavenet.corpora.prepare import prepare
from wavenet.engine import folder
from wavenet.model.wavenet import WaveNet

RATE = 16_000
CADENCE = (0, 4, 7, 0, 5, 9, 7, 11, 2, 0, 4, 7, 0)
"""semitones above the tonic, in major"""


def tone(semitones: float, seconds: float, harmonics: int = 4, decay: float = 3.0) -> np.ndarray:
    """A note, in semitones from middle C."""
    t = np.arange(round(seconds * RATE)) / RATE
    f = 261.63 * 2 ** (semitones / 12)
    waves = sum(np.sin(2 * np.pi * f * k * t) / k for k in range(1, harmonics + 1))
    return (0.2 * np.exp(-decay * t) * waves).astype(np.float32)


@pytest.mark.parametrize("tonic", [0, 1, 6, 11])
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_a_cadence_is_in_its_key(tonic, mode):
    third = {4: 3, 9: 8} if mode == "minor" else {}
    notes = [tone(tonic - 12 + third.get(step, step), 0.3) for step in CADENCE]
    assert music.key(music.chroma(np.concatenate(notes), RATE)) == (tonic, mode)


@given(st.integers(-24, 24))
def test_chroma_of_a_tone_is_its_pitch_class_in_every_octave(semitones):
    found = music.chroma(tone(semitones, 0.5, harmonics=1, decay=0), RATE)
    assert found.argmax() == semitones % 12
    assert found.sum() == pytest.approx(1)


def test_silence_has_no_key_and_no_tempo():
    silence = np.zeros(5 * RATE, np.float32)
    assert music.key(music.chroma(silence, RATE)) == (-1, "")
    assert music.tempo(silence, RATE) == 0
    assert not music.same_tempo(0, 0)
    assert music.silent_seconds([silence, tone(0, 2, decay=0)], RATE) == 5 / 7


@pytest.mark.parametrize("beats", [60, 84, 126])
def test_notes_at_a_tempo_have_it(beats):
    rng = np.random.default_rng(beats)
    notes = [tone(rng.integers(12), 60 / beats) for _ in range(16)]
    assert music.same_tempo(music.tempo(np.concatenate(notes), RATE), beats)
    assert not music.same_tempo(beats, 1.2 * beats)
    assert music.same_tempo(beats, 2.05 * beats)


SOUNDS = {"piano": (4, 6.0), "organ": (12, 0.0), "flute": (1, 0.0)}


def melody(instrument: str, seed: int, seconds: float) -> np.ndarray:
    """Notes of one triad, which the seed chooses."""
    rng = np.random.default_rng(seed)
    count = round(seconds / 0.25)
    notes = [tone(seed * 6 % 12 + (0, 4, 7)[i % 3], 0.25, *SOUNDS[instrument]) for i in range(count)]
    return np.concatenate(notes) * np.float32(rng.uniform(0.2, 1))


def test_the_classifier_hears_instruments_at_any_level():
    def rows(seeds):
        pairs = [(name, music.statistics(melody(name, seed, 2), RATE)) for name in SOUNDS for seed in seeds]
        return np.stack([row for _, row in pairs]), [name for name, _ in pairs]

    classifier = music.Classifier(*rows(range(8)))
    held_out, names = rows(range(8, 12))
    assert classifier.of(held_out) == names


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    home = tmp_path_factory.mktemp("music")
    lines = ["path,tags,split"]
    for seed in range(5):
        (home / str(seed)).mkdir()
        for name in SOUNDS:
            soundfile.write(home / f"{seed}/{name}.wav", melody(name, seed, 3), RATE, subtype="PCM_16")
            lines.append(f"{seed}/{name}.wav,{name};slow,{'train' if seed < 3 else 'validation'}")
    (home / "list.csv").write_text("\n".join(lines))
    prepare(home / "list.csv", home / "prepared", sample_rate=RATE, workers=0, progress=False)
    return home / "prepared"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Two model folders with random weights: with tags, and without."""
    torch.manual_seed(0)
    shape = {"layers": 2, "residual_channels": 4, "dilation_channels": 4, "skip_channels": 4, "head_channels": 4}
    plain = ModelConfig(stacks=1, quantization_channels=16, **shape)
    homes = {}
    for name, config in (("tagged", replace(plain, tags=("piano", "organ", "flute"))), ("plain", plain)):
        homes[name] = tmp_path_factory.mktemp(name) / "model"
        made = as_folder(WaveNet(config), AudioConfig(sample_rate=RATE))
        folder.write(homes[name], made.audio, made.model, made.tensors)
    return homes


def cells(out: str) -> dict[str, list[str]]:
    """The cells of each row by the first of them."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in out.splitlines()]
    assert len({len(row) for row in rows}) == 1
    return {row[0]: row[1:] for row in rows}


def test_the_table_of_tags_counts_every_clip(corpus, models, capsys):
    music.main(["tags", str(models["tagged"]), str(corpus), "--clips", "2", "--seconds", "0.5"])
    rows = cells(capsys.readouterr().out)
    assert list(rows)[2:] == ["piano", "organ", "flute", "all"]
    assert [rows[name][0] for name in ("piano", "all")] == ["2", "6"]
    assert rows["all"][2] == "33 %"
    assert rows["all"][5].startswith("100 %")  # real clips are easy
    assert sum(rows[name][1].startswith("100 %") for name in SOUNDS) <= 1  # noise is not all of them


def test_real_music_is_more_like_itself_than_shuffled_music(corpus, models, capsys):
    clips = ["--clips", "6", "--seconds", "2", "--part", "1"]
    music.main(["lasting", str(corpus), f"random={models['plain']}", *clips])
    rows = cells(capsys.readouterr().out)
    assert list(rows)[2:] == ["real", "real, shuffled", "random"]
    assert {rows[name][0] for name in list(rows)[2:]} == {"6"}
    assert float(rows["real"][2]) > float(rows["real, shuffled"][2])
    assert rows["real"][4].startswith("100 %")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lasting", "CORPUS", "model"], "'model' is no NAME=MODEL"),
        (["lasting", "CORPUS", "--seconds", "15"], "part is 10, and must be at most half of seconds, which is 15"),
        (["lasting", "CORPUS", "--seconds", "30"], "no recording of the split 'validation' has 30 s"),
        (["tags", "PLAIN", "CORPUS", "--seconds", "1"], "has no tag 'piano'; train it with --model.tags all"),
    ],
)
def test_what_cannot_be_measured_is_told_in_one_line(corpus, models, capsys, arguments, message):
    places = {"CORPUS": str(corpus), "PLAIN": str(models["plain"])}
    with pytest.raises(SystemExit) as ended:
        music.main([places.get(each, each) for each in arguments])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
