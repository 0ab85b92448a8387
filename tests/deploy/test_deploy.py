"""What lies in ``deploy`` says nothing that does not hold: its commands parse, and systemd finds no fault."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from wavenet.cli import say, serve
from wavenet.cli.parser import Parser

DEPLOY = Path(__file__).parents[2] / "deploy"
KNOWN = {"FROM", "RUN", "COPY", "USER", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "CMD"}


def parsed(command, arguments: list[str]):
    parser = Parser(exit_on_error=False)
    command.add_arguments(parser)
    return parser.parse_args(arguments)


def lines(name: str) -> list[str]:
    return [line for line in (DEPLOY / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def test_the_container_serves_as_no_privileged_user():
    found = dict(line.split(maxsplit=1) for line in lines("Containerfile"))  # the last of each kind
    assert found.keys() == KNOWN
    program, command, *arguments = json.loads(found["ENTRYPOINT"]) + json.loads(found["CMD"])
    assert (program, command) == ("wavenet", "serve")
    args = parsed(serve, arguments)
    assert [str(args.port), str(args.wyoming)] == found["EXPOSE"].split()
    assert int(found["USER"]) > 0
    compile(json.loads(found["HEALTHCHECK"].removeprefix("CMD "))[2], "health", "exec")


def test_the_service_runs_a_command_that_parses():
    settings = dict(line.split("=", 1) for line in lines("wavenet.service") if "=" in line)
    program, command, *arguments = shlex.split(settings["ExecStart"])
    assert (Path(program).name, command) == ("wavenet", "serve")
    parsed(serve, arguments)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
def test_systemd_finds_no_fault_in_the_service(tmp_path):
    text = (DEPLOY / "wavenet.service").read_text("utf-8").replace("/opt/wavenet/bin/wavenet", "/bin/true")
    (tmp_path / "wavenet.service").write_text(text, "utf-8")
    found = subprocess.run(["systemd-analyze", "verify", tmp_path / "wavenet.service"], capture_output=True, text=True)
    if "Failed to" in found.stderr and "wavenet.service" not in found.stderr:
        pytest.skip("systemd-analyze does not run here")
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize(("rate", "speed"), [(-100, 0.2), (0, 1.0), (50, 1.4), (100, 1.8)])
def test_speech_dispatcher_has_texts_said_at_every_rate(rate, speed):
    settings = dict(line.split(maxsplit=1) for line in lines("speech-dispatcher.conf"))
    percent = rate * int(settings["GenericRateMultiply"]) // 100 + int(settings["GenericRateAdd"])
    shell = settings["GenericExecuteSynth"].strip('"').split("|", 1)[1].rsplit("|", 1)[0]
    shell = shell.replace("$RATE", str(percent)).replace("$PITCH", "100").replace("$VOICE", "english")
    told = subprocess.run(["sh", "-c", f"printf '%s\\n' {shell}"], capture_output=True, text=True, check=True).stdout
    program, command, *arguments = told.split()
    assert (program, command) == ("wavenet", "say")
    assert parsed(say, arguments).speed == pytest.approx(speed)
