"""Errors between a client and its servers, in words for the person at the terminal."""

from typing import ClassVar


class ChatError(Exception):
    """The client cannot go on. `exit_status` is what a command ends with."""

    exit_status: ClassVar[int] = 1


class NotThere(ChatError):
    """The server, channel, person or raid does not exist."""

    exit_status = 2


class NotLetIn(ChatError):
    """The token is not good, or not good for this."""

    exit_status = 3


class Unreachable(ChatError):
    """No address answers."""

    exit_status = 4


class Refused(ChatError):
    """The server has said no: its problem's status, code and detail. `retry_after` is in seconds."""

    def __init__(self, status: int, code: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail or code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
