"""Checks of a message before it is written to a channel."""

import asyncio
import time
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from guildhall.core.moderation.word_filter import Found
from guildhall.core.realtime.permissions import AccessChanged
from guildhall.core.realtime.schemas import Sent
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.rules.content import clean_content
from guildhall.packs.realm.chat.actions.write_permissions import WritePermission, WritePermissions
from guildhall.packs.realm.chat.rules.mentions import names_in
from guildhall.packs.realm.ids import ChannelId, MessageId
from guildhall.packs.realm.moderation.actions.filtering import WordFilters
from guildhall.packs.realm.moderation.actions.reports import report_flagged
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.packs.realm.writer.errors import ReplyNotFound, TooManyMessages
from guildhall.packs.realm.writer.queries import message_in_channel, people_named
from guildhall.packs.realm.writer.schemas import Draft
from guildhall.web.limits import TokenBuckets


class Words(Struct, frozen=True):
    """A message as its sender gives it."""

    channel_id: ChannelId
    content: str
    key: str | None = None
    reply_to: MessageId | None = None


class Sender:
    """Checks everything that is written to channels in this process, by whatever way it comes."""

    def __init__(
        self,
        db: Database,
        writer: MessageWriter,
        permissions: WritePermissions,
        filters: WordFilters,
        settings: RealmSettings,
    ) -> None:
        self._db = db
        self._filters = filters
        self._writer = writer
        self._permissions = permissions
        self._settings = settings
        self._content_most = settings.content_most
        self._limits = TokenBuckets(settings.messages_per_minute, settings.messages_burst)

    def permission(self, user_id: UserId, channel_id: ChannelId) -> WritePermission | None:
        """The permission by which somebody may write, if it is remembered."""
        return self._permissions.known(user_id, channel_id)

    def draft(self, permission: WritePermission, content: str, key: str | None) -> Draft | None:
        """The draft of what needs nothing from the database: a known sender and filter, no names, no reply.

        None for the rest. Raises ContentRefused, TooManyMessages.
        """
        if "@" in content:
            return None
        word_filter = permission.word_filter
        if word_filter is None:
            word_filter = permission.word_filter = self._filters.known(permission.access.server_id, permission.known)
            if word_filter is None:
                return None
        content = clean_content(content, self._content_most)
        if word_filter.empty:
            self._take(permission.client)
            return replace(permission.plain, content=content, client_key=key)
        found = word_filter.check(content)
        if found.flagged:
            return None
        self._take(permission.client)
        return self._drafted(permission, found, key)

    async def prepare(self, viewer: Viewer, words: Words) -> tuple[Draft, WritePermission]:
        """The draft of anything. Raises ContentRefused, TooManyMessages, ReplyNotFound, what `writing` does."""
        permission = await self._permissions.check(viewer, words.channel_id)
        self._take(permission.client)
        word_filter = await self._filters.of(permission.access.server_id, permission.known)
        found = word_filter.check(clean_content(words.content, self._settings.content_most))
        mentions: list[UserId] = []
        names = names_in(found.content)[: self._settings.mentions_most]
        if names or words.reply_to is not None:
            async with self._db.single() as tx:
                if words.reply_to is not None and not await message_in_channel.one(
                    tx, words.reply_to, words.channel_id
                ):
                    raise ReplyNotFound
                if names:
                    people = await people_named.many(tx, permission.access.server_id, names)
                    mentions = sorted({person for person in people if person != viewer.id})
        return self._drafted(permission, found, words.key, words.reply_to, mentions), permission

    async def write(self, draft: Draft, permission: WritePermission) -> Sent:
        """Write a draft, and report it if the filter flags it. Raises what MessageWriter.send does."""
        sent = await self._writer.send(draft, permission)
        if draft.flagged and not sent.again:
            async with self._db.write() as tx:
                await report_flagged(
                    tx, draft.server_id, draft.channel_id, MessageId(sent.id), draft.user_id, draft.flagged
                )
        return sent

    async def say(self, viewer: Viewer, words: Words) -> Sent:
        """Prepare and write. Raises what both do, but AccessChanged: then it is prepared again."""
        while True:
            draft, permission = await self.prepare(viewer, words)
            try:
                return await self.write(draft, permission)
            except AccessChanged:
                await asyncio.sleep(0)

    def _take(self, client: str) -> None:
        left = self._limits.take(client, time.monotonic())
        if left < 0:
            raise TooManyMessages(retry_after=-left)

    def _drafted(
        self,
        permission: WritePermission,
        found: Found,
        key: str | None,
        reply_to: MessageId | None = None,
        mentions: Sequence[UserId] = (),
    ) -> Draft:
        if found.blocked:
            raise ContentRefused(detail="The text has a word that is not allowed on this server.")
        draft = replace(permission.plain, content=found.content, client_key=key, flagged=found.flagged)
        if reply_to is not None or mentions:
            draft.reply_to = reply_to
            draft.mentions = mentions
            draft.event = None
        return draft
