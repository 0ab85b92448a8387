from dataclasses import dataclass

import pytest

from wavenet.engine.keywords import resolve
from wavenet.errors import UsageError


@dataclass(frozen=True)
class Colour:
    hue: int = 1
    light: float = 0.5


@dataclass(frozen=True)
class Size:
    width: int = 2


def test_keywords_make_the_object_that_holds_them_and_leave_those_of_others_alone():
    assert resolve(Colour, None, {}) == Colour()
    assert resolve(Colour, None, {"light": 0.1, "width": 3}, Size) == Colour(light=0.1)
    assert resolve(Size, None, {"light": 0.1, "width": 3}, Colour) == Size(3)


def test_an_object_is_taken_as_it_is_beside_keywords_of_others():
    given = Colour(7)
    assert resolve(Colour, given, {"width": 3}, Size) is given


def test_what_is_given_twice_is_refused_in_one_line():
    with pytest.raises(UsageError, match=r"^hue is given in addition to a Colour, which has this field; set it there$"):
        resolve(Colour, Colour(), {"hue": 1})


def test_a_keyword_of_nobody_is_the_error_of_any_function():
    with pytest.raises(TypeError, match="unexpected keyword argument 'hu'; did you mean 'hue'"):
        resolve(Colour, None, {"hu": 1}, Size)
    with pytest.raises(TypeError, match="'width'"):
        resolve(Colour, Colour(), {"width": 1})
