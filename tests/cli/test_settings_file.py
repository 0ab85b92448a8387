"""Every setting, from a flag and from a file, through the parser of its command."""

import json
from dataclasses import asdict, fields, is_dataclass, replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.test_main import failing
from tests.test_readme import ROOT
from wavenet.cli import settings_file
from wavenet.cli.main import command, parse
from wavenet.config import (
    AudioConfig,
    ContextConfig,
    FeatureConfig,
    ModelConfig,
    OptimConfig,
    StageConfig,
    StageTraining,
    TrainConfig,
    TrainVoiceConfig,
    VoiceConfig,
)
from wavenet.errors import UsageError

ODD = (
    "1089",
    "no",
    "yes",
    "on",
    "true",
    "null",
    "~",
    "1.5",
    "1e3",
    "010",
    "0x1F",
    "1_000",
    "2024-01-01",
    "12:30",
    ".5",
)
"""words that YAML takes for something else than text"""
CONTEXT = ContextConfig(
    80, 8, layers=4, stacks=2, kernel_size=3, residual_channels=5, dilation_channels=6, skip_channels=7
)
FEATURES = FeatureConfig(
    ("pitch", "log_mel", "file"), hop_length=80, n_fft=512, win_length=400, n_mels=40, f_min=20.0, f_max=7000.0,
    pitch_min=70.0, pitch_max=500.0, file_channels=3, pitch_method="harvest",
)  # fmt: skip
MODEL = ModelConfig(
    layers=6, stacks=3, kernel_size=3, input_kernel_size=2, residual_channels=5, dilation_channels=6, skip_channels=7,
    head_channels=8, quantization_channels=64, speakers=("ann", "1089", "no"), speaker_channels=4, tags=("on", "1.5"),
    features=FEATURES, condition_channels=9, condition_layers=1, condition_kernel_size=5, upsample_scales=(4, 5),
    contexts=(CONTEXT, ContextConfig()), decimation=4, noise_envelope_width=3.0, temperature=0.5,
)  # fmt: skip
OPTIM = OptimConfig(1e-3, 5e-3, 7, 0.25, 0.8, 0.9, 0.02, 2.0, 0.99)
RUN = TrainConfig(
    data="010", speaker="no", features_from="a b", tags_from="1e3", out="null", audio=AudioConfig(8_000, 0.1, 0.0, 40),
    model=MODEL, optim=OPTIM, updates=7, batch_size=6, window=80, input_noise=0.5, own_inputs=0.25, sparsity=0.3,
    teacher="a.b", accumulate=3, tag_dropout=0.1, precision="fp32", compile=True, device="cpu", seed=9,
    init_from="vocoder", train_seconds=60.5, validate_every=3, validation_seconds=9.0, listen_seconds=0.0,
    checkpoint_minutes=1.5,
)  # fmt: skip
EMPHASISED = TrainConfig(audio=AudioConfig(pre_emphasis=0.85))
SCALAR = TrainConfig(
    audio=AudioConfig(quantizer="linear"),
    model=ModelConfig(output="mcgsm", quantization_channels=65_536, components=3, scales=2),
)
VOICE = TrainVoiceConfig(
    labels="x: y", out="[1]",
    voice=VoiceConfig(
        ("SIL", "NO", "1"), "ru", "linguistic", StageConfig(1, 2, 3, 7), StageConfig(2, 1, 4, 7),
        StageConfig(3, 2, 5, 7),
    ),
    init_from="somewhere", durations=StageTraining(5, 6, 0.5, OPTIM), pitch=StageTraining(6, 7, 0.6, OPTIM),
    mel=StageTraining(7, 8, 0.7, OPTIM), wavenet=RUN, seed=4,
)  # fmt: skip
EVERY = [
    ("train", RUN),
    ("train", EMPHASISED),
    ("train", SCALAR),
    ("train-voice", VOICE),
    ("train-voice", replace(VOICE, wavenet=EMPHASISED)),
    ("train-voice", replace(VOICE, wavenet=SCALAR)),
]


def leaves(settings, prefix=""):
    """Every field that is no group, dotted, with its value."""
    for f in fields(settings):
        value = getattr(settings, f.name)
        if is_dataclass(value):
            yield from leaves(value, f"{prefix}{f.name}.")
        else:
            yield prefix + f.name, value


