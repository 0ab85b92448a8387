"""Russian text → sentences, and the segments of each by festival, which reads a few at a time, their figures as words.

A sentence ends at ``.!?…`` before a blank, as those do that voices learn from, and at an empty line. A full stop behind
a single letter (``А. С. Пушкин``), or before a small one or a figure (``стр. 5``), ends none, and is read as a comma.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path

from wavenet.errors import UsageError
from wavenet.tts import documents, ssml
from wavenet.tts.foreign import greek, sayable
from wavenet.tts.front_ends import Said, begun
from wavenet.tts.markup import Break, Language, Markup
from wavenet.tts.places import Written, of_pieces
from wavenet.tts.russian import abbreviations, festival, figures
from wavenet.tts.segments import Segment
from wavenet.tts.traced import Place, group, joined, mapped, normalized, place, sub, traced, words

LONGEST = 500
"""characters of a sentence; a longer one is cut, behind a mark if it has one"""
AT_ONCE = 1000
"""characters of a text that are read before some of it is said: festival takes a second to start, then 20 ms for each
sentence, and what it has read is heard for a minute"""

RUSSIAN = Language("ru", "Russian", ())

_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyzабвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_GREEK = {
    "α": "альфа", "β": "бета", "γ": "гамма", "δ": "дельта", "ε": "эпсилон", "ζ": "дзета", "η": "эта", "θ": "тета",
    "ι": "йота", "κ": "каппа", "λ": "лямбда", "μ": "мю", "ν": "ню", "ξ": "кси", "ο": "омикрон", "π": "пи", "ρ": "ро",
    "σ": "сигма", "ς": "сигма", "τ": "тау", "υ": "ипсилон", "φ": "фи", "χ": "хи", "ψ": "пси", "ω": "омега",
}  # fmt: skip
_GREEK |= {letter.upper(): name for letter, name in _GREEK.items() if letter != "ς"}
_SILENT = re.compile("[^\\w\\s.,;:!?…()\\[\\]{}«»„“”\"'+\u0301—–-]|_")
_LETTER = r"[^\W\d_яЯ]"  # я is a word
_COMMA = re.compile(
    rf"(?:(?<=^{_LETTER})|(?<=[\s.(«„“\"]{_LETTER})|{abbreviations.GO_ON})\.(?=[^\S\n])"
    r"|(?<![.!?…])\.(?=[^\S\n]+[a-zа-яё\d])"
)
_END = re.compile(
    rf"""(?!{_COMMA.pattern})(?<![.!?…])[.!?…]++["»”“’)\]]*+(?:[^\S\n]*+\n|[^\S\n]++(?=\S))|\n[^\S\n]*+\n"""
)
"""looks at one character behind it, lest it changes with what comes"""
_PIECE = re.compile(r"(?P<before>[^\s\w*`~|]*)(?P<word>\w(?:\w|[^\s\w—–…()](?=\w))*|[^\s\w])(?P<behind>[^\s\w*`~|]*)")
"""what is between blanks, dashes and brackets, with the marks around it"""
_GIVEN = re.compile("[\\w+\u0301-]*\\w[\\w+\u0301-]*")
_CUT = re.compile(r".*[,;:–—-]\s|.*\s", re.DOTALL)


def read(
    text: str | Iterable[str | None],
    lexicon: Sequence[str | Path] = (),
    *,
    markup: Markup = "auto",
    strict: bool = False,
) -> Iterator[Said | None]:
    """The sentences of a text: ``front_ends.Read``.

    Args:
        text: what is to be said.
        lexicon: none can be given.
        markup: what the text is written in, but for SSML.
        strict: refuse letters that are neither Russian nor Latin, which are otherwise left out with a warning.

    Raises:
        UsageError: there is nothing to say, it is SSML, a lexicon is given, or festival cannot say it; if this comes
            later in a text than its first ``AT_ONCE`` characters, when its turn comes.
        WavenetError: festival or its voice is not installed, or it fails.
    """
    if lexicon:
        message = "is for English, and this voice speaks Russian; leave it out, and write a stress as з+амок or за́мок"
        raise UsageError(f"the lexicon {lexicon[0]} {message}")
    # the empty line ends the last sentence, which is then read with the others
    return begun(_read(traced([f"{text}\n\n"] if isinstance(text, str) else text), markup, strict))


