"""Channels: making them, changing them, who sees them, who belongs to them."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.access import Visibility
from guildhall.packs.realm.schemas.channels import ChannelRow, LockedChannel, Member, MemberRole, MemberSubject

_SHOWN = """c.id, c.name, c.server_id, c.description, c.visibility, c.category, c.min_level, c.message_count,
           c.slow_mode_seconds, c.guild_id, c.party_id, c.raid_id, c.closed_at, c.created_at"""

channel = Query(ChannelRow, f"select {_SHOWN} from realm.channels c where c.id = $1", UUID, hot=True)

channels_for = Query(
    ChannelRow,
    f"""
    select {_SHOWN}
    from realm.channels c
    where c.id in (
        select f.id from realm.channels f
        where f.server_id = $2 and f.guild_id is null and f.party_id is null and f.raid_id is null
          and ($3 or f.visibility <> 'private'
               or exists (select from realm.channel_members m where m.channel_id = f.id and m.user_id = $1))
        union
        select f.id from realm.guild_members e join realm.channels f on f.guild_id = e.guild_id where e.user_id = $1
        union
        select f.id from realm.party_members e join realm.channels f on f.party_id = e.party_id where e.user_id = $1
        union
        select f.id from realm.raid_participants e join realm.channels f on f.raid_id = e.raid_id where e.user_id = $1
        union
        select f.id from realm.raid_signups e join realm.channels f on f.raid_id = e.raid_id
        where e.user_id = $1 and e.state in ('confirmed', 'bench', 'tentative') and e.admitted_at is not null
        union
        select f.id from realm.raids e join realm.channels f on f.raid_id = e.id where e.leader_id = $1
      )
      and c.server_id = $2 and ($4::text is null or c.category = $4) and (c.closed_at is not null) = $5
      and ($6::uuid is null or c.id > $6)
    order by c.id
    limit $7
    """,
    UUID,
    UUID,
    bool,
    str | None,
    bool,
    UUID | None,
    int,
    hot=True,
)
"""Those of a server ($2) that somebody ($1) may know of, with its private ones ($3) or without: the server's own, and
those of what they are in. Open or closed ($5)."""

channel_server = Query(UUID, "select server_id from realm.channels where id = $1", UUID, hot=True)

open_channels_count = Query(
    int,
    """
    select count(*) from realm.channels
    where server_id = $1 and closed_at is null and guild_id is null and party_id is null and raid_id is null
    """,
    UUID,
)

add_plain_channel = Command(
    """
    insert into realm.channels (id, name, server_id, description, visibility, category, min_level, slow_mode_seconds,
                                created_by, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
    """,
    UUID,
    str,
    UUID,
    str | None,
    Visibility,
    str | None,
    int,
    int,
    UUID,
    datetime,
)

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

channel_to_change = Query(
    LockedChannel,
    """
    select id, server_id, name, description, visibility, category, min_level, slow_mode_seconds, closed_at,
           num_nonnulls(guild_id, party_id, raid_id) > 0 as follows
    from realm.channels where id = $1 for no key update
    """,
    UUID,
)

change_channel = Command(
    """
    update realm.channels
    set name = $2, twin = case when name = $2 then twin end,
        description = $3, visibility = $4, category = $5, min_level = $6, slow_mode_seconds = $7,
        closed_at = $8, updated_at = $9
    where id = $1
    """,
    UUID,
    str,
    str | None,
    Visibility,
    str | None,
    int,
    int,
    datetime | None,
    datetime,
)

end_channel = Command(
    "update realm.channels set closed_at = $2, updated_at = $2 where id = $1 and closed_at is null",
    UUID,
    datetime,
)

remove_channel = Command("delete from realm.channels where id = $1", UUID)

members = Query(
    Member,
    """
    select m.user_id, u.username, m.role, m.joined_at
    from realm.channel_members m join realm.users u on u.id = m.user_id
    where m.channel_id = $1 and ($2::uuid is null or m.user_id > $2)
    order by m.user_id
    limit $3
    """,
    UUID,
    UUID | None,
    int,
    hot=True,
)

member_subject = Query(
    MemberSubject,
    """
    select u.id, u.badge, m.role
    from realm.users u left join realm.channel_members m on m.user_id = u.id and m.channel_id = $3
    where u.id = $1 and u.server_id = $2 and u.is_active
    for no key update of u
    """,
    UUID,
    UUID,
    UUID,
)
"""Somebody ($1) of a server ($2), who does not move until the transaction ends, and what they are in a channel ($3)."""

put_member = Query(
    Member,
    """
    insert into realm.channel_members as m (channel_id, user_id, role, joined_at) values ($1, $2, $3, $4)
    on conflict (channel_id, user_id) do update set role = excluded.role
    returning m.user_id, (select u.username from realm.users u where u.id = m.user_id) as username, m.role, m.joined_at
    """,
    UUID,
    UUID,
    MemberRole,
    datetime,
    proven=("username",),
)

remove_member = Command("delete from realm.channel_members where channel_id = $1 and user_id = $2", UUID, UUID)
