"""Servers that are measured: ours, and others beside it, each a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from experiments.serving.listening import Server
from wavenet.errors import WavenetError
from wavenet.tts.voice import Voice

WAV = 44
"""bytes before the samples"""
READY = 120.0
"""seconds in which a server must listen"""
HIBARI = Path(__file__).with_name("hibari_server.py")


@contextmanager
def ours(voice: Voice, name: str, threads: int) -> Iterator[Server]:
    """``wavenet serve``, as people start it."""
    command = [sys.executable, "-m", "wavenet", "serve", "--voice", name, "--port", "0", "--threads", str(threads)]
    command += ["--max-streams", "1000"]
    rate = voice.sample_rate

    def fields(text: str, seed: int) -> dict[str, Any]:
        return {"input": text, "response_format": "pcm", "sample_rate": rate, "seed": seed}

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        try:
            port = int(line.partition("127.0.0.1:")[2].partition("/")[0])
            yield Server("wavenet", port, process.pid, rate, fields, "/v1/audio/speech")
        finally:
            process.terminate()


@contextmanager
def others(folder: Path) -> Iterator[list[Server]]:
    """Piper's own server with its voice joe, and hibari behind a minimal one, from ``scripts/fetch_tts_baselines.sh``.

    Raises:
        WavenetError: one does not start.
    """
    piper, hibari = folder / "piper", folder / "hibari"
    with (
        _started([piper / "bin/python", "-m", "piper.http_server", "-m", piper / "joe.onnx"]) as (one, first),
        _started([hibari / "bin/python", HIBARI]) as (other, second),
    ):
        yield [
            Server("piper, joe", first, one.pid, 22_050, _text, "/synthesize", WAV),
            Server("hibari, heart", second, other.pid, 24_000, _text),
        ]


def _text(text: str, seed: int) -> dict[str, Any]:
    return {"text": text}


@contextmanager
def _started(command: list[str | Path]) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """A program that takes ``--host`` and ``--port``, once it listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*command, "--host", "127.0.0.1", "--port", str(port)]
    with TemporaryFile() as told:
        try:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=told)
        except OSError as error:
            raise WavenetError(f"{command[0]} cannot be started: {error}; sh scripts/fetch_tts_baselines.sh") from None
        try:
            until = time.monotonic() + READY
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > until:
                    told.seek(0)
                    last = told.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                    raise WavenetError(f"{' '.join(map(str, command))} does not listen: {last}")
                time.sleep(0.1)
            yield process, port
        finally:
            process.terminate()
            process.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