def _read(pieces: Iterable[str | None], markup: Markup, strict: bool) -> Iterator[Said | None]:
    marked, pieces = yield from ssml.opened(pieces)
    if markup == "ssml" or (marked and markup == "auto"):
        raise UsageError("a Russian voice reads plain text alone, and this is SSML; leave its elements out")
    items = greek(documents.read(pieces, RUSSIAN, "plain" if markup == "plain" else "markdown"), _GREEK)
    found = items if strict else sayable(items, _can_say, RUSSIAN.name)
    for batch in _batches(item if item is None else item.text for item in found if not isinstance(item, Break)):
        yield from [None] if batch is None else _said(batch)


def _can_say(character: str) -> bool:
    return not character.isalpha() or _plain(character).lower() in _ALPHABET


def _plain(character: str) -> str:
    """A letter without its accent: ``e`` of é."""
    return character if character.lower() in _ALPHABET else unicodedata.normalize("NFKD", character)[0]


def _said(sentences: Sequence[str]) -> Iterator[Said]:
    spoken = [_spoken(sentence) for sentence in sentences]
    for said, text, sentence in zip(festival.segments([*map(str, spoken)]), spoken, sentences, strict=True):
        yield Said(said, str(sentence), _places(said, text, sentence))


def _places(said: Sequence[Segment], spoken: str, sentence: str) -> list[Written]:
    """Where the words are written."""
    words = ["".join(filter(str.isalnum, segment.text)) for segment in said if segment.begins_word]
    found = [place(joined(letters)) or (0, 0) for letters in _letters(words, spoken)]
    return of_pieces(found, [_piece(piece) for piece in _PIECE.finditer(sentence)])


def _letters(said: Sequence[str], spoken: str) -> Iterator[Sequence[str]]:
    """Of each word that festival said, the letters for it in what it was given.

    They are the same, but for words that it says otherwise: those are for what it was given in their place.
    """
    letters = [letter for letter in (spoken[i] for i in range(len(spoken))) if letter.isalnum()]
    if "".join(letters).lower() == "".join(said):
        at = iter(letters)
        yield from (list(islice(at, len(word))) for word in said)
        return
    given = [group(word) for word in _GIVEN.finditer(spoken)]
    plain = ["".join(filter(str.isalnum, word)).lower() for word in given]
    for how, a, b, first, last in SequenceMatcher(None, said, plain, autojunk=False).get_opcodes():
        for i in range(b - a):
            yield given[first + i : first + i + 1] if how == "equal" else given[max(first - (first == last), 0) : last]


def _piece(found: re.Match[str]) -> Place:
    """With the marks that are directly beside it as it was given, where an address may be between them."""
    start, end = place(group(found, "word")) or (0, 0)
    before, behind = place(group(found, "before")), place(group(found, "behind"))
    return (before[0] if before and before[1] == start else start), (behind[1] if behind and behind[0] == end else end)


def _spoken(sentence: str) -> str:
    """As festival can read it: figures and abbreviations as words, and nothing that has no sound."""
    words = sub(_COMMA, ",", figures.words(abbreviations.expanded(normalized("NFC", sentence))))
    return sub(_SILENT, " ", mapped(words, (c if c.isascii() or not c.isalpha() else _plain(c) for c in words)))


def _batches(pieces: Iterable[str | None]) -> Iterator[list[str] | None]:
    """Sentences that have words, as soon as their ends are there; the same ones wherever the pieces end."""
    rest = ""
    for piece in pieces:
        if piece is None:
            yield None
            continue
        for i in range(0, len(piece), AT_ONCE):
            found, rest = _cut(rest + piece[i : i + AT_ONCE])
            yield _with_words(found)
    yield _with_words(_cut(rest, whole=True)[0])


def _cut(text: str, *, whole: bool = False) -> tuple[list[str], str]:
    """The sentences of a text, and what is left until more comes; ``whole``: nothing will."""
    found = []
    while text:
        end = _END.search(text)
        if end and end.end() <= LONGEST:
            at = end.end()
        elif len(text) > LONGEST:
            blank = _CUT.match(text[:LONGEST])
            at = blank.end() if blank else LONGEST
        elif whole:
            at = len(text)
        else:
            break
        found.append(text[:at])
        text = text[at:]
    return found, text


def _with_words(sentences: Iterable[str]) -> list[str]:
    return [joined(words(sentence), " ") for sentence in sentences if any(map(str.isalnum, sentence))]
