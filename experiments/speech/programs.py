"""Text-to-speech programs of others, which ``scripts/fetch_tts_baselines.sh`` or apt brings: one command line a voice.

A program runs in an empty folder of its own: it finds the text in one file and leaves its speech in another, both of
fixed names. So no text is ever part of a command line, and there is no shell that could read it.

- Concatenative: Hunt and Black (1996), Unit selection in a concatenative speech synthesis system using a large speech
  database, ICASSP, is what the paper compares with; in English diphones, one recording of each (festival, kal), in
  Russian units cut from 100 minutes (festival, msu_ru_nsh), in clusters: Black and Taylor (1997), Automatically
  clustering similar units for unit selection in speech synthesis, Eurospeech.
- Parametric: Zen, Tokuda and Black (2009), Statistical parametric speech synthesis, Speech Communication 51(11)
  (festival, slt: HMMs; flite: trees).
- Neural: Kim, Kong and Son (2021), Conditional variational autoencoder with adversarial learning for end-to-end
  text-to-speech, arXiv:2106.06103 (Piper); it draws its noise anew each time. hibari 0.2 is a network distilled from
  Kokoro-82M whose spectra are turned into sound by an inverse Fourier transform; the voice `english` learned from it.
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
"""a program's files, in its own folder"""
FETCH = "sh scripts/fetch_tts_baselines.sh"
_SECONDS = 120  # Piper, the slowest, takes 3 for a sentence

Command = Callable[[Path], list[str]]
"""arguments, given the folder that the program's ``bin`` and ``share`` or ``lib`` lie in"""


@dataclass(frozen=True)
class Program:
    """One voice of a program."""

    executable: str
    """in ``bin``"""
    command: Command
    root: str = "debian/usr"
    """where the script puts it; else it is looked for on the PATH"""
    packages: tuple[str, ...] = ()
    """of Debian, with which it must be installed, as the script does not bring it"""
    written: Callable[[str], str] = str
    """a text as it understands it"""

    @property
    def version(self) -> str:
        """What tells its clips from those of other settings."""
        return " ".join([self.executable, *self.command(Path())])

    def locate(self, folder: Path) -> Path:
        """Where it lies: below a folder of fetched programs, or installed; raises WavenetError."""
        if self.packages:
            return self._installed()
        root = (folder / self.root).absolute()  # it runs elsewhere
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
        """A text as (T,) at ``RATE``, said by the program in ``root``; raises WavenetError."""
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
            raise WavenetError(f"{arguments[0]} cannot say {text!r}: {error}") from error
        if done.returncode or not Path(folder, SOUND).is_file():
            why = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[-1]
            raise WavenetError(f"{arguments[0]} cannot say {text!r}: {why}")


def _environment(root: Path) -> dict[str, str]:
    """For programs that were built for another place; one that is installed finds the same there."""
    libraries = sorted(str(path) for path in root.glob("lib/*-linux-gnu*"))
    paths = [*libraries, *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    # one thread each, like everything that is measured
    found = {**os.environ, "LD_LIBRARY_PATH": ":".join(paths), "OMP_NUM_THREADS": "1"}
    if data := next((path for path in libraries if Path(path, "espeak-ng-data").is_dir()), None):
        found["ESPEAK_DATA_PATH"] = data
    return found


def _festival(voice: str) -> Program:
    # text2wave reads its arguments from argv; as a script of its own it would look for the installed voices only
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
    # its command reads a text from its arguments or its standard input only
    said = f"hibari.Hibari(threads=1).save(open('{TEXT}', encoding='utf-8').read(), '{SOUND}', seed=0)"
    return ["-c", f"import hibari; {said}"]


def _espeak(voice: str, written: Callable[[str], str] = str) -> Program:
    return Program("espeak-ng", lambda root: ["-v", voice, "-f", TEXT, "-w", SOUND], written=written)


def _unstressed(text: str) -> str:
    """Without the signs of stress that festvox-ru's texts have (``сердц+а``), which espeak-ng would say."""
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
"""by language: kinds and programs, by the names that they are compared under"""
