"""``wavenet models``, ``wavenet info`` and ``wavenet completion``."""

import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from tests.cli.test_main import failing
from tests.networks import MICRO, as_folder, random_model
from wavenet.cli import completion, facts
from wavenet.cli.main import COMMANDS, main
from wavenet.engine import folder


def output(capsys, *arguments):
    main(list(arguments))
    return capsys.readouterr().out


@pytest.mark.parametrize("name", folder.shipped())
def test_every_shipped_model_has_a_line_with_all_facts(name, capsys):
    (line,) = [line for line in output(capsys, "models").splitlines() if line.startswith(f"{name} ")]
    held_out = r"(\d\.\d+ bits per sample|DistillMOS \d\.\d+|\d+\.\d+ nats per image)"
    assert re.fullmatch(rf"{name} +(model|voice|PixelCNN) +(CC-BY-SA-3\.0|MIT) +\d\.\d MB +{held_out} +An? \w.*", line)
    told = json.loads(output(capsys, "models", "--json"))[name]
    assert {"kind", "what", "licence of the weights", "held out", "size"} == told.keys()


def test_the_weights_that_it_counts_are_those_of_the_file(capsys):
    told = json.loads(output(capsys, "info", "english_prompts", "--json"))
    opened = folder.read(folder.find("english_prompts"))
    weights = sum(tensor.size for name, tensor in opened.tensors.items() if name not in folder.CALIBRATION)
    assert told["weights"] == f"{weights:,}"
    assert told["receptive field"] == "2,047 samples (128 ms)"
    assert told["int8"] == "calibrated"


def test_a_folder_without_a_card_is_described(tmp_path, capsys):
    model = replace(MICRO, speakers=("ann", "bob"), tags=("loud",))
    opened = as_folder(random_model(model))
    folder.write(tmp_path / "mine", opened.audio, opened.model, opened.tensors)
    text = output(capsys, "info", str(tmp_path / "mine"))
    told = dict(re.split(r"  +", line, maxsplit=1) for line in text.splitlines())
    assert told["speakers"] == "ann, bob"
    assert told["tags"] == "loud"
    assert told["kind"] == "a model"
    assert told["int8"].startswith("not calibrated")
    assert "licence of the weights" not in told


def test_a_voice_is_described(voice, capsys):
    text = output(capsys, "info", voice)
    assert re.search("^kind +a voice$", text, re.MULTILINE)
    assert re.search("^reads +English$", text, re.MULTILINE)


def test_what_is_no_folder_is_one_line(capsys):
    code, line = failing(capsys, "info", "englsh")
    assert (code, "did you mean 'english'?" in line) == (2, True)


def test_a_card_that_says_nothing_gives_no_facts(tmp_path):
    (tmp_path / facts.CARD).write_text("# mine\n")
    assert facts.of_card(tmp_path) == {}


needs_bash = pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")


@needs_bash
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["gen"], {"generate"}),
        ([""], {*COMMANDS, "help"}),
        (["say", "--vo"], {"--voice"}),
        (["say", "Hello.", "--voice", ""], set(folder.shipped(folder.VOICE_FORMAT))),
        (["generate", "--model", "en"], {"english_prompts"}),
        (["evaluate", "--precision", ""], {"auto", "fp32", "bf16", "int8"}),
        (["train", "--model.residual-c"], {"--model.residual-channels"}),
        (["train-voice", "--config", ""], {"english_voice", "english_voice_of_hours"}),
        (["help", "trai"], {"train", "train-amp", "train-recogniser", "train-voice"}),
        (["completion", ""], set(completion.SHELLS)),
        (["say", "some"], set()),
    ],
)
def test_bash_completes(words, offered, capsys):
    script = output(capsys, "completion", "bash")
    typed = " ".join(f"'{word}'" for word in ["wavenet", *words])
    run = f"{script}\nCOMP_WORDS=({typed}); COMP_CWORD={len(words)}; _wavenet; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "--norc", "-c", run], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered


def test_the_scripts_of_all_shells_offer_every_command(capsys):
    for shell in completion.SHELLS:
        text = output(capsys, "completion", shell)
        assert all(re.search(rf"\b{name}\b", text) for name in COMMANDS), shell
        assert "--overfit-one" in text or "-l overfit-one" in text


def test_a_pixelcnn_is_described(capsys):
    told = json.loads(output(capsys, "info", "digits", "--json"))
    assert told["kind"] == "a PixelCNN"
    assert told["images"] == "28 × 28, 2 levels, grey"
    assert told["conditioned on"] == "one of 10 classes"
    assert told["held out"].endswith(" nats per image")
