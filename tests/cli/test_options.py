"""The same thing is spelled the same in every command; what earlier versions understood is still understood."""

import re
from pathlib import Path

import pytest

from tests.cli.test_main import failing
from wavenet.cli.main import COMMANDS, command, main, parse, parser
from wavenet.config import PRESETS, TrainConfig

ROOT = Path(__file__).parents[2]
TRAINING = ("train", "train-voice", "train-recogniser", "train-amp", "pixelcnn-train")
DIFFERENT = {
    ("train", "precision"),  # of training: there is no int8
    ("train", "speaker"),
    ("train-recogniser", "precision"),
    ("recognise", "picture"),  # next to the recording where no file is written
    *((name, "threads") for name in TRAINING),  # of PyTorch: one for each window
    ("serve", "threads"),  # one for each core
    ("evaluate", "temperature"),
    ("generate", "temperature"),
    ("train", "seed"),
    ("train-voice", "seed"),
    ("train-recogniser", "seed"),
    ("train-amp", "seed"),
}
"""options whose meaning differs from those of the same name"""


def options(name):
    return {action.dest: action for action in parser(name)._actions if action.option_strings}


SHARED = sorted(
    {dest for name in COMMANDS for dest in options(name)} & {"overwrite", "picture", "precision", "seed", "threads"}
)


@pytest.mark.parametrize("dest", SHARED)
def test_an_option_of_several_commands_is_spelled_and_described_once(dest):
    found = {
        name: (tuple(options(name)[dest].option_strings), options(name)[dest].choices, options(name)[dest].help)
        for name in COMMANDS
        if dest in options(name) and (name, dest) not in DIFFERENT and "." not in dest
    }
    if dest == "seed":
        found = {name: spelled[:2] for name, spelled in found.items()}
    assert len(set(map(repr, found.values()))) == 1, found


@pytest.mark.parametrize("dest", ["precision", "threads", "seed", "overwrite"])
def test_it_has_one_default(dest):
    defaults = {name: options(name)[dest].default for name in COMMANDS if dest in options(name)}
    if dest == "threads":
        assert {defaults.pop(name) for name in (*TRAINING, "serve")} == {0}
    defaults.pop("train", None)
    assert len(set(defaults.values())) == 1, defaults


def test_every_command_that_takes_a_model_takes_it_by_the_same_option():
    takers = ("say", "generate", "vocode", "features", "evaluate", "calibrate", "bench")
    assert all(
        "--model" in action.option_strings
        for name in takers
        for action in [options(name).get("model") or options(name)["voice"]]
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("generate my_model -o a.wav", "generate --model my_model -o a.wav"),
        ("generate -o a.wav my_model --seed 3", "generate --model my_model -o a.wav --seed 3"),
        ("evaluate my_model corpus --json", "evaluate --model my_model corpus --json"),
        ("evaluate my_model --json corpus", "evaluate --model my_model corpus --json"),
        ("calibrate my_model corpus", "calibrate corpus --model my_model"),
        ("bench my_model", "bench --model my_model"),
        ("generate --model m --picture false", "generate --model m --no-picture"),
        ("generate --model m --picture=False", "generate --model m --no-picture"),
        ("vocode a.wav --picture true", "vocode a.wav --picture"),
        ("prepare a b --piece_seconds 3", "prepare a b --piece-seconds 3"),
        ("train --model.speakers [ann,bob]", "train --model.speakers ann,bob"),
        ("say hello --voice v -o a.wav", "say hello --model v -o a.wav"),
    ],
)
def test_what_earlier_versions_understood_means_the_same(old, new):
    assert vars(parse(old.split()[0], old.split()[1:])) == vars(parse(new.split()[0], new.split()[1:]))


def test_pictures_are_asked_for_and_refused_in_every_command_that_draws():
    for name, words in (("say", ["hello"]), ("generate", []), ("vocode", ["a.wav"]), ("recognise", ["m", "a.wav"])):
        assert parse(name, [*words, "--picture"]).picture is True
        assert parse(name, [*words, "--no-picture"]).picture is False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["generate"], "no model is given; name one: --model FOLDER, or a shipped one: english_prompts, "),
        (["generate", "--model", "a", "b"], "unrecognized arguments: b"),
        (["evaluate", "corpus"], "name a model and data: --model MODEL DATA"),
        (["calibrate", "corpus"], "no model is given"),
        (["help", "trian"], "unknown command 'trian'; did you mean 'train'?"),
    ],
)
def test_a_missing_model_is_told_with_the_way_out(arguments, message, capsys):
    code, line = failing(capsys, *arguments)
    assert (code, message in line) == (2, True), line


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ("log_mel", ["log_mel"]),
        ("log_mel,pitch", ["log_mel", "pitch"]),
        ("[log_mel, pitch]", ["log_mel", "pitch"]),
        ("[]", []),
    ],
)
def test_a_list_needs_no_brackets(given, kinds):
    for arguments in ([f"--model.features.kinds={given}"], ["--model.features.kinds", given]):
        assert list(parse("train", arguments).model.features.kinds) == kinds


def test_names_in_a_list_without_brackets_stay_text_and_numbers_become_numbers():
    given = parse("train", ["--model.speakers", "1089, no,a: b", "--model.upsample-scales", "4,5,8"]).model
    assert list(given.speakers) == ["1089", "no", "a: b"]
    assert list(given.upsample_scales) == [4, 5, 8]


def help_of(capsys, *arguments):
    with pytest.raises(SystemExit, match="0"):
        main(list(arguments))
    return capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_flags_with_hyphens_and_an_example_that_is_understood(name, capsys):
    text = help_of(capsys, name, "--help")
    assert help_of(capsys, "help", name) == text
    assert not re.findall(r"--[\w.-]*_", text)
    assert "(type: str)" not in text
    assert text.endswith(f"example:\n  {command(name).EXAMPLE}\n")


def test_help_without_a_command_is_the_list_of_commands(capsys):
    assert help_of(capsys, "help") == help_of(capsys, "--help")


def test_help_describes_every_preset(capsys):
    text = " ".join(help_of(capsys, "train", "--help").split())
    assert all(f"{name} (" in text for name in PRESETS)
    assert "medium (890,112 weights, 2,047 samples)" in text


def test_messages_and_pages_spell_flags_of_the_commands_with_hyphens():
    known = {dest for name in COMMANDS for dest in parser(name).known_settings() if "_" in dest} | {"print_config"}
    places = [ROOT / "Makefile"] + [
        path
        for pattern in ("*.md", "docs/**/*.md", "recipes/*/*.md", "scripts/*.sh", "src/**/*.py")
        for path in ROOT.glob(pattern)
    ]
    wrong = [
        f"{path}: {line.strip()}"
        for path in places
        if path.name not in ("CHANGELOG.md", "old_spellings.py")
        for line in path.read_text("utf-8").splitlines()
        if not re.search(r'^\s*(parser\.add_argument\()?"--', line)
        for flag in re.findall(r"(?<![\w-])--([\w.]+)", line)
        if flag in known
    ]
    assert not wrong


def test_the_names_of_settings_in_files_keep_their_underscores():
    assert "piece_seconds" in parser("prepare").known_settings()
    assert {f"optim.{name}" for name in ("muon_lr", "ema_decay")} <= set(parser("train").known_settings())
    assert TrainConfig.__dataclass_fields__.keys() <= {dest.split(".")[0] for dest in parser("train").known_settings()}
