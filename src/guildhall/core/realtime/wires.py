"""The transport of a live connection, and the codes with which it closes."""

from typing import Protocol

UNSUPPORTED, NOT_UTF8, POLICY, RESTART = 1003, 1007, 1008, 1012
UNAUTHENTICATED, SESSION_ENDED, TOO_MANY, FLOODING = 4401, 4403, 4429, 4408
"""Close codes (RFC 6455, 7.4.2; those from 4000 are ours and documented)."""


class Wire(Protocol):
    """The transport of a connection: a socket of this process."""

    def send(self, frames: bytes) -> None:
        """Put whole frames on their way."""

    def close(self, code: int, reason: str) -> None:
        """Close in good order."""

    def abort(self) -> None:
        """Cut the line."""

    def pause(self) -> None:
        """Read nothing for now."""

    def resume(self) -> None:
        """Read again."""
