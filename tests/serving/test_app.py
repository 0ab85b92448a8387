"""The HTTP interface, at a real socket."""

import base64
import http.client
import io
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.serving.serving import TEXT, ask, refusal, say, served
from tests.serving.speaking import said, voice
from wavenet.audio.files import to_int16, wav_header
from wavenet.serving.captions import told_word
from wavenet.serving.requests import Limits
from wavenet.tts.segments import SIL

LONG = "The fox sees you, and it runs, and it stays. " * 80


@pytest.fixture(scope="module")
def server():
    with served(limits=Limits(4_096)) as (found, port):
        found.port = port
        yield found


@pytest.fixture(scope="module")
def port(server):
    return server.port


def wav(text: str = TEXT, seed: int = 0) -> bytes:
    return wav_header(16_000) + to_int16(said(text, seed)).astype("<i2").tobytes()


def soon(true) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until, "it never was"
        time.sleep(0.002)


def test_a_text_becomes_the_sound_that_the_voice_makes_of_it(port):
    status, headers, body = say(port, seed=3, voice="tiny", model="anything")
    assert (status, headers["content-type"], headers["wavenet-voice"]) == (200, "audio/wav", "tiny")
    assert body == wav(seed=3)


def test_what_is_ignored_is_named(port):
    headers = say(port, "So?", instructions="cheerfully", é=1)[1]
    assert headers["wavenet-ignored"] == r"instructions, \xe9"
    assert "wavenet-ignored" not in say(port, "So?")[1]


def test_the_sound_of_each_of_many_at_once_is_its_own_byte_for_byte(port):
    asked = [(text, seed) for text in (TEXT, "It cost $3.50.", "Yes… No, it stays.") for seed in range(4)]
    with ThreadPoolExecutor(len(asked)) as threads:
        answers = list(threads.map(lambda each: say(port, each[0], seed=each[1]), asked))
    for (text, seed), (status, _, body) in zip(asked, answers, strict=True):
        assert (status, body == wav(text, seed)) == (200, True)


def test_raw_samples_have_24_khz_unless_another_rate_is_asked_for(port):
    lengths = [len(say(port, response_format="pcm", **rate)[2]) for rate in ({}, {"sample_rate": 8_000})]
    samples = len(said(TEXT, 0))
    assert lengths == [pytest.approx(2 * samples * factor, abs=4) for factor in (1.5, 0.5)]
    assert say(port, response_format="pcm", sample_rate=16_000)[2] == wav()[44:]


@pytest.mark.parametrize("name", ["mp3", "flac", "opus", "aac"])
def test_compressed_sound_is_read_by_others(port, name):
    status, headers, body = say(port, response_format=name)
    assert status == 200
    assert headers["content-type"].startswith("audio/")
    if name != "aac":
        assert soundfile.info(io.BytesIO(body)).samplerate == 16_000


def test_without_a_format_it_is_mp3_as_with_openai(port):
    headers = ask(port, "POST", "/v1/audio/speech", {"input": "So?"})[1]
    assert headers["content-type"] == "audio/mpeg"


def test_speed_and_ssml_are_heard(port):
    fast, slow = (len(say(port, speed=speed)[2]) for speed in (2, 0.5))
    assert slow > 3 * fast
    spoken = say(port, "<speak>Yes.<break time='2s'/> No</speak>", ssml=True)[2]
    assert len(spoken) > 64_000
    status, message, _ = refusal(say(port, "<speak>Yes", ssml=True))
    assert (status, "SSML, line 1: the text ends inside of <speak>" in message) == (400, True)


def events(body: bytes) -> list[dict]:
    assert body.endswith(b"\n\n")
    return [json.loads(event.removeprefix(b"data: ")) for event in body[:-2].split(b"\n\n")]


def test_server_sent_events_hold_the_same_bytes(port):
    status, headers, body = say(port, stream_format="sse")
    *deltas, done = events(body)
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/event-stream")
    assert {event["type"] for event in deltas} == {"speech.audio.delta"}
    assert b"".join(base64.b64decode(event["audio"]) for event in deltas) == wav()
    frames = len(said(TEXT, 0)) // voice().hop_length
    assert done == {
        "type": "speech.audio.done",
        "usage": {"input_tokens": len(TEXT), "output_tokens": frames, "total_tokens": len(TEXT) + frames},
    }


