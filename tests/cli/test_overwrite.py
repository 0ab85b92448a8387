"""No command replaces a file that it did not make, unless it is told to; its own it does."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.test_main import failing
from tests.cli.test_vocode import FEATURES, RATE, write_model
from wavenet import made
from wavenet.cli.main import main
from wavenet.errors import MissingExtraError
from wavenet.evaluation.perception import judge
from wavenet.evaluation.perception.clip import Score


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Recordings in ``recs``, and models of and without features."""
    monkeypatch.chdir(tmp_path)
    write_model(tmp_path / "copies", features=FEATURES)
    write_model(tmp_path / "plain")
    Path("recs").mkdir()
    for i in range(3):
        soundfile.write(f"recs/x{i}.wav", np.sin(np.arange(900 + 10 * i) / 5) / 3, RATE)


@pytest.fixture
def loudness(monkeypatch):
    """In place of a metric whose packages may be missing."""
    metric = judge.METRICS["stoi"]._replace(load=lambda: None, score=lambda clip: Score(1.0))
    monkeypatch.setitem(judge.METRICS, "stoi", metric)


def content():
    return {path.as_posix(): path.read_bytes() for path in sorted(Path().rglob("*")) if path.is_file()}


COMMANDS = [
    ("generate plain --seconds 0.05 -o out.wav", ["out.wav", "out.png"]),
    ("vocode recs/x0.wav --model copies -o out.flac", ["out.flac", "out.png"]),
    ("features recs/x0.wav --model copies -o out.npy", ["out.npy", "out.json"]),
    (
        "say Fox. --voice VOICE -o out.wav --picture --plot plot.svg --timestamps words.vtt",
        ["out.wav", "out.png", "plot.svg", "words.vtt"],
    ),
    ("evaluate copies recs --with stoi --copies out --scores s.json", ["out/x0.wav", "out/x1.wav", "s.json"]),
]


@pytest.mark.usefixtures("loudness")
@pytest.mark.parametrize(("command", "outputs"), COMMANDS, ids=lambda each: str(each).partition(" ")[0])
def test_what_others_made_is_refused_before_any_work_and_replaced_when_told(voice, capsys, command, outputs):
    arguments = command.replace("VOICE", voice).split()
    for output in outputs:
        Path(output).parent.mkdir(exist_ok=True)
        Path(output).write_bytes(b"mine")
        before = content()
        code, line = failing(capsys, *arguments)
        assert code == 2
        assert line.startswith(f"wavenet: {output} already exists and was not made by wavenet {arguments[0]}; ")
        assert "--overwrite" in line
        assert content() == before
        Path(output).unlink()
    for output in outputs:
        Path(output).write_bytes(b"mine")
    main([*arguments, "--overwrite"])
    assert all(Path(output).read_bytes() != b"mine" for output in outputs)


@pytest.mark.usefixtures("loudness")
@pytest.mark.parametrize(("command", "outputs"), COMMANDS, ids=lambda each: str(each).partition(" ")[0])
def test_what_a_command_made_it_makes_again(voice, command, outputs):
    arguments = command.replace("VOICE", voice).split()
    main(arguments)
    assert all(made.by(output, arguments[0]) for output in outputs)
    main(arguments)


def test_a_recording_is_not_its_own_copy(capsys):
    before = content()
    code, line = failing(capsys, *["vocode", "recs/x0.wav", "--model", "copies", "-o", "recs/x0.wav"])
    assert (code, "recs/x0.wav is a file that wavenet vocode reads" in line) == (2, True)
    assert content() == before


@pytest.mark.usefixtures("loudness")
def test_copies_of_recordings_outside_of_their_list_lie_in_the_folder_of_copies():
    Path("lists").mkdir()
    Path("lists/list.csv").write_text("path\n" + "".join(f"../recs/x{i}.wav\n" for i in range(3)))
    before = content()
    main(["evaluate", "copies", "lists/list.csv", "--with", "stoi", "--copies", "out"])
    after = content()
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 3
    assert all(name.startswith("out/") for name in after.keys() - before.keys())


