"""The one thing that is meant by a name, an id, or the beginning of an id."""

from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from guildhall.ids import ids_beginning
from guildhall.packs.realm.terminal.errors import NotThere
from guildhall.text import folded


class Named(Protocol):
    """An object with an id and a name."""

    @property
    def id(self) -> UUID:
        """The id."""

    @property
    def name(self) -> str:
        """The name."""


Thing = TypeVar("Thing", bound=Named)


def the_one(noun: str, text: str, things: Sequence[Thing]) -> Thing:
    """Find what is called so, however written, or whose id is or begins so. Raises NotThere, with all names."""
    named = [one for one in things if folded(one.name) == folded(text)]
    low, high = ids_beginning(text) or (None, None)
    numbered = [one for one in things if low is not None and high is not None and low <= one.id <= high]
    found = named[:1] or numbered
    if len(found) == 1:
        return found[0]
    if found:
        raise NotThere(f"The ids of several {noun}s begin with {text!r}; type more of it, or the name.")
    raise NotThere(f"There is no {noun} {text!r}; there are: {', '.join(one.name for one in things) or 'none'}.")
