"""The hub of a process: the followers of topics, and the delivery of all events in the order of commits."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from guildhall.core.realtime.backplane import Backplane
from guildhall.core.realtime.history import LiveSources, Missed, by_id, events_since, happening_of
from guildhall.core.realtime.queries import CHANNEL, live_events_between, live_head
from guildhall.core.realtime.schemas import Happening, LiveEvent, TopicKinds
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.realtime.subscriptions import Subscription
from guildhall.core.realtime.ticks import first_id, last_id, tick_of
from guildhall.db.listen import Listener
from guildhall.db.pool import Database, Transaction
from guildhall.errors import Unavailable
from guildhall.ids import UserId
from guildhall.log import get_logger

log = get_logger(__name__)

_PAGE = 2000
"""Rows of a source that are caught up with at a time; more than one commit has, as a rule."""
_AGAIN = 0.5
"""Seconds until another attempt when the database is away."""
_TICK = "tick:"
_TOLD = 100
"""Kinds of topics that the log says are not declared."""


class Hub:
    """Hands out what happens. `position` is the tick up to which everything was handed out here.

    Commits of this process come with their rows (`committed`), if nothing lies between; everything else is read from
    the tables when an announcement tells of it, so that nothing is lost with an announcement and nothing comes twice.
    """

    def __init__(
        self, db: Database, sources: LiveSources, kinds: TopicKinds, backplane: Backplane, settings: RealtimeSettings
    ) -> None:
        self._db = db
        self._kinds = kinds.by_name
        self._undeclared: set[str] = set()
        self._sources = sources
        self._backplane = backplane
        self._settings = settings
        self._topics: dict[str, set[Subscription]] = defaultdict(set)
        self._known = 0
        self._begun = False
        self._beginning = asyncio.Lock()
        self._catching: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[None] | None = None
        self._expected = 0
        self._judge: Callable[[Subscription], None] = Subscription.release
        self._access_watchers: list[Callable[[str, UserId | None], None]] = []
        self._sign_watchers: list[Callable[[str], None]] = []
        self._tick_watchers: list[Callable[[], None]] = []
        self.position = 0
        self._last_id = (0, last_id(0))
        self.access_tick = 0
        """The latest tick at which access was taken away, as far as is known here."""
        self.delivered = 0
        self.caught_up = 0

    def listen(self, listener: Listener) -> None:
        """Register with the process's listener before it starts."""
        listener.listen(CHANNEL, self._announced, on_gap=self._missed)
        self._backplane.subscribe(listener, self._sign)

    def judge_by(self, judge: Callable[[Subscription], None]) -> None:
        """`judge` is given each subscription whose rights may have changed, held until it is released or ended."""
        self._judge = judge

    def watch_access(self, callback: Callable[[str, UserId | None], None]) -> None:
        """Register a callback for each topic (pattern) with a revoked permission, and its user (None for all)."""
        self._access_watchers.append(callback)

    def watch_signs(self, callback: Callable[[str], None]) -> None:
        """Register a callback for messages of other processes on the backplane."""
        self._sign_watchers.append(callback)

    def watch_ticks(self, callback: Callable[[], None]) -> None:
        """Register a callback for every commit, here or elsewhere, and for every gap that may contain one."""
        self._tick_watchers.append(callback)

    async def begin(self) -> None:
        """Know where the order stands; returns at once when it is known. Raises Unavailable."""
        if self._begun:
            return
        async with self._beginning:
            if self._begun:
                return
            async with self._db.single() as tx:
                tick, access_tick = await live_head.one(tx)
            self.position = tick
            self.access_tick = max(self.access_tick, access_tick)
            self._begun = True
            self._checking = asyncio.create_task(self._check(), name="live-check")
            if self._known > tick:
                self._look_soon()

    async def close(self) -> None:
        """Stop what runs in the background."""
        for task in (self._checking, self._catching):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    # -- who follows ----------------------------------------------------------------------------------------------

    def known_as(self, topic: str) -> str:
        """The same topic; all who follow it share one string."""
        for subscription in self._topics.get(topic, ()):
            return subscription.topic
        return topic

    @property
    def last_id(self) -> UUID:
        """The position as an id; one object for all who ask at one position."""
        if self._last_id[0] != self.position:
            self._last_id = (self.position, last_id(self.position))
        return self._last_id[1]

    def add(self, subscription: Subscription) -> None:
        """Add a subscription, which gets every event from here on."""
        self._topics[subscription.topic].add(subscription)

    def remove(self, subscription: Subscription) -> None:
        """Remove a subscription, which gets no more events."""
        followers = self._topics.get(subscription.topic)
        if followers is not None:
            followers.discard(subscription)
            if not followers:
                del self._topics[subscription.topic]

    def followers(self, topic: str) -> set[Subscription]:
        """The subscriptions of a topic in this process."""
        return self._topics.get(topic, set())

    @property
    def followed(self) -> int:
        """Topics that somebody follows here."""
        return len(self._topics)

    # -- what happens ---------------------------------------------------------------------------------------------

    def expect(self) -> None:
        """A commit of this process is under way; `committed` or `settled` comes next.

        Its announcement may be heard before its own answer, and must not have its rows read from the tables.
        """
        self._expected += 1

    def settled(self) -> None:
        """Note that an expected commit is over, whatever its outcome."""
        self._expected -= 1
        if self._known > self.position:
            self._look_soon()

    def committed(self, previous: int, tick: int, happenings: Sequence[Happening]) -> None:
        """Deliver a tick that this process has committed, unless an earlier one is still to come."""
        if self._backplane.announces:
            self._backplane.say(f"{_TICK}{previous}:{tick}")
        if not self._begun:
            return
        if previous == self.position:
            self.position = tick
            if tick > self._known:
                self._known = tick
            self._hand_out(happenings)
        elif tick > self.position:
            self._known = max(self._known, tick)
            self._catch_up_now()

    def _announced(self, payload: str) -> None:
        self._learn(int(payload.rpartition(":")[2]))

    def _sign(self, text: str) -> None:
        if text.startswith(_TICK):
            self._announced(text)
            return
        for callback in self._sign_watchers:
            callback(text)

    def _learn(self, tick: int) -> None:
        for callback in self._tick_watchers:
            callback()
        if tick > self._known:
            self._known = tick
        if self._begun and tick > self.position:
            self._look_soon()

    def _missed(self) -> None:
        for callback in self._tick_watchers:
            callback()
        self._look_soon()

    def _look_soon(self) -> None:
        if self._begun and not self._expected:
            self._catch_up_now()

    def _catch_up_now(self) -> "asyncio.Task[None]":
        if self._catching is None or self._catching.done():
            self._catching = asyncio.create_task(self._catch_up(), name="live-catch-up")
        return self._catching

    async def _check(self) -> None:
        """An announcement may be lost; the head is not."""
        while True:
            await asyncio.sleep(self._settings.check_seconds)
            self._look_soon()

    async def has_reached(self, identifier: UUID) -> bool:
        """Return whether the order has come as far as an id: one that is ahead of it was never given out.

        An id that another process gave out is caught up with first. Raises Unavailable.
        """
        await self.begin()
        if identifier > last_id(self.position):
            await self.catch_up()
        return identifier <= last_id(self.position)

    async def catch_up(self) -> None:
        """Return when everything that was committed before the call has been handed out here. Raises Unavailable."""
        await self.begin()
        async with self._db.single() as tx:
            tick, _ = await live_head.one(tx)
        while self.position < tick:
            self._known = max(self._known, tick)
            await asyncio.shield(self._catch_up_now())

    async def _catch_up(self) -> None:
        while True:
            try:
                async with self._db.single() as tx:
                    head, access_tick = await live_head.one(tx)
                    while self.position < head:
                        await self._read(tx, head, _PAGE)
                if access_tick > self.access_tick:
                    # The event that says whose is gone already: this process was far behind. Judge everybody again.
                    self._take_access(LiveEvent(last_id(access_tick), "*", "access", {}, True, None))
                if self._known <= self.position:
                    return
            except Unavailable as error:
                log.warning("live_catch_up_failed", why=str(error))
                await asyncio.sleep(_AGAIN)

    async def _read(self, tx: Transaction, head: int, page: int) -> None:
        """Hand out what lies between the position and a tick, a page at most. The position moves meanwhile, perhaps."""
        position = self.position
        low, high = first_id(position + 1), first_id(head + 1)
        events = await live_events_between.many(tx, low, high, page)
        lists: list[list[Happening]] = [[happening_of(one) for one in events]]
        access = {one.id: one for one in events if one.access}
        for one in events:
            if not one.access and (kind := one.topic.partition(":")[0]) not in self._kinds:
                self._tell_of_undeclared(kind, one)
        upto = head if len(events) < page else tick_of(events[-1].id) - 1
        for source in self._sources.made:
            rows = await source.between(tx, low, high, page)
            lists.append(rows)
            if len(rows) >= page:
                upto = min(upto, tick_of(rows[-1].id) - 1)
        if upto <= position:
            await self._read(tx, head, page * 4)  # one commit has more rows than that
            return
        if upto <= self.position:
            return  # all of it was this process's own, and is handed out
        merged = sorted((one for rows in lists for one in rows), key=by_id)
        end, begin = first_id(upto + 1), first_id(self.position + 1)
        self.position = upto
        self.caught_up += len(merged)
        for happening in merged:
            if begin <= happening.id < end:
                if (taken := access.get(happening.id)) is not None:
                    self._take_access(taken)
                else:
                    self._hand_out((happening,))

    def _tell_of_undeclared(self, kind: str, event: LiveEvent) -> None:
        """Say once in the log that somebody publishes to topics that nobody can follow."""
        if kind not in self._undeclared and len(self._undeclared) < _TOLD:
            self._undeclared.add(kind)
            log.warning("live_topic_undeclared", topic=event.topic, kind=event.kind, why="no TopicKind declares it")

    def _hand_out(self, happenings: Sequence[Happening]) -> None:
        topics = self._topics
        for happening in happenings:
            for topic in happening.topics:
                if topic in topics:
                    self.delivered += len(topics[topic])
                    for subscription in tuple(topics[topic]):
                        subscription.give(happening)

    def _take_access(self, event: LiveEvent) -> None:
        """Hold the subscriptions whose rights may have changed, and have them judged again."""
        self.access_tick = max(self.access_tick, tick_of(event.id))
        for watcher in self._access_watchers:
            watcher(event.topic, event.subject)
        if event.topic.endswith("*"):
            begin = event.topic[:-1]
            found = [one for topic, all_of in self._topics.items() if topic.startswith(begin) for one in all_of]
        else:
            found = list(self.followers(event.topic))
        for subscription in found:
            if event.subject is None or subscription.user_id == event.subject:
                subscription.hold()
                self._judge(subscription)

    async def since(self, topic: str, kinds: Iterable[type[Any]], after: UUID, below_tick: int) -> Missed:
        """Return the events of a topic after an id and up to the end of a tick. Raises Unavailable."""
        async with self._db.single() as tx:
            return await events_since(tx, self._sources.of(kinds), self._settings, topic, after, below_tick)
