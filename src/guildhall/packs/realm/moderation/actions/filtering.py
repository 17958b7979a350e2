"""The word filters of servers, remembered in each process for as long as they do not change."""

from uuid import UUID

from msgspec import Struct

from guildhall.core.moderation.word_filter import WordFilter
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.queries import live_head
from guildhall.db.pool import Database
from guildhall.packs.realm.ids import ServerId
from guildhall.packs.realm.moderation.queries.word_filters import filter_of

_MOST = 10_000
"""Filters that are remembered; beyond that all are forgotten."""


class _Kept(Struct, frozen=True):
    """A filter as of an access tick of core.live_head."""

    known: int
    filter: WordFilter


class WordFilters:
    """Changes come through the hub in the order of commits, as access to the server's topic that changed."""

    def __init__(self, db: Database, hub: Hub) -> None:
        self._db = db
        self._hub = hub
        self._kept: dict[ServerId, _Kept] = {}
        self._changes = 0
        hub.watch_access(self._changed)

    def known(self, server_id: ServerId, at: int) -> WordFilter | None:
        """The filter of a server as it was at an access tick or is since, if it is remembered."""
        kept = self._kept.get(server_id)
        # What is remembered holds for as much as the hub has heard of.
        return kept.filter if kept is not None and max(kept.known, self._hub.access_tick) >= at else None

    async def of(self, server_id: ServerId, at: int) -> WordFilter:
        """The filter of a server as it was at an access tick or is since: that of the permission by which one writes.

        With that permission the write is refused if the filter has changed meanwhile.
        """
        found = self.known(server_id, at)
        if found is not None:
            return found
        await self._hub.begin()
        changes = self._changes
        async with self._db.single() as tx:
            _, tick = await live_head.one(tx)
            made = WordFilter(await filter_of.many(tx, server_id))
        if changes == self._changes:  # else it may be old already: good for this one alone
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[server_id] = _Kept(tick, made)
        return made

    def _changed(self, topic: str, subject: UUID | None) -> None:
        """Forget what an event may have made wrong: one server's filter, or all."""
        if subject is not None:
            return
        kind, _, key = topic.partition(":")
        if kind == "realm.server" and key not in ("", "*"):
            self._changes += 1
            self._kept.pop(ServerId(UUID(key)), None)
        elif topic.endswith("*"):
            self._changes += 1
            self._kept.clear()
