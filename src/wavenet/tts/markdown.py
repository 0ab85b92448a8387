"""Markdown, with the HTML in it → plain text: what is said of a page, as it comes.

Marks go, and a blank line stands where a heading, an item, a row of a table or a rule parts what is said. Of a link its
label stays, of a picture its description; references to footnotes go, and so do comments. Entities become what they
stand for. What is no Markdown stays as it is. The result is the same wherever the pieces end.
"""

import html
import re
import sys
from collections.abc import Container, Iterable, Iterator

from wavenet.patterns import late
from wavenet.tts.traced import group, joined, mapped, split, sub

LONGEST = 4096
"""characters of a line that are looked at together; a longer one is no rule, no row of a table and no definition"""

_LONGEST_WORD = 4 * LONGEST
_NONE = (sys.maxsize, 0)
_BREAK = "\n\n"
_LABEL, _URL = r"[^\[\]]{0,1000}", r"[^()\s]{0,1000}"
_TITLE = r"(?:\s+(?:\"[^\"]{0,1000}\"|'[^']{0,1000}'))?"

# of a line
_RULE = late(r"\s*(?:[-*#•]|[-=]{2}|(?=[^.]*[^.\s])[-=+|:_*~#.·•—–](?:\s*[-=+|:_*~#.·•—–]){2,})\s*")
_FENCE = late(r"\s*(?:```|~~~)")
_ROW = late(r"\s*\|(.*)\|\s*")
_CELLS = late(r"(?<!\\)\|")
_LINE = late("\n")
_DEFINITION = late(r"\s*\[[^\]^]+\]:\s+\S*[./#]\S*(?:\s+[\"'(].*)?\s*")
_QUOTE = late(r"\s{0,3}>(?![=$€£]?\.?\d)\s?")  # >90% is none
_HEADING = late(r"\s{0,3}#{1,6}\s+")
_HASHES = late(r"\s+#+\s*$")
_NOTE = late(r"\s*\[\^[^\]]+\]:\s*")
_BULLET = late(r"\s*[-*+•]\s+(?:\[[ xX]\]\s+)?(?=\S)")
_NUMBER = late(r"\s*(\d{1,9})[.)]\s+(?=\S)")
_LETTER = late(r"\s*\(?(?:[a-z]|[ivx]{2,4}|\d{1,2})\)\s+(?=\S)")
_MAYBE = late(r"\s*(?:$|[-*+•>#=|`~_\[(:·—–.]|\d{1,9}(?:$|[.)](?:$|\s))|(?:[a-z]|[ivx]{2,4})(?:$|\)))")
"""how a line begins that could be any of these"""

