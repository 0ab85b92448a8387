import os
import signal

import numpy as np
import pytest

from tests.training.voice.test_align import LEXICON, TEXT, corpus
from wavenet import workers
from wavenet.errors import UsageError
from wavenet.training.voice import align, sphinx_processes
from wavenet.training.voice.sphinx_processes import ENOUGH, align_each
from wavenet.workers import Died

NEXT = "There is much to do."
CRASHES = np.full(160, 0.5, np.float32)


def crash(file, item):
    """Stands for a recording that makes PocketSphinx end the process."""
    if np.array_equal(item[0], CRASHES):
        os.kill(os.getpid(), signal.SIGKILL)


def test_labels_are_the_same_whatever_the_number_of_processes(tmp_path):
    prepared = corpus(tmp_path, {"a": TEXT, "b": "", "c": TEXT, "d": NEXT, "e": TEXT}, e=slice(0.3, None))
    (labels, report), (labels_2, report_2) = (align.align(prepared, LEXICON, workers=number) for number in (0, 2))
    assert len(labels.rows) >= 2
    assert labels.rows == labels_2.rows
    assert report == report_2


def test_a_process_that_ends_costs_its_recording_alone(monkeypatch):
    monkeypatch.setattr(sphinx_processes, "_align", crash)
    sounds = [np.zeros(160, np.float32), CRASHES, np.ones(160, np.float32)]
    first, second, third = align_each([(sound, [(("AH",),)]) for sound in sounds], [(("AH",),)], 1)
    assert (first, third) == (None, None)
    assert isinstance(second, Died)


def test_as_many_processes_as_pay(monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 4)
    counts = [0, ENOUGH, ENOUGH + 1, 3 * ENOUGH, 100 * ENOUGH]
    assert [sphinx_processes.processes(count) for count in counts] == [0, 0, 2, 3, 4]
    assert sphinx_processes.processes(10, 3) == 3
    monkeypatch.setattr(workers, "cores", lambda: 1)
    assert sphinx_processes.processes(100 * ENOUGH) == 0


def test_a_negative_number_of_processes_is_refused(tmp_path):
    with pytest.raises(UsageError, match="workers is -1, and must be at least 0"):
        align.align(corpus(tmp_path, {"a": TEXT}), LEXICON, workers=-1)
