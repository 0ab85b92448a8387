"""Shares of a number of cases, with their intervals."""

from scipy.stats import binomtest


def share(right: int, of: int) -> str:
    """A share with Wilson's 95 % interval, in percent."""
    low, high = binomtest(right, of).proportion_ci(method="wilson")
    return f"{right / of:.0%} ({low:.0%} to {high:.0%})".replace("%", " %")
