"""Probabilities put in other words: attempts, confidence, intervals."""

import math

Z95 = 1.959963984540054
"""The standard normal deviate of a two-sided interval of 95 %."""


def tries_for(confidence: float, success: float) -> int | None:
    """Return the number of tries after which one has succeeded with a confidence; None if none ever does."""
    if success <= 0:
        return None
    if success >= 1:
        return 1
    return max(1, math.ceil(math.log1p(-confidence) / math.log1p(-success)))


def wilson(successes: int, known: int) -> tuple[float, float] | None:
    """Return the Wilson interval of 95 % for a share of successes; None without any observation."""
    if known == 0:
        return None
    share, squared = successes / known, Z95 * Z95
    middle = share + squared / (2 * known)
    half = Z95 * math.sqrt(share * (1 - share) / known + squared / (4 * known * known))
    whole = 1 + squared / known
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)
