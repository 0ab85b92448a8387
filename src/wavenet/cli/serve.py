"""``wavenet serve``: text to speech for other programs, as OpenAI's interface has it."""

import gc
import logging
import os
import resource
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from socket import socket

from jsonargparse import ArgumentParser, Namespace

# before numpy is there: its products have one thread (blas.py), so it starts no others
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from wavenet.cli import options
from wavenet.errors import MissingExtraError, UsageError

KEY = "WAVENET_API_KEY"
"""the environment variable that holds the key, which a list of processes would show"""
SWITCH = 0.001
"""seconds until Python gives another thread its turn: a worker that has made its block waits for no more of planning"""
HELP = "serve speech over HTTP: OpenAI's interface, many listeners at once"
EXAMPLE = "wavenet serve --voice english --port 8000"


def add_arguments(parser: ArgumentParser) -> None:
    """Where to listen, whose voices, and how much at a time."""
    parser.add_argument("--host", type=str, default="127.0.0.1", help="the address; 0.0.0.0: every one of this machine")
    parser.add_argument("--port", type=int, default=8000, help="0: any free one")
    parser.add_argument(
        "--wyoming", type=int, default=-1, help="a port for Wyoming, by which Home Assistant speaks; 0: any; -1: none"
    )
    parser.add_argument(
        "--voice",
        "--model",
        type=str,
        nargs="+",
        default=["english"],
        help="folders of voices, or names of shipped voices; requests without a voice have the first",
    )
    parser.add_argument("--api_key", type=str, default="", help=f"that clients must send; better in {KEY}")
    parser.add_argument("--max_streams", type=int, default=0, help="texts said at a time; 0: 20 for each thread")
    parser.add_argument("--max_characters", type=int, default=4096, help="of a text")
    parser.add_argument("--threads", type=int, default=0, help="of the engine; 0: one for each core")
    options.add_precision(parser)


def run(args: Namespace) -> None:
    """Open the voices and serve until a signal ends it; running texts are said to their end, within a limit."""
    _check(args)
    try:
        from wavenet.serving import server
    except ModuleNotFoundError:
        raise MissingExtraError("serve", "serve") from None
    from wavenet.serving.requests import Limits
    from wavenet.tts.voice import Voice

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    sys.setswitchinterval(SWITCH)
    _allow_files()
    key = args.api_key or os.environ.get(KEY, "")
    with ExitStack() as stack:
        listening = stack.enter_context(server.bound(args.host, args.port))
        wyoming = stack.enter_context(server.bound(args.host, args.wyoming)) if args.wyoming >= 0 else None
        stack.enter_context(server.without_warnings())
        voices = {name: Voice.open(path, args.precision) for name, path in _named(args.voice).items()}
        serving = server.Server(
            voices,
            workers=args.threads,
            max_streams=args.max_streams,
            limits=Limits(args.max_characters),
            api_key=key,
        )
        gc.freeze()  # what is there now stays: to look through it would stop all threads for a tenth of a second
        more = f" and tcp://{_address(wyoming)}" if wyoming else ""
        print(
            f"serving {', '.join(voices)} on http://{_address(listening)}/v1{more}, "
            f"{serving.scheduler.max_streams} texts at a time on {serving.scheduler.workers} threads"
            f"{', for whoever has the key' if key else ''}; Ctrl-C ends it",
            flush=True,
        )
        try:
            serving.run(listening, wyoming)
        except KeyboardInterrupt:  # a signal, which was obeyed
            pass
        finally:
            serving.close()


def _allow_files() -> None:
    """Let as many connections be open as the system allows this process, and no fewer than a server takes."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(ValueError, OSError):  # where most is unlimited, and the system has a limit of its own
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _address(listening: socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _check(args: Namespace) -> None:
    for name, least, most in (("port", 0, 65_535), ("wyoming", -1, 65_535), ("threads", 0, 1_024)):
        if not least <= getattr(args, name) <= most:
            raise UsageError(f"{name} is {getattr(args, name)}, and must be from {least} to {most}")
    for name, least in (("max_streams", 0), ("max_characters", 1)):
        if getattr(args, name) < least:
            raise UsageError(f"{name} is {getattr(args, name)}, and must be at least {least}")


def _named(voices: list[str]) -> dict[str, str]:
    """The voices by what requests call them: the names of their folders."""
    found: dict[str, str] = {}
    for path in voices:
        name = Path(path).resolve().name if os.sep in path else path
        if name in found:
            raise UsageError(f"two voices are called {name}; rename the folder of one")
        found[name] = path
    return found
