"""Servers beside ours: started when they listen, and ended whatever happens."""

import sys

import pytest

from experiments.serving import others
from experiments.serving.listening import processor_time
from wavenet.errors import WavenetError

LISTENS = """
import argparse, socket, time
parser = argparse.ArgumentParser()
parser.add_argument("--host")
parser.add_argument("--port", type=int)
args = parser.parse_args()
listening = socket.create_server((args.host, args.port))
time.sleep(60)
"""


def test_a_program_is_there_when_it_listens_and_is_ended():
    with others._started([sys.executable, "-c", LISTENS]) as (process, port):
        assert others._listens(port)
        assert processor_time(process.pid) >= 0
    assert process.poll() is not None
    assert not others._listens(port)


def test_a_program_that_does_not_listen_is_named_with_its_last_word():
    with pytest.raises(WavenetError, match="does not listen: no voice"):
        others._started([sys.executable, "-c", "raise SystemExit('no voice')"]).__enter__()


def test_what_is_not_there_is_named_with_the_way_out(tmp_path):
    with pytest.raises(WavenetError, match=r"cannot be started: .*fetch_tts_baselines"):
        others.others(tmp_path).__enter__()
