"""What is plain is read as jsonargparse reads it; everything else is left to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.cli import old_spellings, plain
from wavenet.cli.main import COMMANDS, command, parse, parse_fully
from wavenet.errors import UsageError


def declared(name):
    try:
        return plain.declared(command(name))
    except plain.NotPlainError:
        return None


PLAIN = [name for name in COMMANDS if declared(name)]
WORDS = (
    "0 1 -1 010 1.0 .5 5. 1e3 nan inf no yes null true [a,b] {a: 1} a: b a=b #a 'a' \"a\" int8 auto wav mulaw "
    "ssml - -- -x 1_000 ١ 12345678901234567890 1,2 ~ *a &a !a %a @a |a >a a.wav ru"
)
VALUES = st.one_of(
    st.sampled_from(WORDS.split()),
    st.sampled_from(["", " ", "a b", "x: y", "a #b", "- a", "a\nb", " a", "\t"]),
    st.integers(-5, 10**17).map(str),
    st.floats(0, 10, width=16).map(str),
    st.text(max_size=6),
)


def test_the_commands_that_are_used_most_are_plain():
    assert {"say", "generate", "vocode", "info", "models"} <= set(PLAIN)
    assert "train" not in PLAIN


@st.composite
def arguments(draw, name):
    """Of a command: options of it and others, with values that fit or do not, and words."""
    options = declared(name)
    found = []
    for _ in range(draw(st.integers(0, 4))):
        option = draw(st.sampled_from([*options._switches, *options._values, "--nothing", "--lexicon"]))
        form = draw(st.sampled_from(["alone", "apart", "joined"]))
        if form == "joined":
            found.append(f"{option}={draw(VALUES)}")
        else:
            found += [option] if form == "alone" or option in options._switches else [option, draw(VALUES)]
    for _ in range(draw(st.integers(0, len(options._words) + 1))):
        found.insert(draw(st.integers(0, len(found))), draw(VALUES))
    return found


@pytest.mark.parametrize("name", PLAIN)
@given(st.data())
def test_what_is_plain_means_what_it_means_to_jsonargparse(name, data):
    given_ = data.draw(arguments(name))
    spelled = old_spellings.pictures(name, [old_spellings.with_underscores(each) for each in given_])
    try:
        found = declared(name).parse(spelled)
    except plain.NotPlainError:
        return
    full = vars(parse_fully(name, spelled))
    assert vars(found) == full
    assert {key: type(value) for key, value in vars(found).items()} == {key: type(full[key]) for key in full}


@pytest.mark.parametrize(
    "line",
    ["Hello. -o a.wav", "-o a.wav --speed 1.5 Hello. --seed 3 --play --picture", "Hello. --out=a.wav --no-picture"],
)
def test_an_ordinary_command_is_plain(line, monkeypatch):
    monkeypatch.setattr("wavenet.cli.main.parser", lambda name: pytest.fail("it is plain"))
    found = parse("say", line.split())
    assert (found.text, found.out) == ("Hello.", "a.wav")


def test_defaults_are_of_each_call_alone():
    first = parse("say", ["a", "-o", "a.wav"])
    first.lexicon.append("mine")
    assert parse("say", ["a", "-o", "a.wav"]).lexicon == []


@pytest.mark.parametrize("line", ["", "a b", "a --seed x", "a --nothing", "a --precision int9", "a -o"])
def test_what_is_wrong_is_told_as_ever(line):
    with pytest.raises(UsageError, match="see wavenet say --help"):
        parse("say", line.split())


def test_what_is_declared_by_other_means_is_not_plain():
    with pytest.raises(plain.NotPlainError):
        plain.Options().add_argument("--x", type=complex)
    with pytest.raises(plain.NotPlainError):
        plain.Options().add_class_arguments(object)
