"""Reading messages, as far as the viewer may see them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from guildhall.core.realtime.ticks import first_id, tick_at
from guildhall.db.policies import Viewer
from guildhall.db.pool import Transaction
from guildhall.errors import GuildhallError
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.judging import judge
from guildhall.packs.realm.access.actions.permissions import profile_for, profile_on, reading
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound, Forbidden, MessageNotFound
from guildhall.packs.realm.access.queries.permissions import (
    banned_channels,
    channels_about,
    facts_of_channels,
    other_channels,
)
from guildhall.packs.realm.access.schemas.permissions import ChannelAccess, Profile
from guildhall.packs.realm.chat.errors.messages import OneDirection
from guildhall.packs.realm.chat.queries import messages as queries
from guildhall.packs.realm.chat.queries.mentions import mentions_for
from guildhall.packs.realm.chat.queries.messages import FIRST, LAST
from guildhall.packs.realm.chat.queries.pins import pins_of
from guildhall.packs.realm.chat.queries.reactions import reaction_counts
from guildhall.packs.realm.chat.queries.reads import unread_behind, unread_for
from guildhall.packs.realm.chat.schemas.messages import (
    LiveLog,
    Message,
    MessageInContext,
    MessagePage,
    MessageRow,
    Pin,
    Unread,
    UnreadRow,
)
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId

_ROUNDS = 5
"""The most queries for a page of scattered messages that the viewer may read; after them the page is given short."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def id_at(instant: datetime, later: int = 0) -> UUID:
    """The smallest id that a message of that instant, or `later` microseconds after it, can have."""
    passed = instant - _EPOCH
    microseconds = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds + later
    return first_id(tick_at(max(0, microseconds)))


def floor_of(access: ChannelAccess) -> UUID:
    """The smallest id of a message in a channel that is for somebody to read."""
    return FIRST if access.since is None else id_at(access.since)


async def judged(tx: Transaction, channel_ids: Iterable[ChannelId]) -> dict[ChannelId, ChannelAccess]:
    """The viewer's access to those of the channels that they may read."""
    found = {}
    for facts in await facts_of_channels.many(tx, tx.viewer.id, tx.now, list(channel_ids)):
        try:
            found[facts.channel_id] = judge(facts)
        except (ChannelNotFound, Forbidden):
            continue
    return found


async def readable_channels(tx: Transaction, profile: Profile) -> tuple[list[ChannelId] | None, dict[ChannelId, UUID]]:
    """The channels of the viewer's server that they may read (None for all of them), and the smallest ids for them."""
    if profile.moderates:
        banned = await banned_channels.many(tx, tx.viewer.id, profile.server_id, tx.now)
        return await other_channels.many(tx, profile.server_id, banned) if banned else None, {}
    about = await channels_about.many(tx, tx.viewer.id, profile.server_id)
    access = {key: one for key, one in (await judged(tx, about)).items() if one.server_id == profile.server_id}
    return list(access), {key: floor_of(one) for key, one in access.items()}


async def shown(
    tx: Transaction, rows: Sequence[MessageRow], full: Callable[[MessageRow], bool] = lambda _: False
) -> list[Message]:
    """Rows as they are shown, with their reactions; `full` says of a deleted one whether it is shown whole."""
    given: dict[MessageId, dict[str, int]] = {}
    if rows:
        for one in await reaction_counts.many(tx, [row.id for row in rows]):
            given.setdefault(one.message_id, {})[one.reaction] = one.count
    return [Message.of(row, full(row), given.get(row.id, {})) for row in rows]


async def read_live_log(tx: Transaction, server_id: ServerId, since: datetime | None, limit: int) -> LiveLog:
    """The newest public messages of a server, those after `since` alone: the same for everybody who may ask."""
    after = FIRST if since is None else UUID(int=id_at(since, later=1).int - 1)
    rows = await queries.live_log.many(tx, server_id, after, limit)
    if len(rows) < limit and await queries.live_log_has_more.one(tx, server_id, after):
        rows = await queries.live_log_by_channel.many(tx, server_id, after, limit)
    return LiveLog(server_id, await shown(tx, rows))


async def read_history(
    tx: Transaction, channel_id: ChannelId, before: UUID | None, after: UUID | None, limit: int
) -> MessagePage:
    """A channel's messages: the newest before one, newest first, or the oldest after one, oldest first.

    Raises OneDirection, and what `reading` does.
    """
    if before is not None and after is not None:
        raise OneDirection
    access = await reading(tx, channel_id)
    floor = floor_of(access)
    if after is None:
        rows = await queries.channel_before.many(tx, channel_id, before or LAST, limit + 1)
        rows = [row for row in rows if row.id >= floor]
    else:
        rows = await queries.channel_after.many(tx, channel_id, max(after, floor), limit + 1)
    messages = await shown(tx, rows[:limit], lambda _: access.may_moderate)
    return MessagePage(messages, rows[limit - 1].id if len(rows) > limit else None)


async def read_replies(tx: Transaction, message_id: MessageId, after: UUID | None, limit: int) -> MessagePage:
    """Return the replies to a message, oldest first. Raises MessageNotFound, and as `reading`."""
    row, access = await _readable(tx, message_id)
    if row.channel_id is None:
        return MessagePage([])
    rows = await queries.replies_after.many(tx, message_id, row.channel_id, after or FIRST, limit + 1)
    messages = await shown(tx, rows[:limit], lambda _: access is not None and access.may_moderate)
    return MessagePage(messages, rows[limit - 1].id if len(rows) > limit else None)


