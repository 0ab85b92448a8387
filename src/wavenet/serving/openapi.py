"""The OpenAPI document, written by hand: what each path takes and answers."""

from typing import Any

from wavenet import __version__
from wavenet.outputs.classes import HOTTEST
from wavenet.serving import formats, requests
from wavenet.serving.listening import Service

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}
BINARY = {"schema": {"type": "string", "format": "binary"}}
LINES = {"application/x-ndjson": {"schema": {"type": "string"}}}
OBJECT = {"application/json": {"schema": {"type": "object"}}}


def document(service: Service) -> dict[str, Any]:
    """The document of a server."""
    speech, phonemes = _speech(service), _phonemes(service)
    sound = {each.media_type: BINARY for each in formats.FORMATS.values()}
    paths = {
        "/": _get("A page to try it", open_=True, content={"text/html": {"schema": {"type": "string"}}}),
        "/v1/audio/speech": _post("Say a text", speech, {**sound, "text/event-stream": {}}),
        "/dev/captioned_speech": _post("Say a text, with the times of words", speech, {**OBJECT, **LINES}),
        "/dev/phonemize": _post("The phones of a text", phonemes, OBJECT),
        "/v1/audio/voices": _get("The voices"),
        "/v1/models": _get("The names of models; any name is taken"),
        "/v1/models/{name}": _get("A model", path="name"),
        "/health/live": _get("The server answers", open_=True),
        "/health/ready": _get("The server takes new texts", open_=True),
        "/metrics": _get("Numbers for Prometheus", content={"text/plain": {"schema": {"type": "string"}}}),
        "/openapi.json": _get("This document"),
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "wavenet serve", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": {"Error": ERROR},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}] if service.api_key else [],
    }


def _speech(service: Service) -> dict[str, Any]:
    """The schema of a request to say a text."""
    low, high = requests.SPEEDS
    properties: dict[str, Any] = {
        "model": {"description": "any; ignored"},
        "voice": _voice(service),
        "response_format": {"enum": list(formats.FORMATS), "default": "mp3"},
        "speed": {"type": "number", "minimum": low, "maximum": high, "default": 1},
        "stream_format": {"enum": ["audio", "sse"], "default": "audio"},
        "instructions": {"description": "ignored"},
        "seed": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1, "default": 0},
        "sample_rate": {"enum": list(formats.RATES)},
        "temperature": {"type": "number", "minimum": 0, "maximum": HOTTEST},
        "ssml": {"type": "boolean", "description": "absent: if it begins as such"},
        "word_timestamps": {"type": "boolean", "default": False},
        "stream": {"type": "boolean", "default": True, "description": "of captions: an object a line"},
    }
    optional = {field: _or_null(schema) for field, schema in properties.items()}
    return {"type": "object", "required": ["input"], "properties": {"input": _text(service), **optional}}


def _phonemes(service: Service) -> dict[str, Any]:
    return {"type": "object", "required": ["text"], "properties": {"text": _text(service), "voice": _voice(service)}}


def _voice(service: Service) -> dict[str, Any]:
    name = {"type": "string", "enum": list(service.voices)}
    return _or_null({"oneOf": [name, {"type": "object", "required": ["id"], "properties": {"id": name}}]})


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]} if set(schema) != {"description"} else schema


def _text(service: Service) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": service.limits.max_characters}


def _post(told: str, schema: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    taken = {"required": True, "content": {"application/json": {"schema": schema}}}
    wrong = {400: "wrong", 401: "no key", 408: "too slow", 413: "too long", 429: "busy", 503: "closing"}
    return {"post": {"summary": told, "requestBody": taken, "responses": _responses(content, wrong)}}


def _get(told: str, path: str = "", content: dict[str, Any] = OBJECT, open_: bool = False) -> dict[str, Any]:
    parameters = [{"name": path, "in": "path", "required": True, "schema": {"type": "string"}}] if path else []
    wrong = {401: "no key"} | ({404: "not there"} if path else {}) | ({503: "closing"} if open_ else {})
    found = {"summary": told, "parameters": parameters, "responses": _responses(content, wrong)}
    return {"get": found | ({"security": []} if open_ else {})}


def _responses(content: dict[str, Any], wrong: dict[int, str]) -> dict[str, Any]:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"200": {"description": "done", "content": content}} | {
        str(status): {"description": told, "content": error} for status, told in wrong.items()
    }
