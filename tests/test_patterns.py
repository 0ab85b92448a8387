"""A pattern that is compiled late is the same pattern."""

import re
from importlib import import_module
from pkgutil import walk_packages

from hypothesis import given
from hypothesis import strategies as st

from wavenet import patterns, tts


@given(st.text(st.sampled_from("ab1 "), max_size=8))
def test_what_is_compiled_late_finds_the_same(text):
    late, now = patterns.late("(a)b?|1", re.IGNORECASE), re.compile("(a)b?|1", re.IGNORECASE)
    assert [found.span() for found in late.finditer(text)] == [found.span() for found in now.finditer(text)]
    assert late.sub("x", text) == now.sub("x", text)
    assert (late.pattern, late.flags, late.groups) == (now.pattern, now.flags, now.groups)


def test_it_is_compiled_once(monkeypatch):
    compiled, compile_ = [], re.compile
    monkeypatch.setattr(re, "compile", lambda *given: compiled.append(given) or compile_(*given))
    one = patterns.late("a")
    assert not compiled
    assert one.match("a")
    assert one.match("a")
    assert len(compiled) == 1


def test_every_pattern_of_the_front_ends_is_one():
    names = [module.name for module in walk_packages(tts.__path__, "wavenet.tts.")]
    found = [each for name in names for each in vars(import_module(name)).values() if isinstance(each, patterns._Late)]
    assert len(found) > 100
    assert all(each.pattern is not None for each in found)
