import io
import os
import re
import resource
import subprocess
import sys
import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

import wavenet
from tests import voices
from tests.cli.test_main import failing
from tests.tts.russian.stand_in import pretend
from wavenet.audio import files
from wavenet.audio.features import f0
from wavenet.audio.files import to_int16
from wavenet.audio.resampling import resampled
from wavenet.cli.main import main
from wavenet.errors import install_command
from wavenet.tts.segments import SIL
from wavenet.tts.voice import Voice

TEXT = "The fox sees you. It runs, doesn't it?"
LINE = (
    r"(.*): (\d+\.\d\d) s of sound, the first after \d+ ms \(the voice opened in \d+ ms\); "
    r"\d+\.\d × real time \(fp32, \w+\)\n"
)


def expected(voice: str, text: object = TEXT, **settings: object) -> np.ndarray:
    return to_int16(np.concatenate(list(wavenet.open(voice).say(text, **settings))))


def sound(path: str) -> np.ndarray:
    return soundfile.read(path, dtype="int16")[0]


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def command(*arguments: str, **options: object) -> subprocess.Popen:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-m", "wavenet.cli.main", "say", *arguments], **pipes | options)


def test_a_text_becomes_a_file_and_a_line_tells_how_fast(voice, out, capsys):
    main(["say", TEXT, "--voice", voice, "-o", out])
    captured = capsys.readouterr()
    name, seconds = re.fullmatch(LINE, captured.out).groups()
    assert np.array_equal(sound(out), expected(voice))
    assert name == out
    assert float(seconds) == pytest.approx(len(sound(out)) / 16_000, abs=0.01)
    assert captured.err == ""
    assert [path.name for path in Path(out).parent.iterdir()] == ["out.wav"]


@pytest.mark.parametrize("text", ["-5°C", "-0.5%", "-12°", "-5k", "-hello", "- 5 and - 6", "-1"])
def test_a_text_may_begin_with_a_minus(text, voice, out):
    main(["say", text, "--voice", voice, "-o", out, "--pitch", "1.1"])
    assert np.array_equal(sound(out), expected(voice, text, pitch=1.1))
    main(["say", "--pitch", "1.1", f"-o{out}", "--overwrite", text, f"--voice={voice}"])
    assert np.array_equal(sound(out), expected(voice, text, pitch=1.1))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["-5"], "unrecognized arguments: -5"),
        (["--fo"], "unknown setting 'fo'"),
        (["--pitch", "-x"], "argument --pitch: expected one argument"),
    ],
)
def test_a_second_text_is_an_error_and_so_are_unknown_settings(arguments, line, voice, out, capsys):
    code, told = failing(capsys, "say", "--voice", voice, "-o", out, "text", *arguments)
    assert (code, line in told) == (2, True), told


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".WAV"])
def test_the_suffix_chooses_the_format(voice, tmp_path, suffix):
    out = str(tmp_path / f"out{suffix}")
    main(["say", TEXT, "--voice", voice, "-o", out])
    wanted = expected(voice)
    assert len(sound(out)) == len(wanted)
    if suffix == ".ogg":
        assert np.corrcoef(sound(out), wanted)[0, 1] > 0.3
    else:
        assert np.array_equal(sound(out), wanted)


