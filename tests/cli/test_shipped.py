"""Files that ship with the package are never changed, whatever command would write there."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.amp.written import impulse_response, write
from tests.cli.test_main import failing
from tests.cli.test_vocode import FEATURES, RATE, write_model
from wavenet import made
from wavenet.cli.main import COMMANDS, main
from wavenet.engine import folder

READERS = {"bench", "completion", "info", "models", "pixelcnn-evaluate", "serve"}
WRITERS = [
    "generate plain --seconds 0.05 -o shipped/plain/out.wav",
    "vocode recs/x0.wav --model copies -o shipped/out.wav --overwrite",
    "vocode-many recs shipped/copied --model copies --overwrite",
    "amp wire.nam recs/x0.wav -o shipped/out.wav",
    "amp wire.nam --plot shipped/plain/config.png --overwrite",
    "train-amp recs/x0.wav recs/x0.wav shipped/plain --latency 0 --window 100",
    "features recs/x0.wav --model copies -o shipped/plain/model.npy",
    "features recs/x0.wav --model copies -o shipped/plain/config.npy --overwrite",
    "say Fox. --voice VOICE -o shipped/out.wav",
    "say Fox. --voice VOICE -o out.wav --plot shipped/plot.png",
    "say Fox. --voice VOICE -o out.wav --timestamps shipped/words.json",
    "say-many texts.txt shipped/spoken --voice VOICE --overwrite",
    "import recs/x0.wav shipped/plain --overwrite",
    "evaluate copies recs --with stoi --copies shipped/plain --overwrite",
    "evaluate copies recs --with stoi --scores shipped/plain/config.json --overwrite",
    "evaluate plain corpus --split train --save_baselines",
    "evaluate shipped/plain corpus --split train --save_baselines",
    "calibrate plain recs",
    "calibrate shipped/plain recs",
    "calibrate linked recs",
    "calibrate links recs",
    "evaluate links corpus --split train --save_baselines",
    "calibrate linked/../plain recs -o shipped/new",
    "train --data corpus --audio.sample_rate 4000 --out shipped/plain --updates 1",
    "train-voice --labels labels.jsonl --wavenet.data corpus --out shipped",
    "train-recogniser --data corpus --labels labels.jsonl --out shipped/plain",
    "recognise somewhere recs/x0.wav -o shipped/phones.txt",
    "prepare recs shipped/corpus",
    "align corpus -o shipped/new/labels.jsonl --overwrite",
    "compress recs/x0.wav shipped/out.wn",
    "decompress recs/x0.wav shipped/out.wav --overwrite",
    "pixelcnn-train --data images.npz --out shipped/plain",
    "pixelcnn-sample --model images -o shipped/plain/drawn.png --overwrite",
]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder of shipped models in the place of the package's, recordings, and a corpus."""
    monkeypatch.chdir(tmp_path)
    write_model(tmp_path / "shipped" / "plain")
    write_model(tmp_path / "shipped" / "copies", features=FEATURES)
    for module in (made, folder):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    Path("linked").symlink_to("shipped/plain")
    Path("links").mkdir()
    for name in ("config.json", "model.safetensors", "baselines.safetensors"):
        Path("links", name).symlink_to(f"../shipped/plain/{name}")
    Path("texts.txt").write_text("Fox.\n", "utf-8")
    write(tmp_path / "wire.nam", impulse_response())
    Path("recs").mkdir()
    for i in range(6):
        soundfile.write(f"recs/x{i}.wav", np.sin(np.arange(4 * RATE + i) / 5) / 3, RATE)
    main(
        ["prepare", "recs", "corpus", "--sample_rate", str(RATE), "--workers", "1", "--validation", "0", "--test", "0"]
    )


def content(place):
    return {path: path.read_bytes() for path in Path(place).rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", WRITERS)
def test_no_command_writes_among_the_shipped_models(command, voice, capsys):
    before, folders = content("shipped"), set(Path("shipped").rglob("*"))
    capsys.readouterr()
    code, line = failing(capsys, *command.replace("VOICE", voice).split())
    assert (code, "files that ship with the package are never changed; name another place" in line) == (2, True), line
    assert content("shipped") == before
    assert set(Path("shipped").rglob("*")) == folders


def test_every_command_that_writes_is_among_these():
    assert {command.split()[0] for command in WRITERS} == set(COMMANDS) - READERS


def test_a_copy_of_a_shipped_model_is_calibrated(capsys):
    before = content("shipped")
    main(["calibrate", "plain", "recs", "--out", "mine", "--seconds", "5"])
    assert "mine: calibrated for int8 on 5.0 s" in capsys.readouterr().out
    assert content("shipped") == before
    assert folder.read(Path("mine")).tensors.keys() >= set(folder.CALIBRATION)


def test_what_does_not_ship_is_calibrated_where_it_is():
    shutil.copytree("shipped", "mine")
    main(["calibrate", "mine/plain", "recs", "--seconds", "5"])
    assert folder.read(Path("mine/plain")).tensors.keys() >= set(folder.CALIBRATION)