def typed(value):
    """As a flag takes it: text bare, lists as YAML."""
    if isinstance(value, tuple):
        return json.dumps([asdict(each) if is_dataclass(each) else each for each in value])
    return str(value) if value is not None else "null"


def settings(name, *arguments):
    return command(name).settings(parse(name, arguments))


@pytest.mark.parametrize("name", ["train", "train-voice"])
def test_the_settings_of_these_tests_are_all_that_there_are_and_none_is_its_default(name):
    of_command = [each for command, each in EVERY if command == name]
    defaults = dict(leaves(type(of_command[0])()))
    changed = {path for each in of_command for path, value in leaves(each) if value != defaults[path]}
    assert changed == defaults.keys()
    assert all(a != b for a, b in zip(vars(CONTEXT).values(), vars(ContextConfig()).values(), strict=True))


@pytest.mark.parametrize(("name", "wanted"), EVERY, ids=lambda each: each if isinstance(each, str) else "")
def test_every_setting_is_taken_from_a_flag(name, wanted):
    assert settings(name, *(f"--{path}={typed(value)}" for path, value in leaves(wanted))) == wanted


@pytest.mark.parametrize(("name", "wanted"), EVERY, ids=lambda each: each if isinstance(each, str) else "")
def test_every_setting_is_taken_from_a_file(name, wanted, tmp_path):
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(asdict(wanted)))
    assert settings(name, "--config", str(tmp_path / "a.yaml")) == wanted
    assert settings_file.read(type(wanted), tmp_path / "a.yaml") == wanted


def test_context_stacks_are_taken_as_the_readme_writes_them(tmp_path):
    wanted = (ContextConfig(pool=160),)
    assert settings("train", "--model.contexts", "[{pool: 160}]").model.contexts == wanted
    assert settings("train-voice", "--wavenet.model.contexts", "[{pool: 160}]").wavenet.model.contexts == wanted
    (tmp_path / "a.yaml").write_text("model:\n  contexts:\n  - pool: 160\n")
    assert settings("train", "--config", str(tmp_path / "a.yaml")).model.contexts == wanted


@given(names=st.lists(st.sampled_from(ODD), min_size=1, unique=True), name=st.sampled_from(ODD))
def test_a_name_is_text_whatever_else_it_looks_like(names, name, tmp_path_factory):
    flags = settings("train", "--model.speakers", f"[{', '.join(names)}]", f"--speaker={name}")
    assert (flags.model.speakers, flags.speaker) == (tuple(names), name)
    path = tmp_path_factory.mktemp("names") / "a.yaml"
    path.write_text(f"speaker: {name}\nmodel:\n  speakers:\n" + "".join(f"  - {each}\n" for each in names))
    assert settings("train", "--config", str(path)) == flags


@pytest.mark.parametrize("name", ["train", "train-voice"])
def test_a_folder_may_be_called_like_a_number_in_a_file_too(name, tmp_path):
    defaults = dict(leaves(command(name).settings(parse(name, ()))))
    for i, path in enumerate(path for path, value in defaults.items() if value == ""):
        group, _, last = path.rpartition(".")
        (tmp_path / f"{i}.yaml").write_text(f"{group}:\n  {last}: 5" if group else f"{last}: 5")
        found = dict(leaves(settings(name, "--config", str(tmp_path / f"{i}.yaml"))))
        assert found == defaults | {path: "5"} == dict(leaves(settings(name, f"--{path}=5")))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("seed: 3\nteacher:\n", "teacher"),
        ("updates:", "updates"),
        ("audio:", "audio"),
        ("model:\n  temperature:\n  layers:\n", "model.layers"),
        ("model:\n  speakers:\n  - ann\n  -\n", "model.speakers[1]"),
        ("model:\n  contexts:\n  - pool:\n", "model.contexts[0].pool"),
    ],
)
def test_a_setting_without_a_value_is_named_with_its_file(content, name, tmp_path, capsys):
    path = tmp_path / "a.yaml"
    path.write_text(content)
    told = f"{path}: {name} is empty; write its value, or leave it out"
    assert failing(capsys, "train", "--config", str(path)) == (2, f"wavenet: {told}")
    with pytest.raises(UsageError) as refused:
        settings_file.read(TrainConfig, path)
    assert str(refused.value) == told


