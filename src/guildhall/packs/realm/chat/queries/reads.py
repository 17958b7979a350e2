"""Read marks and unread messages."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.realm.chat.queries.mentions import COUNTS
from guildhall.packs.realm.chat.schemas.messages import UnreadRow
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId


@rows(
    MessageId,
    """
    insert into realm.channel_reads as r (user_id, channel_id, last_read, updated_at)
    values (:user, :channel, :last_read, :now)
    on conflict (user_id, channel_id) do update
    set last_read = greatest(r.last_read, excluded.last_read), updated_at = excluded.updated_at
    returning last_read
    """,
)
def put_read_mark(user: UserId, channel: ChannelId, last_read: MessageId, now: datetime) -> None:
    """A mark never goes back."""


def _counts(channel: str, mark: str, most: str) -> str:
    """Return the counts of unread messages and mentions of a channel after a mark, each up to one above a limit."""
    return f"""
           (select count(*) from (
                select from realm.messages m
                where m.channel_id = {channel} and m.id > {mark} and not m.is_deleted and m.user_id <> :user
                limit {most} + 1
            ) n) as unread,
           (select count(*) from (
                select from realm.mentions e
                where e.user_id = :user and e.message_id > {mark} and e.channel_id = {channel} and {COUNTS}
                limit {most} + 1
            ) n) as mentions
    """


@rows(tuple[int, int], f"select {_counts(':channel::uuid', ':after::uuid', ':limit::int')}", hot=True)
def unread_behind(user: UserId, channel: ChannelId, after: UUID, limit: int) -> None:
    """Count a user's unread messages of a channel after an id."""


@rows(
    UnreadRow,
    f"""
    select r.channel_id, r.last_read, {_counts("r.channel_id", "r.last_read", ":limit")}
    from realm.channel_reads r
    join realm.channels c on c.id = r.channel_id
    where r.user_id = :user and c.server_id = :server and c.closed_at is null
    order by r.channel_id
    """,
    hot=True,
)
def unread_for(user: UserId, server: ServerId, limit: int) -> None:
    """Count a user's unread messages of the channels in which they have a mark; counts stop one above the limit.

    Others' messages after the mark that are not deleted are unread, as the channel's history shows it.
    """
