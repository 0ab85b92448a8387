"""A word in its sentence, with the parts of speech of the words around it: what decides how it is said."""

from collections.abc import Sequence
from typing import NamedTuple

NOUNS = frozenset({"NN", "NNS", "NNP", "POS"})
VERBS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
PAST = frozenset({"VBD", "VBN"})


def cues(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


BE = cues(
    "be is are was were been being am 's 're i'm it's he's she's you're we're they're that's isn't aren't wasn't "
    "weren't get gets got getting become became becomes becoming grew grow"
)
BASE_BEHIND = cues(
    "to do did does doesn't don't didn't can could can't couldn't will would won't wouldn't shall should shouldn't may "
    "might must let's please cannot i'll you'll he'll she'll we'll they'll"
)
PASSED_OVER = cues(
    "not never always often ever just also already only even still quickly carefully rarely usually sometimes you i he "
    "she it we they people well widely recently all really finally"
)
OBJECTS = cues("me him us them yourself")
DETERMINERS = cues(
    "the a an my your his her its our their this that these those it up off them every each all some any both"
)


class Place(NamedTuple):
    """A word in its sentence."""

    words: Sequence[str]
    """in small letters, with marks among them"""
    tags: Sequence[str]
    """as ``tagger.TAGS``"""
    at: int
    capital: bool = False

    @property
    def tag(self) -> str:
        """The word's own."""
        return self.tags[self.at]

    def word(self, offset: int) -> str:
        """The word so many places further on; nothing beyond the sentence."""
        at = self.at + offset
        return self.words[at] if 0 <= at < len(self.words) else ""

    def tag_at(self, offset: int) -> str:
        """The tag so many places further on."""
        at = self.at + offset
        return self.tags[at] if 0 <= at < len(self.tags) else ""

    def near(self, cues: frozenset[str], distance: int = 200, own: bool = False) -> bool:
        """Whether one of these words or its plural is near; ``own``: and not nearer to the same word elsewhere."""
        places = [i for i, word in enumerate(self.words) if word == self.words[self.at]]
        for i in range(max(0, self.at - distance), min(self.at + 1 + distance, len(self.words))):
            word = self.words[i].removesuffix("'s")
            found = i != self.at and (word in cues or (word[-1:] == "s" and word[:-1] in cues))
            if found and (not own or self.at == max(places, key=lambda place, i=i: (-abs(place - i), place))):  # type: ignore[misc]
                return True
        return False

    def behind(self, cues: frozenset[str], passed: frozenset[str] = PASSED_OVER) -> bool:
        """Whether one of these words is before it, with at most some others between."""
        for word in reversed(self.words[: self.at]):
            if word in cues:
                return True
            if word not in passed:
                return False
        return False