def test_what_may_be_null_may_be_empty(tmp_path):
    (tmp_path / "a.yaml").write_text("model:\n  temperature:\n")
    flags = ("--model.temperature=0.5", "--config", str(tmp_path / "a.yaml"))
    assert settings("train", *flags).model.temperature is None


@pytest.mark.parametrize(
    "text", ["010", "8", "0008", "1_0", "0x10", "1e1", "0b11", "0o17", "-3", "1:30", "no", "null", "~", "+5"]
)
def test_a_number_means_the_same_in_a_file_and_as_a_flag(text, tmp_path):
    (tmp_path / "a.yaml").write_text(f"batch_size: {text}\n")

    def outcome(*arguments):
        try:
            return settings("train", *arguments).batch_size
        except (SystemExit, UsageError):
            return "refused"

    assert outcome("--config", str(tmp_path / "a.yaml")) == outcome(f"--batch_size={text}")
    assert outcome("--batch_size=010") == 10


@pytest.mark.parametrize(
    ("content", "key", "line"),
    [
        ("seed: 3\nupdates: 9\nseed: 4\n", "seed", 3),
        ("model:\n  layers: 4\n  layers: 4\n", "layers", 3),
        ("model: {tags: [], 'tags': []}", "tags", 1),
    ],
)
def test_a_key_that_is_there_twice_is_refused(content, key, line, tmp_path, capsys):
    path = tmp_path / "a.yaml"
    path.write_text(content)
    code, told = failing(capsys, "train", "--config", str(path))
    assert code == 2
    assert told == f"wavenet: {path}: {key!r} is there twice, again in line {line}; remove one"
    with pytest.raises(UsageError, match=f"a.yaml: .*{key!r} is there twice"):
        settings_file.read(TrainConfig, path)


def test_a_key_of_a_flag_that_is_there_twice_is_refused(capsys):
    assert "'pool' is there twice" in failing(capsys, "train", "--model.contexts", "[{pool: 160, pool: 80}]")[1]


def test_what_another_mapping_gives_may_be_changed():
    assert settings_file.load("a: &a {b: 1, c: 2}\nd: {<<: *a, b: 3}") == {
        "a": {"b": "1", "c": "2"},
        "d": {"b": "3", "c": "2"},
    }


@pytest.mark.parametrize(("name", "recipe"), [("english_voice", "allison"), ("english_voice_of_hours", "english")])
def test_the_settings_that_ship_are_those_of_a_recipe_without_its_paths(name, recipe, monkeypatch, tmp_path):
    theirs = settings_file.read(TrainVoiceConfig, ROOT / f"recipes/tts_{recipe}/voice.yaml")
    monkeypatch.chdir(tmp_path)  # no file of that name is near
    paths = {"labels": "my.jsonl", "out": "my_voice"}
    flags = (f"--{key}={value}" for key, value in {**paths, "wavenet.data": "my_corpus"}.items())
    ours = settings("train-voice", "--config", name, *flags)
    assert ours == replace(theirs, **paths, wavenet=replace(theirs.wavenet, data="my_corpus"))
    assert (settings("train-voice", "--config", name).labels, settings("train-voice", "--config", name).out) == ("", "")


def test_a_file_goes_before_what_ships_under_the_same_name(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "english_voice").write_text("seed: 7")
    assert settings("train-voice", "--config", "english_voice").seed == 7


def test_a_file_that_is_missing_is_told_with_the_names_of_those_that_ship(capsys):
    code, line = failing(capsys, "train-voice", "--config", "english_voise")
    assert code == 2
    assert (
        "config is 'english_voise', which is neither a file nor the name of a shipped one; "
        "did you mean 'english_voice'?" in line
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("model: {layer: 3}", "unknown setting 'model.layer'; did you mean"),
        ("updates: x", "updates is 'x', and must be of type int"),
        ("a: [", "is no YAML, in line 1: expected the node content"),
        ("updates: -1", "updates is -1"),
    ],
)
def test_a_file_read_by_a_program_is_refused_in_the_same_words(content, message, tmp_path):
    (tmp_path / "a.yaml").write_text(content)
    with pytest.raises(UsageError, match=rf"a\.yaml: .*{message}"):
        settings_file.read(TrainConfig, tmp_path / "a.yaml")
