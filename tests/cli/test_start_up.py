"""A process that says a text loads what that needs, and nothing else."""

import subprocess
import sys

HEAVY = {
    "argparse", "attr", "concurrent.futures", "decimal", "docstring_parser", "email", "fractions", "gzip", "hashlib",
    "importlib.metadata", "jsonargparse", "matplotlib", "multiprocessing", "numpy.polynomial", "numpy.random",
    "safetensors", "scipy", "socket", "soundfile", "soxr", "string", "subprocess", "torch", "tqdm",
    "typeshed_client", "wave", "wavenet.audio.containers", "wavenet.audio.decoders", "wavenet.audio.periodicity",
    "wavenet.cli.explain", "wavenet.cli.parser", "wavenet.config.training", "wavenet.config.voice_training",
    "wavenet.engine.products", "wavenet.engine.reference", "wavenet.outputs.mixture", "wavenet.tts.markdown",
    "wavenet.tts.ssml", "xml.parsers.expat", "yaml", "zipfile",
}  # fmt: skip
SHOW = "\nimport sys\nprint(*sys.modules, file=sys.stderr)"
SAY = """
import sys
from wavenet.cli.main import main
main(["say", "Hello.", "-o", sys.argv[1]])
"""


def modules(program, *arguments):
    command = [sys.executable, "-c", program + SHOW, *map(str, arguments)]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.split())


def loaded(path):
    """What saying a text loads beside numpy and what numpy loads, which differs from version to version."""
    return modules(SAY, path) - modules("import numpy")


def test_a_text_is_said_into_a_wav_without_what_only_others_need(tmp_path):
    found = loaded(tmp_path / "a.wav")
    assert "wavenet.tts.voice" in found
    assert not found & HEAVY


def test_what_other_formats_need_is_loaded_for_them(tmp_path):
    assert loaded(tmp_path / "a.flac") & HEAVY <= {"soundfile", "subprocess"}
