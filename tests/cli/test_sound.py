"""Weights by name, as they are typed."""

import pytest

from wavenet.cli.sound import weights
from wavenet.errors import UsageError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        (" , ", None),
        ("ann", {"ann": 1.0}),
        ("ann=0.3,bob=0.7", {"ann": 0.3, "bob": 0.7}),
        (" ann = 0.5 , bob", {"ann": 0.5, "bob": 1.0}),
        ("ann=", {"ann": 1.0}),
        ("ann=-1", {"ann": -1.0}),
    ],
)
def test_names_have_the_weight_behind_them_or_1(text, found):
    assert weights(text, "--speaker") == found


def test_what_is_no_number_is_told_with_an_example():
    with pytest.raises(UsageError, match=r"--tags is 'loud=much': 'much' is not a number; write --tags ann or ann=0.3"):
        weights("loud=much", "--tags")
