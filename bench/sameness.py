"""The proof that two servers answer the same: a faster answer with less in it is no answer."""

from datetime import datetime
from typing import Any

import msgspec

from bench.context import BenchError
from bench.process import Server


def require_same_fields(ours: Server, our_target: str, peer: Server, peer_target: str) -> int:
    """The length of our answer in bytes; raises BenchError unless it has all fields and values of the peer's.

    Values are compared as JSON, and times as the moments they name.
    """
    bodies: list[bytes] = []
    for server, target in ((ours, our_target), (peer, peer_target)):
        status, body = server.get(target)
        if status != 200:
            raise BenchError(f"GET {target} answered {status}: {body[:300]!r}")
        bodies.append(body)
    missing = missing_fields(msgspec.json.decode(bodies[0]), msgspec.json.decode(bodies[1]))
    if missing:
        raise BenchError(f"the answers differ in {', '.join(missing)}")
    return len(bodies[0])


def missing_fields(ours: Any, peer: Any, where: str = "") -> list[str]:
    """The paths at which the peer's value has something that ours has not, or has otherwise."""
    if isinstance(peer, dict) and isinstance(ours, dict):
        found: list[str] = []
        for name, value in peer.items():
            path = f"{where}.{name}" if where else name
            found += missing_fields(ours[name], value, path) if name in ours else [path]
        return found
    if isinstance(peer, list) and isinstance(ours, list) and len(peer) == len(ours):
        return [
            path
            for index, (left, right) in enumerate(zip(ours, peer, strict=True))
            for path in missing_fields(left, right, f"{where}[{index}]")
        ]
    return [] if _plain(ours) == _plain(peer) else [where or "the whole"]


def _plain(value: Any) -> Any:
    """A value as it compares: "2026-01-01T00:00:00.000Z" and "...00Z" are one moment."""
    if not isinstance(value, str) or "T" not in value:
        return value
    try:
        return msgspec.convert(value, type=datetime)
    except msgspec.ValidationError:
        return value
