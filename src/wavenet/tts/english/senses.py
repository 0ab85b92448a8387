"""Which of two words is meant that are spelled alike and are the same part of speech, or nearly: by the words around.

Each rule looks at a word in its sentence and returns the phones that it has there, or nothing, and then the part of
speech decides.
"""

from collections.abc import Callable
from itertools import pairwise

from wavenet.tts.english.place import BASE_BEHIND, BE, DETERMINERS, NOUNS, PASSED_OVER, PAST, VERBS, Place, cues

_HAVE = cues(
    "have has had having haven't hasn't hadn't i've you've we've they've he's she's be is are was were been being am "
    "isn't aren't wasn't weren't"
)
_NOW = cues(
    "every always often usually sometimes daily nightly weekly regularly each tonight tomorrow mornings evenings "
    "sundays"
)
_THEN = cues("yesterday last ago earlier once before when then")
_LAST = (".", "?", "!", "")
_PRONOUNS = cues("i you we they who people")
_SINGULAR = cues("he she it")
_STAGE = cues(
    "band concert show stage broadcast television tv music audience performance performed perform singer sing sang "
    "play played recorded website site stream went go goes going heard watched"
)

Rule = Callable[[Place], str]


def _noun(usual: str, other: str, near: str, verb: str = "") -> Rule:
    """A noun of two meanings: the other one where one of its words is near; ``verb`` as a verb."""
    found = cues(near)

    def rule(place: Place) -> str:
        if verb and place.tag in VERBS:
            return verb
        return other if place.near(found, own=True) else usual

    return rule


def _misread(place: Place) -> str:
    return f"M IH0 S {_read(place)}"


def _read(place: Place) -> str:
    """The tense of 'read': by its auxiliary, its subject, and the tense and time of the rest."""
    present, past = "R IY1 D", "R EH1 D"
    if place.behind(_HAVE):
        return past
    if place.behind(BASE_BEHIND) or place.tag in NOUNS:
        return present
    subject = place.word(-1) if place.word(-1) not in PASSED_OVER - _PRONOUNS - _SINGULAR else place.word(-2)
    if subject in _SINGULAR or (place.tag_at(-1) in ("NN", "NNP") and place.tag in ("VBD", "VBN", "VBP")):
        return past
    if place.at == 0 or place.tag == "VB":
        return present
    if place.word(1) == "by" and place.tag == "VBN":
        return past
    if subject not in _PRONOUNS and place.tag in ("VBD", "VBN") and place.tag_at(-1) not in ("NNS", "CC"):
        return past
    if place.word(1) == "now" or any(
        (word == "now" and behind in _LAST) or (word == "these" and behind == "days")
        for word, behind in pairwise([*place.words[place.at + 1 :], ""])
    ):
        return present
    others = [tag for i, tag in enumerate(place.tags) if i != place.at]
    if place.near(_NOW) or ("VBD" not in others and {"VBP", "VBZ"} & set(others) and not place.near(_THEN)):
        return present
    return past


def _used(place: Place) -> str:
    """'used to' as a habit, or of what one knows well; else the past of 'use'."""
    habit, other = "Y UW1 S T", "Y UW1 Z D"
    if place.word(1) != "to":
        return other
    if place.behind(BE, frozenset({"not", "so", "quite", "well", "very", "more", "also", "now", "n't"})):
        return other if place.tag_at(2) == "VB" else habit
    rest = place.tags[place.at + 3 :]
    finite = any(tag in ("VBZ", "VBD", "VBP", "MD") for tag in rest) and "," not in rest and "CC" not in rest
    late = finite and place.tag_at(-1) in ("NN", "NNS") and not {"W", "IN"} & set(rest)
    return other if late or place.tag_at(-1) in ("VBZ", "VBD", "VBP") else habit


def _use(place: Place) -> str:
    if place.word(1) == "to" and place.behind(cues("didn't did not never")):
        return "Y UW1 S"
    return "Y UW1 S" if place.word(-1) in ("no", "of", "in", "any", "little") and place.tag in NOUNS else ""


def _close(place: Place) -> str:
    if place.tag in VERBS:
        return "K L OW1 Z"
    at_the_end = place.tag == "NN" and place.word(1) in ("of", ".", "") and place.word(-1) in ("the", "a")
    return "K L OW1 Z" if at_the_end else "K L OW1 S"


def _live(place: Place) -> str:
    """To live, or alive and while it happens."""
    if place.word(1) == "and" and place.word(2) in cues("let learn breathe love work die"):
        return "L IH1 V"
    long = place.word(1) == "long" and place.word(-1) not in ("a", "the", "of")
    if long or place.word(-1) == "long" or place.behind(BASE_BEHIND | _PRONOUNS):
        return "L IH1 V"
    return "L IH1 V" if place.tag in VERBS and not place.near(_STAGE) else "L AY1 V"