# in a line
_BEGUN = late(rf"(?=(\[{_LABEL}(?:\](?:[(\[][^)\]]{{0,1000}})?)?|<[^<>]{{0,1000}}))")
"""a link or an element, as far as it is there: cut anywhere in it, it could go on otherwise"""
_WORD = late(r"(?<!\S)\S++\s+")
_LETTERS = late(r"[^\W\d_]+(?=$)")
_LINK = late(rf"!?(?<!\\)\[({_LABEL})\]\(\s*{_URL}(?:\({_URL}\){_URL})?{_TITLE}\s*\)")
_REFERRED = late(rf"(?<![\w\]\\])\[({_LABEL})\]\[{_LABEL}\]")
_WRAPPED = late(rf"\]\((?:https?://|mailto:|www\.|[./#]){_URL}{_TITLE}\)")
_AUTOMATIC = late(r"<((?:https?://|mailto:)[^\s<>]{1,1000}|[\w.+-]{1,99}@[\w.-]{1,99})>")
_REFERENCE = late(
    r"\[\^[^\]\s]{1,99}\]"
    r"|(?:(?<=[.,;:!?)\"”’])|(?<=[^\W\d_]{3}))(?:\[[1-9]\d{0,2}\])+(?![\w=])"
    r"|(?:(?<=[^\W\d_][.,;:!?\"”’])|(?<=[^\W\d_][.,;:!?][\"”’])|(?<=[^\W\d_]{4})(?![²³]))[¹²³⁰⁴-⁹]+(?!\w)"
)
_GLUED = late(r"(?<![\w+/@=])([^\W\d_]{1,40})([.!?][\"”’]?)\d{1,2}(?=\s+[\"“‘(]?([^\W\d_])|\s*\Z)")
_MARKED = late(r"(?<!\S)(?:==(?=[^\W\d_])|~~(?=[$€£]?\w))|(?:(?<=[^\W_])|(?<=[^\W_][.,!?]))(?:==|~~)(?!\S)")
_INNER_STARS = late(r"(?<=[^\W\d_]{2})\*{1,3}(?=[^\W\d_]{2})")
_RAISED_OR_LOWERED = late(r"(?<=\w)(?:~(\w{1,9})~(?!~)|(\^\w{1,9})\^)")
"""H~2~O, x^2^"""
_PIPE = late(r"(?<!\S)\|(?!\S)")
_ESCAPED = late(r"\\([!-/:-@\[-`{-~])")
_SPECIAL = late(r"[\[\]<&\\|*¹²³⁰⁴-⁹]|==|~~|\w[~^]\w|[.!?][\"”’]?\d")
_ENTITY = late(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")

# HTML
_PARTS = (
    "address|article|aside|blockquote|body|br|center|dd|details|div|dl|dt|figcaption|figure|footer|form|h[1-6]|head|header|"
    "hr|html|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|title|tr|ul"
)
_OTHERS = (
    "a|abbr|b|big|button|caption|cite|code|col|del|dfn|em|font|i|img|input|ins|kbd|label|link|mark|meta|q|s|samp|small|"
    "span|strike|strong|sub|sup|td|th|time|tt|u|var|video|wbr"
)
_ELEMENT = late(rf"</?(?:({_PARTS})|{_OTHERS})(?:\s[^<>]{{0,1000}})?/?>|<!doctype[^<>]{{0,1000}}>", re.IGNORECASE)
_CELL = late(r"</t[dh]>", re.IGNORECASE)
_SUPERSCRIPT = late(r"<sup>(\d{1,9})</sup>", re.IGNORECASE)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SILENT = late(r"<!--|<(script|style)\b", re.IGNORECASE)


def plain(pieces: Iterable[str | None], abbreviations: Container[str] = ()) -> Iterator[str | None]:
    """The plain text of a page, in pieces; for one that is None, a None.

    Args:
        pieces: of the page, which may end anywhere.
        abbreviations: words in small letters whose period is theirs: no number behind it is a footnote's.
    """
    page = _Page(abbreviations)
    for piece in pieces:
        if piece is None:
            yield None
            continue
        for first in range(0, len(piece), LONGEST):
            yield joined(page.read(piece[first : first + LONGEST]))
    yield page.end()


class _Page:
    """Where in the page the reading is."""

    def __init__(self, abbreviations: Container[str]) -> None:
        self._abbreviations = abbreviations
        self._rest = ""
        self._started = False
        """whether the beginning of the line is read"""
        self._fenced = False
        self._listed = True
        """whether a number may be that of an item, for it is behind another one, or an empty line"""
        self._word = ""
        """the letters with which a word began that goes on"""
        self._closing = ""
        """what ends the comment or script in which the reading is"""

    def read(self, piece: str) -> Iterator[str]:
        """What can be read by now."""
        *lines, self._rest = split(self._rest + piece, _LINE)
        for line in lines:
            yield self._line(line) + "\n"
            self._started, self._word = False, ""
        if self._started or len(self._rest) > LONGEST or not (self._fenced or _MAYBE.match(self._rest)):
            size = self._readable()
            begun, self._rest = self._rest[:size], self._rest[size:]
            if begun:
                yield self._line(begun)
                self._started = True
            yield self._letters()

    def end(self) -> str:
        """The rest."""
        return self._line(self._rest)

    def _readable(self) -> int:
        """How much of a line that goes on means the same whatever comes: words, with all that began in them."""
        begun = ((found.start(), found.end(1)) for found in _BEGUN.finditer(self._rest))
        start, end = next(begun, _NONE)
        size, reach = 0, 0
        for word in _WORD.finditer(self._rest):
            if word.end() == len(self._rest) and _GLUED.search(word[0].rstrip()):
                break
            while start < word.end():
                reach = max(reach, end)
                start, end = next(begun, _NONE)
            if reach < word.end():
                size = word.end()
        return len(self._rest) if not size and len(self._rest) > _LONGEST_WORD else size

    def _letters(self) -> str:
        """Those of a word that goes on: whether it ends a sentence may depend on them."""
        letters = _LETTERS.match(self._rest) if self._started and not self._closing else None
        if letters and not self._word:
            self._word, self._rest = group(letters), self._rest[letters.end() :]
            return self._word
        return ""

    def _line(self, line: str) -> str:
        """A line, or the next part of one."""
        if self._started:
            begun, self._word = self._word, ""
            return self._inline(begun + line)[len(begun) :]
        if _FENCE.match(line):
            self._fenced = not self._fenced
            return _BREAK
        if self._fenced:
            return line + _BREAK
        return self._short(line) if len(line) <= LONGEST else self._begun(line)

    def _short(self, line: str) -> str:
        """A whole line."""
        if not line.strip():
            self._listed = True
            return line
        if _RULE.fullmatch(line):
            return _BREAK
        if _DEFINITION.fullmatch(line):
            return ""
        if row := _ROW.fullmatch(line):
            cells = (cell.strip() for cell in split(group(row, 1), _CELLS))
            return self._inline(joined(filter(None, cells), ", ")) + _BREAK
        return self._begun(line)

    def _begun(self, line: str) -> str:
        """A line with a beginning."""
        if quote := _QUOTE.match(line):
            while quote := _QUOTE.match(line):  # quotes in quotes, of any number
                line = line[quote.end() :]
            return self._line(line)
        if heading := _HEADING.match(line):
            return _BREAK + self._inline(sub(_HASHES, "", line[heading.end() :])) + _BREAK
        if note := _NOTE.match(line):
            return _BREAK + self._inline(line[note.end() :])
        if bullet := _BULLET.match(line):
            self._listed = True
            return _BREAK + self._inline(line[bullet.end() :])
        number = _NUMBER.match(line)
        self._listed = bool(number and (self._listed or number[1] == "1"))
        return _BREAK * (self._listed or _LETTER.match(line) is not None) + self._inline(line)

    def _inline(self, text: str) -> str:
        text = self._heard(text)
        if not _SPECIAL.search(text):
            return text
        text = sub(_SUPERSCRIPT, _raised, sub(_CELL, ",", text))
        for _ in range(2):  # a picture may be in a link
            text = sub(_LINK, _content, text)
        text = sub(_REFERRED, _content, sub(_GLUED, self._unglued, sub(_REFERENCE, "", text)))
        text = sub(_AUTOMATIC, _content, sub(_WRAPPED, "", text))
        text = sub(_ELEMENT, lambda found: _BREAK if found[1] else "", text)
        text = sub(_RAISED_OR_LOWERED, lambda found: group(found, 1) + group(found, 2), text)
        text = sub(_PIPE, ",", sub(_INNER_STARS, "", sub(_MARKED, "", text)))
        return sub(_ENTITY, lambda found: html.unescape(found[0]), sub(_ESCAPED, _content, text))

    def _unglued(self, found: re.Match[str]) -> str:
        """Without the number of a footnote behind a sentence."""
        word, _, following = found.groups()
        footnote = len(word) > 3 and word.islower() and word not in self._abbreviations
        alone = footnote and (following is None or following.isupper())
        return found.string[found.start() : found.end(2)] if alone else group(found)

    def _heard(self, text: str) -> str:
        """What stands in no comment and no script."""
        found = []
        while text:
            if self._closing:
                at = text.find(self._closing)
                text = text[at + len(self._closing) :] if at >= 0 else ""
                self._closing = "" if at >= 0 else self._closing
                continue
            silent = _SILENT.search(text)
            found.append(text[: silent.start()] if silent else text)
            if not silent:
                break
            self._closing = f"</{silent[1]}>" if silent[1] else "-->"
            text = text[silent.end() :]
        return joined(found)


def _content(found: re.Match[str]) -> str:
    return group(found, 1)


def _raised(found: re.Match[str]) -> str:
    return mapped(group(found, 1), found[1].translate(_RAISED))
