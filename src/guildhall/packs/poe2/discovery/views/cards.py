"""The parts of an answer of a search: cards, and counts of facets."""

from collections.abc import Mapping

from guildhall.packs.poe2.discovery.schemas import BuildCard, FacetCount, FoundRow

_VALUES_SHOWN = 20
_FIELDS = BuildCard.__struct_fields__


def card_of(row: FoundRow) -> BuildCard:
    """Return the card of a row."""
    return BuildCard(*[getattr(row, name) for name in _FIELDS])


def counts_of(builds_of: Mapping[str, int]) -> dict[str, list[FacetCount]]:
    """Return the counts of each facet, the values of most builds first."""
    facets: dict[str, list[FacetCount]] = {}
    for facet, builds in sorted(builds_of.items(), key=lambda one: (-one[1], one[0])):
        name, _, value = facet.partition(":")
        shown = facets.setdefault(name, [])
        if len(shown) < _VALUES_SHOWN:
            shown.append(FacetCount(value, builds))
    return facets


def like_pattern(beginning: str) -> str:
    """Return the LIKE pattern of texts that begin so."""
    return beginning.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
