"""What a measure is of, behind it: a 3" pipe, two 1.5 L bottles, 1 pt. cream."""

import re

from wavenet.patterns import late
from wavenet.tts.english.context import Context, Kind, after
from wavenet.tts.english.tables import FUNCTION_WORDS, words
from wavenet.tts.english.units import UNITS

MEASURED_ACROSS = words("wide long tall high deep thick across diameter")
_VOLUMES = words("quart gallon cup teaspoon tablespoon pint")
_VOLUME_NEXT = late(
    r"(?:\.|,|\sof)?\s(?:[a-z]+\s)?(?:[a-z]+,\s)?\d[\d./]*\s?(?:qt|gal|cup|tsp|tbsp)s?\b", re.IGNORECASE
)
_IN_PINTS = late(
    r"\.?\s(?:of\s)?(?:[a-z]+\s)?(?:cream|milk|buttermilk|water|beer|ale|lager|stout|stock|broth|blood|\w*berries"
    r"|cherries|tomatoes|oysters|oil|juice|cider|sherbet|sorbet|vinegar|wine)\b"
)
_THINGS = words(
    "bottle can jar jug tank bucket bag sack box pack tube race run walk hike swim sprint dash relay jump throw "
    "course track tape ruler ladder rope cable cord hose pipe wire rod beam plank pole wall fence barrier pool "
    "tower building drive disk card battery cell charger adapter supply fuse bulb lamp heater motor engine turbine "
    "generator reactor plant farm array panel laser lens filter screen monitor display tv antenna signal router "
    "connection container tablet tab capsule pill caplet hurdle freestyle butterfly backstroke breaststroke medley "
    "truck trailer lorry ship boat yacht gun shell missile bomb jack plug socket connector port adaptor thread "
    "radius distance span gap limit zone"
)
"""before these, a unit is in the singular whatever is before its number"""
_DESCRIBED = late(
    r"\s(?:(?P<another>\d[\d.,]*\s?[A-Za-z]{1,3}\s)(?=[a-z]{3})|(?P<first>[a-z]+)(?P<second>(?:\s[a-z]+)?))"
)
_NO_NOUN = FUNCTION_WORDS | MEASURED_ACROSS | words("away apart x each more less when above below") | {*UNITS}


def is_bound(match: re.Match[str]) -> bool:
    """Whether a noun follows, as in a 3" pipe, a $5 bill."""
    following = after(match)
    is_word = following.replace("-", "").isalpha() or following in ("4K", "5K", "8K")
    return is_word and following.lower() not in _NO_NOUN


def is_a_pint(match: re.Match[str], context: Context) -> bool:
    """1 pt. cream; 3 qts, 2 pts."""
    if any(read.kind is Kind.MEASURE and read.said[-1].removesuffix("s") in _VOLUMES for read in context.before):
        return True
    return any(ahead.match(match.string, match.end()) for ahead in (_IN_PINTS, _VOLUME_NEXT))


def is_of_a_thing(match: re.Match[str], context: Context) -> bool:
    """Whether it tells the size of what follows: two 1.5 L bottles, a 5V 2A charger, the 3 km race."""
    described = _DESCRIBED.match(match.string, match.end())
    if described is None:
        return False
    if described["another"]:
        return context.previous in ("a", "an", "the")
    first, second = (word.strip().removesuffix("s") for word in described.group("first", "second"))
    return first in _THINGS or (second in _THINGS and described["first"] not in _NO_NOUN)
