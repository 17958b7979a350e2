"""Pinned messages."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.chat.schemas.messages import PinRow
from guildhall.packs.realm.ids import ChannelId, MessageId


@rows(ChannelId, "select id from realm.channels where id = :id for no key update")
def hold_channel(id: ChannelId) -> None:
    """Lock a channel, so that pins are counted one after the other."""


@rows(
    PinRow,
    """
    select message_id, pinned_by, pinned_at from realm.pins where channel_id = :channel
    order by pinned_at desc, message_id desc
    limit :limit
    """,
)
def pins_of(channel: ChannelId, limit: int) -> None: ...


@rows(bool, "select exists (select from realm.pins where channel_id = :channel and message_id = :message)")
def is_pinned(channel: ChannelId, message: MessageId) -> None: ...


@rows(
    int,
    """
    select count(*) from realm.pins p
    where p.channel_id = :channel and exists (select from realm.messages m where m.id = p.message_id)
    """,
)
def pin_count(channel: ChannelId) -> None: ...


@command(
    """
    insert into realm.pins (channel_id, message_id, pinned_by, pinned_at) values (:channel, :message, :pinned_by, :now)
    on conflict do nothing
    """,
)
def add_pin(channel: ChannelId, message: MessageId, pinned_by: UserId, now: datetime) -> None: ...


@command("delete from realm.pins where channel_id = :channel and message_id = :message")
def remove_pin(channel: ChannelId, message: MessageId) -> None: ...
