"""Whose turn it is, of utterances that are nothing but numbers."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from wavenet.serving import turns
from wavenet.serving.utterance import State

RATE = 16_000
VOICE = SimpleNamespace(sample_rate=RATE)


class Numbers:
    """An utterance of so many seconds beyond real time; None: it has said nothing."""

    def __init__(self, ahead=None, untaken=0.0, state=State.READY, voice=VOICE):
        self.ahead, self.state, self.voice = ahead, state, voice
        self.made, self.untaken = (0 if ahead is None else 100), untaken * RATE

    @property
    def rests(self):
        return self.untaken >= 4 * RATE

    def lead(self, now):
        return self.ahead or 0.0


def turn(places, workers=1):
    return list(turns.turn(places, workers, 0))


def samples(places, workers=1):
    return list(turns.turn(places, workers, 0).values())


def test_who_has_said_nothing_comes_first_and_in_a_short_block():
    new, old = Numbers(), Numbers(-3.0)
    assert turn([old, new]) == [new]
    assert samples([old, new]) == [480]
    assert samples([old]) == [800]
    old.made = RATE
    assert samples([old]) == [1_600]


def test_blocks_and_batches_are_larger_where_there_are_many_and_all_can_wait():
    many = [Numbers(0.3) for _ in range(2 * turns.MANY + 1)]
    assert samples(many, 2) == [3_200] * turns.MANY
    assert samples(many[1:], 2) == [800] * turns.FEW
    late = Numbers(0.2)
    assert turn([*many, late], 2)[0] is late
    assert samples([*many, late], 2) == [1_600] * turns.MANY
    assert samples([*many, Numbers()], 2) == [1_600]


def test_then_come_those_that_are_least_ahead_and_the_others_rest():
    places = [Numbers(ahead) for ahead in (0.7, 5.0, -0.2, 1.5)]
    assert turn(places) == [places[2], places[0]]
    assert turn([places[1], places[3]]) == [places[3], places[1]]


def test_who_rests_has_no_turn():
    assert turn([Numbers(9.0, untaken=4.0)]) == []
    assert len(turn([Numbers(9.0, untaken=3.9)])) == 1


def test_what_a_thread_has_or_what_waits_for_text_is_in_no_batch():
    assert turn([Numbers(0.1, state=state) for state in State if state is not State.READY]) == []


def test_a_batch_has_one_voice_that_of_the_least_ahead():
    other = SimpleNamespace(sample_rate=RATE)
    places = [Numbers(0.5), Numbers(0.1, voice=other), Numbers(0.2), Numbers(0.3, voice=other)]
    assert turn(places) == [places[1], places[3]]


@given(st.lists(st.one_of(st.none(), st.floats(-5, 5)), max_size=40), st.integers(1, 4))
def test_each_worker_gets_its_share_and_all_of_them_together_everything_that_is_due(leads, workers):
    places = [Numbers(lead) for lead in leads]
    taken = []
    for _ in range(workers):
        batch = turn(places, workers)
        assert len(batch) <= min(turns.MANY, -(-len(places) // workers))
        for each in batch:
            each.state = State.ADVANCING
        taken += batch
    idle = [each for each in places if each.state is State.READY]
    assert not idle or len(taken) >= workers


def test_planners_take_new_texts_first_and_then_who_is_least_ahead():
    places = [Numbers(0.1, state=State.UNPLANNED), Numbers(state=State.UNPLANNED), Numbers(-4.0)]
    assert turns.plan_next(places, 0) is places[1]
    places[1].state = State.PLANNING
    assert turns.plan_next(places, 0) is places[0]
    places[0].state = State.READY
    assert turns.plan_next(places, 0) is None
