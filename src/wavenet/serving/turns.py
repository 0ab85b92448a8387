"""Whose turn it is: which utterances a free worker advances, and by how much."""

from collections.abc import Sequence

from wavenet.serving.utterance import State, Utterance

FIRST, SECOND, LATER, LONG = 0.03, 0.05, 0.1, 0.2
"""seconds of sound made at a time: the first time, in the first half second, later, and where there are many. In blocks
of 10, 25, 50 and 100 ms one core makes 19, 24, 28 and 29 seconds of the voice english a second, and each is encoded and
sent for itself, which takes as long however long it is"""
FEW, MANY = 4, 8
"""utterances advanced at a time: 4 share the weights nearly as well as 48, and who comes meanwhile waits for all of
them; 8 save 3 % of the time, which is done where each worker has more than 8"""
SAFE = 0.25
"""seconds beyond real time with which a stream can wait for 8 others that have long blocks"""
LEAD = 1.0
"""seconds beyond real time with which a stream rests while others have less"""


def turn(places: Sequence[Utterance], workers: int, now: float) -> dict[Utterance, int]:
    """The utterances, all of one voice, that the next free worker advances, each by how many samples at most.

    None: it has to wait. Who has heard nothing yet is first, and alone with others like that, as their blocks are
    short. Then come those that are least ahead of real time. Each worker takes its share, for the others to have some
    too.
    """
    wanting = [each for each in places if each.state in (State.READY, State.ADVANCING) and not each.rests]
    ready = [each for each in wanting if each.state is State.READY]
    share = -(-len(wanting) // workers)
    new = [each for each in ready if not each.made]
    leads = {each: each.lead(now) for each in ready}
    chosen = new or sorted([each for each in ready if leads[each] < LEAD] or ready, key=leads.__getitem__)
    many = share > MANY
    calm = many and all(leads[each] > SAFE for each in chosen[:1])
    most = MANY if many else min(share, FEW)
    batch = [each for each in chosen if each.voice is chosen[0].voice][:most]
    return {each: round(_seconds(each, many, calm) * each.voice.sample_rate) for each in batch}


def _seconds(utterance: Utterance, many: bool, calm: bool) -> float:
    """How much of an utterance is made. Among many even the first block must last until a worker is free again."""
    if many:
        return LONG if calm else LATER
    if not utterance.made:
        return FIRST
    return SECOND if utterance.made < utterance.voice.sample_rate / 2 else LATER


def plan_next(places: Sequence[Utterance], now: float) -> Utterance | None:
    """The utterance that a free planner takes: one that has said nothing, else the one least ahead of real time."""
    waiting = [each for each in places if each.state is State.UNPLANNED]
    return min(waiting, key=lambda each: (each.made > 0, each.lead(now)), default=None)
