"""Other text-to-speech programs, which ``scripts/fetch_tts_baselines.sh`` or apt installs: one command line per voice.

A program runs in an empty folder of its own: it reads the text from one file and writes its speech to another, both
with fixed names. So no text is ever part of a command line, and no shell could interpret it.

- Concatenative: Hunt and Black (1996), Unit selection in a concatenative speech synthesis system using a large speech
  database, ICASSP, is what the paper compares with; in English diphones, one recording of each (festival, kal), in
  Russian units cut from 100 minutes (festival, msu_ru_nsh), in clusters: Black and Taylor (1997), Automatically
  clustering similar units for unit selection in speech synthesis, Eurospeech.
- Parametric: Zen, Tokuda and Black (2009), Statistical parametric speech synthesis, Speech Communication 51(11)
  (festival, slt: HMMs; flite: trees).
- Neural: Kim, Kong and Son (2021), Conditional variational autoencoder with adversarial learning for end-to-end
  text-to-speech, arXiv:2106.06103 (Piper); it draws different noise each time. hibari 0.2 is a network distilled from
  Kokoro-82M whose spectra become audio by an inverse Fourier transform; the voice `english` was trained on its output.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from wavenet.audio import files
from wavenet.errors import WavenetError
from wavenet.evaluation.perception.clip import RATE, Waveform
from wavenet.tts.russian import festival

TEXT, SOUND = "text.txt", "sound.wav"
"""the files of a program, in its own folder"""
FETCH = "sh scripts/fetch_tts_baselines.sh"
_SECONDS = 120  # Piper, the slowest, takes 3 for a sentence

Command = Callable[[Path], list[str]]
"""arguments, given the folder that contains the program's ``bin`` and ``share`` or ``lib``"""


@dataclass(frozen=True)
class Program:
    """One voice of a program."""

    executable: str
    """name of the file in ``bin``"""
    command: Command
    root: str = "debian/usr"
    """folder into which the script puts it; otherwise it is looked for on the PATH"""
    packages: tuple[str, ...] = ()
    """Debian packages that must be installed, because the script does not fetch it"""
    written: Callable[[str], str] = str
    """converts a text to the notation of the program"""

    @property
    def version(self) -> str:
        """Distinguishes its clips from those of other settings."""
        return " ".join([self.executable, *self.command(Path())])

    def locate(self, folder: Path) -> Path:
        """The folder of the program: below a folder of fetched programs, or installed; raises WavenetError."""
        if self.packages:
            return self._installed()
        root = (folder / self.root).absolute()  # it runs in another folder
        if (root / "bin" / self.executable).is_file():
            return root
        if found := shutil.which(self.executable) if self.root.startswith("debian") else None:
            return Path(found).resolve().parent.parent
        raise WavenetError(f"{self.executable} is neither in {root / 'bin'} nor installed; {FETCH} {folder} fetches it")

    def _installed(self) -> Path:
        found = shutil.which(self.executable)
        root = Path(found).resolve().parent.parent if found else Path()
        # each package has such a folder
        if not found or not all((root / "share" / "doc" / package).is_dir() for package in self.packages):
            raise WavenetError(
                f"{self.executable} or its voice is not installed: apt-get install {' '.join(self.packages)}"
            )
        return root

    def say(self, text: str, root: Path) -> Waveform:
        """A text as (T,) at ``RATE``, spoken by the program in ``root``; raises WavenetError."""
        with tempfile.TemporaryDirectory(prefix="wavenet-") as temporary:
            Path(temporary, TEXT).write_text(" ".join(self.written(text).split()) + "\n", "utf-8")
            self._run(text, root, temporary)
            return files.read(Path(temporary, SOUND), RATE)

    def _run(self, text: str, root: Path, folder: str) -> None:
        arguments = [str(root / "bin" / self.executable), *self.command(root)]
        try:
            done = subprocess.run(
                arguments, cwd=folder, env=_environment(root), stdin=subprocess.DEVNULL, capture_output=True,
                text=True, errors="replace", timeout=_SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise WavenetError(f"{arguments[0]} cannot speak {text!r}: {error}") from error
        if done.returncode or not Path(folder, SOUND).is_file():
            why = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[-1]
            raise WavenetError(f"{arguments[0]} cannot speak {text!r}: {why}")


def _environment(root: Path) -> dict[str, str]:
    """For programs that were built for another folder; an installed one is not affected."""
    libraries = sorted(str(path) for path in root.glob("lib/*-linux-gnu*"))
    paths = [*libraries, *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    # one thread each, as in all measurements
    found = {**os.environ, "LD_LIBRARY_PATH": ":".join(paths), "OMP_NUM_THREADS": "1"}
    if data := next((path for path in libraries if Path(path, "espeak-ng-data").is_dir()), None):
        found["ESPEAK_DATA_PATH"] = data
    return found


def _festival(voice: str) -> Program:
    # text2wave reads its arguments from argv; run as a script, it would look only for the installed voices
    given = f'(set! argv (list "-eval" "({voice})" "-o" "{SOUND}" "{TEXT}"))'

    def command(root: Path) -> list[str]:
        places = ["--datadir", str(root / "share" / "festival"), "--libdir", str(root / "lib" / "festival")]
        return [*places, "-b", given, str(root / "bin" / "text2wave")]

    return Program("festival", command)


def _flite(voice: str) -> Program:
    return Program("flite", lambda root: ["-voice", voice, "-f", TEXT, "-o", SOUND])


def _piper(root: Path) -> list[str]:
    return ["-m", "piper", "-m", str(root / "joe.onnx"), "-i", TEXT, "-f", SOUND]


def _hibari(root: Path) -> list[str]:
    # its command reads a text only from its arguments or its standard input
    said = f"hibari.Hibari(threads=1).save(open('{TEXT}', encoding='utf-8').read(), '{SOUND}', seed=0)"
    return ["-c", f"import hibari; {said}"]


def _espeak(voice: str, written: Callable[[str], str] = str) -> Program:
    return Program("espeak-ng", lambda root: ["-v", voice, "-f", TEXT, "-w", SOUND], written=written)


def _unstressed(text: str) -> str:
    """Without the stress marks in the texts of festvox-ru (``сердц+а``), which espeak-ng would speak."""
    return text.replace("+", "")


_ENGLISH = {
    "festival-kal": ("concatenative, diphones", _festival("voice_kal_diphone")),
    "festival-slt": ("parametric, HMM", _festival("voice_cmu_us_slt_arctic_hts")),
    "flite-slt": ("parametric, trees", _flite("slt")),
    "flite-rms": ("parametric, trees", _flite("rms")),
    "espeak-ng": ("formant", _espeak("en-us")),
    "piper-joe": ("neural, VITS", Program("python", _piper, "piper")),
    "hibari": ("neural, distilled", Program("python", _hibari, "hibari")),
}
_RUSSIAN = {
    "festival-msu-clunits": (
        "concatenative, unit selection",
        replace(_festival("voice_msu_ru_nsh_clunits"), packages=("festival", "festvox-ru"), written=festival.clean),
    ),
    "espeak-ng": ("formant", _espeak("ru", _unstressed)),
}
PROGRAMS = {"en": _ENGLISH, "ru": _RUSSIAN}
"""by language: kinds and programs, by the names under which they are compared"""