async def read_messages_of(
    tx: Transaction, server_id: ServerId, user_id: UserId, before: UUID | None, limit: int
) -> MessagePage:
    """Return a person's messages on a server that the viewer may read, newest first. Raises as `profile_on`."""
    await profile_on(tx, server_id)
    known: dict[ChannelId, ChannelAccess] = {}
    asked: set[ChannelId] = set()
    found: list[MessageRow] = []
    at = before or LAST
    for _ in range(_ROUNDS):
        rows = await queries.user_before.many(tx, user_id, server_id, at, limit + 1)
        unknown = {row.channel_id for row in rows if row.channel_id is not None} - asked
        if unknown:
            known |= await judged(tx, unknown)
            asked |= unknown
        for row in rows:
            at = row.id
            if _may_read(tx.viewer, row, known):
                found.append(row)
                if len(found) > limit:
                    break
        if len(rows) <= limit or len(found) > limit:
            break
    more = len(rows) > limit or len(found) > limit
    page = found[:limit]
    messages = await shown(tx, page, lambda row: _moderates(row, known))
    return MessagePage(messages, (page[-1].id if len(found) > limit else at) if more else None)


async def read_message(tx: Transaction, message_id: MessageId, context: int) -> MessageInContext:
    """A message and up to `context` on either side of it. Raises MessageNotFound, and what `reading` does."""
    row, access = await _readable(tx, message_id)
    before: list[MessageRow] = []
    after: list[MessageRow] = []
    if context and row.channel_id is not None:
        before = await queries.channel_before.many(tx, row.channel_id, message_id, context)
        before = [one for one in before if access is None or one.id >= floor_of(access)]
        after = await queries.channel_after.many(tx, row.channel_id, message_id, context)
    all_rows = [*reversed(before), row, *after]
    messages = await shown(tx, all_rows, lambda _: access is not None and access.may_moderate)
    return MessageInContext(messages[len(before)], messages[: len(before)], messages[len(before) + 1 :])


async def read_mentions(tx: Transaction, before: UUID | None, limit: int) -> MessagePage:
    """The messages that mention the viewer, newest first, in channels that they may still read. Raises NoProfile."""
    await profile_for(tx)
    rows = await mentions_for.many(tx, tx.viewer.id, before or LAST, limit + 1)
    page = rows[:limit]
    known = await judged(tx, {row.channel_id for row in page})
    readable = [
        row.message_id for row in page if row.channel_id in known and row.message_id >= floor_of(known[row.channel_id])
    ]
    messages = [row for row in await queries.messages_by_ids.many(tx, readable) if not row.is_deleted]
    return MessagePage(await shown(tx, messages), page[-1].message_id if len(rows) > limit else None)


async def read_pins(tx: Transaction, channel_id: ChannelId, most: int) -> list[Pin]:
    """The pinned messages of a channel, the latest pin first. Raises what `reading` does."""
    access = await reading(tx, channel_id)
    pins = {pin.message_id: pin for pin in await pins_of.many(tx, channel_id, most)}
    rows = await queries.messages_by_ids.many(tx, list(pins))
    rows = [row for row in rows if row.id >= floor_of(access)]
    by_id = {one.id: one for one in await shown(tx, rows, lambda _: access.may_moderate)}
    return [
        Pin(by_id[message_id], pin.pinned_by, pin.pinned_at) for message_id, pin in pins.items() if message_id in by_id
    ]


async def read_unread(tx: Transaction, server_id: ServerId, most: int) -> list[Unread]:
    """Return the viewer's unread messages of the channels that they have opened. Raises as `profile_on`."""
    await profile_on(tx, server_id)
    rows = await unread_for.many(tx, tx.viewer.id, server_id, most)
    known = await judged(tx, {row.channel_id for row in rows})
    for number, row in enumerate(rows):
        access = known.get(row.channel_id)
        if access is not None and floor_of(access) > row.last_read:
            counts = await unread_behind.one(tx, tx.viewer.id, row.channel_id, floor_of(access), most)
            rows[number] = UnreadRow(row.channel_id, row.last_read, *counts)
    return [
        Unread(
            row.channel_id, row.last_read, min(row.unread, most), min(row.mentions, most),
            more=row.unread > most or row.mentions > most,
        )
        for row in rows
        if row.channel_id in known
    ]  # fmt: skip


async def _readable(tx: Transaction, message_id: MessageId) -> tuple[MessageRow, ChannelAccess | None]:
    """A message that the viewer may read, with their access to its channel if it is in one."""
    row = await queries.message.one_or_none(tx, message_id)
    if row is None:
        raise MessageNotFound
    try:
        if row.channel_id is not None:
            access = await reading(tx, row.channel_id)
            if row.id < floor_of(access):
                raise MessageNotFound
            return row, access
        await profile_on(tx, row.server_id)
    except GuildhallError as error:
        if error.status == 404:
            raise MessageNotFound from error
        raise
    if not _may_read(tx.viewer, row, {}):
        raise MessageNotFound
    return row, None


def _may_read(viewer: Viewer, row: MessageRow, known: dict[ChannelId, ChannelAccess]) -> bool:
    """Return whether a message may be read; outside of channels, these are the system's and the viewer's own."""
    if row.channel_id is None:
        return row.type == "system" or row.user_id == viewer.id
    return row.channel_id in known and row.id >= floor_of(known[row.channel_id])


def _moderates(row: MessageRow, known: dict[ChannelId, ChannelAccess]) -> bool:
    return row.channel_id is not None and known[row.channel_id].may_moderate
