"""Declarations of activities: `Activity("poe2.build_published", BuildLine)`."""

import re
from collections.abc import Iterable
from typing import Generic, Literal, TypeVar

import msgspec
from msgspec import Struct

Data = TypeVar("Data", bound=Struct)
Visibility = Literal["public", "followers"]

_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_LONGEST_NAME = 100
_MOST_BYTES = 4096
_encode = msgspec.json.Encoder().encode


class Activity(Struct, Generic[Data], frozen=True):
    """A kind of activity: its name, `pack.what_happened`, and the struct of its data.

    The data are what a line of a feed shows beside the person: a title, a number; at most 4,096 bytes.
    """

    name: str
    data: type[Data]

    def __post_init__(self) -> None:
        """Raises ValueError for a declaration that cannot work."""
        if _NAME.fullmatch(self.name) is None or len(self.name) > _LONGEST_NAME:
            raise ValueError(f"Activity({self.name!r}): a name is its pack and a word, as 'chess.game_won'")
        if (
            not (isinstance(self.data, type) and issubclass(self.data, Struct))
            or self.data.__struct_config__.array_like
        ):
            raise ValueError(f"Activity({self.name!r}): its data are a struct that is written as a JSON object")

    def written(self, data: Data) -> object:
        """Return data as they are stored. Raises ValueError for those of another kind, or too large."""
        if not isinstance(data, self.data):
            raise ValueError(f"{self.name}: its data are a {self.data.__name__}, not a {type(data).__name__}")
        if (size := len(_encode(data))) > _MOST_BYTES:
            raise ValueError(f"{self.name}: its data have {size} bytes, more than {_MOST_BYTES}")
        return msgspec.to_builtins(data)


class Activities(Struct, frozen=True):
    """The kinds of activities of all slices that are on."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, declared: "Iterable[Activity[Struct]]") -> "Activities":
        """Make it of the declarations."""
        return cls(tuple(sorted(one.name for one in declared)))