@pytest.mark.usefixtures("loudness")
def test_copies_do_not_take_the_place_of_their_recordings_whoever_made_these(capsys):
    main(["evaluate", "copies", "recs", "--with", "stoi", "--copies", "out"])
    Path("list.csv").write_text("path\nout/x1.wav\n")
    before = content()
    for data, folder in (("recs", "recs"), ("out", "./out"), ("list.csv", "."), ("out/x1.wav", "out")):
        for more in ([], ["--overwrite"]):
            code, line = failing(capsys, "evaluate", "copies", data, "--with", "stoi", "--copies", folder, *more)
            assert code == 2
            assert line.endswith(".wav is a recording to be copied; name another folder")
    assert content() == before


def test_two_pictures_of_one_text_are_two_files(voice, capsys):
    code, line = failing(capsys, "say", "Fox.", "--voice", voice, "-o", "a.wav", "--picture", "--plot", "./a.png")
    assert code == 2
    assert line.endswith("a.png and ./a.png would both be one file; name another for one of them")


def test_settings_of_features_are_told_with_what_made_them():
    main(["features", "recs/x0.wav", "--model", "copies", "-o", "a.npy"])
    told = json.loads(Path("a.json").read_text())
    assert told["note"] == "made by wavenet features."
    assert (told["sample_rate"], told["hop_length"], told["kinds"]) == (RATE, 40, ["log_mel"])
    other = write_model(Path("other"), features=replace(FEATURES, f_max=1500.0))
    with pytest.raises(SystemExit, match="2"):
        main(["vocode", "a.npy", "--model", other, "-o", "a.wav"])


READING = [
    ("generate plain --seconds 0.05 --prime recs/x0.wav -o link.wav", "recs/x0.wav"),
    ("vocode recs/x0.wav --model copies -o recs/../recs/x0.wav", "recs/x0.wav"),
    ("vocode f.png --model copies -o f.wav", "f.png"),
    ("features f.npy --model copies -o f.npy", "f.npy"),
    ("say said.txt --voice VOICE -o said.wav --plot said.png", "said.txt"),
    ("say Fox. --voice VOICE --lexicon a.wav -o a.wav", "a.wav"),
    ("evaluate --recordings recs --references recs --with stoi --scores recs/x1.wav", "recs/x1.wav"),
    ("evaluate --recordings recs --references list.csv --with stoi --scores list.csv", "list.csv"),
    ("evaluate copies recs --with stoi --scores recs/x1.wav", "recs/x1.wav"),
    ("compress recs/x0.wav ./link.wav", "recs/x0.wav"),
    ("decompress f.png f.png", "f.png"),
    ("align corpus --lexicon l.jsonl -o l.jsonl", "l.jsonl"),
    ("pixelcnn-sample --model digits --complete i.png -o i.png", "i.png"),
]


@pytest.mark.usefixtures("loudness")
@pytest.mark.parametrize(("command", "read"), READING, ids=lambda each: str(each))
def test_what_a_command_reads_it_never_replaces_even_if_told_to(voice, capsys, command, read):
    Path("link.wav").symlink_to("recs/x0.wav")
    Path("said.png").symlink_to("said.txt")
    for name in ("f.png", "f.npy", "said.txt", "a.wav", "l.jsonl", "i.png"):
        shutil.copyfile("recs/x0.wav", name)
    Path("list.csv").write_text("path\n" + "".join(f"recs/x{i}.wav\n" for i in range(3)))
    before = content()
    code, line = failing(capsys, *command.replace("VOICE", voice).split(), "--overwrite")
    assert (code, line.endswith(f" is a file that wavenet {command.split()[0]} reads; name another file to write")) == (
        2,
        True,
    ), line
    assert content() == before
    assert read in before


def test_its_own_output_is_not_replaced_by_the_command_that_reads_it(capsys):
    main(["vocode", "recs/x0.wav", "--model", "copies", "-o", "a.wav"])
    before = content()
    code, line = failing(capsys, *["vocode", "a.wav", "--model", "copies", "-o", "a.wav"])
    assert (code, "a.wav is a file that wavenet vocode reads" in line) == (2, True)
    assert content() == before


def test_features_that_were_changed_by_hand_are_not_replaced(capsys):
    command = ["features", "recs/x0.wav", "--model", "copies", "-o", "a.npy"]
    main(command)
    main(command)
    changed = np.load("a.npy") / 2
    np.save("a.npy", changed)
    code, line = failing(capsys, *command)
    assert (code, "a.npy already exists and was not made by wavenet features" in line) == (2, True)
    assert np.array_equal(np.load("a.npy"), changed)
    main([*command, "--overwrite"])
    assert np.array_equal(np.load("a.npy"), changed * 2)


