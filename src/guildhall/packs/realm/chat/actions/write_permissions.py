"""Permissions to write, cached in each process until they are revoked."""

from collections import OrderedDict
from uuid import UUID

from guildhall.core.moderation.word_filter import WordFilter
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.permissions import CachedPermission
from guildhall.core.realtime.queries import live_head
from guildhall.core.realtime.ticks import driver_uuid
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.permissions import writing
from guildhall.packs.realm.access.schemas.permissions import ChannelAccess
from guildhall.packs.realm.chat.rules.topics import topics_of
from guildhall.packs.realm.ids import ChannelId
from guildhall.packs.realm.writer.actions.columns import places_of
from guildhall.packs.realm.writer.schemas import Draft, EventText

_MOST = 50_000
"""Permissions that are remembered; the longest unused goes first."""


class WritePermission(CachedPermission):
    """The permission of a person to write in a channel."""

    __slots__ = ("access", "client", "plain", "user_id", "word_filter")

    def __init__(self, user_id: UserId, access: ChannelAccess, known: int) -> None:
        super().__init__(known, followed=True)
        self.user_id = driver_uuid(user_id)
        self.client = user_id.hex
        self.access = access
        self.plain = Draft(
            user_id=self.user_id,
            username=access.username,
            server_id=access.server_id,
            channel_id=access.channel_id,
            type=access.type,
            content="",
            gap=access.slow_mode_seconds,
            public=access.public,
            topics=topics_of(access.server_id, access.channel_id, access.public),
            event=EventText(access.type, user_id, access.username, access.server_id, access.channel_id),
        )
        """The draft of an empty text, which every draft of theirs begins as."""
        self.plain.places = places_of(self.plain)
        self.word_filter: WordFilter | None = None
        """The filter of the server, once it was looked up. A filter that changes makes the permission invalid."""


class WritePermissions:
    """The cache of permissions to write.

    Only positive decisions are cached, so that granting a permission needs no invalidation. Revocations come through
    the hub in the order of commits; the write itself refuses a draft whose permission was revoked in the meantime.
    """

    def __init__(self, db: Database, hub: Hub) -> None:
        self._db = db
        self._hub = hub
        self._known: OrderedDict[tuple[UserId, ChannelId], WritePermission] = OrderedDict()
        hub.watch_access(self._taken_away)

    def known(self, user_id: UserId, channel_id: ChannelId) -> WritePermission | None:
        """The permission that is still good, if there is one."""
        return self._known.get((user_id, channel_id))

    async def check(self, viewer: Viewer, channel_id: ChannelId) -> WritePermission:
        """The permission that is still good, or a new one. Raises what `writing` does."""
        key = (viewer.id, channel_id)
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
            return found
        await self._hub.begin()
        while True:
            async with self._db.write(viewer) as tx:
                _, known = await live_head.one(tx)
                access = await writing(tx, channel_id)
            if known >= self._hub.access_tick:
                break
            # What was taken away meanwhile was heard of here before there was a permission to forget.
        found = self._known.setdefault(key, WritePermission(viewer.id, access, known))
        if len(self._known) > _MOST:
            self._known.popitem(last=False)[1].valid = False  # from here on it would not hear of what is taken away
        return found

    def _taken_away(self, topic: str, subject: UUID | None) -> None:
        """Forget what an event may have made wrong: a channel's permissions, a person's, or all."""
        kind, _, key = topic.partition(":")
        channel = UUID(key) if kind == "realm.channel" and key not in ("", "*") else None
        for place, permission in list(self._known.items()):
            if (subject is None or place[0] == subject) and (channel is None or place[1] == channel):
                permission.valid = False
                del self._known[place]
