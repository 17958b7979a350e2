"""Two contents compared, and the words of a version's changes."""

from collections.abc import Mapping, Sequence

from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.codes.rules.comparison import Change, compare

_MOST_WORDS = 2_000
"""Characters of the words of a version."""


Claimed = tuple[str | None, str | None]
"""The origin of statistics: their calculator, and the version of the tree."""


def same_calculator(one: Claimed, other: Claimed) -> bool:
    """Return whether statistics of two origins can be compared; those of unknown origin never can."""
    return None not in one and one == other


def changes_between(
    before: Build, after: Build, nodes: Mapping[int, str] | None, *, same_calculator: bool
) -> list[Change]:
    """Return the changes; those of claims only where the same calculator made both."""
    changes = compare(before, after, nodes)
    return changes if same_calculator else [one for one in changes if one.kind != "stat"]


def words_of(changes: Sequence[Change]) -> str | None:
    """Return the changes as sentences, as many as fit; claims, which many edits change, come in one sentence."""
    said, size = list[str](), 0
    told = [one for one in changes if one.kind != "stat"]
    claims = len(changes) - len(told)
    for place, one in enumerate(told):
        if size + len(one.words) > _MOST_WORDS:
            said.append(f"{len(told) - place} more changes.")
            break
        said.append(one.words)
        size += len(one.words) + 1
    if claims:
        said.append(f"{claims} statistics are others.")
    return "\n".join(said) or None
