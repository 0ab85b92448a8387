"""Whose turn it is: which utterances a free worker advances, and by how much."""

from collections.abc import Sequence

from wavenet.serving.utterance import State, Utterance

FIRST, SECOND, LATER = 0.03, 0.05, 0.1
"""seconds of sound made at a time: the first time, in the first half second, and later. In blocks of 10, 25, 50 and 100
ms one core makes 19, 24, 28 and 29 seconds of the voice english a second"""
LONG, SAFE = 0.2, 0.25
"""seconds made at a time where there are many, for those that are so far ahead of real time: each block is encoded and
sent for itself, which takes as long however long it is"""
FEW, MANY = 4, 8
"""utterances advanced at a time: 4 share the weights nearly as well as 48, and who comes meanwhile waits for all of
them; 8 save 3 % of the time, which is taken where each worker has more than that"""
LEAD = 1.0
"""seconds beyond real time with which a stream rests while others have less"""


def turn(places: Sequence[Utterance], workers: int, now: float) -> list[Utterance]:
    """The utterances, all of one voice, that the next free worker advances; none: it has to wait.

    Who has heard nothing yet is first, and alone with others like that, as their blocks are short. Then come those that
    are least ahead of real time. Each worker takes its share, for the others to have some too.
    """
    wanting = [each for each in places if each.state in (State.READY, State.ADVANCING) and not each.rests]
    ready = [each for each in wanting if each.state is State.READY]
    chosen = [each for each in ready if not each.made]
    if not chosen:
        leads = {id(each): each.lead(now) for each in ready}
        chosen = sorted(ready, key=lambda each: leads[id(each)])
        lacking = [each for each in chosen if leads[id(each)] < LEAD]
        chosen = lacking or chosen
    share = -(-len(wanting) // workers)
    most = MANY if share > MANY else min(share, FEW)
    return [each for each in chosen if each.voice is chosen[0].voice][:most]


def samples(batch: Sequence[Utterance], now: float) -> list[int]:
    """How many samples each utterance of a batch is advanced by, at most."""
    return [round(_seconds(each, len(batch) > FEW, now) * each.voice.sample_rate) for each in batch]


def _seconds(utterance: Utterance, many: bool, now: float) -> float:
    if not utterance.made:
        return FIRST
    if utterance.made < utterance.voice.sample_rate / 2:
        return SECOND
    return LONG if many and utterance.lead(now) > SAFE else LATER


def plan_next(places: Sequence[Utterance], now: float) -> Utterance | None:
    """The utterance that a free planner takes: one that has said nothing, else the one least ahead of real time."""
    waiting = [each for each in places if each.state is State.UNPLANNED]
    return min(waiting, key=lambda each: (each.made > 0, each.lead(now)), default=None)
