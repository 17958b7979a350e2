"""Messages of the queue: frozen facts and orders that carry ids and small values, never rows."""

from types import MemberDescriptorType
from typing import ClassVar

from msgspec import Struct

from guildhall.errors import code_of

_TYPES: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "priority": int,
    "attempts": int,
    "timeout": (int, float),
    "concurrency": int,
    "unique": bool,
}
"""The class variables of a message, which say how its jobs run."""


class Message(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An order (`SyncPlayer`) or a fact (`PlayerRankChanged`).

    Class variables say how its jobs run, and no field has the name of one; a handler gets the message as it was sent.
    During a deploy a worker may meet a message of another version: a field that has its default is not sent, so that a
    new field with a default changes nothing until it is used, and a message that does not fit waits for a worker that
    knows it.
    """

    name: ClassVar[str]
    """The name in the queue and in the audit row, by default of the slice and the class: `dota2.sync_player`."""
    priority: ClassVar[int] = 0
    """Higher runs first."""
    attempts: ClassVar[int] = 5
    """The number of attempts before it ends as a dead letter."""
    timeout: ClassVar[float] = 300.0
    """Seconds that one attempt may take."""
    concurrency: ClassVar[int] = 0
    """The number that may run at once over all workers; 0 is unlimited."""

    unique: ClassVar[bool] = False
    """True lets only one job of the type wait or run at a time."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        fields = {
            name for one in cls.__mro__ for name, value in vars(one).items() if isinstance(value, MemberDescriptorType)
        }
        if taken := sorted(fields & {*_TYPES, "unique_key"}):
            raise TypeError(
                f"the message {cls.__qualname__} has a field called {', '.join(taken)}, which says how the jobs of a "
                "message run: call the field something else, or write it as a ClassVar if that is what it is for"
            )
        if "name" not in cls.__dict__:
            cls.name = code_of(cls)
        if wrong := [name for name, kind in _TYPES.items() if not isinstance(getattr(cls, name), kind)]:
            raise TypeError(
                f"the message {cls.__qualname__} has a {wrong[0]} of another type: {getattr(cls, wrong[0])!r}"
            )

    def unique_key(self) -> str | None:
        """Two jobs of the same key never wait or run at the same time; None lets any number."""
        return self.name if self.unique else None


class CleanUpJobs(Message, frozen=True):
    """Forget what the queue remembers of work that ended long ago."""

    name: ClassVar[str] = "jobs.clean_up"
    unique: ClassVar[bool] = True


class MaintainPartitions(Message, frozen=True):
    """Make the coming months' partitions, drop those past their retention."""

    name: ClassVar[str] = "db.maintain_partitions"
    unique: ClassVar[bool] = True
