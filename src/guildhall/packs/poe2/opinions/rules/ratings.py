"""The rating of a build from its reviews."""

from math import sqrt

_Z = 1.96
"""The 95 % interval of a normal distribution."""


def lower_bound(reviews: int, rating_sum: int) -> float:
    """Return the lower end of the Wilson interval (95 %) of a build's rating, 1 to 5; 0 without reviews.

    A review of r stars counts as a share (r - 1) / 4 of success (E. B. Wilson, 1927). Few reviews give a wide interval,
    so that one friend's five stars do not stand above a hundred people's four and a half.
    """
    if not reviews:
        return 0.0
    share = (rating_sum / reviews - 1) / 4
    spread = _Z * sqrt((share * (1 - share) + _Z**2 / (4 * reviews)) / reviews)
    return 1 + 4 * max(0.0, (share + _Z**2 / (2 * reviews) - spread) / (1 + _Z**2 / reviews))
