"""Channels: making them, changing them, who sees them."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command

add_channel = Command(
    """
    insert into realm.channels (id, name, server_id, visibility, guild_id, party_id, raid_id, created_by,
                                created_at, updated_at)
    values ($1, $2, $3, 'private', $4, $5, $6, $7, $8, $8)
    """,
    UUID,
    str,
    UUID,
    UUID | None,
    UUID | None,
    UUID | None,
    UUID | None,
    datetime,
)
"""One that follows a guild, a party or a raid."""

end_channel = Command(
    "update realm.channels set closed_at = $2, updated_at = $2 where id = $1 and closed_at is null",
    UUID,
    datetime,
)
