import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audio.containers.sounds import noise, read, written
from wavenet.audio.containers.parts import Part, Source, Window
from wavenet.errors import AudioError


@pytest.fixture
def source(tmp_path):
    (tmp_path / "x").write_bytes(bytes(range(256)))
    with open(tmp_path / "x", "rb") as file:
        yield Source(file.fileno())


MOVES = st.lists(st.one_of(st.integers(0, 300), st.tuples(st.integers(-20, 300), st.sampled_from([0, 1, 2]))))


@given(begin=st.integers(0, 256), length=st.integers(0, 256), header=st.binary(max_size=20), moves=MOVES)
def test_a_window_is_like_a_file_of_what_it_shows(tmp_path_factory, begin, length, header, moves):
    path = tmp_path_factory.mktemp("window") / "x"
    path.write_bytes(bytes(range(256)))
    with open(path, "rb") as file:
        window = Window(Source(file.fileno()), Part(begin, min(begin + length, 256), header))
        like = io.BytesIO(header + bytes(range(256))[begin : begin + length])
        for move in moves:
            if isinstance(move, int):
                assert window.read(move) == like.read(move)
            elif like.tell() * (move[1] == 1) + len(like.getvalue()) * (move[1] == 2) + move[0] >= 0:
                assert window.seek(*move) == like.seek(*move)
            assert window.tell() == like.tell()


@given(wanted=st.binary(min_size=1, max_size=3), begin=st.integers(0, 300), step=st.integers(1, 300))
def test_bytes_are_found_wherever_blocks_end(tmp_path_factory, wanted, begin, step):
    path = tmp_path_factory.mktemp("find") / "x"
    data = bytes(range(128)) * 2
    path.write_bytes(data)
    with open(path, "rb") as file:
        at = data.find(wanted, begin)
        assert Source(file.fileno()).find(wanted, begin, step) == (at if at >= 0 else 256)


@pytest.mark.parametrize("calls", [0, 3, 30])
@pytest.mark.parametrize(("error", "raised"), [(KeyboardInterrupt, KeyboardInterrupt), (OSError, AudioError)])
def test_what_is_raised_while_a_library_reads_is_not_lost(tmp_path, monkeypatch, calls, error, raised):
    data = written(tmp_path / "x.flac", noise(200_000))
    readinto = Window.readinto

    def failing(self, buffer):
        nonlocal calls
        calls -= 1
        with monkeypatch.context() as patch:
            patch.setattr(Source, "at", Source.at if calls >= 0 else refuse)
            return readinto(self, buffer)

    def refuse(self, position, length):
        raise error("gone")

    monkeypatch.setattr(Window, "readinto", failing)
    with pytest.raises(raised, match="gone"):
        read(tmp_path / "joined.flac", data + data)
