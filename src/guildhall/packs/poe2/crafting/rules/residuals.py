"""Systems of equations that are known by what they make of a vector."""

from collections import deque
from collections.abc import Callable, Sequence
from operator import mul

_ENOUGH = 3e-14
"""The part of the solution below which a residual is small enough."""
_MOST = 60
_KEPT = 3
"""The directions to which a new one is made orthogonal. Chains that forget a little with each pass are nearly symmetric
where states weigh what is found in them, so that the last ones do."""

Vector = list[float]


def solved_by_residuals(system: Callable[[Vector], Vector], right: Vector, guess: Vector, weights: Vector) -> Vector:
    """Return a vector that `system` makes the right side of, nearly; a better one than the guess.

    It takes the combination of residuals that leaves the least of them (conjugate residuals), as the weights count it:
    few steps where the eigenvalues of the system are in few groups.
    """
    found = guess
    left = [one - other for one, other in zip(right, system(guess), strict=True)]
    directions: deque[tuple[Vector, Vector, Vector]] = deque(maxlen=_KEPT)
    for _ in range(_MOST):
        if sum(map(abs, left)) <= _ENOUGH * sum(map(abs, found)):
            break
        direction, image = left, system(left)
        for other, of_other, weighed in directions:
            part = _dot(image, weighed)
            image = _less(image, part, of_other)
            direction = _less(direction, part, other)
        weighed = [one * weight for one, weight in zip(image, weights, strict=True)]
        length = _dot(image, weighed)
        if length <= 0:
            break
        part = _dot(left, weighed) / length
        found = _less(found, -part, direction)
        left = _less(left, part, image)
        directions.append((direction, image, [one / length for one in weighed]))
    return found


def _dot(some: Sequence[float], others: Sequence[float]) -> float:
    return float(sum(map(mul, some, others)))


def _less(some: Sequence[float], part: float, others: Sequence[float]) -> Vector:
    return [one - part * other for one, other in zip(some, others, strict=True)]
