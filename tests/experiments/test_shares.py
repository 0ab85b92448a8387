from experiments.shares import share


def test_a_share_has_the_interval_of_wilson():
    assert share(45, 60) == "75 % (63 % to 84 %)"
    assert share(0, 10).startswith("0 % (0 % to ")
    assert share(60, 60) == "100 % (94 % to 100 %)"
