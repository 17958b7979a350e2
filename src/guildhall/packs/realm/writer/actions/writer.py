"""The one writer of messages in a process."""

import asyncio
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from guildhall.core.realtime.live_writer import LiveAwaited, LivePending, LiveWriter
from guildhall.core.realtime.permissions import AccessChanged, CachedPermission
from guildhall.core.realtime.queries import live_head
from guildhall.core.realtime.schemas import Sent
from guildhall.core.realtime.ticks import microseconds_of, tick_of
from guildhall.db.group_commit.writer import WriterLimits
from guildhall.db.pool import Database
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer.actions.columns import columns_of
from guildhall.packs.realm.writer.errors import MessageRefused, SendUncertain, SlowMode, WriterBusy
from guildhall.packs.realm.writer.queries import add_messages, still_there
from guildhall.packs.realm.writer.schemas import AddedMessages, Draft

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MessageWriter(LiveWriter[Draft, AddedMessages]):
    """The writer of messages: `send` waits for the outcome, `submit` calls back."""

    busy = WriterBusy
    uncertain = SendUncertain
    refused = MessageRefused

    def __init__(self, db: Database, settings: RealmSettings) -> None:
        limits = WriterLimits(settings.batch_most, settings.waiting_most, settings.send_seconds)
        super().__init__(db, add_messages, limits)

    async def send(self, draft: Draft, permission: CachedPermission | None = None) -> Sent:
        """Write a draft, and return when it is durable.

        Without a permission (a game server, the product itself) only sender and channel must exist. Raises
        AccessChanged when the permission is not valid any more, ChannelNotFound, SlowMode, MessageRefused, WriterBusy,
        SendUncertain, Unavailable.
        """
        while True:
            checked = permission or await self._check(draft)
            future: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
            self.submit(LiveAwaited(row=draft, permission=checked, future=future))
            try:
                return await future
            except AccessChanged:
                if permission is not None:
                    raise

    async def _check(self, draft: Draft) -> CachedPermission:
        async with self._db.single() as tx:
            _, known = await live_head.one(tx)
            if not await still_there.one(tx, draft.user_id, draft.channel_id):
                raise ChannelNotFound
        return CachedPermission(known)

    def keys(self, batch: Sequence[LivePending[Draft]]) -> Sequence[Hashable | None]:
        """See GroupCommit."""
        return [None if one.row.client_key is None else (one.row.user_id, one.row.client_key) for one in batch]

    def columns(self, batch: Sequence[LivePending[Draft]]) -> tuple[Any, ...]:
        """See LiveWriter."""
        return columns_of(batch)

    def refusal(self, answer: AddedMessages, place: int) -> Sent | Exception:
        """See LiveWriter."""
        assert answer.earlier is not None
        assert answer.wait is not None
        found = answer.earlier[place]
        if found is None:
            return SlowMode(retry_after=answer.wait[place])
        return Sent(found, _EPOCH + timedelta(microseconds=microseconds_of(tick_of(found))), again=True)