def during(monkeypatch, output):
    """Another program writes the output while the command works."""
    from wavenet.audio.front_end import FrontEnd
    from wavenet.generator import Generator

    def writing(kind, name):
        real = getattr(kind, name)

        def then(*args, **kwargs):
            Path(output).parent.mkdir(exist_ok=True)
            Path(output).write_bytes(b"mine")
            return real(*args, **kwargs)

        monkeypatch.setattr(kind, name, then)

    writing(Generator, "stream")
    writing(FrontEnd, "features")


@pytest.mark.parametrize(
    ("command", "outputs"),
    [
        ("generate plain --seconds 0.05 -o out.wav", ["out.wav", "out.png"]),
        ("vocode recs/x0.wav --model copies -o out.flac", ["out.flac", "out.png"]),
        ("features recs/x0.wav --model copies -o out.npy", ["out.npy", "out.json"]),
    ],
    ids=lambda each: str(each).partition(" ")[0],
)
def test_what_appears_while_a_command_works_is_not_replaced_and_neither_is_the_work_lost(
    monkeypatch, capsys, command, outputs
):
    for output in outputs:
        with monkeypatch.context() as patch:
            during(patch, output)
            code, line = failing(capsys, *command.split())
        assert (code, Path(output).read_bytes()) == (1, b"mine")
        assert line.startswith(f"wavenet: {output} was written by something else after this command had begun")
        kept = Path(line.rpartition(" ")[2])
        assert made.by(kept, command.split()[0]) or kept.suffix == ".npy"
        assert kept.suffix == Path(output).suffix
        assert not [path for path in content() if Path(path).name.startswith(".")]
        for path in {kept, *map(Path, outputs)}:
            path.unlink(missing_ok=True)
        main(command.split())
        for path in outputs:
            Path(path).unlink()


def test_the_same_command_twice_at_once_is_no_conflict(monkeypatch):
    from wavenet.generator import Generator

    command = ["generate", "plain", "--seconds", "0.05", "-o", "out.wav", "--no-picture"]
    real = Generator.stream

    def another(*args, **kwargs):
        monkeypatch.setattr(Generator, "stream", real)
        main(command)
        return real(*args, **kwargs)

    monkeypatch.setattr(Generator, "stream", another)
    main(command)
    assert [path for path in content() if path.startswith("out")] == ["out.wav"]


def test_a_metric_that_lacks_a_package_says_so_before_copies_are_made(monkeypatch, capsys):
    def load():
        raise MissingExtraError("stoi", "eval")

    monkeypatch.setitem(judge.METRICS, "stoi", judge.METRICS["stoi"]._replace(load=load))
    before = content()
    code, line = failing(capsys, "evaluate", "copies", "recs", "--with", "stoi", "--copies", "out")
    assert (code, "stoi needs more packages" in line) == (1, True)
    assert content() == before


PICTURED = ["generate plain --seconds 0.05", "vocode recs/x0.wav --model copies", "say Fox. --voice VOICE --picture"]


@pytest.mark.parametrize("command", PICTURED, ids=lambda each: each.partition(" ")[0])
def test_the_picture_of_one_sound_does_not_replace_that_of_another(voice, capsys, command):
    arguments = command.replace("VOICE", voice).split()
    main([*arguments, "-o", "a.wav"])
    before = content()
    code, line = failing(capsys, *arguments, "-o", "a.flac")
    assert (code, content()) == (2, before)
    told = "a.png shows a.wav; name another file to write, or give --no-picture, or --overwrite to replace it"
    assert line.removeprefix("wavenet: ").strip() == told
    main([*arguments, "-o", "a.wav"])
    assert content() == before
    main([*arguments, "-o", "a.flac", "--no-picture"])
    assert {**before, "a.flac": content()["a.flac"]} == content()
    main([*arguments, "-o", "a.flac", "--overwrite"])
    assert made.shown("a.png") == "a.flac"
    Path("a.flac").unlink()
    main([*arguments, "-o", "a.wav"])
    assert content() == before