def test_settings_reach_the_voice(voice, out, tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("fox  K AE1 T\n")
    settings = {"speed": 1.5, "pitch": 1.2, "seed": 4, "temperature": 0.9, "lexicon": [own]}
    arguments = [f"--{name}={value}" for name, value in settings.items() if name != "lexicon"]
    main(["say", TEXT, "--voice", voice, "-o", out, *arguments, "--lexicon", str(own), "--threads", "2"])
    assert np.array_equal(sound(out), expected(voice, **settings))
    assert not np.array_equal(sound(out), expected(voice, speed=1.5))


def test_the_name_of_a_file_is_its_text(voice, out, tmp_path):
    (tmp_path / "story").write_text(TEXT, "utf-8")
    main(["say", str(tmp_path / "story"), "--voice", voice, "-o", out])
    assert np.array_equal(sound(out), expected(voice))


def test_the_name_of_a_folder_is_what_it_says(voice, out, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fox").mkdir()
    main(["say", "fox", "--voice", voice, "-o", out])
    assert np.array_equal(sound(out), expected(voice, "fox"))


def test_a_fifo_is_read_as_it_comes(voice, out, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = subprocess.Popen(["sh", "-c", f"printf '%s' \"{TEXT}\" > {fifo}"])
    main(["say", str(fifo), "--voice", voice, "-o", out])
    assert writer.wait() == 0
    assert np.array_equal(sound(out), expected(voice))


@pytest.mark.parametrize("text", ["1999", "null", "true", "[fox]", "{a: 1}", "@fox", "- fox", "a: b", "3.5", "'fox"])
def test_texts_that_look_like_settings_are_texts(voice, out, text):
    main(["say", text, "--voice", voice, "-o", out])
    assert np.array_equal(sound(out), expected(voice, text))


def test_stdin_is_said(voice, out, monkeypatch):
    stdin(monkeypatch, f"\ufeff{TEXT} Café!".encode())
    main(["say", "-", "--voice", voice, "-o", out])
    assert np.array_equal(sound(out), expected(voice, f"{TEXT} Café!"))


def test_samples_go_to_stdout_and_words_to_stderr(voice, capsysbinary):
    main(["say", TEXT, "--voice", voice, "-o", "-", "--explain"])
    captured = capsysbinary.readouterr()
    assert captured.out == expected(voice).astype("<i2").tobytes()
    assert re.search(f"\n{LINE}$", captured.err.decode())[1] == "said"
    assert "The fox sees you" in captured.err.decode()


def test_raw_samples_come_with_a_line_that_says_what_they_are(voice, capsysbinary):
    main(["say", TEXT, "--voice", voice, "-o", "-"])
    assert capsysbinary.readouterr().err.startswith(b"raw samples at 16000 Hz: 16 bits, little-endian, one channel;")


def test_wav_to_stdout_is_read_by_every_reader(voice, capsysbinary, tmp_path):
    main(["say", TEXT, "--voice", voice, "-o", "-", "--format", "wav"])
    captured = capsysbinary.readouterr()
    assert b"raw samples" not in captured.err
    path = tmp_path / "piped.wav"
    path.write_bytes(captured.out)
    whole = expected(voice)
    assert captured.out[-2 * len(whole) :] == whole.astype("<i2").tobytes()
    assert np.array_equal(soundfile.read(path, dtype="int16")[0], whole)
    with wave.open(str(path)) as reader:
        assert (reader.getframerate(), reader.getnchannels(), reader.getsampwidth()) == (16_000, 1, 2)
        assert reader.readframes(reader.getnframes()) == whole.astype("<i2").tobytes()
    with av.open(str(path)) as container:
        assert np.array_equal(np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)]), whole)
    assert np.array_equal(files.to_int16(files.read(path, 16_000)), whole)  # without a warning


@pytest.mark.parametrize(("encoding", "subtype"), [(name, subtype) for name, (subtype, _) in files.ENCODINGS.items()])
def test_a_telephone_gets_its_rate_and_its_encoding_in_files_and_in_pipes(
    voice, out, capsysbinary, tmp_path, encoding, subtype
):
    settings = ["say", TEXT, "--voice", voice, "--rate", "8000", "--encoding", encoding]
    main([*settings, "-o", out])
    told = soundfile.info(out)
    assert (told.samplerate, told.subtype, told.frames) == (
        8_000,
        subtype,
        pytest.approx(len(expected(voice)) / 2, abs=1),
    )
    capsysbinary.readouterr()
    main([*settings, "-o", "-", "--format", "wav"])
    piped = tmp_path / "piped.wav"
    piped.write_bytes(capsysbinary.readouterr().out)
    assert soundfile.info(piped).subtype == subtype
    assert np.array_equal(sound(str(piped)), sound(out))
    main([*settings, "-o", "-"])
    captured = capsysbinary.readouterr()
    assert captured.out == piped.read_bytes()[len(files.wav_header(8_000, encoding)) :]
    assert captured.err.startswith(b"raw samples at 8000 Hz: " + (b"16 bits" if encoding == "pcm" else b"8 bits"))


