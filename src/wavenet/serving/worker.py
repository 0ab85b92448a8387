"""What the scheduler's threads do: planners turn text into frames, workers turn frames into sound."""

import time
from collections.abc import Mapping

from wavenet.errors import UsageError
from wavenet.serving import turns
from wavenet.serving.utterance import Block, State, Utterance


def plan(utterance: Utterance) -> None:
    """Read on in a text until there is something to say; raises what is wrong with it."""
    if utterance.speech is None:
        utterance.speech = utterance.begin()
    speech = utterance.speech
    last = utterance.finished  # before the pieces are read, which all came before it
    while utterance.texts:
        speech.feed(utterance.texts.popleft())
    if last and not utterance.whole:
        speech.finish()
        utterance.whole = True
    speech.prepare(_ahead(utterance))


def after(utterance: Utterance, planned: bool) -> State:
    """What is next for an utterance that was planned or else advanced."""
    speech = utterance.speech
    assert speech
    ready = speech.stream.ready or 0
    if ready and (planned or speech.planned or ready >= _ahead(utterance)):
        return State.READY
    if speech.planned and not ready:
        return State.ENDED
    more = utterance.whole or utterance.texts or utterance.finished
    return State.HUNGRY if planned and not more else State.UNPLANNED


def _ahead(utterance: Utterance) -> int:
    """Samples for which conditions should be there: of the longest block, so that no batch is cut short by a stream
    that has little left; any, where a listener would wait for more to be planned.
    """
    calm = utterance.lead(time.monotonic()) > turns.SAFE
    return round(turns.LONG * utterance.voice.sample_rate) if calm else 1


def advance(batch: Mapping[Utterance, int]) -> list[Block | Exception]:
    """The next samples of each utterance, all of one voice, or what is wrong with it."""
    speeches = {each.speech: samples for each, samples in batch.items() if each.speech}
    try:
        return list(next(iter(batch)).voice.advance(list(speeches), list(speeches.values())))
    except UsageError as error:  # nothing has moved
        if len(batch) == 1:
            return [error]
        return [result for each, samples in batch.items() for result in advance({each: samples})]
    except Exception as error:  # nobody knows what has moved
        return [error] * len(batch)
