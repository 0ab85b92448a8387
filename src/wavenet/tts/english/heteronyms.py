"""Words that are said in two ways: which one a sentence means, by their part of speech, tense and sense."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from wavenet.tts.english import tagger
from wavenet.tts.english.entries import Pronunciation
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Mark, Token, Word
from wavenet.tts.english.place import BASE_BEHIND, BE, DETERMINERS, NOUNS, OBJECTS, VERBS, Place, cues
from wavenet.tts.english.senses import RULES

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
_BARE = [i for i in _VERBS if tagger.TAGS[i] in ("VB", "VBP", "VBZ")]
_PAST = [i for i in _VERBS if tagger.TAGS[i] in ("VBD", "VBN")]
_FINITE_VERBS = [i for i in _VERBS if tagger.TAGS[i] in ("VBD", "VBP", "VBZ")]
_SHORTEST = 4
"""a sentence of fewer words and marks may have no verb"""
_NEARLY = 20.0
"""how much less its score as a verb may be"""
_PARTICIPLES = cues("read misread wound upset overcast overbid rerun shed bound dove used")
"""those that do not end in -ed"""
_NOUNS = [i for i, tag in enumerate(tagger.TAGS) if tag in ("NN", "NNS")]
_FINITE_TAGS = ("VBD", "VBP", "VBZ", "MD")
_SUBJECTS = cues("i we they he she")
_SINGULAR = cues("it he she nothing something anything everything nobody everybody somebody everyone someone who")
_ARTICLES = cues("the a an every each another")
_PREPOSITIONS = cues("of for with from by at in under without into during between among toward towards per via")
_ASKING = cues("do does did don't doesn't didn't")
_SAYING = cues("say says said think thinks know knows means believe believes hope hopes")
_EXPOSED = cues("subject subjected expose exposed exposing exposes linked prone vulnerable susceptible addicted")
"""behind these, what stands behind to is a noun: subjected to abuse"""
_FEW_WORDS = 5
_ALIKE = 4
"""letters at the end of words that are two of a kind"""
_SEEING = cues("let lets make makes made see sees saw hear hears heard watch watches watched help helps helped")
"""what stands behind one of these and a pronoun is a verb: they watched him bow"""
_DOING = cues("do does did doing done")
_GOES_ON = ("DT", "IN", "PRP", "PRP$", "RB", "RP", "TO")
"""tags of what may stand behind a verb and its subject"""
_BEHIND_NOUN = ("IN", "MD", "RP", "VBD", "VBZ")
_DEPENDENT = cues("as when if because while since before after until though although that")
_ENDS = cues(", . ? !")
_DEGREES = cues("not very quite so too more most always never perfectly still often also rather slightly now badly")
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
    _with_a_verb(tags, scores)
    result = {}
    for at, (i, token) in enumerate(kept):
        if i in known and isinstance(token, Word):
            own = scores[at] + _certain(Place(words, tags, at))
            tags[at] = tagger.TAGS[int(own.argmax())]
            place = Place(words, tags, at, token.written[:1].isupper())
            result[i] = _said(known[i], place) or _of_role(known[i], own)
    return result


def _with_a_verb(tags: list[str], scores: tagger.Array) -> None:
    """Where nothing is a finite verb, it is the word that is most nearly one."""
    if any(tag in _FINITE_TAGS for tag in tags) or tags[0] in ("VB", "UH") or len(tags) < _SHORTEST:
        return
    lost = scores.max(1) - scores[:, _FINITE_VERBS].max(1)
    if tags[1] == "NNS" and tags[2] in ("NN", "NNS") and lost[1] < min(lost[2], 2 * _NEARLY):  # yeast converts sugar
        tags[1] = "VBZ"
        scores[1, tagger.TAGS.index("VBZ")] += _CERTAIN / 2
        return
    lost[[i for i, tag in enumerate(tags) if i == 0 or tag not in ("NN", "NNS", "JJ", "VBN", "VB")]] = np.inf
    nearest = int(lost.argmin())
    if lost[nearest] < _NEARLY:
        tags[nearest] = tagger.TAGS[_FINITE_VERBS[int(scores[nearest, _FINITE_VERBS].argmax())]]
        scores[nearest, tagger.TAGS.index(tags[nearest])] += _CERTAIN / 2


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
    if not place.word(0).endswith("ed") and place.word(0) not in _PARTICIPLES:
        certain[_PAST] -= _CERTAIN
    if not place.word(0).endswith("ing"):
        certain[tagger.TAGS.index("VBG")] -= _CERTAIN
    before, after = place.word(-1), place.word(1)
    conjunct = _conjunct(place)
    if conjunct in VERBS or (before in OBJECTS and place.word(-2) in _SEEING):
        certain[_VERBS] += _CERTAIN
    elif conjunct in NOUNS or _is_first_of_compound(place) or _is_last_of_compound(place):
        certain[_VERBS] -= _CERTAIN
    elif (before != "to" and place.behind(BASE_BEHIND, _BETWEEN)) or (not before and after in DETERMINERS | OBJECTS):
        certain[_VERBS] += _CERTAIN
    elif before == "to" and place.tag_at(1) not in ("DT", "PRP$", "NN", "NNS") and _is_exposed(place):
        certain[_VERBS] -= _CERTAIN
    elif before in _SUBJECTS or _is_asked(place) or _is_only_verb(place) or _is_only_verb_of_one(place):
        certain[_FINITE] += _CERTAIN
    elif (
        place.tag == "VBZ" and place.tag_at(-1) in ("NN", "NNS", "VBG") and place.tag_at(1) in _FINITE_TAGS
    ):  # car recalls cost much
        certain[_NOUNS] += _CERTAIN
    elif before in _ARTICLES or place.tag_at(-1) in ("PRP$", "POS"):
        participle = place.tag_at(1) in NOUNS or place.tag_at(1) == "JJ"
        certain[_FINITE if participle else _VERBS] -= _CERTAIN
        if before in _ARTICLES and (after in _ENDS or place.tag_at(1) in _BEHIND_NOUN):
            certain[_NOUNS] += _CERTAIN
    elif before in _PREPOSITIONS:
        certain[_BARE] -= _CERTAIN
        if after in _ENDS:
            certain[_NOUNS] += _CERTAIN
    elif (place.behind(BE, _DEGREES) and not place.near(_DOING)) or place.tag_at(-1) in ("VBZ", "VBD"):
        certain[_BARE] -= _CERTAIN
    return certain


def _conjunct(place: Place) -> str:
    """The tag of a verb before "and" here, or of the word before it that ends alike: import and export."""
    if place.word(-1) not in ("and", "or"):
        return ""
    word, objects = place.word(0), ("DT", "PRP$", "PRP", "NN", "NNS", "JJ")
    for i in range(place.at - 2, max(place.at - _FEW_WORDS, 0) - 1, -1):
        other = place.words[i]
        if other in _CLAUSES:
            break
        if other != word and other[-_ALIKE:] == word[-_ALIKE:] and len(word) > _ALIKE:
            return place.tags[i]
    bare = place.tag_at(-2) in ("VB", "VBP") and not word.endswith("s")
    return place.tag_at(-2) if bare and place.tag_at(1) in objects else ""


def _is_first_of_compound(place: Place) -> bool:
    """Whether it is in the subject with which a sentence begins: refuse collection is on Monday; increases hurt."""
    several = place.tag == "VBZ" and place.tag_at(1) in ("CC", "IN", "MD", "VBD", "VBP")
    one = place.tag_at(1) in ("NN", "NNS") and place.tag_at(2) in _FINITE_TAGS
    return place.at == 0 and place.word(0) != "does" and (several or one)


def _is_last_of_compound(place: Place) -> bool:
    """Whether a singular before it and another verb behind it show that it is no verb: farm produce prices fell."""
    if place.tag_at(-1) != "NN" or place.word(0).endswith("s") or place.tag not in ("VB", "VBP"):
        return False
    start = next((i + 1 for i in range(place.at - 1, -1, -1) if place.words[i] in _CLAUSES), 0)
    named = {"DT", "PRP$", "JJ", "NN"}.issuperset(place.tags[start : place.at])
    return named and any(tag in _FINITE_TAGS for tag in place.tags[place.at + 1 : _clause(place)])


def _is_only_verb_of_one(place: Place) -> bool:
    """Whether it may be the verb of a singular before it, in a clause without another: the risk increases with age."""
    if not place.word(0).endswith("s") or place.word(0).endswith("ss"):
        return False
    if place.word(-1) in _SINGULAR:
        return True
    start = place.at - next(
        (i for i, word in enumerate(reversed(place.words[: place.at])) if word in _CLAUSES), place.at
    )
    listed = start > 0 and place.words[start - 1] in ("and", "or") and place.tags[start] not in ("DT", "PRP$", "NNP")
    subject = place.tag_at(-1) in ("NN", "NNP") and not listed
    depends = place.words[max(start - 1, 0)] in _DEPENDENT and subject  # as the disease progresses, ...
    whole = place.tags[start] in ("DT", "PRP$") and place.tag_at(-1) in ("NN", "NNP", "JJ") and place.at - start > 1
    goes_on = (subject and place.tag_at(1) in _GOES_ON) or (whole and place.tag_at(1) in ("JJ", "NN", "NNS"))
    if not (goes_on or (depends and place.word(1) in _ENDS)):
        return False
    others = (*place.tags[start : place.at], *place.tags[place.at + 1 : _clause(place)])
    return not any(tag in _FINITE_TAGS for tag in others) and place.tags[start] != "VB"


def _is_exposed(place: Place) -> bool:
    """Whether what stands behind to is a noun: subjected to abuse."""
    return not _EXPOSED.isdisjoint(place.words[max(place.at - _FEW_WORDS, 0) : place.at])


def _is_asked(place: Place) -> bool:
    """Whether it ends a question that begins with do, behind the subject: whom does the council house?"""
    if place.word(1) != "?":
        return False
    begins = max((i for i, word in enumerate(place.words[: place.at]) if word in _ASKING), default=place.at)
    subject = place.tags[begins + 1 : place.at]
    return len(subject) > 1 and subject[0] in ("DT", "PRP$") and {"DT", "PRP$", "JJ", "NN", "NNS"}.issuperset(subject)


def _clause(place: Place) -> int:
    """Where the clause of a word ends, as far as a word shows it."""
    behind = place.words[place.at + 1 :]
    return place.at + 1 + next((i for i, word in enumerate(behind) if word in _CLAUSES), len(behind))


def _is_only_verb(place: Place) -> bool:
    """Whether it stands behind a plural, in a clause that has no other verb."""
    first = place.at == 1 and place.tag_at(-1) == "VBZ" and place.tag_at(1) in ("NN", "NNS", "DT")  # cows produce milk
    if not (first or place.tag_at(-1) == "NNS") or place.word(0).endswith("s"):
        return False
    finite = [tag in _FINITE_TAGS for tag in place.tags]
    said = max((i + 1 for i, word in enumerate(place.words[: place.at]) if word in _SAYING), default=0)
    if any(finite[max(first, said) : place.at]):
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