def test_a_rate_changes_how_many_samples_there_are_and_not_how_long_they_last(voice, out):
    main(["say", TEXT, "--voice", voice, "-o", out, "--rate", "24000"])
    blocks = resampled(wavenet.open(voice).say(TEXT), 16_000, 24_000)
    assert np.array_equal(sound(out), to_int16(np.concatenate(list(blocks))))
    assert soundfile.info(out).samplerate == 24_000


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ("--rate 80", "the sample rate is 80, and must be from 4000 to 192000 Hz"),
        ("--encoding mulaw -o OUT.flac", "--encoding mulaw is of a .wav or of -o -"),
        ("--rate 10000 -o OUT.mp3", "MP3 has no 10000 Hz"),
    ],
)
def test_what_no_telephone_has_is_refused(voice, out, capsys, settings, line):
    code, told = failing(capsys, "say", TEXT, "--voice", voice, "-o", out, *settings.replace("OUT", out).split())
    assert (code, line in told) == (2, True), told


def test_mp3_is_written_where_wav_is_and_replaced_by_its_command_alone(voice, tmp_path, capsys):
    out = str(tmp_path / "said.mp3")
    for _ in range(2):
        main(["say", TEXT, "--voice", voice, "-o", out])
    heard, whole = files.read(out, 16_000), expected(voice) / 32768
    assert len(heard) == len(whole)
    assert np.corrcoef(heard, whole)[0, 1] > 0.9
    capsys.readouterr()
    with pytest.raises(SystemExit, match="2"):
        main(["generate", "--model", "english_prompts", "-o", out, "--seconds", "0.1"])
    assert "was not made by wavenet generate" in capsys.readouterr().err


def test_sound_begins_before_the_text_ends(voice):
    with command("-", "--voice", voice, "-o", "-") as process:
        process.stdin.write(b"The fox sees you.\n")
        process.stdin.flush()
        first = process.stdout.read(16_000)  # half a second
        assert process.poll() is None
        process.stdin.write(b"It runs, doesn't it?")
        process.stdin.close()
        rest = process.stdout.read()
    assert first + rest == expected(voice).tobytes()


def test_waiting_for_text_is_no_work(voice, out, monkeypatch, capsys):
    class Slow(io.BytesIO):
        waits = 0.0

        def read1(self, size=-1):
            Slow.waits += 1e6
            return super().read1(7)

    real = time.perf_counter
    monkeypatch.setattr(time, "perf_counter", lambda: real() + Slow.waits)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Slow(TEXT.encode())))
    main(["say", "-", "--voice", voice, "-o", out])
    assert int(re.search(r"first after (\d+) ms", capsys.readouterr().out)[1]) < 1e6