def expected_words(text: str) -> list[dict]:
    return [told_word(word) for sentence in voice().plan(text) for word in sentence.words]


def test_words_come_with_the_characters_that_were_given(port):
    text = "It cost  $5.20, then."
    found = json.loads(ask(port, "POST", "/dev/captioned_speech", {"input": text, "stream": False})[2])["timestamps"]
    assert [word["word"] for word in found] == ["It", "cost", "$5.20,", "then."]
    assert [text[word["from"] : word["to"]] for word in found] == [word["word"] for word in found]


def test_plans_tell_phones_without_gaps_and_the_pitch_of_every_frame(port):
    told = events(say(port, stream_format="sse", word_timestamps=True, response_format="pcm")[2])
    plans = [event for event in told if event["type"] == "speech.plan.delta"]
    expected = list(voice().plan(TEXT))
    assert len(plans) == len(expected)
    for plan, sentence in zip(plans, expected, strict=True):
        frames = int(sentence.durations.sum())
        assert len(plan["pitch"]) == frames
        ends = [0.0, *(phone["end"] - plan["start"] for phone in plan["phones"])]
        assert np.rint(np.diff(ends) / plan["frame"]).tolist() == sentence.durations.tolist()
        assert [phone["phone"] or SIL for phone in plan["phones"]] == [segment.phone for segment in sentence.segments]


def test_words_come_with_events_before_their_sound_if_they_are_asked_for(port):
    heard, told, late = 0, [], 0
    for event in events(say(port, stream_format="sse", word_timestamps=True, response_format="pcm")[2]):
        if event["type"] == "speech.words.delta":
            told += event["timestamps"]
            late += event["timestamps"][0]["start_time"] < heard / 48_000 - 0.05
        heard += len(base64.b64decode(event.get("audio", "")))
    assert told == expected_words(TEXT)
    assert late == 0


def test_captions_come_with_sound_whole_or_line_by_line(port):
    fields = {"input": TEXT, "response_format": "wav"}
    whole = json.loads(ask(port, "POST", "/dev/captioned_speech", {**fields, "stream": False})[2])
    assert base64.b64decode(whole["audio"]) == wav()
    assert (whole["audio_format"], whole["timestamps"]) == ("audio/wav", expected_words(TEXT))
    assert [word["word"] for word in whole["timestamps"]] == TEXT.split()
    lines = [json.loads(line) for line in ask(port, "POST", "/dev/captioned_speech", fields)[2].splitlines()]
    assert b"".join(base64.b64decode(line["audio"]) for line in lines) == wav()
    assert [word for line in lines for word in line["timestamps"]] == whole["timestamps"]


def test_phones_are_told_without_sound(port):
    found = json.loads(ask(port, "POST", "/dev/phonemize", {"text": "The fox."})[2])
    assert found["words"][1] == {"word": "fox", "phonemes": "F AA1 K S"}
    assert found["phonemes"].endswith(" | F AA1 K S")
    assert refusal(ask(port, "POST", "/dev/phonemize", {"text": "..."}))[:2] == (
        400, "there is nothing to say: the text has no words",
    )  # fmt: skip


def test_voices_and_models_are_listed(port):
    (found,) = json.loads(ask(port, "GET", "/v1/audio/voices")[2])["voices"]
    assert (found["id"], found["name"], found["sample_rate"]) == ("tiny", "tiny", 16_000)
    models = [model["id"] for model in json.loads(ask(port, "GET", "/v1/models")[2])["data"]]
    assert {"tts-1", "gpt-4o-mini-tts", "tiny"} <= set(models)
    assert json.loads(ask(port, "GET", "/v1/models/tts-1")[2])["object"] == "model"
    assert refusal(ask(port, "GET", "/v1/models/tts-2")) == (
        404,
        "there is no model 'tts-2'; did you mean 'tts-1'?",
        "model",
    )