def _wound(place: Place) -> str:
    turned = cues("up down through around round along into across its their his her back past between itself")
    subject = place.tag_at(-1) in ("NN", "NNS", "NNP", "PRP") or place.tag in VERBS
    active = place.at == 2 and place.word(1) in DETERMINERS and place.tag_at(-2) == "DT"  # the nurse wound the bandage
    named = place.word(-1) in _HURT and place.word(1) not in turned  # the head wound the doctor saw
    verb = (place.tag in PAST or active) and not named
    turns = verb or place.tag_at(-1) == "PRP" or (place.word(1) in turned and subject)
    return "W AW1 N D" if turns else "W UW1 N D"


def _dove(place: Place) -> str:
    plunged = cues("into toward towards off in under down deep head headfirst beneath for from straight overboard")
    subject = place.tag_at(-1) in ("NN", "NNP", "PRP", "NNS")
    return "D OW1 V" if place.tag in PAST or (subject and place.word(1) in plunged) else "D AH1 V"


def _invalid(place: Place) -> str:
    person = place.tag_at(-1) in ("DT", "JJ", "PRP$") and place.tag_at(1) not in NOUNS | {"JJ", "CC"}
    return "IH1 N V AH0 L IH0 D" if person else "IH0 N V AE1 L IH0 D"


def _content(place: Place) -> str:
    feels = place.behind(
        BE | cues("seem seems seemed feel feels felt look looks looked appear appears appeared"),
        cues("not very quite so more most always never perfectly you they we he she i it"),
    )
    feels = feels and place.word(-1) != "it" and place.tag in ("JJ", "NN", "VB", "VBN")
    before_one = place.word(-1) in ("a", "every") and place.word(1).removesuffix("s") in _WHO_FEELS
    return "K AH0 N T EH1 N T" if feels or before_one else ""


def _polish(place: Place) -> str:
    nation, shine = "P OW1 L IH0 SH", "P AA1 L IH0 SH"
    return shine if not place.capital or (place.at == 0 and place.word(1) in DETERMINERS) else nation


def _minute(place: Place) -> str:
    tiny = cues(
        "amount trace particle quantity quantities detail difference fraction change crack organism insect "
        "piece grain speck dose hole fragment creature animal crystal print scale examination inspection "
        "attention drop bit variation part portion plant cell"
    )
    if place.tag_at(-1) == "CD" or place.word(-1) in ("per", "every", "each", "last", "this", "any", "another", "one"):
        return "M IH1 N IH0 T"
    following = place.word(1).removesuffix("s")
    degree = place.word(-1) in cues("so very too extremely most quite incredibly rather more almost as is are was were")
    return "M AY0 N UW1 T" if following in tiny or place.word(1) in tiny or degree else "M IH1 N IH0 T"


def _lead(place: Place) -> str:
    metal = cues(
        "pipe paint pencil metal mercury zinc tin copper iron silver poison poisoning bullet weight roof "
        "sheet battery batteries acid solder pewter ore mine toxic molten heavy glass shield shielding "
        "gasoline petrol cadmium arsenic radiation lining plumbing alloy crystal coffin sinker x-ray ray "
        "element graphite contaminated water gold free"
    )
    is_metal = place.near(metal)
    first = cues("singer guitarist guitar role actor author character story vocalist by to of over from against up in")
    front = place.word(-1) in ("to", "the", "a") and place.word(1) in first and not (place.word(1) == "in" and is_metal)
    return "L EH1 D" if is_metal and not front and place.tag not in VERBS - PAST else "L IY1 D"


def _leads(place: Place) -> str:
    thin = place.word(-1) in ("pencil", "pencils") and place.tag_at(1) not in ("DT", "PRP$", "IN", "TO")
    return "L EH1 D Z" if thin or (place.tag not in VERBS and place.near(_OF_LEAD)) else "L IY1 D Z"


def _upset(place: Place) -> str:
    """The upset fans, the news upset me, but an upset victory."""
    surprise = cues("win wins victory victories loss defeat bid stomach price")
    unhappy = place.tag == "JJ" and place.word(1) not in surprise
    return "AH0 P S EH1 T" if unhappy else ""


def _aged(place: Place) -> str:
    matured = cues("cheese wine beef whiskey whisky rum cheddar wood oak brandy vinegar")
    before_noun = place.tag_at(1) in NOUNS and place.word(1).removesuffix("s") not in matured
    people = place.word(-1) == "the" and place.tag_at(1) not in ("CD", "IN") and place.word(1) not in matured
    return "EY1 JH IH0 D" if before_noun or people or (place.word(-1) == "and" and before_noun) else "EY1 JH D"


def _attributive(plain: str, full: str, nouns: str) -> Rule:
    """'-ed' with a vowel as an adjective before certain nouns, or after 'very'."""
    named = cues(nouns)

    def rule(place: Place) -> str:
        near = any(place.word(offset).removesuffix("s") in named for offset in (1, 2))
        return full if near or place.word(-1) in ("very", "most", "more", "every", "whole") else plain

    return rule


