"""The names of messages in the queue."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class SyncPlayer(Message, frozen=True):
    """A message without a name of its own, as of a pack's module."""

    __module__ = "guildhall_lichess.jobs"
    username: str


class Renamed(SyncPlayer, frozen=True):
    """A message that keeps the name of a class that was renamed."""

    name: ClassVar[str] = "lichess.sync"


class Further(Renamed, frozen=True):
    """A message derived from one with a name."""


def test_a_message_is_called_by_its_slice_and_class():
    assert SyncPlayer.name == SyncPlayer("ann").name == "lichess.sync_player"
    assert Further.name.endswith(".further")


def test_a_message_may_have_a_name_of_its_own():
    assert Renamed("ann").name == "lichess.sync"
