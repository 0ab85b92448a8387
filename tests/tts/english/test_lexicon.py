import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.tts.english import entries, phones
from wavenet.tts.english.lexicon import Lexicon

LEXICON = Lexicon()
SCRIPTS = Path(__file__).parents[3] / "scripts"
SPOKEN = {name + digit for name in phones.VOWELS for digit in "012"} | set(phones.CONSONANTS)


def said(word: str, role: str | None = None, lexicon: Lexicon = LEXICON) -> tuple[str, str]:
    found = lexicon.pronounce(word, role)
    return found.source, " ".join(found.phones)


def test_the_shipped_lexicon_is_in_order_so_that_bisection_finds_every_word() -> None:
    listed = list(entries.all_shipped())
    keys = [word.encode() for word, _ in listed]
    assert keys == sorted(keys)
    for word, one in [*listed[::997], listed[-1]]:
        assert one in entries.shipped(word)
        assert not entries.shipped(word + "~")


def test_the_additions_are_part_of_it() -> None:
    added: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for word, one in entries.read(SCRIPTS / "lexicon_additions.txt"):
        added.setdefault(word, []).append((one.role, one.phones))
    assert {word: [(one.role, one.phones) for one in entries.shipped(word)] for word in added} == added


@pytest.mark.slow
def test_the_script_makes_the_shipped_file(tmp_path: Path) -> None:
    pytest.importorskip("gruut_lang_en")
    code = f"""
import runpy, pathlib
from wavenet.tts.english import entries
entries.SHIPPED = pathlib.Path({str(tmp_path / "lexicon.txt")!r})
runpy.run_path({str(SCRIPTS / "make_lexicon.py")!r}, run_name="__main__")
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert (tmp_path / "lexicon.txt").read_bytes() == entries.SHIPPED.read_bytes()


@pytest.mark.parametrize("word", ["", "a~", "~", "'", "\n", "a\n", "zzzz", "read/VB", "  "])
def test_what_is_no_word_is_not_found(word: str) -> None:
    assert entries.shipped(word) == ()


@pytest.mark.parametrize("word", ["Hello", "HELLO", "hello"])
def test_capitals_do_not_matter(word: str) -> None:
    assert said(word) == ("lexicon", "HH EH0 L OW1")


def test_a_role_chooses_among_pronunciations_and_the_first_stands_for_the_rest() -> None:
    assert said("read") == said("read", "VB") == said("read", "NN") == ("lexicon", "R IY1 D")
    assert said("read", "VBD") == ("lexicon", "R EH1 D")
    assert said("a", "letter") == ("lexicon", "EY1")
    with pytest.raises(UsageError, match="unknown role 'verb'; known: CD, DT, IN"):
        LEXICON.pronounce("read", "verb")


@pytest.mark.parametrize(
    ("word", "source", "phones"),
    [
        ("dogs’", "lexicon", "D AO1 G Z"),
        ("Zürich", "lexicon", "Z UH1 R IH0 K"),
        ("well-known", "parts", "W EH1 L N OW1 N"),
        ("U.S.A.", "parts", "Y UW1 EH1 S EY1"),
        ("xkcd", "spelled", "EH1 K S K EY1 S IY1 D IY1"),
        ("wavenet's", "rule", "W EY1 V N EH2 T S"),
        ("wavenets", "rule", "W EY1 V N EH2 T S"),
        ("mightn't've", "rule", "M AY1 T AH0 N T AH0 V"),
        ("yesss", "lexicon", "Y EH1 S"),
        ("shhhhh", "lexicon", "SH"),
    ],
)
def test_words_that_are_written_unusually(word: str, source: str, phones: str) -> None:
    assert said(word) == (source, phones)


@given(st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=20))
def test_whatever_has_letters_has_phones(word: str) -> None:
    if word.strip("'"):
        found = LEXICON.phones(word)
        assert found
        assert set(found) <= SPOKEN
    else:
        with pytest.raises(UsageError, match="it has no letters"):
            LEXICON.phones(word)


@given(st.text(max_size=8))
def test_any_text_is_a_word_or_a_usage_error(word: str) -> None:
    try:
        found, complaint = LEXICON.phones(word), ""
    except UsageError as error:
        found, complaint = (), str(error)
    assert set(found) <= SPOKEN
    assert len(complaint.splitlines()) == (not found)


def test_other_scripts_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match="cannot say '안녕': '안' has no English phones"):
        LEXICON.phones("안녕")


@pytest.mark.parametrize("word", ["ab" * 2000, "a" + "'s" * 2000, "b" * 2000, "a-" * 2000, "q'" * 2000])
def test_a_very_long_word_is_read(word: str) -> None:
    assert LEXICON.phones(word)


def test_it_tells_which_words_it_has() -> None:
    assert "Hello" in LEXICON
    assert "zorblaxian" not in LEXICON


def test_nothing_is_read_before_the_first_word() -> None:
    code = """
import sys
from wavenet.tts.english import entries, g2p, lexicon
words = lexicon.Lexicon()
assert not entries._content.cache_info().currsize and not g2p.shipped.cache_info().currsize
words.phones("hello")
assert entries._content.cache_info().currsize and not g2p.shipped.cache_info().currsize
words.phones("zorblaxian")
assert g2p.shipped.cache_info().currsize
assert "torch" not in sys.modules and "sqlite3" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_users_words_come_first(tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text(
        "# mine\nTomato  T AH0 M AA1 T OW0 # British\nzorp\tzɔɹp\n\nread/VBD  R EH1 D\nread  R IY1 D\n", "utf-8"
    )
    second.write_text("tomato  T OW1\nc++  S IY1 P L AH1 S\ngnu/linux  N UW1\n", "utf-8")
    lexicon = Lexicon([first, str(second)])
    assert said("TOMATO", lexicon=lexicon) == ("user", "T AH0 M AA1 T OW0")
    assert said("tomato's", lexicon=lexicon) == ("rule", "T AH0 M AA1 T OW0 Z")
    assert said("zorps", lexicon=lexicon) == ("rule", "Z AO0 R P S")
    assert said("read", lexicon=lexicon) == ("user", "R EH1 D")
    assert said("read", "VB", lexicon=lexicon) == ("user", "R EH1 D")
    assert said("C++", lexicon=lexicon) == ("user", "S IY1 P L AH1 S")
    assert said("gnu/linux", lexicon=lexicon) == ("user", "N UW1")
    assert said("tomato")[0] == "lexicon"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"ok  OW2 K EY1\nzorp  Z OWW1 R P\n", r"own.txt, line 2: 'zorp': unknown phone 'OWW1'; did you mean"),
        (b"zorp\n", r"own.txt, line 1: 'zorp': no phones in ''"),
        (b"# \xff\n", r"own.txt, line 1: is not UTF-8"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: bytes, complaint: str) -> None:
    (tmp_path / "own.txt").write_bytes(line)
    with pytest.raises(UsageError, match=complaint):
        Lexicon([tmp_path / "own.txt"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.txt: cannot be read: No such file"):
        Lexicon([tmp_path / "none.txt"])
