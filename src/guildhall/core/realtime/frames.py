"""The frames of connections: JSON of the protocol, and WebSocket frames that are encoded once for all readers."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from guildhall.core.realtime.schemas import Happening
from guildhall.errors import GuildhallError

encode = msgspec.json.Encoder().encode


def text_frame(payload: bytes) -> bytes:
    """A whole text message as a server's frame (RFC 6455, 5.2): it is not masked, so all readers get the same bytes."""
    return _head(len(payload)) + payload


def _head(size: int) -> bytes:
    """The beginning of a text frame with a payload of so many bytes."""
    if size < 126:
        return (0x8100 | size).to_bytes(2, "big")
    if size < 65_536:
        return (0x817E0000 | size).to_bytes(4, "big")
    return b"\x81\x7f" + size.to_bytes(8, "big")


def event_frame(topic: str, happening: Happening) -> bytes:
    """Encode an event of a topic as a whole frame for readers of a socket."""
    begin, middle, size = _around(topic, happening.kind)
    data = happening.data
    return b"%b%b%b%b%b}" % (_head(size + len(data)), begin, str(happening.id).encode(), middle, data)


@lru_cache(maxsize=4096)
def _around(topic: str, kind: str) -> tuple[bytes, bytes, int]:
    """The parts of an event before and behind its id, and the bytes of an event without data."""
    begin, middle = b'{"op":"event","topic":"%b","id":"' % topic.encode(), b'","kind":"%b","data":' % kind.encode()
    return begin, middle, len(begin) + 36 + len(middle) + 1


def server_sent_event(topic: str, happening: Happening) -> bytes:
    """The same as a server-sent event; the JSON is one line."""
    return b'id: %b\nevent: event\ndata: {"topic":"%b","kind":"%b","data":%b}\n\n' % (
        str(happening.id).encode(),
        topic.encode(),
        happening.kind.encode(),
        happening.data,
    )


def said(op: str, ref: int | str | None = None, **fields: Any) -> bytes:
    """Encode any other message to a connection. `ref` is the client's own name for its request."""
    told: dict[str, Any] = {"op": op}
    if ref is not None:
        told["ref"] = ref
    return encode({**told, **fields})


def refusal(error: GuildhallError, ref: int | str | None = None, **fields: Any) -> bytes:
    """Encode the error of an operation, with the status and the code that HTTP would answer."""
    told: dict[str, Any] = {"status": error.status, "code": error.code, "title": error.title, "detail": str(error)}
    if error.retry_after is not None:
        told["retry_after"] = error.retry_after
    return said("error", ref, **told, **fields)


def ack_frame(ref: int | str, identifier: UUID, at: datetime) -> bytes:
    """A write is durable: its id and time, as a whole frame."""
    name = encode(ref) if isinstance(ref, str) else b"%d" % ref
    time = _time(at)
    return b'%b{"op":"ack","ref":%b,"id":"%b","at":%b}' % (
        _head(len(name) + len(time) + _ACK_BYTES),
        name,
        str(identifier).encode(),
        time,
    )


_ACK_BYTES = len(b'{"op":"ack","ref":,"id":"","at":}') + 36


@lru_cache(maxsize=4)
def _time(at: datetime) -> bytes:
    """The time of a commit, which is that of all its messages."""
    return encode(at)


def is_utf8(payload: bytes) -> bool:
    """Return whether bytes are UTF-8."""
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
