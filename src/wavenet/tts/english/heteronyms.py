"""Words that are said in two ways: which one a sentence means, by their part of speech, tense and sense."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from wavenet.tts.english import tagger
from wavenet.tts.english.entries import Pronunciation
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Mark, Token, Word
from wavenet.tts.english.senses import BASE_BEHIND, DETERMINERS, NOUNS, OBJECTS, RULES, VERBS, Place, cues

FIXED = cues(
    "a an apply arsenic closer crooked de do dos irony jagged lied marked me mobile nemo nestle nestling nice numerate "
    "outside pasty perforce platy pussy ragged re real recitative resent supply tarry tarrier the thou unionised "
    "unionized were wicked won"
)
"""words whose other pronunciation is so rare that the first one is right more often than what the tagger chooses"""

_ROLES: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("VB", "VBP", "VBZ", "VBG"), ("VB", "VBD", "JJ")),
    **dict.fromkeys(("VBD", "VBN"), ("VBD", "VB", "JJ", "NN")),
    **dict.fromkeys(("NN", "NNS", "NNP", "POS"), ("NN", "JJ", "VB")),
    "JJ": ("JJ", "NN", "RB", "VB"),
    "RB": ("RB", "JJ", "NN", "VB"),
}
"""for each tag, the roles that a lexicon may have for it, the likeliest first"""
_BETWEEN = cues("i you he she it we they not never ever always also just only even still")
_SIGNS = ".?!"
_VERBS = [i for i, tag in enumerate(tagger.TAGS) if tag in VERBS]
_FINITE = [i for i in _VERBS if tagger.TAGS[i] not in ("VBN", "VBG")]
_CERTAIN = 1e6
_FINITE_TAGS = ("VBD", "VBP", "VBZ", "MD")
_SUBJECTS = cues("i we they he she")
_ARTICLES = cues("the a an every each another")
_CLAUSES = cues(", . ? ! as when if because while before after that which who and or but until since though although")


def chosen(sentence: Sequence[Token], lexicon: Lexicon) -> dict[int, Pronunciation]:
    """The pronunciations of those words of a sentence that have several, by their indices in it."""
    known = {i: found for i, token in enumerate(sentence) if (found := _pronunciations(token, lexicon))}
    if not known:
        return {}
    kept = [(i, token) for i, token in enumerate(sentence) if isinstance(token, (Word, Mark))]
    words = [_text(token) for _, token in kept]
    capitals = [
        at > 0 and isinstance(token, Word) and token.written[:1].isupper() for at, (_, token) in enumerate(kept)
    ]
    marked = [tagger.CAPITAL * capital + word for word, capital in zip(words, capitals, strict=True)]
    scores = tagger.shipped().scores(marked)
    tags = [tagger.TAGS[index] for index in scores.argmax(1)]
    result = {}
    for at, (i, token) in enumerate(kept):
        if i in known and isinstance(token, Word):
            own = scores[at] + _certain(Place(words, tags, at))
            tags[at] = tagger.TAGS[int(own.argmax())]
            place = Place(words, tags, at, token.written[:1].isupper())
            result[i] = _said(known[i], place) or _of_role(known[i], own)
    return result


def _text(token: Word | Mark) -> str:
    if isinstance(token, Word):
        return token.spoken
    return token.sign if token.sign in _SIGNS else ","


def _pronunciations(token: Token, lexicon: Lexicon) -> Sequence[Pronunciation]:
    """Those of a word, if its sentence decides among them."""
    if not isinstance(token, Word) or token.manner.phones or token.spoken in FIXED:
        return ()
    known = lexicon.known(token.spoken)
    several = len({one.role for one in known}) > 1 or (token.spoken in RULES and len(known) > 1)
    return known if several else ()


def _certain(place: Place) -> tagger.Array:
    """What needs no tagger: a verb behind a modal, a subject or where a command begins, none behind an article."""
    certain = np.zeros(len(tagger.TAGS), np.float32)
    before, after = place.word(-1), place.word(1)
    if (before != "to" and place.behind(BASE_BEHIND, _BETWEEN)) or (not before and after in DETERMINERS | OBJECTS):
        certain[_VERBS] += _CERTAIN
    elif before in _SUBJECTS or _is_only_verb(place):
        certain[_FINITE] += _CERTAIN
    elif before in _ARTICLES or place.tag_at(-1) in ("PRP$", "POS"):
        participle = place.tag_at(1) in NOUNS or place.tag_at(1) == "JJ"
        certain[_FINITE if participle else _VERBS] -= _CERTAIN
    return certain


def _is_only_verb(place: Place) -> bool:
    """Whether it stands behind a plural, in a clause that has no other verb."""
    if place.tag_at(-1) != "NNS" or place.word(0).endswith("s"):
        return False
    finite = [tag in _FINITE_TAGS for tag in place.tags]
    if any(finite[: place.at]):
        return False
    behind = zip(place.words[place.at + 1 :], finite[place.at + 1 :], strict=True)
    return not next((is_verb for word, is_verb in behind if is_verb or word in _CLAUSES), False)


def _said(known: Sequence[Pronunciation], place: Place) -> Pronunciation | None:
    """The pronunciation that the word's own rule asks for."""
    rule = RULES.get(place.words[place.at])
    phones = tuple(rule(place).split()) if rule else ()
    return next((one for one in known if one.phones == phones), None)


def _of_role(known: Sequence[Pronunciation], scores: tagger.Array) -> Pronunciation:
    """The first pronunciation that has the role of the best tag which belongs to one."""
    roles = {one.role for one in known}
    role = next(filter(None, (_role(tagger.TAGS[index], roles) for index in np.argsort(-scores))), None)
    return next((one for one in known if one.role == role), known[0])


def _role(tag: str, roles: Collection[str]) -> str | None:
    return next((role for role in _ROLES.get(tag, ()) if role in roles), None)
