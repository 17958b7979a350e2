"""Messages of the queue: frozen facts and orders that carry ids and small values, never rows."""

from typing import ClassVar

from msgspec import Struct

from guildhall.errors import code_of


class Message(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An order (`SyncPlayer`) or a fact (`PlayerRankChanged`).

    Class variables say how its jobs run; a handler gets the message as it was sent. During a deploy a worker may meet
    a message of another version: a field that has its default is not sent, so that a new field with a default changes
    nothing until it is used, and a message that does not fit waits for a worker that knows it.
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
        if "name" not in cls.__dict__:
            cls.name = code_of(cls)

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
