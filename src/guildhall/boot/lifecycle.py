"""The methods by which objects of a process take part in its life. An object has those that it needs."""

from typing import Protocol, runtime_checkable

from guildhall.db.listen import Listener


@runtime_checkable
class SupportsListen(Protocol):
    """An object of a web process that listens to the database's notifications."""

    def listen(self, listener: Listener) -> None:
        """Register at the process's Listener, before it connects."""


@runtime_checkable
class SupportsStart(Protocol):
    """An object of a web process with work of its own."""

    def start(self) -> None:
        """Begin: all objects of the process are made, and it listens."""


@runtime_checkable
class SupportsClose(Protocol):
    """An object that holds something open, or has work under way."""

    async def close(self) -> None:
        """End, before the objects that were made earlier do."""
