"""The types of wines, and what one does to another."""

from typing import Literal

WineType = Literal["crisp", "aromatic", "rich", "tannic", "earthy", "sparkling", "sweet", "fortified"]


def multiplied(primary: int, secondary: int | None) -> int:
    """Return the percent of a type on a wine of two, from its percents on each; one type has no second.

    Factors are 0, 50, 100 or 200, so that the product is a whole number: 0, 25, 50, 100, 200 or 400.
    """
    return primary if secondary is None else primary * secondary // 100


def in_words(percent: int) -> str:
    """Return what a percent means, in words."""
    if percent == 0:
        return "no effect"
    if percent == 100:
        return "the usual effect"
    return "a stronger effect" if percent > 100 else "a weaker effect"
