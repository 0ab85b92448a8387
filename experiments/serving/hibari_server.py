"""hibari behind the least that is a server: POST {"text"} is answered by 16-bit samples at 24 kHz, by sentences.

For the Python of ``scripts/fetch_hibari.sh``; started by ``others.py``.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np


class Handler(BaseHTTPRequestHandler):
    """Says a text."""

    protocol_version = "HTTP/1.1"
    voice: Any

    def do_POST(self) -> None:
        """See above."""
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for sound in self.voice.stream(text, seed=0):
            data = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *args: object) -> None:
        """Nothing."""


def main() -> None:
    """Serve until the end."""
    from hibari import Hibari  # type: ignore[import-not-found]

    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    args = parser.parse_args()
    Handler.voice = Hibari(voice="heart", threads=1)
    ThreadingHTTPServer.request_queue_size = 256
    ThreadingHTTPServer((args.host, args.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
