"""Names of states, and estimates: abbreviations whose reading depends on several words around them → words."""

import re

from wavenet.patterns import late
from wavenet.tts.english.abbreviations import ROADS, STATE_NAMES, STATE_WORDS, TWO_PART_STATES
from wavenet.tts.english.context import FIGURES, Context, after, is_glued
from wavenet.tts.english.tables import PREPOSITIONS, words

_SMALL_NEXT = late(r"\s[(\[\"']?[a-z]")
_STATE_NEXT = late(r"\s(?:and|or)\s([A-Z][a-z]+\.)")
_VERB_NEXT = late(r"\s(?:has|had|is|was|will|would|voters|residents|officials|lawmakers|police)\b")
"""Mass. had snow: behind a period, a small letter shows that it is an abbreviation"""
_ESTIMATES = words("beat beats missed misses topped above below versus vs. vs")


def state(match: re.Match[str], context: Context) -> list[str] | None:
    """Calif., Boston, Mass., and D-Conn."""
    small, before = match[0].lower(), context.before
    town = len(before) > 1 and before[-1].text == "," and before[-2].text[:1].isupper()
    town = town or (is_glued(match) and context.partner.text in ("D", "R", "I"))  # a senator's party
    town = town or after(match).lower() in ROADS  # Mass. Ave.
    several = context.previous in ("and", "or") and context.back(1).text.lower() in STATE_NAMES
    ahead = _STATE_NEXT.match(match.string, match.end())
    several = several or (ahead is not None and ahead[1].lower() in STATE_NAMES)
    several = several or (small in STATE_NAMES and _VERB_NEXT.match(match.string, match.end()) is not None)
    within = context.previous in ("in", "from", "across") and _SMALL_NEXT.match(match.string, match.end())
    town = town or several or bool(within)
    return STATE_NAMES[small].split() if small in STATE_NAMES and (town or small[:-1] not in STATE_WORDS) else None


def two_part_state(match: re.Match[str], context: Context) -> list[str] | None:
    """S. Dak., W.Va."""
    name = TWO_PART_STATES.get(f"{match[1]} {match[2]}")
    return name.split() if name else None


def estimated(match: re.Match[str], context: Context) -> list[str] | None:
    """$1.29 est., an est. 500 people; but Est. 1889."""
    if context.previous in _ESTIMATES:
        return ["estimates"]
    following = after(match)
    if following == "of":
        return ["estimate"]
    counted = context.last.kind in FIGURES or (following.islower() and following not in PREPOSITIONS)
    return ["estimated"] if counted or re.match(r"\s[~$€£+-]?\d{1,3}(?!\d)", match.string[match.end() :]) else None
