"""A process that says a text loads what that needs, and nothing else."""

import subprocess
import sys

HEAVY = {
    "argparse", "attr", "concurrent.futures", "docstring_parser", "email", "importlib.metadata", "jsonargparse",
    "matplotlib", "multiprocessing", "numpy.polynomial", "scipy", "socket", "soundfile", "soxr", "subprocess", "torch",
    "tqdm", "typeshed_client", "wave", "wavenet.audio.containers", "wavenet.audio.decoders",
    "wavenet.audio.periodicity", "wavenet.cli.explain", "wavenet.cli.parser", "wavenet.engine.reference",
    "wavenet.tts.markdown", "wavenet.tts.ssml", "xml.parsers.expat", "yaml",
}  # fmt: skip
SAY = """
import sys
from wavenet.cli.main import main
main(["say", "Hello.", "-o", sys.argv[1]])
print(*sys.modules, file=sys.stderr)
"""


def loaded(path):
    command = [sys.executable, "-c", SAY, str(path)]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.split())


def test_a_text_is_said_into_a_wav_without_what_only_others_need(tmp_path):
    found = loaded(tmp_path / "a.wav")
    assert "numpy" in found
    assert not found & HEAVY


def test_what_other_formats_need_is_loaded_for_them(tmp_path):
    assert loaded(tmp_path / "a.flac") & HEAVY <= {"soundfile", "subprocess"}