_WHO_FEELS = cues("child baby man woman person cat dog life smile sigh couple customer employee worker wife husband")
_HURT = cues("head flesh gunshot stab bullet chest leg arm open knife exit entry puncture")
_OF_LEAD = cues("pencil metal pipe tin")
_TEAR = (
    "fabric shirt muscle ligament jeans dress coat jacket paper curtain wear sleeve trousers pants knee tendon cloth "
    "sail tent rotator cartilage retina seam skirt net repaired mended sew sewed patch hole skin meniscus hamstring "
    "sheet"
)
_FISH = (
    "fish fishing caught catch lake river sea trout striped largemouth smallmouth grilled fried swim swam pond boat "
    "hook hooked bait cook cooked eat ate dinner salmon perch stream water chef baked ounce fisherman anglers angler "
    "fillet"
)
_SHIP = (
    "ship stern deck boat wave water vessel harbor harbour port starboard sailor captain canoe take took taken taking "
    "deep low slight polite king queen curtain respectful bend hull yacht iceberg audience applause final"
)
_QUARREL = (
    "terrible blazing furious quarrel argument wife husband argue about over blew broke shouting noisy drunken "
    "diplomatic heated angry minister ministers erupted big had neighbors neighbours"
)
_GRAPH = (
    "axis graph x y vertical horizontal chart coordinate coordinates symmetry rotation perpendicular plot ellipse "
    "plane diagram curve earth planet galaxy z label labels crystal"
)


def _separate(place: Place) -> str:
    """Keep them separate."""
    kept = place.near(cues("keep kept keeping stay stayed remain remained"))
    return "S EH1 P ER0 IH0 T" if kept and place.word(1) in (*_LAST, ",", "from") else ""


def _moped(place: Place) -> str:
    return "M OW1 P EH0 D" if place.word(-1) in DETERMINERS or place.tag not in VERBS else "M OW1 P T"


RULES: dict[str, Rule] = {
    "read": _read,
    "misread": _misread,
    "used": _used,
    "use": _use,
    "close": _close,
    "live": _live,
    "wound": _wound,
    "dove": _dove,
    "invalid": _invalid,
    "content": _content,
    "polish": _polish,
    "minute": _minute,
    "lead": _lead,
    "aged": _aged,
    "leads": _leads,
    "upset": _upset,
    "moped": _moped,
    "separate": _separate,
    "bass": _noun("B EY1 S", "B AE1 S", _FISH),
    "bow": _noun("B OW1", "B AW1", _SHIP, "B AW1"),
    "bows": _noun("B OW1 Z", "B AW1 Z", _SHIP, "B AW1 Z"),
    "bowed": _noun("B AW1 D", "B OW1 D", "leg legs string strings instrument"),
    "houses": _noun("HH AW1 Z IH0 Z", "", ""),
    "row": _noun("R OW1", "R AW1", _QUARREL, "R OW1"),
    "rows": _noun("R OW1 Z", "R AW1 Z", "terrible quarrel argument wife husband blazing furious shouting", "R OW1 Z"),
    "tear": _noun("T IH1 R", "T EH1 R", _TEAR, "T EH1 R"),
    "tears": _noun("T IH1 R Z", "T EH1 R Z", _TEAR, "T EH1 R Z"),
    "axes": _noun("AE1 K S IH0 Z", "AE1 K S IY0 Z", _GRAPH),
    "sewer": _noun("S UW1 ER0", "S OW1 ER0", "sewing cloth needle dress thread stitch tailor quilt fabric garment"),
    "putting": _noun("P UH1 T IH0 NG", "P AH1 T IH0 NG", "golf golfer green hole putter driving birdie tee"),
    "does": _noun("D AH1 Z", "D OW1 Z", "deer buck fawn stag doe herd hind"),
    "misuse": _noun("M IH0 S Y UW1 S", "", "", "M IH0 S Y UW1 Z"),
    "number": _noun("N AH1 M B ER0", "N AH1 M ER0", ""),
    "bases": _noun("B EY1 S IH0 Z", "B EY1 S IY0 Z", "basis theoretical legal"),
    "learned": _attributive(
        "L ER1 N D",
        "L ER1 N IH0 D",
        "scholar professor man men woman women judge friend society "
        "societies journal counsel gentleman colleague discourse profession doctor",
    ),
    "blessed": _attributive(
        "B L EH1 S T",
        "B L EH1 S IH0 D",
        "virgin relief thing sacrament day event memory mother soul peace trinity saint silence assurance hope",
    ),
    "beloved": _noun("B IH0 L AH1 V IH0 D", "B IH0 L AH1 V D", ""),
    "resigning": _noun("R IH0 Z AY1 N IH0 NG", "", ""),
}
"""by word; where one returns nothing, the part of speech decides"""
