"""Fields of a record that nothing is made of: found, and put back beside what was made.

Leftovers have the shape of their record without what was understood; those of a list's elements stand under their
numbers, from 0.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from guildhall.packs.poe2.transfer.rules.records import spelled


def respelled(value: Any, fields: Iterable[str], lists: Mapping[str, Iterable[str]]) -> Any:
    """Return a record with its known fields spelled as ours; `lists` are the fields of elements of lists within it.

    A field that stands there in both spellings keeps both.
    """
    if not isinstance(value, dict):
        return value
    known = frozenset(fields)
    found: dict[str, Any] = {}
    for name, part in value.items():
        ours = spelled(name)
        chosen = ours if ours in known and ours not in value and ours not in found else name
        inner = lists.get(chosen)
        found[chosen] = [respelled(one, inner, {}) for one in part] if inner and isinstance(part, list) else part
    return found


def leftovers(value: Any, made: Any) -> Any:
    """Return what a value has and what was made of it has not; None when that is nothing."""
    if isinstance(value, dict) and isinstance(made, dict):
        found = {}
        for name, part in value.items():
            rest = leftovers(part, made[name]) if name in made else part
            if rest is not None:
                found[name] = rest
        return found or None
    if isinstance(value, list) and isinstance(made, list) and len(value) == len(made):
        pairs = zip(value, made, strict=True)
        rests = {str(place): rest for place, (one, other) in enumerate(pairs) if (rest := leftovers(one, other))}
        return rests or None
    return None


def joined(made: Any, rest: Any) -> Any:
    """Return what was made with its leftovers; where both say something, what was made counts."""
    if isinstance(made, dict) and isinstance(rest, dict):
        return made | {name: joined(made[name], part) if name in made else part for name, part in rest.items()}
    if isinstance(made, list) and isinstance(rest, dict):
        return [joined(one, rest.get(str(place))) for place, one in enumerate(made)]
    return made
