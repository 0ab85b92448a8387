from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.speech.programs import PROGRAMS, SOUND, TEXT, Program
from wavenet.audio import files
from wavenet.errors import WavenetError
from wavenet.evaluation.perception.clip import RATE

ROOT = Path(__file__).parents[3]
FETCHED = ROOT / "data" / "tts_baselines"
SPEAKER = """#!/bin/sh
cp text.txt "{log}.text"
printf '%s\\n' "$@" > "{log}.arguments"
ls > "{log}.files"
echo "$LD_LIBRARY_PATH" > "{log}.libraries"
cp "{log}.wav" sound.wav
"""


def install(folder, script, name="speaker"):
    path = folder / "debian" / "usr" / "bin" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)
    return Program(name, lambda root: ["-f", TEXT, "--voices", str(root / "share"), "-o", SOUND])


@pytest.fixture(scope="module")
def speaker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("it's a folder; two words")
    files.write(folder / "log.wav", np.full(800, 0.1, np.float32), 8000)
    return folder, install(folder, SPEAKER.format(log=folder / "log"))


ALL = [
    pytest.param(program, id=f"{name} {of}") for of, found in PROGRAMS.items() for name, (_, program) in found.items()
]
HOSTILE = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.split),
    st.sampled_from(["$(touch owned)", "`touch owned`; touch owned", "-o /tmp/x", '")(system "touch owned")', "a\nb"]),
)


@given(text=HOSTILE)
def test_a_text_reaches_a_program_in_a_file_and_never_in_its_command_line(speaker, text):
    folder, program = speaker
    root = program.locate(folder)
    waveform = program.say(text, root)
    assert (folder / "log.text").read_bytes().decode() == " ".join(text.split()) + "\n"
    assert (folder / "log.arguments").read_text().splitlines() == program.command(root)
    assert (folder / "log.files").read_text() == f"{TEXT}\n"
    assert waveform.dtype == np.float32
    assert len(waveform) == 800 * RATE // 8000


@pytest.mark.parametrize("program", ALL)
def test_every_command_line_is_the_same_whatever_is_said(program):
    arguments = program.command(Path("/some where"))
    assert any(TEXT in argument for argument in arguments)
    assert any(SOUND in argument for argument in arguments)
    assert "/some where" not in program.version


@pytest.mark.parametrize("program", ALL)
def test_a_missing_program_is_one_clear_line(program, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WavenetError) as error:
        program.locate(tmp_path)
    assert "\n" not in str(error.value)
    assert program.executable in str(error.value)
    brings = f"scripts/fetch_tts_baselines.sh {tmp_path} fetches it"
    assert ("apt-get install festival festvox-ru" if program.packages else brings) in str(error.value)


def test_a_program_that_is_not_fetched_is_installed_with_its_voice(tmp_path, monkeypatch):
    fetched = install(tmp_path, SPEAKER)
    program = replace(fetched, packages=("speaker", "voice-ru"))
    installed = tmp_path / "elsewhere" / "debian" / "usr"
    install(tmp_path / "elsewhere", SPEAKER)
    monkeypatch.setenv("PATH", str(installed / "bin"))
    (installed / "share" / "doc" / "speaker").mkdir(parents=True)
    with pytest.raises(WavenetError, match="speaker or its voice is not installed: apt-get install speaker voice-ru"):
        program.locate(tmp_path)
    (installed / "share" / "doc" / "voice-ru").mkdir()
    assert program.locate(tmp_path) == installed


def test_a_text_is_written_as_a_program_understands_it(speaker):
    folder, program = speaker
    replace(program, written=lambda text: text.replace("+", "\n")).say("дуб+ом", program.locate(folder))
    assert (folder / "log.text").read_text("utf-8") == "дуб ом\n"
    written = {name: program.written("«Сердц+а» — нет") for name, (_, program) in PROGRAMS["ru"].items()}
    assert written == {"festival-msu-clunits": "Сердц+а, - нет.", "espeak-ng": "«Сердца» — нет"}
    assert all(program.written("Ready... 2+2") == "Ready... 2+2" for _, program in PROGRAMS["en"].values())


def test_an_installed_program_stands_in_for_a_fetched_one(tmp_path, monkeypatch):
    program = install(tmp_path / "elsewhere", "#!/bin/sh\n")
    usr = tmp_path / "elsewhere" / "debian" / "usr"
    monkeypatch.setenv("PATH", str(usr / "bin"))
    assert program.locate(tmp_path) == usr


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("#!/bin/sh\necho first >&2; echo no voice >&2; exit 3\n", "no voice"),
        ("#!/bin/sh\nexit 3\n", "exit code 3"),
        ("#!/bin/sh\necho cannot open\n", "cannot open"),
        ("#!/no/such/interpreter\n", "No such file"),
    ],
)
def test_a_program_that_fails_is_one_clear_line(tmp_path, script, why):
    program = install(tmp_path, script)
    with pytest.raises(WavenetError) as error:
        program.say("A 'text'.", program.locate(tmp_path))
    assert "\n" not in str(error.value)
    assert "cannot speak \"A 'text'.\"" in str(error.value)
    assert why in str(error.value)


def test_a_fetched_program_finds_the_libraries_beside_it(speaker):
    folder, program = speaker
    libraries = folder / "debian" / "usr" / "lib" / "x86_64-linux-gnu"
    libraries.mkdir(parents=True)
    program.say("One.", program.locate(folder))
    assert (folder / "log.libraries").read_text().rstrip().split(":")[0] == str(libraries)


TEXTS = {
    "en": "Nothing in the cellar had changed since the flood.",
    "ru": "Сегодня утром в нашем городе выпал первый снег.",
}


@pytest.mark.parametrize(
    ("language", "name"), [(language, name) for language in PROGRAMS for name in PROGRAMS[language]]
)
def test_a_program_that_is_there_speaks(language, name):
    _, program = PROGRAMS[language][name]
    if not program.packages and not (FETCHED / program.root / "bin" / program.executable).is_file():
        pytest.skip(f"no {name}; scripts/fetch_tts_baselines.sh fetches it")
    try:
        root = program.locate(FETCHED)
    except WavenetError as error:
        pytest.skip(str(error))
    waveform = program.say(TEXTS[language], root)
    assert 1.5 < len(waveform) / RATE < 6
    assert np.abs(waveform).max() > 0.05
