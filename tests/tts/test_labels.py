import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.tts.english.phones import PHONES
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.segments import PARTS, SIL, Segment

small = st.integers(0, 30)
spoken = st.builds(
    Segment,
    st.sampled_from([phone for phone in PHONES if phone != SIL]),
    st.integers(0, 2),
    st.sampled_from(PARTS),
    *[small] * 6,
    st.booleans(),
    st.sampled_from(["", ",", "…"]),
    st.text(max_size=6),
    st.floats(0.2, 5),
    st.floats(0.5, 2),
)
pauses = st.builds(Segment, st.just(SIL), mark=st.sampled_from(["", "."]), seconds=st.none() | st.floats(0, 60))
timed = st.tuples(spoken, st.integers(1, 99)) | st.tuples(pauses, st.integers(0, 99))
utterances = st.lists(timed, min_size=1, max_size=8)
GOOD = {"id": "a", "segments": [{"phone": SIL}, {"phone": "AA", "stress": 1}], "durations": [0, 3]}


def of(pairs: dict[str, list[tuple[Segment, int]]]) -> Labels:
    rows = [Labelled(name, [one for one, _ in row], [frames for _, frames in row]) for name, row in pairs.items()]
    return Labels(PHONES, 160, 16_000, rows)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), utterances, max_size=3))
def test_what_is_written_is_read(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("labels") / "new" / "labels.jsonl"
    of(pairs).write(path)
    assert Labels.read(path) == of(pairs)


def test_of_a_segment_only_what_differs_from_the_default_is_written(tmp_path: Path):
    of({"a": [(Segment(SIL), 0), (Segment("AA", 1, text="ah"), 9)]}).write(tmp_path / "a.jsonl")
    head, row = map(json.loads, (tmp_path / "a.jsonl").read_text("utf-8").splitlines())
    assert (head["hop_length"], head["sample_rate"], tuple(head["phones"])) == (160, 16_000, PHONES)
    assert row["segments"] == [{"phone": SIL}, {"phone": "AA", "stress": 1, "text": "ah"}]


def file(path: Path, row: object = None, **head: object) -> Path:
    first = {"format": "wavenet-labels", "format_version": 1, "phones": [SIL, "AA"], "hop_length": 160}
    lines = [first | {"sample_rate": 16_000} | head, GOOD, row or GOOD | {"id": "b"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_the_examples_below_are_wrong_in_one_thing_each(tmp_path: Path):
    assert [row.id for row in Labels.read(file(tmp_path / "a.jsonl")).rows] == ["a", "b"]


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ({"format": "other"}, "a.jsonl: contains no labels"),
        ({"format_version": 2}, "a.jsonl: format_version is 2, but this program reads 1; update the program"),
        ({"phones": ["AA"]}, r"a.jsonl:1: phones is \['AA'\]"),
        ({"phones": "SIL AA"}, "a.jsonl:1: phones is 'SIL AA'"),
        ({"hop_length": 0}, "a.jsonl:1: hop_length is 0"),
        ({"sample_rate": None}, "a.jsonl:1: hop_length is 160 and sample_rate None"),
    ],
)
def test_a_wrong_first_line_is_refused(tmp_path: Path, head: dict[str, object], message: str):
    with pytest.raises(UsageError, match=message):
        Labels.read(file(tmp_path / "a.jsonl", **head))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (GOOD, "a is already in line 2"),
        ({"id": "b"}, "has id, and must have id, segments and durations"),
        (GOOD | {"durations": [0]}, "2 segments have 1 durations"),
        (GOOD | {"durations": [0, 0]}, "phone AA has 0 frames"),
        (GOOD | {"durations": [-1, 3]}, "phone SIL has -1 frames"),
        (GOOD | {"durations": [0.5, 3]}, "phone SIL has 0.5 frames"),
        (GOOD | {"durations": None}, "durations numbers"),
        (GOOD | {"segments": [], "durations": []}, "one or more"),
        (GOOD | {"segments": ["AA", "AA"]}, "segments must be one or more objects"),
        (GOOD | {"segments": [{"phone": SIL}, {"phone": "ZZ"}]}, "phone 'ZZ' is not one of those in the first line"),
        (GOOD | {"segments": [{"phone": "AA"}, {"stres": 1}]}, "unknown setting 'stres'; did you mean 'stress'"),
        (GOOD | {"segments": [{"phone": "AA"}, {"stress": 1}]}, "'phone' is missing"),
        (GOOD | {"segments": [{"phone": SIL}, {"phone": "AA", "word": "1"}]}, "word is '1'"),
        (["a"], "is not a JSON object"),
    ],
)
def test_a_wrong_line_is_refused_by_its_number(tmp_path: Path, row: object, message: str):
    with pytest.raises(UsageError, match=rf"a\.jsonl:3: .*{message}") as error:
        Labels.read(file(tmp_path / "a.jsonl", row))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"hello\n", b"RIFF\0\0"])
def test_another_file_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(UsageError, match=r"a\.jsonl"):
        Labels.read(tmp_path / "a.jsonl")


def test_a_missing_file_names_the_command_that_makes_it(tmp_path: Path):
    with pytest.raises(UsageError, match="no such file of labels; wavenet align creates it"):
        Labels.read(tmp_path / "a.jsonl")
