"""Names by trigram similarity, as PostgreSQL's pg_trgm finds them for OpenDota."""

import re
from collections.abc import Iterable

THRESHOLD = 0.3
"""pg_trgm's default of similarity_threshold, which its % operator uses."""

SHORTEST = 3
MOST = 50


def trigrams(text: str) -> frozenset[str]:
    """The trigrams of a text: of each lower-cased word with two blanks before and one after it."""
    words = re.findall(r"\w+", text.lower().replace("_", " "))
    return frozenset(
        padded[place : place + 3] for padded in (f"  {word} " for word in words) for place in range(len(padded) - 2)
    )


def similarity(a: frozenset[str], b: frozenset[str]) -> float:
    """Shared trigrams by all trigrams of two texts, 0..1."""
    return len(a & b) / len(a | b) if a or b else 0.0


def best(query: str, names: Iterable[tuple[int, str]]) -> list[tuple[int, float]]:
    """The keys of up to 50 names like a query of at least three characters, with their similarity."""
    if len(query) < SHORTEST:
        return []
    wanted = trigrams(query)
    found = [(key, similarity(wanted, trigrams(name))) for key, name in names]
    return sorted((row for row in found if row[1] >= THRESHOLD), key=lambda row: -row[1])[:MOST]
