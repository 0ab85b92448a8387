import json

import pytest

from wavenet.late import attribute


def test_an_attribute_is_that_of_its_module():
    assert attribute("any", {"dumps": "json"}, "dumps") is json.dumps


def test_another_name_is_no_attribute_of_the_package():
    with pytest.raises(AttributeError, match="module 'any' has no attribute 'loads'"):
        attribute("any", {"dumps": "json"}, "loads")
