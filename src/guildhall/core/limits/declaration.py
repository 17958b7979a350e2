"""Groups of endpoints that share a limit: `Limit("poe2_import", "Imports", free=10, premium=50)`."""

import re

from msgspec import Struct

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Limit(Struct, frozen=True):
    """The requests of a group of endpoints that a person may make in a window; 0 is no limit.

    A route names its group with `limit=`; one that does not is of the group `read` or `write`, by its method.
    """

    name: str
    title: str
    free: int
    premium: int
    seconds: int = 60

    def __post_init__(self) -> None:
        """Raises ValueError for a declaration that cannot work."""
        if _NAME.fullmatch(self.name) is None or min(self.free, self.premium) < 0 or self.seconds < 1:
            raise ValueError(f"Limit({self.name!r}): a name of small letters, limits from 0, seconds from 1")


class Limits(Struct, frozen=True):
    """All groups that the active slices declare, by name."""

    by_name: dict[str, Limit]
