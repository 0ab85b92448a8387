import resource
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.networks import MICRO, as_folder, random_model
from wavenet import __version__
from wavenet.cli.main import COMMANDS, main
from wavenet.engine import folder
from wavenet.errors import WavenetError


def run(*arguments, **options):
    command = [sys.executable, "-m", "wavenet.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def failing(capsys, *arguments):
    """Run in this process; the exit code and the one line on stderr."""
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    return stop.value.code, lines[0]


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    out = capsys.readouterr().out
    assert all(f"  {command}" in out for command in COMMANDS)


def test_every_command_has_help(capsys):
    for command in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
        assert f"wavenet {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["trian"], "unknown command 'trian'; did you mean 'train'?"),
        (["train", "--model.layer", "3"], "unknown setting 'model.layer'; did you mean 'model.layers'?"),
        (["train", "--modle.layers", "3"], "unknown setting 'modle.layers'; did you mean 'model.layers'?"),
        (["train", "--preset", "smal"], "unknown preset 'smal'; did you mean 'small'?"),
        (["train", "--model.layers", "x"], "model.layers is 'x', and must be of type int"),
        (["train", "--model.temperature", "x"], "model.temperature is 'x', and must be of type float, or null"),
        (["train", "--model.contexts", "[{pol: 3}]"], "model.contexts: unknown setting 'pol'; did you mean 'pool'?"),
        (["train", "--model.contexts", "[{pool: x}]"], "model.contexts: pool is 'x', and must be of type int"),
        (["train", "--model.contexts", "[160]"], "model.contexts is '160', and must be a list of groups of settings"),
        (["train", "--model.features", "3"], "model.features is '3', and must be a group of settings"),
        (["train", "--precision", "bf17"], "precision is 'bf17', and must be one of 'auto', 'bf16', 'fp32'"),
        (["train", "--model.layers", "3"], "layers is 3, and must be a multiple of stacks"),
        (["train", "--updates", "-3"], "updates is -3"),
        (["train"], "--data is missing"),
        (["train", "--data", "nowhere", "--out", "x"], "nowhere is not a prepared corpus"),
        (["generate"], "model"),
        (["say", "x", "--text", "y"], "unknown setting 'text'; known: "),
        (["generate", "x", "--temprature", "1"], "unknown setting 'temprature'; did you mean 'temperature'?"),
        (["generate", "english_prompts", "--seconds", "0"], "seconds is 0"),
        (["generate", "english_prompts", "--seconds", "nan"], "seconds is 'nan', and must be a finite number"),
        (["generate", "english_prompts", "-o", "out.mp4"], "unknown suffix '.mp4'"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line_and_exit_code_2(capsys, arguments, message):
    code, line = failing(capsys, *arguments)
    assert code == 2
    assert message in line


def test_an_unknown_key_in_a_yaml_file_suggests_the_nearest(capsys, tmp_path):
    (tmp_path / "run.yaml").write_text("model:\n  layrs: 3\n")
    code, line = failing(capsys, "train", "--config", str(tmp_path / "run.yaml"))
    assert code == 2
    assert "unknown setting 'model.layrs'; did you mean 'model.layers'?" in line


def test_an_unknown_key_at_the_top_of_a_yaml_file_suggests_the_nearest(capsys, tmp_path):
    (tmp_path / "run.yaml").write_text("updatess: 3\n")
    code, line = failing(capsys, "train", "--config", str(tmp_path / "run.yaml"))
    assert code == 2
    assert "unknown setting 'updatess'; did you mean 'updates'?" in line


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"preset: small\n", "preset is a flag"),
        (b"model: null\n", "model is 'null', and must be a group of settings"),
        (b"model:\n  speakers: ann\n", "model.speakers is 'ann', and must be a list, as in [a, b]"),
        (b"model:\n", "model is empty; write its value, or leave it out"),
        (b"model:\n  layers: null\n", "layers"),
        (b"listen_seconds: .inf\n", "listen_seconds is inf"),
        (b"seed: 99999999999999999999\n", "seed"),
        (b"optim:\n  beta1: 1.0\n", "beta1 is 1.0"),
        (b"\xff\xfe: 3\n", "utf-8"),
        (b"- 1\n- 2\n", ""),
        (b"model: [1\n", ""),
    ],
)
def test_odd_yaml_is_one_line(capsys, tmp_path, content, message):
    (tmp_path / "run.yaml").write_bytes(content)
    code, line = failing(capsys, "train", "--config", str(tmp_path / "run.yaml"))
    assert code == 2
    assert message in line


def test_settings_may_be_typed_with_hyphens(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["train", "--init-from", "a-b", "--optim.muon-lr=0.5", "--print_config"])
    out = capsys.readouterr().out
    assert "init_from: a-b" in out
    assert "muon_lr: 0.5" in out


