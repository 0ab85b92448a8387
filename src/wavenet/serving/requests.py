"""What clients send, checked: JSON to a request, or an error that names the field and the way out."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from wavenet.config.checks import is_number, shortened
from wavenet.engine.sampling import Sampling
from wavenet.errors import UsageError, suggestion
from wavenet.serving import formats
from wavenet.serving.errors import RequestError
from wavenet.tts.markup import Markup
from wavenet.tts.speech import Sentence, Speech
from wavenet.tts.voice import Voice

SPEEDS = (0.25, 4.0)
"""between which OpenAI's factor lies"""
BYTES_A_CHARACTER = 12
"""at most, in JSON that escapes all of them; and as much again for the other fields"""
HALF = re.compile("[\ud800-\udfff]")
"""a surrogate without its partner, which no text has"""
KNOWN = frozenset(
    {"input", "model", "voice", "response_format", "speed", "stream_format", "seed", "sample_rate", "temperature"}
    | {"ssml", "stream", "word_timestamps"}
)
"""fields that mean something; others are ignored, and named in the answer"""


DEFAULT = Sampling()


@dataclass(frozen=True)
class Limits:
    """What a server takes."""

    max_characters: int = 4096
    """of a text; OpenAI's own limit"""

    @property
    def max_bytes(self) -> int:
        """Of a request."""
        return BYTES_A_CHARACTER * self.max_characters + 65_536


@dataclass(frozen=True)
class Request:
    """A text to be said, and how."""

    text: str
    name: str
    """of the voice"""
    voice: Voice
    format: str
    rate: int
    """samples per second"""
    speed: float = 1.0
    markup: Markup = "auto"
    sampling: Sampling = DEFAULT
    sse: bool = False
    """as server-sent events"""
    stream: bool = True
    """captions as they come, and not all in one object"""
    words: bool = False
    """with the times of words"""
    ignored: tuple[str, ...] = ()
    """fields that mean nothing here"""

    def begin(self, watch: Callable[[Sentence], object] | None = None, *, fed: bool = False) -> Callable[[], Speech]:
        """What starts the utterance; ``fed``: its text comes in pieces."""
        return partial(
            self.voice.start,
            None if fed else self.text,
            speed=self.speed,
            markup=self.markup,
            sampling=self.sampling,
            watch=watch,
        )


def read(body: bytes) -> dict[str, Any]:
    """A JSON object; raises RequestError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"the body is no JSON: {error}", code="bad_json") from None
    if not isinstance(found, dict):
        raise RequestError(f"the body is {shortened(found)}, and must be a JSON object", code="bad_json")
    return found


def checked(given: Mapping[str, Any], voices: Mapping[str, Voice], limits: Limits, *, fed: bool = False) -> Request:
    """A request to say a text; ``fed``: without the text. Raises RequestError."""
    name = voice_name(given.get("voice"), voices)
    voice = voices[name]
    format_ = formats.checked(_one_of(given, "response_format", str, "mp3"))
    rate = given.get("sample_rate")
    if rate is not None and (type(rate) is not int or rate not in formats.RATES):
        raise _wrong("sample_rate", rate, f"one of {', '.join(map(str, formats.RATES))}")
    return Request(
        text="" if fed else text(given.get("input"), limits),
        name=name,
        voice=voice,
        format=format_,
        rate=formats.rate_of(format_, rate, voice.sample_rate),
        speed=_number(given, "speed", 1.0, SPEEDS),
        markup=_markup(given),
        sampling=_sampling(given),
        sse=_choice(given, "stream_format", "audio", ("audio", "sse")) == "sse",
        stream=_one_of(given, "stream", bool, True),
        words=_one_of(given, "word_timestamps", bool, False),
        ignored=tuple(sorted(set(given) - KNOWN)),
    )


def text(given: object, limits: Limits, field: str = "input") -> str:
    """A text that is not empty and not too long."""
    if not isinstance(given, str):
        raise _wrong(field, given, "the text to be said")
    if half := HALF.search(given):
        told = (
            f"{field} has half a character at {half.start()}: {ascii(half[0])[1:-1]}; JSON writes such as two escapes"
        )
        raise RequestError(told, param=field, code="invalid_value")
    if not given.strip():
        raise RequestError(f"{field} is empty; give the text to be said", param=field, code="empty_input")
    if len(given) > limits.max_characters:
        raise too_long(len(given), limits, field)
    return given


def too_long(characters: int, limits: Limits, field: str = "input") -> RequestError:
    """The error of a text that is longer than the server takes."""
    return RequestError(
        f"{field} has {characters} characters, and may have {limits.max_characters}; send it in parts",
        status=413,
        param=field,
        code="input_too_long",
    )


def voice_name(given: object, voices: Mapping[str, Voice]) -> str:
    """The voice that a request names, by a text or an object with an ``id``; without one, the first."""
    if given is None:
        return next(iter(voices))
    name = given.get("id") if isinstance(given, dict) else given
    if not isinstance(name, str):
        raise _wrong("voice", given, "the name of a voice, or an object with its id")
    if name not in voices:
        message = f"there is no voice {shortened(name)}{suggestion(name[:100], voices)}"
        raise RequestError(message, param="voice", code="unknown_voice")
    return name


def _sampling(given: Mapping[str, Any]) -> Sampling:
    seed = given.get("seed")
    temperature = given.get("temperature")
    if isinstance(seed, bool) or isinstance(temperature, bool):
        field = "seed" if isinstance(seed, bool) else "temperature"
        raise _wrong(field, given[field], "a number")
    try:
        return Sampling(0 if seed is None else seed, temperature)
    except UsageError as error:
        raise RequestError(str(error), param=str(error).partition(" ")[0], code="out_of_range") from None


def _markup(given: Mapping[str, Any]) -> Markup:
    ssml: bool | None = _one_of(given, "ssml", bool, None)
    return "auto" if ssml is None else "ssml" if ssml else "markdown"


def _choice(given: Mapping[str, Any], field: str, default: str, choices: tuple[str, ...]) -> str:
    value: str = _one_of(given, field, str, default)
    if value not in choices:
        raise _wrong(field, value, f"one of {', '.join(choices)}")
    return value


def _number(given: Mapping[str, Any], field: str, default: float, between: tuple[float, float]) -> float:
    value = given.get(field)
    if value is None:
        return default
    if isinstance(value, bool) or not is_number(value) or not between[0] <= value <= between[1]:
        raise _wrong(field, value, f"a number from {between[0]:g} to {between[1]:g}")
    return float(value)


def _one_of(given: Mapping[str, Any], field: str, kind: type, default: Any) -> Any:
    """A field, or its default where it is absent or null."""
    value = given.get(field)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise _wrong(field, value, {str: "a text", bool: "true or false"}[kind])
    return value


def _wrong(field: str, value: object, wanted: str) -> RequestError:
    return RequestError(f"{field} is {shortened(value)}, and must be {wanted}", param=field, code="invalid_value")
