import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wavenet.arithmetic import ceil_div


@given(st.integers(), st.integers(1, 10**12))
def test_it_rounds_up_exactly(dividend, divisor):
    assert ceil_div(dividend, divisor) == math.ceil(Fraction(dividend, divisor))


def test_of_an_array_each_element_is_rounded_up():
    np.testing.assert_array_equal(ceil_div(np.arange(-3, 4), 2), [-1, -1, 0, 0, 1, 1, 2])
