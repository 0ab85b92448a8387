"""Starts the record of calls in processes that tests start: Python runs this at its start."""

from experiments.mutation import calls

if calls.CALLS:
    calls.CALLS.start()
