"""The records of a file: their kinds, and the hash by which one is known again."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

FORMAT = "guildhall.poe2"
"""The format that an export file names."""
_encode = msgspec.json.Encoder(order="sorted").encode
_ENVELOPE = frozenset({"format", "version"})
_KINDS = {"templates": "template", "snapshots": "snapshot"}
"""The kinds that become rows of their own, by the key of their list; the others are kept as they are."""
_LONGEST_KIND = 100


class Record(Struct, frozen=True):
    """A record of a file. `place` is where it stood: `templates[3]`, `metrics`."""

    place: str
    kind: str
    value: Any


def records_of(file: Mapping[str, Any]) -> Iterator[Record]:
    """Return the records of a file, in its order; a list has a record for each element."""
    for key, value in file.items():
        if key in _ENVELOPE:
            continue
        kind = _KINDS.get(key, key[:_LONGEST_KIND] or "unnamed")
        if isinstance(value, list):
            yield from (Record(f"{key}[{number}]", kind, one) for number, one in enumerate(value))
        else:
            yield Record(key, kind, value)


def record_hash(kind: str, value: object) -> bytes:
    """Return the hash of a record's content: the order of its keys does not matter."""
    return blake2b(_encode([kind, value]), digest_size=16).digest()


def stable(value: object) -> bytes:
    """Return JSON that is the same bytes for the same content."""
    return _encode(value)
