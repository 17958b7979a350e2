"""Pinned messages."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.messages import PinRow

hold_channel = Query(UUID, "select id from realm.channels where id = $1 for no key update", UUID)
"""So that pins are counted one after the other."""

pins_of = Query(
    PinRow,
    """
    select message_id, pinned_by, pinned_at from realm.pins where channel_id = $1
    order by pinned_at desc, message_id desc
    limit $2
    """,
    UUID,
    int,
)

is_pinned = Query(bool, "select exists (select from realm.pins where channel_id = $1 and message_id = $2)", UUID, UUID)

pin_count = Query(
    int,
    """
    select count(*) from realm.pins p
    where p.channel_id = $1 and exists (select from realm.messages m where m.id = p.message_id)
    """,
    UUID,
)

add_pin = Command(
    """
    insert into realm.pins (channel_id, message_id, pinned_by, pinned_at) values ($1, $2, $3, $4)
    on conflict do nothing
    """,
    UUID,
    UUID,
    UUID,
    datetime,
)

remove_pin = Command("delete from realm.pins where channel_id = $1 and message_id = $2", UUID, UUID)
