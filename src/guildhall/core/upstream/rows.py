"""Reading lists of a game API row by row: an odd row is dropped and counted, and the sound ones beside it are kept."""

import math
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Raw, Struct, UnsetType

if TYPE_CHECKING:
    from typing_extensions import TypeForm

Shape = TypeVar("Shape")
Judge = Callable[[Any], str | None]
"""Returns the fault of a row of the right shape; None for a sound one."""

Check = Callable[[Any], str | None]
_RAWS = msgspec.json.Decoder(list[Raw])
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_ENCODE = msgspec.json.Encoder().encode
_TOLD = 3
"""Dropped rows whose fault is logged."""
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""A NUL in a JSON string, which PostgreSQL stores in no text: names have been seen with control characters."""


def without_nul(body: bytes) -> bytes:
    """Return JSON without the NUL characters in its strings."""
    return _NUL.sub(rb"\1", body) if b"\\u0000" in body else body


class NoSoundRow(ValueError):
    """An answer has rows, and not one of them is sound."""


class Found(Struct, Generic[Shape], frozen=True):
    """The value of an answer, the number of dropped rows, and the faults of the first of them."""

    value: Shape
    dropped: int = 0
    faults: tuple[str, ...] = ()


class Rows(Generic[Shape]):
    """Reads answers of one shape.

    A shape is a list, an object of rows by key, or a struct with lists in it. Rows are checked by their types, by what
    no figure of a game can be (infinite, a time of another age), and by `judge`. Lists within a row, and lists of a
    struct that may be missing, lose their odd elements too; the answer's own list must keep one row if it had any. An
    empty list is a sound answer.
    `judge` gets a row and returns its fault, or None.
    """

    def __init__(self, shape: "TypeForm[Shape]", *, strict: bool = True, judge: Judge | None = None) -> None:
        self.shape = shape
        self._strict = strict
        self._judge = judge
        kind: Any = shape
        self._check = _check(kind)
        self._decoder: msgspec.json.Decoder[Shape] = msgspec.json.Decoder(kind, strict=strict)

    def read(self, body: bytes) -> Found[Shape]:
        """Decode a body. Raises msgspec.MsgspecError or NoSoundRow if it is no answer of this shape."""
        try:
            value = self._decoder.decode(body)
        except msgspec.ValidationError:
            pass
        else:
            if self._fault(value) is None:
                return Found(value)
        faults: list[str] = []
        pruned = self._pruned(Raw(body), self.shape, faults, depth=0)
        value = self._decoder.decode(pruned)
        if (fault := self._fault(value)) is not None:
            raise msgspec.ValidationError(fault)
        return Found(value, len(faults), tuple(faults[:_TOLD]))

    def _fault(self, value: Any) -> str | None:
        """Return the fault in a whole answer of the right shape; None if there is none."""
        if self._check is not None and value is not None and (fault := self._check(value)) is not None:
            return fault
        if self._judge is not None:
            return next((fault for one in _elements(value) if (fault := self._judge(one)) is not None), None)
        return None

    def _sound(self, raw: Raw, kind: Any, judged: bool) -> str | None:
        """Return the fault of a value; None for a sound one."""
        try:
            value = msgspec.json.decode(raw, type=kind, strict=self._strict)
        except msgspec.ValidationError as error:
            return str(error)
        if (check := _check(kind)) is not None and value is not None and (fault := check(value)) is not None:
            return fault
        return self._judge(value) if judged and self._judge is not None else None

    def _pruned(self, raw: Raw, kind: Any, faults: list[str], depth: int, must: bool = True) -> Raw:
        """The value without its odd rows; as it is where it has none that could be dropped."""
        plain = _plain(kind, raw)
        origin = get_origin(plain)
        if origin is list:
            kept = list(self._kept(_RAWS.decode(raw), get_args(plain)[0], faults, depth, must))
            return Raw(_ENCODE(kept))
        if origin is dict:
            given = _FIELDS.decode(raw)
            of = get_args(plain)[1]
            rows = {
                name: row for name, value in given.items() for row in self._kept([value], of, faults, depth, must=False)
            }
            if must and given and not rows:
                raise NoSoundRow(f"no sound row in {len(given)}: {faults[-1]}")
            return Raw(_ENCODE(rows))
        if isinstance(plain, type) and issubclass(plain, Struct):
            fields = _FIELDS.decode(raw)
            for name, of, required in _containers(plain):
                if name in fields:
                    fields[name] = self._pruned(fields[name], of, faults, depth + 1, must and depth == 0 and required)
            return Raw(_ENCODE(fields))
        return raw

    def _kept(self, rows: list[Raw], kind: Any, faults: list[str], depth: int, must: bool) -> Iterator[Raw]:
        judged = depth == 0
        found = False
        for row in rows:
            if (fault := self._sound(row, kind, judged)) is not None:
                inner: list[str] = []
                try:
                    pruned = self._pruned(row, kind, inner, depth + 1, must=False)
                except msgspec.ValidationError:
                    pruned = row
                if not inner or self._sound(pruned, kind, judged) is not None:
                    faults.append(fault)
                    continue
                faults.extend(inner)
                row = pruned
            found = True
            yield row
        if must and rows and not found:
            raise NoSoundRow(f"no sound row in {len(rows)}: {faults[-1]}")


def _plain(kind: Any, raw: Raw) -> Any:
    """The type without its bounds, and of a union the member that holds something, if the value is not null."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        members = [one for one in get_args(kind) if one is not type(None) and one is not UnsetType]
        return None if bytes(raw) == b"null" else _plain(members[0], raw) if len(members) == 1 else None
    return kind


@cache
def _containers(kind: type[Struct]) -> list[tuple[str, Any, bool]]:
    """A struct's fields that hold lists, objects or structs: name on the wire, type, and whether it must be there."""
    hints = get_type_hints(kind, include_extras=True)
    found = []
    for field in msgspec.structs.fields(kind):
        of = _plain(hints[field.name], Raw(b""))
        if get_origin(of) in (list, dict) or (isinstance(of, type) and issubclass(of, Struct)):
            found.append((field.encode_name, hints[field.name], field.required))
    return found


@cache
def _check(kind: Any) -> Check | None:
    """Return the check for impossible values of a type; None for a type that needs none."""
    plain = _plain(kind, Raw(b""))
    origin = get_origin(plain)
    if plain is datetime or plain is date:
        return _odd_time
    if plain is Decimal or plain is float:
        return _odd_figure
    if origin is list or origin is dict:
        of = _check(get_args(plain)[-1])
        if of is None:
            return None
        return lambda value: next((odd for one in _elements(value) if (odd := of(one)) is not None), None)
    if isinstance(plain, type) and issubclass(plain, Struct):
        hints = get_type_hints(plain, include_extras=True)
        found = [(attrgetter(name), check) for name in plain.__struct_fields__ if (check := _check(hints[name]))]
        if not found:
            return None

        def odd_field(value: Any) -> str | None:
            for get, check in found:
                field = get(value)
                if field is not None and (odd := check(field)) is not None:
                    return odd
            return None

        return odd_field
    return None


def _elements(value: Any) -> Iterator[Any]:
    elements = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (one for one in elements if one is not None)


def _odd_time(value: date) -> str | None:
    return None if isinstance(value, UnsetType) or 1970 <= value.year < 2300 else f"a time of another age: {value}"


def _odd_figure(value: Decimal | float) -> str | None:
    if isinstance(value, float):
        sound = math.isfinite(value)
    else:
        sound = isinstance(value, UnsetType) or (value.is_finite() and -100 < value.adjusted() < 24)
    return None if sound else f"a figure that cannot be: {value:.6}"