def test_help_describes_every_setting_of_training(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["train", "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert "samples of a window that contribute to the loss" in out
    assert "how often the dilations 1, 2, 4" in out


def test_a_run_folder_points_to_its_model(capsys, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    assert str(tmp_path / "model") in failing(capsys, "generate", str(tmp_path))[1]


def test_printed_settings_can_be_used_again(capsys, tmp_path):
    with pytest.raises(SystemExit, match="0"):
        main(["train", "--preset", "small", "--optim.lr", "0.5", "--print_config"])
    (tmp_path / "run.yaml").write_text(capsys.readouterr().out)
    with pytest.raises(SystemExit, match="0"):
        main(["train", "--config", str(tmp_path / "run.yaml"), "--updates", "7", "--print_config"])
    again = capsys.readouterr().out
    assert "residual_channels: 32" in again
    assert "lr: 0.5" in again
    assert "updates: 7" in again


def test_a_setting_after_a_preset_wins(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["train", "--preset", "small", "--model.layers", "10", "--print_config"])
    out = capsys.readouterr().out
    assert "layers: 10" in out
    assert "residual_channels: 32" in out


def test_an_error_of_the_program_is_one_line_and_exit_code_1(capsys, monkeypatch):
    monkeypatch.setattr("wavenet.cli.generate.run", lambda args: (_ for _ in ()).throw(WavenetError("a\nb")))
    assert failing(capsys, "generate", "english_prompts") == (1, "wavenet: a b")


def test_ctrl_c_is_one_line_and_exit_code_130(capsys, monkeypatch):
    monkeypatch.setattr("wavenet.cli.generate.run", lambda args: (_ for _ in ()).throw(KeyboardInterrupt))
    assert failing(capsys, "generate", "english_prompts")[0] == 130


def test_python_runs_the_package_as_the_command():
    done = subprocess.run([sys.executable, "-m", "wavenet", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"wavenet {__version__}\n"
    done = subprocess.run([sys.executable, "-m", "wavenet", "trian"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "wavenet: unknown command 'trian'; did you mean 'train'?\n")


def test_ctrl_c_while_modules_are_imported_is_one_line_and_exit_code_130():
    code = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'jsonargparse':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from wavenet.__main__ import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "wavenet: interrupted\n")


def test_generate_writes_sound_and_picture_and_says_how_fast(tmp_path):
    out = tmp_path / "a.wav"
    done = run("generate", "english_prompts", "-o", str(out), "--seconds", "0.05")
    assert done.returncode == 0, done.stderr
    assert "× real time" in done.stdout
    assert soundfile.info(out).frames == 800
    assert out.with_suffix(".png").stat().st_size > 5000


@pytest.mark.parametrize("where", ["missing/a.wav", "file/a.wav"])
def test_an_unwritable_output_is_said_before_generating(tmp_path, where):
    (tmp_path / "file").write_text("")
    done = run("generate", "english_prompts", "-o", str(tmp_path / where), "--seconds", "3600")
    assert done.returncode == 1
    assert done.stderr.startswith("wavenet: cannot write")
    assert len(done.stderr.splitlines()) == 1


def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(tmp_path):
    out = tmp_path / "a.wav"
    out.write_bytes(b"earlier")

    def no_files_beyond_a_kilobyte():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    done = run(
        "generate",
        "english_prompts",
        "-o",
        str(out),
        "--seconds",
        "0.1",
        "--overwrite",
        preexec_fn=no_files_beyond_a_kilobyte,
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(f"wavenet: cannot write {out}")
    assert out.read_bytes() == b"earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not audio at all, but text\n" * 100])
def test_a_prime_that_is_no_recording_is_one_line(tmp_path, content):
    (tmp_path / "p.wav").write_bytes(content)
    out = tmp_path / "a.wav"
    done = run("generate", "english_prompts", "-o", str(out), "--prime", str(tmp_path / "p.wav"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "p.wav" in done.stderr
    assert not out.exists()


HOSTILE = "\x1b]0;title\x07\x9b31m\u202ered"


def test_names_of_other_people_reach_the_terminal_escaped(tmp_path, capsys):
    opened = as_folder(random_model(replace(MICRO, speakers=("ann", HOSTILE))))
    folder.write(tmp_path / "model", opened.audio, opened.model, opened.tensors)
    recordings = tmp_path / HOSTILE
    recordings.mkdir()
    for name in ("a.wav", f"{HOSTILE}.wav"):
        soundfile.write(recordings / name, 0.1 * np.random.default_rng(0).standard_normal(8000), 8000)
    (recordings / f"{HOSTILE}-broken.wav").write_bytes(b"RIFF")
    told = ""
    for arguments in (
        ["generate", str(tmp_path / "model"), "-o", str(tmp_path / "a.wav")],
        ["generate", f"english{HOSTILE}"],
        [HOSTILE],
        ["prepare", str(recordings), str(tmp_path / f"out{HOSTILE}"), "--workers", "0"],
        ["evaluate", "english_prompts", str(recordings), "--limit_seconds", "1"],
    ):
        with suppress(SystemExit):
            main(arguments)
        told += "".join(capsys.readouterr())
    assert told.replace("\n", "").replace("\r", "").isprintable()
    assert told.count(r"\x1b]0;title\x07\x9b31m\u202ered") >= 5


def test_a_symbolic_link_to_itself_is_one_line(capsys, tmp_path):
    (loop := tmp_path / "loop.wav").symlink_to(loop)
    for arguments in (["generate", "--model", "english_prompts", "-o", loop], ["prepare", loop, tmp_path / "out"]):
        code, line = failing(capsys, *map(str, arguments))
        assert code in (1, 2)
        assert "loop.wav" in line
