"""The command: a process that serves, and ends in order."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.test_main import failing
from tests.serving.serving import ask, say
from wavenet.cli import serve
from wavenet.errors import UsageError, install_command


@pytest.fixture
def started(voice):
    """A function that starts the command on a free port, and gives the process, the port and its first line."""
    running = []

    def start(*arguments: str, **variables: str) -> tuple[subprocess.Popen, int, str]:
        command = [sys.executable, "-m", "wavenet", "serve", "--voice", voice, "--port", "0", *arguments]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **variables}
        )
        running.append(process)
        line = process.stdout.readline()
        return process, int(line.partition("127.0.0.1:")[2].partition("/")[0]), line

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_in_order_after_the_running_text(started, voice, number):
    process, port, line = started("--threads", "2", "--max-streams", "3")
    name = Path(voice).name
    assert line == f"serving {name} on http://127.0.0.1:{port}/v1, 3 texts at a time on 2 threads; Ctrl-C ends it\n"
    status, headers, body = say(port, "The fox sees you.")
    assert (status, headers["wavenet-voice"], len(body) > 10_000) == (200, name, True)
    process.send_signal(number)
    assert process.wait(20) == 0
    told = process.stderr.read()
    assert "event=speech ended=complete" in told
    assert "Traceback" not in told
    assert "fox" not in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_running_texts_are_said_to_their_end(started, number):
    process, port, _ = started()
    request = {"input": "The fox sees you. " * 30, "response_format": "wav"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", "/v1/audio/speech", json.dumps(request))
        with connection.getresponse() as response:
            process.send_signal(number)
            assert len(response.read()) > 500_000  # complete, or it would raise
    assert process.wait(20) == 0


def test_a_second_interrupt_cuts_texts_off_without_a_traceback(started):
    process, port, _ = started()
    request = {"input": "The fox sees you. " * 200, "response_format": "wav"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", "/v1/audio/speech", json.dumps(request))
        with connection.getresponse() as response:
            response.read(10_000)
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
    told = process.stderr.read()
    assert "event=speech ended=left" in told
    assert "Traceback" not in told


def test_the_key_may_stand_in_the_environment(started):
    _, port, line = started(WAVENET_API_KEY="sesame")
    assert "for whoever has the key" in line
    assert ask(port, "GET", "/v1/models")[0] == 401
    assert ask(port, "GET", "/v1/models", Authorization="Bearer sesame")[0] == 200


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--port", "70000"], 2, "port is 70000, and must be from 0 to 65535"),
        (["--threads", "-1"], 2, "threads is -1, and must be from 0 to 1024"),
        (["--threads", "100000"], 2, "threads is 100000, and must be from 0 to 1024"),
        (["--max-characters", "0"], 2, "max_characters is 0, and must be at least 1"),
        (["--host", "1.2.3.4"], 1, "cannot listen on 1.2.3.4, port 8000"),
        (["--voice", "englsh", "--port", "0"], 2, "englsh: is neither a voice folder nor"),
        (["--voice", "english", "english", "--port", "0"], 2, "two voices are called english"),
    ],
)
def test_bad_input_is_one_line(capsys, arguments, code, message):
    found, line = failing(capsys, "serve", *arguments)
    assert (found, message in line) == (code, True), line


def test_a_port_that_is_taken_is_told(started, capsys):
    _, port, _ = started()
    code, line = failing(capsys, "serve", "--port", str(port))
    assert (code, f"cannot listen on 127.0.0.1, port {port}" in line) == (1, True)


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_without_the_extra_the_install_line_is_told():
    code = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "from wavenet.cli.main import main\nsys.stderr = sys.stdout\n"
        "try: main(['serve'])\nexcept SystemExit as end: print(end.code)"
    )
    assert python(code) == f"wavenet: serve needs more packages: {install_command('serve')}\n1\n"


def test_serving_imports_nothing_heavy():
    heavy = "('torch', 'scipy', 'matplotlib', 'pydantic')"
    assert python(f"import sys, wavenet.serving.server; print([n for n in {heavy} if n in sys.modules])") == "[]\n"


def test_voices_are_called_as_their_folders(tmp_path):
    assert serve._named(["english", f"{tmp_path}/ann/"]) == {"english": "english", "ann": f"{tmp_path}/ann/"}
    with pytest.raises(UsageError, match="two voices are called ann"):
        serve._named([f"{tmp_path}/ann", f"{tmp_path}/x/ann"])
