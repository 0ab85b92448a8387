"""Russian text → segments, by the program ``festival`` and its voice ``msu_ru_nsh`` (Debian: festival, festvox-ru).

Its phones are used unchanged: a stressed vowel is a separate phone (``aa``), and so are a reduced vowel (``ay``) and a
soft consonant (``tt``); only its pause is renamed to ``SIL``. The position of stress is from its dictionary or its
guess, unless it is marked in the text: ``з+амок`` or ``за́мок``.
"""

import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from wavenet import bars
from wavenet.errors import UsageError, WavenetError
from wavenet.tts.segments import SIGNS, SIL, Segment

PAUSE = "pau"
"""festival's name of ``SIL``"""
STRESSED = frozenset(("aa", "ee", "ii", "oo", "uu", "yy"))
VOWELS = STRESSED | {"a", "ae", "ay", "e", "i", "u", "ur", "y"}
CONSONANTS = frozenset((
    "b", "bb", "c", "ch", "d", "dd", "f", "ff", "g", "gg", "h", "hh", "j", "k", "kk", "l", "ll", "m", "mm", "n", "nn",
    "p", "pp", "r", "rr", "s", "sch", "sh", "ss", "t", "tt", "v", "vv", "z", "zh", "zz",
))  # fmt: skip
PHONES = (SIL, *sorted(VOWELS | CONSONANTS))

_SCRIPT = Path(__file__).with_name("festival.scm")
_NO_VOICE = 3
"""exit status of the script"""
_BATCH = 200
"""texts per process, which takes as long to start as for 70 texts"""
_PATIENCE = 300.0
"""seconds for a batch, which takes two to four"""
_FUNCTION = ("aux", "cc", "in", "wp")
"""parts of speech whose words the voice treats as parts of the next word"""
_QUOTES = re.compile('["«»„“”‟‹›]')
_ACUTE = re.compile("([аеёиоуыэюяАЕЁИОУЫЭЮЯ])\u0301+")
_SIGN = r"(?:[;!?…()\[\]{}—–]|(?<!\d)[,.:]|[,.:](?!\d)|(?<!\w)-+(?!\w))"
_MARK = re.compile(rf"\s*{_SIGN}(?:\s|{_SIGN})*")


class _Phone(NamedTuple):
    """A line of the script's output; fields that a pause does not have are 0."""

    name: str
    syllable: str
    """id of the word"""
    word: str
    text: str
    kind: str
    """part of speech"""
    mark: str
    """punctuation after the word"""


def segments(texts: Sequence[str], *, progress: bool = False) -> list[list[Segment]]:
    """The segments of each text, which is one or a few sentences.

    Raises:
        UsageError: festival cannot speak one of them.
        WavenetError: festival or its voice is not installed, or it fails or hangs.
    """
    found: list[list[Segment]] = []
    with bars.bar(total=len(texts), desc="festival", unit=" texts", delay=1, disable=not progress) as bar:
        for i in range(0, len(texts), _BATCH):
            found += _batch(texts[i : i + _BATCH])
            bar.update(len(found) - bar.n)
    return found


def clean(text: str) -> str:
    """A text as festival understands it: between two words only the strongest mark, and a dash if there is one."""
    text = "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable() or c.isspace())
    text = _ACUTE.sub(r"+\1", _QUOTES.sub("", text)).strip()
    text = " ".join(_MARK.sub(lambda found: _plain(found[0]) if found.start() else "", text).split()).rstrip(" -")
    return text if text[-1:] in (*".!?", "") else text.rstrip(SIGNS) + "."


def parse(output: str) -> list[list[Segment] | None]:
    """The script's output as the segments of each text; None if festival failed or had nothing to say."""
    found: list[list[Segment] | None] = []
    phones: list[_Phone] = []
    for line in output.splitlines():
        if line in ("said", "failed"):
            some = any(phone.name != PAUSE for phone in phones)
            found.append(list(_sentence(phones)) if some and line == "said" else None)
            phones = []
        elif line.count("\t") == len(_Phone._fields) - 1:  # and no message of festival's
            phones.append(_Phone(*line.split("\t")))
    return found


def _batch(texts: Sequence[str]) -> list[list[Segment]]:
    done = _run([clean(text) for text in texts])
    found = parse(done.stdout)
    said = [sentence for sentence in found if sentence]
    if len(said) == len(texts):
        return said
    if done.returncode == _NO_VOICE:
        raise WavenetError("festival has no Russian voice; get it: apt-get install festvox-ru")
    if not found and done.returncode > 0:  # and was not killed by the first text
        raise WavenetError(f"festival failed with status {done.returncode}: {' '.join(done.stderr.split())[:200]}")
    text = texts[next((i for i, sentence in enumerate(found) if not sentence), len(found))]
    stuck = re.search(r"# (.*) \*here\* (.*) #", done.stderr)
    why = f", namely {''.join(' '.join(stuck.groups()).split())!r}" if stuck else ""
    raise UsageError(f"festival cannot say {text[:100]!r}{why}; write it in Russian words")


def _run(texts: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Let the script read texts from a file, so that none can be interpreted as a command."""
    strings = (json.dumps(text, ensure_ascii=False) + "\n" for text in texts)  # as Lisp writes strings, too
    with TemporaryDirectory() as folder:
        (Path(folder) / "texts").write_text("".join(strings), "utf-8")
        try:
            return subprocess.run(
                ["festival", "--batch", str(_SCRIPT)],
                cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace",
                timeout=_PATIENCE, check=False,
            )  # fmt: skip
        except FileNotFoundError:
            raise WavenetError("Russian text needs a program: apt-get install festival festvox-ru") from None
        except subprocess.TimeoutExpired:
            raise WavenetError(f"festival did not answer in {_PATIENCE:g} s; text: {texts[0][:100]!r}") from None


def _plain(signs: str) -> str:
    """A dash is kept: the voice reduces no vowel before it, as when the labels of its recordings were made."""
    return _strongest(signs) + (" - " if set(signs) & set("-—–") else " ")


def _strongest(signs: str) -> str:
    """The strongest of the marks; brackets and dashes are commas, and festival knows no ellipsis."""
    return max((c for c in signs if c in SIGNS), key=SIGNS.index, default=",").replace("…", ".")


def _sentence(phones: Sequence[_Phone]) -> Iterator[Segment]:
    """What is between two pauses is a phrase, whose mark the second pause has."""
    mark = ""
    for silent, run in groupby(phones, lambda phone: phone.name == PAUSE):
        if silent:
            yield Segment(SIL, mark=mark)
        else:
            phrase = list(run)
            mark = _strongest(phrase[-1].mark)
            yield from _phrase(phrase, mark)


def _phrase(phones: Sequence[_Phone], mark: str) -> Iterator[Segment]:
    words = [list(word) for _, word in groupby(phones, lambda phone: phone.word)]
    for i, word in enumerate(words):
        syllables = [[phone.name for phone in syllable] for _, syllable in groupby(word, lambda phone: phone.syllable)]
        for j, names in enumerate(syllables):
            nucleus = next((k for k, name in enumerate(names) if name in VOWELS), len(names))
            for k, name in enumerate(names):
                yield Segment(
                    name,
                    stress=int(not STRESSED.isdisjoint(names)),
                    part="onset" if k < nucleus else "nucleus" if name in VOWELS else "coda",
                    position=k,
                    length=len(names),
                    syllable=j,
                    syllables=len(syllables),
                    word=i,
                    words=len(words),
                    function=word[0].kind in _FUNCTION,
                    mark=mark,
                    text="" if j or k else word[0].text.replace("+", "").lower(),
                )
