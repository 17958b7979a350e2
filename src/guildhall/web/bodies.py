"""Bodies of requests: how long they may be, declared or as they come."""

from collections.abc import Mapping
from typing import Any

from guildhall.errors import BadRequest, TooLarge
from guildhall.web.reply import Receive

_LENGTH_DIGITS = 19
"""Digits of a Content-Length; leading noughts count, for a number of thousands of digits is nobody's."""


class BodyLimits:
    """The bytes that a body may have, by its path."""

    def __init__(self, kilobytes: int, larger: Mapping[str, int]) -> None:
        """`larger` are the kilobytes of larger bodies, by the beginning of the paths that take them."""
        self._usual = kilobytes * 1000
        self._larger = tuple((prefix, most * 1000) for prefix, most in larger.items())

    def of(self, path: str) -> int:
        """Bytes that a body for this path may have."""
        for prefix, limit in self._larger:
            if path.startswith(prefix):
                return limit
        return self._usual

    def require(self, path: str, declared: bytes) -> int:
        """Return the limit for this path.

        Raises BadRequest for an invalid declared length, TooLarge for one beyond the limit.
        """
        limit = self.of(path)
        if not declared.isdigit() or len(declared) > _LENGTH_DIGITS:
            raise BadRequest(detail="Content-Length is not a length.")
        if int(declared) > limit:
            raise TooLarge(limit=limit)
        return limit


class ClientGone(BadRequest):
    """An answer that only the log sees."""

    says = "The client has left: its request never became whole."


def bounded(receive: Receive, limit: int) -> Receive:
    """`receive` that raises TooLarge when a body without a declared length grows past the limit.

    A client that leaves in the middle of its body is ClientGone, and no failure of ours.
    """
    seen = 0
    whole = False

    async def bounded_receive() -> dict[str, Any]:
        nonlocal seen, whole
        message = await receive()
        if message["type"] == "http.disconnect":
            if not whole:
                raise ClientGone
            return message
        seen += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if seen > limit:
            raise TooLarge(limit=limit)
        return message

    return bounded_receive