@pytest.mark.filterwarnings("ignore::wavenet.errors.WavenetWarning")  # as wavenet serve does
@pytest.mark.parametrize(
    ("fields", "status", "message", "param"),
    [
        ({"voice": "tinny"}, 400, "there is no voice 'tinny'; did you mean 'tiny'?", "voice"),
        ({"voice": {"id": "../etc"}}, 400, "there is no voice '../etc'; known: tiny", "voice"),
        ({"voice": 3}, 400, "voice is 3, and must be the name of a voice", "voice"),
        ({"voice": {"id": None}}, 400, "voice is {'id': None}, and must be the name of a voice", "voice"),
        ({"input": ""}, 400, "input is empty", "input"),
        ({"input": " \n"}, 400, "input is empty", "input"),
        ({"input": "So \ud83d."}, 400, "input has half a character at 3: \\ud83d; JSON writes", "input"),
        ({"input": None}, 400, "input is None", "input"),
        ({"input": "x" * 4_097}, 413, "input has 4097 characters, and may have 4096", "input"),
        ({"input": "..."}, 400, "there is nothing to say", "input"),
        ({"input": "안녕하세요"}, 400, "there is nothing to say", "input"),
        ({"speed": float("nan")}, 400, "speed is nan, and must be a number from 0.25 to 4", "speed"),
        ({"speed": 5}, 400, "speed is 5, and must be", "speed"),
        ({"speed": "1"}, 400, "speed is '1', and must be", "speed"),
        ({"speed": True}, 400, "speed is True, and must be", "speed"),
        ({"response_format": "mp4"}, 400, "did you mean 'mp3'?", "response_format"),
        ({"stream_format": "x"}, 400, "stream_format is 'x', and must be one of audio, sse", "stream_format"),
        ({"sample_rate": 44_100}, 400, "sample_rate is 44100, and must be one of 8000, 16000, 24000", "sample_rate"),
        ({"seed": -1}, 400, "seed is -1", "seed"),
        ({"seed": True}, 400, "seed is True", "seed"),
        ({"temperature": -1}, 400, "temperature is -1", "temperature"),
        ({"ssml": "yes"}, 400, "ssml is 'yes', and must be true or false", "ssml"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_openais_shape(port, fields, status, message, param):
    found = refusal(say(port, **{"text": TEXT, **fields}) if "input" not in fields else say(port, fields["input"]))
    assert (found[0], message in found[1], found[2]) == (status, True, param), found


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000, b'{"input": 1' + b"1" * 5_000 + b"}"])
def test_what_is_no_json_object_is_refused(port, body):
    status, message, _ = refusal(ask(port, "POST", "/v1/audio/speech", body))
    assert status == 400
    assert "the body is" in message


def test_a_body_that_is_too_long_is_refused_before_it_is_read(port):
    status, message, _ = refusal(ask(port, "POST", "/v1/audio/speech", b'{"input": "' + b"x" * 300_000))
    assert (status, "the body has more than" in message) == (413, True)


def test_paths_and_methods_that_there_are_not_are_told_so(port):
    assert refusal(ask(port, "GET", "/v1/audio/speach"))[0] == 404
    assert refusal(ask(port, "GET", "/v1/audio/speech"))[0] == 405
    assert refusal(ask(port, "GET", "/v1/models/%2e%2e%2f%2e%2e%2fetc%2fpasswd"))[0] == 404


def test_health_and_numbers_are_told(server, port):
    assert ask(port, "GET", "/health/live")[0] == ask(port, "GET", "/health/ready")[0] == 200
    say(port)
    page = ask(port, "GET", "/metrics")[2].decode()
    numbers = dict(line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#"))
    assert float(numbers["wavenet_first_audio_seconds_count"]) >= 1
    assert float(numbers["wavenet_real_time_factor_count"]) >= 1
    assert float(numbers['wavenet_audio_seconds_total{voice="tiny"}']) >= len(said(TEXT, 0)) / 16_000 - 0.001
    assert float(numbers['wavenet_requests_total{ended="complete"}']) >= 1
    assert {"wavenet_streams", "wavenet_waiting"} <= set(numbers)
    assert server.scheduler.streams == 0


@pytest.mark.filterwarnings("ignore::wavenet.errors.WavenetWarning")
def test_no_text_is_logged(port, caplog):
    caplog.set_level("INFO", "wavenet.serving")
    say(port, "The fox is secret.")
    say(port, "안녕하세요 fox")
    say(port, "fox", voice="fox")
    soon(lambda: len(caplog.records) >= 3)
    assert "event=speech ended=complete voice=tiny format=wav rate=16000 characters=18" in caplog.text
    assert "fox" not in caplog.text


@pytest.mark.parametrize("path", ["/v1/audio/speech", "/dev/captioned_speech", "/dev/phonemize"])
def test_a_client_that_leaves_in_its_request_is_no_failure_of_the_server(path, port, caplog):
    def left() -> float:
        found = [line for line in ask(port, "GET", "/metrics")[2].decode().splitlines() if 'total{code="left"}' in line]
        return float(found[0].split()[1]) if found else 0.0

    before = left()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n".encode() + b'{"in')
        time.sleep(0.1)
    soon(lambda: left() == before + 1)
    assert not [each for each in caplog.records if each.exc_info]


def test_a_client_that_leaves_frees_its_place_at_once(server, port):
    with socket.create_connection(("127.0.0.1", port)) as client:
        body = json.dumps({"input": LONG, "response_format": "pcm"}).encode()
        client.sendall(b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        assert client.recv(1_000).startswith(b"HTTP/1.1 200")
        assert server.scheduler.streams == 1
    soon(lambda: server.scheduler.streams == 0)


def test_the_first_bytes_come_long_before_the_last_are_made(server, port):
    with socket.create_connection(("127.0.0.1", port)) as client:
        body = json.dumps({"input": LONG, "response_format": "pcm"}).encode()
        client.sendall(b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        received = b""
        while len(received) < 2_000:
            received += client.recv(1_000)
        assert server.scheduler.streams == 1


def test_nothing_is_left_of_a_server_whose_clients_left_or_sent_garbage():
    def open_files() -> set[str]:
        folder = Path("/proc/self/fd")
        return {path.name for path in folder.iterdir()} if folder.exists() else set()

    threads, files = set(threading.enumerate()), len(open_files())
    with served() as (server, port):
        for body in (b"GET / HTTP/9\r\n\r\n", b"\x00\xff" * 500, b"POST /v1/audio/speech HTTP/1.1\r\n"):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(body)
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", port)) as client:
                body = json.dumps({"input": LONG, "response_format": "opus"}).encode()
                head = b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                client.sendall(head % len(body) + body)
                client.recv(100)
        soon(lambda: server.scheduler.streams == 0)
        assert say(port)[2] == wav()
    assert set(threading.enumerate()) == threads
    assert len(open_files()) <= files


def test_a_full_server_says_when_to_come_again():
    with served(max_streams=1) as (server, port):

        def stay():
            with suppress(http.client.IncompleteRead):  # it is cut off at the end
                say(port, LONG)

        stays = [threading.Thread(target=stay) for _ in range(2)]
        for thread in stays:
            thread.start()
        soon(lambda: server.scheduler.streams + server.scheduler.waiting == 2)
        status, headers, body = say(port, TEXT)
        assert (status, json.loads(body)["error"]["code"]) == (429, "busy")
        assert int(headers["retry-after"]) >= 1
        server.scheduler.close()
        for thread in stays:
            thread.join()
        assert refusal(say(port, TEXT))[0] == 503
        assert ask(port, "GET", "/health/ready")[0] == 503


def test_a_key_is_asked_for_where_there_is_one():
    with served(api_key="sesame") as (_, port):
        for wrong in (
            {},
            {"Authorization": "Bearer sesam"},
            {"Authorization": "sesame"},
            {"Authorization": "Bearer é"},
        ):
            answer = ask(port, "GET", "/v1/audio/voices", **wrong)
            assert refusal(answer)[:2] == (401, "this server has a key; send it as Authorization: Bearer KEY")
        assert ask(port, "GET", "/v1/audio/voices", Authorization="Bearer sesame")[0] == 200
        assert ask(port, "GET", "/health/live")[0] == 200


def test_a_fault_of_the_server_has_the_shape_too(server, port, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("inside")

    monkeypatch.setattr(type(voice()), "advance", broken)
    status, message, _ = refusal(say(port))
    assert (status, message) == (500, "the server failed to say this text; its log tells why")
    assert np.array_equal([server.scheduler.streams], [0])
    assert "inside" in caplog.text
