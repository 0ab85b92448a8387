"""``wavenet serve``: text to speech for other programs, as OpenAI's interface has it."""

import logging
import os
import sys
from pathlib import Path

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
    key = args.api_key or os.environ.get(KEY, "")
    with server.bound(args.host, args.port) as listening, server.without_warnings():
        voices = {name: Voice.open(path, args.precision) for name, path in _named(args.voice).items()}
        serving = server.Server(
            voices,
            workers=args.threads,
            max_streams=args.max_streams,
            limits=Limits(args.max_characters),
            api_key=key,
        )
        host, port = listening.getsockname()[:2]
        print(
            f"serving {', '.join(voices)} on http://{f'[{host}]' if ':' in host else host}:{port}/v1, "
            f"{serving.scheduler.max_streams} texts at a time on {serving.scheduler.workers} threads"
            f"{', for whoever has the key' if key else ''}; Ctrl-C ends it",
            flush=True,
        )
        try:
            serving.run(listening)
        except KeyboardInterrupt:  # a signal, which was obeyed
            pass
        finally:
            serving.close()


def _check(args: Namespace) -> None:
    if not 0 <= args.port < 65_536:
        raise UsageError(f"port is {args.port}, and must be from 0 to 65535")
    for name, least in (("max_streams", 0), ("threads", 0), ("max_characters", 1)):
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
