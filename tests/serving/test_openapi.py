"""The OpenAPI document says what is there, and nothing that fits it or breaks it makes the server fail."""

import json
import subprocess
import sys

import pytest

from tests.serving.serving import ask, served
from wavenet.serving import openapi, requests
from wavenet.serving.app import build
from wavenet.serving.requests import Limits


@pytest.fixture(scope="module")
def server():
    with served(limits=Limits(100)) as (found, port):
        found.port = port
        yield found


def test_every_path_is_in_it(server):
    routes = {route.path.replace(":path", "") for route in build(server.service)._app.routes}
    assert set(openapi.document(server.service)["paths"]) == routes - {"/v1/audio/speech/stream"}, "a WebSocket"
    assert json.loads(ask(server.port, "GET", "/openapi.json")[2]) == openapi.document(server.service)


def test_every_field_of_a_request_is_in_it(server):
    body = openapi.document(server.service)["paths"]["/v1/audio/speech"]["post"]["requestBody"]
    fields = set(body["content"]["application/json"]["schema"]["properties"])
    assert fields == requests.KNOWN | {"instructions"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::wavenet.errors.WavenetWarning")  # as wavenet serve does
def test_schemathesis_finds_nothing(server, tmp_path):
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{server.port}/openapi.json"]
    # not every text can be said, and what is wrong with one is told by 413 too
    left_out = ["--exclude-checks", "positive_data_acceptance,negative_data_rejection"]
    settings = ["--checks", "all", "--max-examples", "5", "--seed", "1", "--phases", "coverage,fuzzing", "--no-color"]
    done = subprocess.run([*command, *settings, *left_out], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
