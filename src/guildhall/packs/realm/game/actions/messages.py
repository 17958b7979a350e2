"""Events and messages of the game, written as system messages."""

import asyncio
from collections.abc import Sequence
from hashlib import blake2b
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.permissions import AccessChanged, CachedPermission
from guildhall.core.realtime.queries import live_head
from guildhall.core.realtime.schemas import Sent
from guildhall.db.pool import Database
from guildhall.errors import GuildhallError, Unavailable
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.authority import require_game
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound, NoProfile, ReadOnly
from guildhall.packs.realm.access.queries.permissions import profile_of
from guildhall.packs.realm.game.actions.game import Tally, rows_of
from guildhall.packs.realm.game.queries import known_channels
from guildhall.packs.realm.game.rules import stored_json
from guildhall.packs.realm.game.schemas import EVENTS, MESSAGES, GameEvent, KnownChannel, RowsTaken
from guildhall.packs.realm.ids import ChannelId, ServerId
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.packs.realm.writer.schemas import Draft

_NUL = "What is told beside the text may not hold NUL."


class Said(Struct, frozen=True):
    """A row on its way to be a message. `metadata` is JSON."""

    line: int
    key: str
    channel_id: ChannelId | None
    content: str
    metadata: bytes | None


class GameVoice:
    """Writes the game's messages through the process's writer. A repeated call with the same keys changes nothing."""

    def __init__(self, db: Database, writer: MessageWriter, hub: Hub, settings: RealmSettings) -> None:
        self._db = db
        self._writer = writer
        self._settings = settings
        self._hub = hub
        self._permissions: set[CachedPermission] = set()
        hub.watch_access(self._taken_away)

    def _taken_away(self, topic: str, subject: UUID | None) -> None:
        """Make the permission of every waiting message be checked again, whatever was revoked."""
        for permission in self._permissions:
            permission.valid = False

    async def events(self, principal: Principal, server_id: ServerId, body: bytes) -> RowsTaken:
        """Game events, into the server's log or a channel.

        Raises TooManyRows, as require_game, NoProfile, Unavailable.
        """
        read = rows_of(body, EVENTS, self._settings)
        tally = Tally(read.faults)
        said = []
        for line, row in read.rows:
            metadata = stored_json(_about(row))
            if metadata is None:
                tally.invalid(line, _NUL)
            else:
                said.append(Said(line, f"event:{row.key}", row.channel_id, row.content, metadata))
        return await self._say(principal, server_id, said, tally)

    async def messages(self, principal: Principal, server_id: ServerId, body: bytes) -> RowsTaken:
        """Messages into channels. Raises as `events`."""
        read = rows_of(body, MESSAGES, self._settings)
        tally = Tally(read.faults)
        said = []
        for line, row in read.rows:
            metadata = stored_json(row.metadata) if row.metadata is not None else None
            if metadata is None and row.metadata is not None:
                tally.invalid(line, _NUL)
            else:
                said.append(Said(line, f"message:{row.key}", row.channel_id, row.content, metadata))
        return await self._say(principal, server_id, said, tally)

    async def _say(self, principal: Principal, server_id: ServerId, said: list[Said], tally: Tally) -> RowsTaken:
        await self._hub.begin()  # from where on everything that is taken away is heard of
        waiting: Sequence[Said] = said
        while True:  # again for those whose permission did not hold: somebody's access was taken away meanwhile
            permission = CachedPermission(0, followed=True)
            self._permissions.add(permission)  # before anything is looked at, so that no change is missed
            try:
                waiting = await self._attempt(principal, server_id, waiting, permission, tally)
            finally:
                self._permissions.remove(permission)
            if not waiting:
                return tally.report()

    async def _attempt(
        self,
        principal: Principal,
        server_id: ServerId,
        said: Sequence[Said],
        permission: CachedPermission,
        tally: Tally,
    ) -> list[Said]:
        """Write what may be written; what is to be checked again."""
        username, channels = await self._check(principal, server_id, said, permission)
        drafts = []
        for one in said:
            channel = channels.get(one.channel_id) if one.channel_id is not None else None
            if one.channel_id is not None and channel is None:
                tally.refuse(one.line, ChannelNotFound())
            elif channel is not None and channel.closed:
                tally.refuse(one.line, ReadOnly(detail="The channel is closed."))
            else:
                public = channel is None or channel.public
                drafts.append((one, _draft(principal.viewer.id, username, server_id, one, public)))
        outcomes = await asyncio.gather(
            *(self._writer.send(draft, permission) for _, draft in drafts), return_exceptions=True
        )
        return [
            one
            for (one, _), outcome in zip(drafts, outcomes, strict=True)
            if self._is_to_be_checked_again(one, outcome, tally)
        ]

    def _is_to_be_checked_again(self, one: Said, outcome: Sent | BaseException, tally: Tally) -> bool:
        """Count the outcome of a row. Raises Unavailable: the whole call can be made again."""
        if isinstance(outcome, Sent):
            tally.again += outcome.again
            tally.taken += not outcome.again
        elif isinstance(outcome, AccessChanged):
            return True
        elif isinstance(outcome, GuildhallError) and not isinstance(outcome, Unavailable):
            tally.refuse(one.line, outcome)
        else:
            raise outcome
        return False

    async def _check(
        self, principal: Principal, server_id: ServerId, said: Sequence[Said], permission: CachedPermission
    ) -> tuple[str, dict[ChannelId, KnownChannel]]:
        """The speaker's name and the channels that are there, as of what the permission knows then."""
        async with self._db.write(principal.viewer) as tx:
            _, permission.known = await live_head.one(tx)
            await require_game(tx, principal, server_id)
            speaker = await profile_of.one_or_none(tx, principal.viewer.id, tx.now)
            if speaker is None:
                raise NoProfile
            ids = sorted({one.channel_id for one in said if one.channel_id is not None})
            channels = {one.id: one for one in await known_channels.many(tx, server_id, ids)}
        return speaker.username, channels


def _about(row: GameEvent) -> dict[str, object]:
    """Return the metadata of an event's message."""
    about: dict[str, object] = {"kind": row.kind}
    if row.at is not None:
        about["at"] = row.at
    if row.data is not None:
        about["data"] = row.data
    return about


def _draft(user_id: UserId, username: str, server_id: ServerId, said: Said, public: bool) -> Draft:
    """Return a row as a message. Its key differs from those of other servers, and from the person's own."""
    key = "game:" + blake2b(server_id.bytes + said.key.encode(), digest_size=24).hexdigest()
    return Draft(
        user_id=user_id, username=username, server_id=server_id, channel_id=said.channel_id, type="system",
        content=said.content, metadata=said.metadata, client_key=key, public=public,
    )  # fmt: skip
