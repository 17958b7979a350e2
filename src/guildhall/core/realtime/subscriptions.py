"""One reader's place on one topic."""

from typing import Protocol
from uuid import UUID

from guildhall.core.realtime.schemas import Happening, TopicKind
from guildhall.ids import UserId

_HELD_MOST = 2000
"""Events that wait while a subscription is filled or judged; more, and the reader resumes from the table."""


class Reader(Protocol):
    """A connection, as a subscription sees it."""

    user_id: UserId
    blocked: bool
    """True while more waits for the reader than may."""

    def tell(self, topic: str, happening: Happening) -> None:
        """Send an event."""

    def told_to_resync(self, topic: str, after: UUID) -> None:
        """Send that the topic is not followed any more, and after which id to resume; as soon as it takes anything."""

    def forget(self, topic: str) -> None:
        """The topic is not followed any more."""


class Subscription:
    """Gives a reader the events of a topic, in order and once; `last` is the id of the last one.

    While it is held, events wait. A reader that is too slow loses the subscription and learns where to resume.
    """

    __slots__ = ("_held", "judging", "kind", "last", "present", "reader", "topic", "turns")

    def __init__(self, reader: Reader, topic: str, kind: TopicKind, last: UUID) -> None:
        self.reader = reader
        self.topic = topic
        self.kind = kind
        self.last = last
        self.turns = 0
        """How often it was to be judged; who judges looks whether that changed meanwhile."""
        self.judging = False
        """Whether somebody judges it just now."""
        self.present = False
        """Whether the others on the topic are shown that the reader is there."""
        self._held: list[Happening] | None = []

    @property
    def user_id(self) -> UserId:
        """The reader's user."""
        return self.reader.user_id

    @property
    def key(self) -> UUID:
        """The UUID of the topic."""
        return UUID(self.topic.partition(":")[2])

    @property
    def held(self) -> bool:
        """True while events are held back."""
        return self._held is not None

    def hold(self) -> None:
        """Hold events back until `release`."""
        self.turns += 1
        if self._held is None:
            self._held = []

    def give(self, happening: Happening) -> None:
        """Deliver an event, hold it back, or tell the reader to resync."""
        if self._held is not None:
            if len(self._held) >= _HELD_MOST:
                self.reader.told_to_resync(self.topic, self.last)
            else:
                self._held.append(happening)
        elif self.reader.blocked:
            self.reader.told_to_resync(self.topic, self.last)
        else:
            self.last = happening.id
            self.reader.tell(self.topic, happening)

    def release(self) -> None:
        """Give what has waited, and everything from here on at once."""
        held, self._held = self._held, None
        for happening in held or ():
            self.give(happening)
