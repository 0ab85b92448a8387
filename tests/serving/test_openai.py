"""The official client, as it is."""

import json

import openai
import pytest

from tests.serving.serving import TEXT, served
from tests.serving.speaking import said
from wavenet.audio.files import to_int16


@pytest.fixture(scope="module")
def port():
    with served(max_streams=4, api_key="sesame") as (_, found):
        yield found


@pytest.fixture
def client(port):
    with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="sesame", max_retries=0) as found:
        yield found


def raw(text: str) -> bytes:
    return to_int16(said(text, 0)).astype("<i2").tobytes()


def test_create_returns_the_sound(client):
    found = client.audio.speech.create(
        model="gpt-4o-mini-tts", voice="tiny", input=TEXT, response_format="wav", instructions="cheerfully"
    )
    assert found.content[44:] == raw(TEXT)
    assert found.response.headers["wavenet-ignored"] == "instructions"


def test_a_voice_may_be_an_object(client):
    found = client.audio.speech.create(model="tts-1", voice={"id": "tiny"}, input=TEXT, response_format="wav")
    assert found.content[44:] == raw(TEXT)


def test_bytes_come_as_they_are_made(client):
    text = " ".join([TEXT] * 20)  # long enough that a client which is late does not get it in one piece
    with client.audio.speech.with_streaming_response.create(
        model="tts-1", voice="tiny", input=text, response_format="pcm", extra_body={"sample_rate": 16_000}
    ) as response:
        parts = list(response.iter_bytes())
    assert len(parts) > 3
    assert b"".join(parts) == raw(text)


def test_events_come_as_raw_text(client):
    with client.audio.speech.with_streaming_response.create(
        model="tts-1", voice="tiny", input=TEXT, stream_format="sse", response_format="pcm"
    ) as response:
        lines = [line for line in response.iter_lines() if line]
    kinds = [json.loads(line.removeprefix("data: "))["type"] for line in lines]
    assert kinds == ["speech.audio.delta"] * (len(kinds) - 1) + ["speech.audio.done"]


def test_errors_show_their_message(client, port):
    with pytest.raises(openai.BadRequestError, match="there is no voice 'alloy'; known: tiny") as refused:
        client.audio.speech.create(model="tts-1", voice="alloy", input=TEXT)
    assert (refused.value.param, refused.value.code) == ("voice", "unknown_voice")
    with pytest.raises(openai.NotFoundError, match="did you mean 'tts-1'"):
        client.models.retrieve("tts-2")
    with (
        openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="wrong", max_retries=0) as other,
        pytest.raises(openai.AuthenticationError, match="this server has a key"),
    ):
        other.models.list()


def test_models_are_listed(client):
    names = [model.id for model in client.models.list()]
    assert {"tts-1", "tts-1-hd", "gpt-4o-mini-tts", "tiny"} == set(names)
    assert client.models.retrieve("tiny").owned_by == "wavenet"