def test_samples_for_a_standard_output_that_is_closed_are_refused(voice, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        with pytest.raises(SystemExit, match="2"):
            main(["say", "Fox.", "--voice", voice, "-o", "-"])
    assert "the standard output, which is closed; pipe them on, or name a file" in capsys.readouterr().err


def test_a_closed_pipe_ends_quietly(voice):
    with command("The fox sees you. " * 100, "--voice", voice, "-o", "-", stdin=subprocess.DEVNULL) as process:
        assert len(process.stdout.read(1000)) == 1000
        process.stdout.close()
        told = process.stderr.read().decode().splitlines()
        assert [line.partition(" at ")[0] for line in told] == ["raw samples"]
        assert process.wait() == 1


def interrupted_after(blocks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Voice.speak

    def speak(self, *args, **settings):
        for i, block in enumerate(plain(self, *args, **settings)):
            if i == blocks:
                raise KeyboardInterrupt
            yield block

    monkeypatch.setattr(Voice, "speak", speak)


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_ctrl_c_keeps_what_was_made(voice, tmp_path, monkeypatch, capsys, suffix):
    out, whole = str(tmp_path / f"out{suffix}"), expected(voice)
    interrupted_after(5, monkeypatch)
    code, line = failing(capsys, "say", TEXT, "--voice", voice, "-o", out)
    assert (code, line) == (130, "wavenet: interrupted")
    made = sound(out)
    assert len(made) > 1600
    assert np.array_equal(made, whole[: len(made)])


def test_ctrl_c_before_any_sound_leaves_an_old_file_alone(voice, out, monkeypatch, capsys):
    Path(out).write_bytes(b"earlier")
    interrupted_after(0, monkeypatch)
    assert failing(capsys, "say", TEXT, "--voice", voice, "-o", out, "--overwrite")[0] == 130
    assert Path(out).read_bytes() == b"earlier"


def test_a_text_that_goes_wrong_late_keeps_what_was_said(voice, out, monkeypatch, capsys):
    stdin(monkeypatch, "The fox sees you. It runs.\n안녕하세요.".encode())
    code, line = failing(capsys, "say", "-", "--voice", voice, "-o", out, "--strict")
    assert code == 2
    assert "this voice speaks English" in line
    made = sound(out)
    assert len(made) > 1600
    assert np.array_equal(made, expected(voice, "The fox sees you. It runs.")[: len(made)])


def test_a_word_of_another_script_is_left_out_with_one_line(voice, out):
    with command("The fox, 안녕하세요, sees 你好.", "--voice", voice, "-o", out) as process:
        _, told = process.communicate()
    assert process.returncode == 0
    (line,) = told.decode().splitlines()
    assert line.startswith("wavenet: '안녕하세요' (hangul) is left out")
    assert np.array_equal(sound(out), expected(voice, "The fox, sees."))


def test_a_text_is_what_the_command_says_it_is(voice, out):
    main(["say", "The [fox](it.runs)", "--voice", voice, "-o", out, "--markup", "plain"])
    assert np.array_equal(sound(out), expected(voice, "The [fox](it.runs)", markup="plain"))
    assert not np.array_equal(sound(out), expected(voice, "The [fox](it.runs)"))


def test_a_full_disk_is_one_line_and_leaves_the_old_file(voice, out):
    Path(out).write_bytes(b"earlier")
    with command(
        *("The fox sees you. " * 20, "--voice", voice, "-o", out, "--overwrite"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    ) as process:
        _, told = process.communicate()
    assert process.returncode == 1
    assert told.decode().startswith(f"wavenet: cannot write {out}: the file would be larger than the system allows")
    assert len(told.splitlines()) == 1
    assert Path(out).read_bytes() == b"earlier"
    assert len(list(Path(out).parent.iterdir())) == 1


def test_a_table_explains_every_word(voice, out, capsys):
    text = "Dr. Fox has $2, read it."
    main(["say", text, "--voice", voice, "-o", out, "--explain"])
    _, head, *rows, _ = capsys.readouterr().out.splitlines()
    sentence = next(wavenet.open(voice).plan(text))
    assert head == f"Dr. Fox has $2 read it  [{10 * sentence.durations.sum()} ms]"
    words = [row.split()[0] for row in rows if "(pause)" not in row]
    assert words == ["doctor", "fox", "has", "two", "dollars", "read", "it"]
    phones = re.compile(r"([A-Z]+\d?) +(\d+) +(-|\d+)")
    told = [found for row in rows for found in phones.findall(row)]
    assert " ".join(name for name, _, _ in told).startswith("D AA1 K T ER0 F AA1 K S HH")
    pauses = [int(row.split()[-1]) for row in rows if "(pause)" in row]
    assert sum(int(ms) for _, ms, _ in told) + sum(pauses) == 10 * sentence.durations.sum()
    assert len(told) == sum(segment.phone != SIL for segment in sentence.segments)
    frames, height = sentence.durations[1], next(hz for _, _, hz in told)
    start = sentence.durations[0]
    voiced = f0(sentence.pitch)[start : start + frames]
    assert height == (f"{voiced[voiced > 0].mean():.0f}" if voiced.any() else "-")


@pytest.fixture
def russian_voice(tmp_path, monkeypatch):
    """The folder of a voice that needs no festival."""
    pretend(monkeypatch)
    return str(voices.write(tmp_path / "russian", language="ru"))


def test_a_russian_voice_says_and_explains_russian(russian_voice, out, tmp_path, capsys):
    main(["say", "Кот спит. Да!", "--voice", russian_voice, "-o", out, "--explain", "--plot", str(tmp_path / "p.png")])
    assert np.array_equal(sound(out), expected(russian_voice, "Кот спит. Да!"))
    _, *rows = capsys.readouterr().out.splitlines()
    assert [row.partition("  [")[0] for row in rows if "ms]" in row] == ["Кот спит.", "Да!"]
    assert [row.split()[0] for row in rows if row.startswith("  ") and "(pause)" not in row] == ["кот", "спит", "да"]
    assert (tmp_path / "p.png").exists()


def test_what_a_russian_voice_cannot_do_is_one_clear_line(russian_voice, out, capsys):
    for text, told, *more in (
        ("<speak>Да</speak>", "a Russian voice reads plain text alone"),
        ("Да, 你好", "festival cannot say 'Да, 你好'; write it in Russian words", "--strict"),
        ("Да", "the lexicon own.txt is for English, and this voice speaks Russian", "--lexicon", "own.txt"),
    ):
        code, line = failing(capsys, "say", text, "--voice", russian_voice, "-o", out, *more)
        assert (code, told in line) == (2, True)
    assert not Path(out).exists()


@pytest.mark.parametrize("conditions", voices.CONDITIONS)
def test_the_plot_and_the_picture_are_drawn(tmp_path, conditions, capsys):
    voice, out, plot = voices.write(tmp_path / "voice", conditions), tmp_path / "out.wav", tmp_path / "phones.svg"
    main(["say", "Fox.", "--voice", str(voice), "-o", str(out), "--picture", "--plot", str(plot), "--explain"])
    printed = capsys.readouterr().out
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert f"{plot}: waveform and spectrogram with phones and F0\n" in printed
    drawn = plot.read_text()
    for name in ("F", "AA1", "K", "S"):
        assert f"<!-- {name} -->" in drawn
    assert ("F0 in Hz" in drawn) == (conditions != "linguistic")


def test_only_the_beginning_of_a_long_sound_is_drawn(voice, out, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("wavenet.cli.sound.DRAWN_SECONDS", 0.5)
    main(["say", TEXT * 3, "--voice", voice, "-o", out, "--plot", str(tmp_path / "p.png")])
    assert "with phones and F0 of the first 0.5 s" in capsys.readouterr().out


def test_a_bar_tells_the_share_of_a_text_that_is_known(voice, out, monkeypatch, capsys):
    monkeypatch.setattr("wavenet.cli.progress.DELAY", 0.0)
    monkeypatch.setattr("wavenet.bars.PERIOD", 0.0)
    main(["say", TEXT, "--voice", voice, "-o", out])
    shown = capsys.readouterr().err
    parts = [
        int(part) for part in re.findall(r"saying: +(\d+)%\|.*?s of sound, \d+\.\d × real time \[.*?<.*?\]", shown)
    ]
    assert parts == sorted(parts)
    assert {part // 20 for part in parts} == {0, 1, 2, 3, 4, 5}
    assert parts[-1] == 100
    stdin(monkeypatch, TEXT.encode())
    main(["say", "-", "--voice", voice, "-o", out])
    shown = capsys.readouterr().err
    assert re.search(r"saying: \d+\.\d s of sound, \d+\.\d × real time \[\d\d:\d\d\]", shown)
    assert "%" not in shown


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["Hello."], 2, "nowhere to say it: -o out.wav writes a file, -o - samples to a pipe, --play plays it"),
        (["Hello.", "-o", "a.mp4"], 2, "unknown suffix '.mp4'"),
        (["Hello.", "-o", "missing/a.wav"], 1, "cannot write missing/a.wav: its folder does not exist"),
        (["Hello.", "-o", "a.wav", "--speed", "9"], 2, "speed is 9.0, and must be from 0.2 to 5"),
        (["Hello.", "-o", "a.wav", "--temprature", "1"], 2, "did you mean 'temperature'"),
        (["Hello.", "-o", "a.wav", "--temperature", "-1"], 2, "temperature is -1"),
        (["Hello.", "-o", "a.wav", "--precision", "int8"], 2, "calibrate"),
        (["Hello.", "-o", "a.wav", "--lexicon", "none.txt"], 2, "none.txt"),
        (["Hello.", "-o", "-", "--picture"], 2, "--picture draws beside a file"),
        (["Hello.", "-o", "a.wav", "--format", "wav"], 2, "--format wav is of the standard output"),
        (["Hello.", "-o", "a.wav", "--plot", "a.wmf"], 2, "unknown suffix '.wmf'"),
        (["Hello.", "-o", "a.wav", "--plot", "missing/a.png"], 1, "cannot write missing/a.png"),
        (["", "-o", "a.wav"], 2, "there is nothing to say"),
        (["안녕하세요", "-o", "a.wav", "--strict"], 2, "this voice speaks English"),
        (["<speak>Hello", "-o", "a.wav"], 2, "SSML, line 1: the text ends inside of <speak>"),
        (["a\udcffb", "-o", "a.wav"], 2, "cannot say"),
        (["story.txt", "-o", "a.wav"], 2, "story.txt: no such file; to say the name itself"),
        (["latin", "-o", "a.wav"], 2, "latin: is not UTF-8 text: it holds the byte 0xe9"),
        (["/proc/self/mem", "-o", "a.wav"], 2, "/proc/self/mem: cannot be read: input/output error"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(voice, tmp_path, monkeypatch, capsys, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "latin").write_bytes("café".encode("latin-1"))
    found, line = failing(capsys, "say", *arguments, "--voice", voice)
    assert found == code
    assert message in line
    assert not (tmp_path / "a.wav").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "nothing to say"),
        (b"caf\xe9 ", "the standard input: is not UTF-8"),
        (b"caf\xc3", "the standard input: is not UTF-8"),
    ],
)
def test_bad_stdin_is_one_line(voice, out, monkeypatch, capsys, data, message):
    stdin(monkeypatch, data)
    code, line = failing(capsys, "say", "-", "--voice", voice, "-o", out)
    assert code == 2
    assert message in line
    assert not Path(out).exists()


def test_without_matplotlib_the_install_line_comes_before_the_work(voice, out, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    code, line = failing(capsys, "say", TEXT, "--voice", voice, "-o", out, "--plot", "a.png")
    assert code == 1
    assert line.endswith(install_command("plot"))
    assert not Path(out).exists()


def test_models_and_voices_are_told_apart(voice, out, tmp_path, capsys):
    assert "is a model, not a voice" in failing(capsys, "say", TEXT, "--voice", "vocoder", "-o", out)[1]
    assert "englsh: is neither a voice folder nor" in failing(capsys, "say", TEXT, "--voice", "englsh", "-o", out)[1]
    soundfile.write(tmp_path / "a.wav", np.zeros(2000), 16_000)
    for arguments in (
        ["generate", voice, "-o", out],
        ["vocode", str(tmp_path / "a.wav"), "--model", voice, "-o", out],
        ["features", str(tmp_path / "a.wav"), "--model", voice],
        ["evaluate", voice, str(tmp_path / "a.wav")],
        ["calibrate", voice, str(tmp_path / "a.wav")],
        ["bench", voice],
    ):
        code, line = failing(capsys, *arguments)
        assert code == 2
        assert f"{voice}: is a voice; use it with wavenet say --voice {voice}; its model is {voice}/wavenet" in line


def test_saying_imports_nothing_heavy(voice, out):
    code = (
        "import sys; from wavenet.cli.main import main; main(sys.argv[1:]); "
        "print([name for name in ('torch', 'scipy', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "say", TEXT, "--voice", voice, "-o", out],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("\n[]\n")
