"""Values on the command line and in files that are no values of their settings, or are hostile."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import failing, run
from wavenet.cli.main import main, parse

DEEP = "[" * 3000
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)


@pytest.mark.parametrize("text", [DEEP, "{a: 1, a: 2}", "{a: " * 500, "&a [*a]", "!!python/x", "%", "null", "010"])
def test_a_text_stays_what_it_is_whatever_yaml_it_looks_like(text):
    found = parse("say", [text, "-o", "a.wav", "--voice", text])
    assert (found.text, found.voice) == (text, text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["generate", "--seed", DEEP], "seed: more than 64 levels inside each other; write fewer"),
        (["generate", "--seconds="], "seconds is '', and must be of type float"),
        (["generate", "--seconds", "nan"], "seconds is 'nan', and must be a finite number"),
        (["generate", "--seconds", "-inf"], "argument --seconds: expected one argument"),
        (["generate", "--seconds=-inf"], "seconds is '-inf', and must be a finite number"),
        (["generate", "--temperature=inf"], "temperature is 'inf', and must be a finite number, or null"),
        (["train", "--model.speakers", ""], "model.speakers is '', and must be a list, as in [a, b]"),
        (["train", "--model.contexts+", "{}"], "unknown setting 'model.contexts+'; did you mean 'model.contexts'?"),
        (["train", "--model.contexts", "[{a b: 1}]"], "unknown setting 'a b'"),
        (["generate", "--picture=maybe"], "--picture takes no value, and was given 'maybe'; leave that out"),
        (["generate", "--overwrite=1"], "--overwrite takes no value, and was given '1'; leave that out"),
        (["say", "---", "-o", "a.wav"], "unrecognized arguments: ---"),
        (["generate", "-o", ""], "out is empty; name a file or a folder"),
        (["prepare", "", "b"], "source is empty; name a file or a folder"),
        (["prepare", "a", "", "b"], "source is empty; name a file or a folder"),
        (["prepare", "a", ""], "out is empty; name a file or a folder"),
        (["vocode", ""], "source is empty; name a file or a folder"),
        (["compress", "a.wav", ""], "out is empty; name a file or a folder"),
    ],
)
def test_a_value_that_is_none_is_told_in_words_of_the_user(capsys, arguments, message):
    code, line = failing(capsys, *arguments)
    assert code == 2
    assert line.startswith(f"wavenet: {message}")
    assert line.endswith(f"; see wavenet {arguments[0]} --help")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"seed: {DEEP}", "more than 64 levels inside each other; write fewer"),
        (BOMB, "more than 65,536 values, once *names are replaced; write fewer"),
        ("seed: &a [*a]", "more than 65,536 values, once *names are replaced; write fewer"),
        ("", "holds no settings; write one in a line, as in seed: 1"),
        ("# nothing", "holds no settings; write one in a line, as in seed: 1"),
        ("hello", "holds no settings; write one in a line, as in seed: 1"),
        ("- seed", "holds no settings; write one in a line, as in seed: 1"),
        ("updates:\t5\n  x: y\n", "is no YAML, in line 1: found character"),
        ("seed: 1\n---\nseed: 2\n", "is no YAML, in line 2: but found another document"),
        ("gian: 2", "unknown setting 'gian'"),
        ("model: {bogus: 1}", "unknown setting 'model.bogus'; did you mean"),
        ("a b: 1", "unknown setting 'a b'"),
        ("seed: \xff", "cannot be read: 'utf-8' codec can't decode byte 0xff"),
    ],
)
def test_a_file_of_settings_that_is_none_is_named_with_the_reason(capsys, tmp_path, content, message):
    path = tmp_path / "a.yaml"
    path.write_text(content, "latin-1")
    code, line = failing(capsys, "train", "--config", str(path))
    assert (code, line[: len(f"wavenet: {path}: {message}")]) == (2, f"wavenet: {path}: {message}")


def test_names_in_yaml_may_be_used(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("updates: &a 5\nseed: *a\n")
    found = parse("train", ["--config", str(path)])
    assert (found.updates, found.seed) == (5, 5)


def test_settings_of_another_command_are_refused_by_the_name_of_their_file(capsys):
    code, line = failing(capsys, "train", "--config", "english_voice")
    assert code == 2
    assert "english_voice.yaml: unknown setting 'voice'" in line


@pytest.mark.parametrize(("command", "named"), [("train", False), ("pixelcnn-train", False), ("train-voice", True)])
def test_help_names_the_files_that_a_command_can_use(capsys, command, named):
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert ("english_voice_of_hours" in capsys.readouterr().out) == named


def test_help_says_how_a_list_is_empty(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["train", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "(section 2.5); []: none" in told
    assert ";: none" not in told


def test_help_of_help_is_that_of_the_program(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["help", "help"])
    assert "show what a command takes" in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_help_that_cannot_be_written_is_an_error():
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "wavenet.cli.main", "say", "--help"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("wavenet: no space left on the device")


def test_a_folder_that_is_gone_is_said_to_be(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); from wavenet.cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-P", "-c", code, "generate", "--model", "english_prompts", "-o", "a.wav"]
    done = subprocess.run(command, cwd=gone, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "wavenet: the folder in which this command runs is gone; change to another one\n"


def test_too_many_open_files_are_told_with_the_way_out(tmp_path):
    import resource

    def few_files():
        resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))

    (tmp_path / "in").mkdir()
    for i in range(3):
        (tmp_path / "in" / f"{i}.wav").write_bytes(b"RIFF")
    out = str(tmp_path / "out")
    done = run("prepare", str(tmp_path / "in"), out, "--workers", "2", preexec_fn=few_files)
    assert done.returncode == 1
    assert done.stderr.endswith("too many files are open; raise the limit, as by ulimit -n 1024\n")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["generate", "--prime", ""], "prime"),
        (["generate", "--prime="], "prime"),
        (["say", "Hello.", "--plot", ""], "plot"),
        (["say", "Hello.", "--lexicon", ""], "lexicon"),
        (["say", "Hello.", "--lexicon", "a.txt", ""], "lexicon"),
        (["align", "corpus", "-o", "a.jsonl", "--lexicon="], "lexicon"),
    ],
)
def test_an_empty_name_of_a_file_is_refused(capsys, arguments, name):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert f"{name} is empty; name a file" in capsys.readouterr().err
