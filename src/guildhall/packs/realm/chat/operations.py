"""The realm's operations of live connections: sending a message."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from guildhall.core.identity.principals.permissions import require_scope
from guildhall.core.realtime.backplane import Backplane
from guildhall.core.realtime.delivery import deliver
from guildhall.core.realtime.errors import Malformed
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.live_writer import LivePending
from guildhall.core.realtime.operations import Asker, Operation
from guildhall.core.realtime.permissions import AccessChanged
from guildhall.core.realtime.schemas import Sent
from guildhall.packs.realm.access.api.parameters import WRITE
from guildhall.packs.realm.chat.actions.sending import Sender, Words
from guildhall.packs.realm.chat.actions.write_permissions import WritePermission
from guildhall.packs.realm.chat.live import happening_of
from guildhall.packs.realm.ids import ChannelId, MessageId
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.packs.realm.writer.schemas import Draft

_KNOWN_MOST = 32
"""Permissions that a connection has at hand."""


class Send(Operation, frozen=True, tag="realm.send"):
    """Send a message to a channel. With a `key`, a repetition is sent once."""

    channel: Annotated[str, Meta(min_length=32, max_length=36)]
    content: Annotated[str, Meta(max_length=16_000)]
    key: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    reply_to: MessageId | None = None


class _Asked(LivePending[Draft], kw_only=True, eq=False):
    """A draft that a connection waits for."""

    asker: Asker
    ref: int | str | None
    again: "Again"

    def written(self, sent: Sent) -> None:
        self.asker.acknowledge(self.ref, sent.id, sent.created_at)
        self.asker.ended_write()

    def failed(self, error: Exception) -> None:
        if isinstance(error, AccessChanged):
            self.again(self)
        else:
            self.asker.refuse(self.ref, error)
        self.asker.ended_write()


Again = Callable[[_Asked], None]


def _channel(text: str) -> ChannelId:
    """Raises Malformed."""
    try:
        return ChannelId(msgspec.convert(text, UUID))
    except msgspec.ValidationError as error:
        raise Malformed(detail=f"Not understood: {error}.") from error


class RealmOperations:
    """Says what connections want said; wires the process's writer to its hub."""

    kinds: Sequence[type[Operation]] = (Send,)

    def __init__(self, hub: Hub, backplane: Backplane, writer: MessageWriter, sender: Sender) -> None:
        self._writer = writer
        self._sender = sender
        self._tasks: set[asyncio.Task[None]] = set()

        deliver(writer, hub, backplane, happening_of)

    def handle(self, asker: Asker, operation: Send) -> Awaitable[None] | None:
        """See core/realtime's Operations."""
        require_scope(asker.principal, WRITE)
        if operation.key is not None and "\x00" in operation.key:
            raise Malformed(detail="Not understood: a key must not have a NUL character.")
        permission = None if asker.known is None else asker.known.get(operation.channel)
        if permission is None or not permission.valid:
            permission = self._remembered(asker, operation.channel)
        if permission is not None and operation.reply_to is None:
            draft = self._sender.draft(permission, operation.content, operation.key)
            if draft is not None:
                self._submit(asker, operation.ref, draft, permission)
                return None
        words = Words(_channel(operation.channel), operation.content, operation.key, operation.reply_to)
        return self._prepare(asker, operation.ref, words)

    def _remembered(self, asker: Asker, channel: str) -> WritePermission | None:
        """The permission of a sender in a channel, which the connection then has at hand."""
        found = self._sender.permission(asker.user_id, _channel(channel))
        if found is not None:
            if asker.known is None or len(asker.known) >= _KNOWN_MOST:
                asker.known = {}
            asker.known[channel] = found
        return found

    async def _prepare(self, asker: Asker, ref: int | str | None, words: Words) -> None:
        draft, permission = await self._sender.prepare(asker.principal.viewer, words)
        if draft.flagged:
            asker.began_write()
            try:
                sent = await self._sender.write(draft, permission)
                asker.acknowledge(ref, sent.id, sent.created_at)
            finally:
                asker.ended_write()
        else:
            self._submit(asker, ref, draft, permission)

    def _submit(self, asker: Asker, ref: int | str | None, draft: Draft, permission: WritePermission) -> None:
        asked = _Asked(row=draft, permission=permission, asker=asker, ref=ref, again=self._check_again)
        self._writer.submit(asked)
        asker.began_write()

    def _check_again(self, asked: _Asked) -> None:
        """Check the permission again: one was revoked while the message waited, perhaps the sender's."""
        task = asyncio.create_task(self._once_more(asked), name="check-again")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _once_more(self, asked: _Asked) -> None:
        draft = asked.row
        assert draft.channel_id is not None
        words = Words(draft.channel_id, draft.content, draft.client_key, draft.reply_to)
        try:
            await self._prepare(asked.asker, asked.ref, words)
        except Exception as error:
            asked.asker.refuse(asked.ref, error)  # which logs what is no GuildhallError
