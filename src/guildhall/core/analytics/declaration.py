"""Declarations of events: `EventType("poe2.build_viewed", BuildViewed, rollups=("ascendancy",))`."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Generic, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from guildhall.core.analytics.errors import BadEvent, EventTooLarge

Data = TypeVar("Data", bound=Struct)

_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_NAME = 100
_LONGEST_VALUE = 100
"""Characters of a value that is counted by itself."""
_MOST_FIELDS = 3
_MOST_ROLLUPS = 8
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_encode = msgspec.json.Encoder().encode


class EventType(Struct, Generic[Data], frozen=True):
    """A type of events: its name, `pack.what_happened`, and the struct of its data.

    All events of a type are counted by day. `rollups` are fields of the data by which they are also counted: one field,
    or several together (`("ascendancy", "league")`). Such a field is an enumeration, a number, an id or a short text;
    what is counted outlives the person, so none may tell who they are. `from_clients` lets clients send it; otherwise
    only the server's code records it.
    """

    name: str
    data: type[Data]
    rollups: tuple[str | tuple[str, ...], ...] = ()
    from_clients: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for a declaration that cannot work."""
        if _NAME.fullmatch(self.name) is None or len(self.name) > _LONGEST_NAME:
            raise ValueError(f"EventType({self.name!r}): a name is its pack and a word, as 'chess.game_opened'")
        if (
            not (isinstance(self.data, type) and issubclass(self.data, Struct))
            or self.data.__struct_config__.array_like
        ):
            raise ValueError(f"EventType({self.name!r}): its data are a struct that is written as a JSON object")
        dimensions = self.dimensions
        if len(dimensions) > _MOST_ROLLUPS or len(set(dimensions)) < len(dimensions):
            raise ValueError(f"EventType({self.name!r}): at most {_MOST_ROLLUPS} roll-ups, each once")
        hints = get_type_hints(self.data, include_extras=True)
        if max((len(",".join(fields)) for fields in dimensions), default=0) > _LONGEST_NAME:
            raise ValueError(f"EventType({self.name!r}): the names of a roll-up's fields are too long")
        for fields in dimensions:
            if not 1 <= len(fields) <= _MOST_FIELDS or len(set(fields)) < len(fields):
                raise ValueError(f"EventType({self.name!r}): a roll-up has one to {_MOST_FIELDS} different fields")
            for field in fields:
                if field not in hints or _FIELD.fullmatch(self.written(field)) is None:
                    raise ValueError(f"EventType({self.name!r}): its data have no field {field!r} to count by")
                if not _is_countable(hints[field]):
                    raise ValueError(
                        f"EventType({self.name!r}): {field!r} is not counted by: it is no number, id or enumeration, "
                        f"and no text with a max_length of {_LONGEST_VALUE} or less"
                    )

    @property
    def dimensions(self) -> tuple[tuple[str, ...], ...]:
        """The fields of each roll-up."""
        return tuple((one,) if isinstance(one, str) else tuple(one) for one in self.rollups)

    def written(self, field: str) -> str:
        """Return the name of a field in JSON."""
        return self.data.__struct_encode_fields__[self.data.__struct_fields__.index(field)]

    def rollup(self, fields: Sequence[str]) -> str:
        """Return the name of a roll-up; '' for that of all events. Raises ValueError for one that is not declared."""
        if fields and tuple(fields) not in self.dimensions:
            raise ValueError(f"{self.name} has no roll-up by {', '.join(fields)}")
        return ",".join(map(self.written, fields))


def _is_countable(hint: Any) -> bool:
    """Return whether the values of a type are short in JSON, and few kinds of them."""
    if isinstance(hint, NewType):
        return _is_countable(hint.__supertype__)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return all(one is type(None) or _is_countable(one) for one in get_args(hint))
    if origin is Annotated:
        plain, *notes = get_args(hint)
        lengths = [note.max_length for note in notes if isinstance(note, Meta) and note.max_length is not None]
        return _is_countable(plain) or (plain is str and bool(lengths) and min(lengths) <= _LONGEST_VALUE)
    if origin is Literal:
        return all(len(str(one)) <= _LONGEST_VALUE for one in get_args(hint))
    return hint in (bool, int, UUID) or (isinstance(hint, type) and issubclass(hint, Enum))


class Declared(Generic[Data]):
    """An event type with what is needed for each event: its decoder, and what is counted of the data."""

    __slots__ = ("_counted", "_decode", "from_clients", "name", "rollups")

    def __init__(self, event: EventType[Data]) -> None:
        self.name = event.name
        self.from_clients = event.from_clients
        self.rollups = tuple(f"{event.name}:{event.rollup(fields)}" for fields in event.dimensions)
        """The roll-ups as `core.add_analytics_events` takes them."""
        fields = dict.fromkeys(field for fields in event.dimensions for field in fields)
        self._counted = tuple((field, event.written(field)) for field in fields)
        self._decode = msgspec.json.Decoder(event.data).decode

    def read(self, text: bytes, most: int) -> tuple[str, str]:
        """Return a client's data as they are stored, and what is counted of them. Raises EventTooLarge, BadEvent."""
        if len(text) > most:
            raise EventTooLarge(most=most)
        try:
            data = self._decode(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadEvent(detail=f"Bad event: {error}.") from error
        whole, counted = self.texts(data)
        if "\\u0000" in whole and _NUL.search(whole):
            raise BadEvent(detail="Bad event: a text has a zero character.")
        return whole, counted

    def texts(self, data: Data) -> tuple[str, str]:
        """Return data as they are stored, and what is counted of them."""
        whole = _encode(data)
        counted = (
            _encode({written: getattr(data, field) for field, written in self._counted}) if self._counted else b"{}"
        )
        return whole.decode(), counted.decode()


@functools.cache
def declared(event: EventType[Any]) -> Declared[Any]:
    """Return the one `Declared` of an event type."""
    return Declared(event)


class EventTypes:
    """The event types of all slices that are on, by name."""

    def __init__(self, types: Iterable[EventType[Any]]) -> None:
        self.by_name: Mapping[str, Declared[Any]] = {one.name: declared(one) for one in types}
