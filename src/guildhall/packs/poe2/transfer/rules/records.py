"""The records of a file: their kinds, and the hash by which one is known again."""

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, Literal

import msgspec
from msgspec import Struct

FORMAT = "guildhall.poe2"
"""The format that an export file names."""
Kind = Literal["template", "snapshot", "session"]
KEYS: Mapping[Kind, tuple[str, ...]] = {
    "template": ("templates", "template", "build_templates", "builds"),
    "snapshot": ("snapshots", "snapshot", "character_snapshots"),
    "session": ("sessions", "session", "crafting_sessions"),
}
"""The keys whose records become rows of their own, by kind: that of an export first. Others are kept as they are."""
LONGEST_KEY = 100
_KINDS: Mapping[str, Kind] = {key: kind for kind, keys in KEYS.items() for key in keys}
_ENVELOPE = frozenset({"format", "version"})
_PREFIX = "poe2_"
_DEEPEST = 60
_encode = msgspec.json.Encoder(order="sorted").encode
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-.: ]+")


class Record(Struct, frozen=True):
    """A record of a file. `place` is where it stood: `templates[3]`, `metrics`. `kind` is one of ours, or the key."""

    place: str
    kind: str
    is_ours: bool
    value: Any


def records_of(file: Mapping[str, Any]) -> Iterator[Record]:
    """Return the records of a file, in its order; a list has a record for each element.

    A browser stores texts, so a text under a key of ours is read as the JSON that it is.
    """
    for key, found in file.items():
        if key in _ENVELOPE:
            continue
        ours = _KINDS.get(spelled(key).removeprefix(_PREFIX))
        value = _read(found) if ours is not None and isinstance(found, str) else found
        kind, place = ours or key, key[: LONGEST_KEY + 1]
        if isinstance(value, list) and (value or ours is not None):
            yield from (Record(f"{place}[{number}]", kind, ours is not None, one) for number, one in enumerate(value))
        else:
            yield Record(place, kind, ours is not None, value)


def _read(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text


def spelled(name: str) -> str:
    """Return a name in small letters with underscores: `characterName` is `character_name`."""
    return _WORD.sub("_", name).lower()


def record_hash(kind: str, value: object) -> bytes:
    """Return the hash of a record's content: the order of its keys does not matter."""
    return blake2b(_encode([kind, value]), digest_size=16).digest()


def stable(value: object) -> bytes:
    """Return JSON that is the same bytes for the same content."""
    return _encode(value)


def refusal_of(value: object) -> str | None:
    """Return why a value cannot be stored: it is too deep, or has a NUL; None when it can."""
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > _DEEPEST:
            return f"It is nested more than {_DEEPEST} levels deep."
        if isinstance(one, str) and "\0" in one:
            return "It has a NUL character, which no text may have."
        if isinstance(one, dict):
            waiting += [(part, depth + 1) for pair in one.items() for part in pair]
        elif isinstance(one, list):
            waiting += [(part, depth + 1) for part in one]
    return None
