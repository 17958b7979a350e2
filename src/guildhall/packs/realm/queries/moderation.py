"""Sanctions, and messages that are deleted many at once."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.moderation import (
    MessagePlace,
    OwnSanction,
    Sanction,
    SanctionKind,
    SanctionRow,
    SanctionSubject,
)

bans_in = Query(
    bool,
    """
    select exists (
        select 1 from realm.sanctions s
        where s.user_id = $1 and s.server_id = $2 and (s.channel_id is null or s.channel_id = $3) and s.kind = 'ban'
          and s.lifted_at is null and coalesce(s.until, '9999-12-31') > $4)
    """,
    UUID,
    UUID,
    UUID,
    datetime,
    hot=True,
)

sanction_subject = Query(
    SanctionSubject,
    """
    select u.id, u.server_id, u.badge,
           exists (select 1 from realm.channel_members m
                   where m.channel_id = $2 and m.user_id = u.id and m.role = 'moderator')
           or exists (select 1 from realm.channels c join realm.guild_members g on g.guild_id = c.guild_id
                      where c.id = $2 and g.user_id = u.id and g.rank in ('leader', 'officer'))
           or exists (select 1 from realm.channels c join realm.parties p on p.id = c.party_id
                      where c.id = $2 and p.leader_id = u.id)
           or exists (select 1 from realm.channels c join realm.raids r on r.id = c.raid_id
                      where c.id = $2 and r.leader_id = u.id) as leads_channel
    from realm.users u
    where u.id = $1
    for no key update of u
    """,
    UUID,
    UUID | None,
)
"""Somebody ($1), who does not log in or move until the transaction ends, and whether a channel ($2) is theirs."""

add_sanction = Command(
    """
    insert into realm.sanctions (id, user_id, server_id, channel_id, kind, reason, issued_by, issued_rank, created_at,
                                 until)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    """,
    UUID,
    UUID,
    UUID,
    UUID | None,
    SanctionKind,
    str | None,
    UUID,
    int,
    datetime,
    datetime | None,
)

_SANCTION = """s.id, s.user_id, u.username, s.server_id, s.channel_id, s.kind, s.reason, s.issued_by, s.created_at,
           s.until, s.lifted_at, s.lifted_by"""

sanction = Query(
    Sanction,
    f"select {_SANCTION} from realm.sanctions s join realm.users u on u.id = s.user_id where s.id = $1",
    UUID,
)

sanction_to_lift = Query(
    SanctionRow,
    """
    select id, user_id, server_id, channel_id, kind, issued_rank,
           lifted_at is null and coalesce(until, '9999-12-31') > $2 as running
    from realm.sanctions where id = $1 for update
    """,
    UUID,
    datetime,
)

lift_sanction = Command("update realm.sanctions set lifted_at = $2, lifted_by = $3 where id = $1", UUID, datetime, UUID)

sanctions_of_server = Query(
    Sanction,
    f"""
    select {_SANCTION}
    from realm.sanctions s join realm.users u on u.id = s.user_id
    where s.server_id = $1 and ($2::uuid is null or s.channel_id = $2) and ($3::uuid is null or s.user_id = $3)
      and ($4::text is null or s.kind = $4)
      and (not $5 or s.lifted_at is null and coalesce(s.until, '9999-12-31') > $6)
      and ($7::uuid is null or s.id < $7)
    order by s.id desc
    limit $8
    """,
    UUID,
    UUID | None,
    UUID | None,
    SanctionKind | None,
    bool,
    datetime,
    UUID | None,
    int,
    hot=True,
)
"""All, or those that run ($5) at an instant."""

sanctions_on = Query(
    OwnSanction,
    """
    select id, server_id, channel_id, kind, reason, created_at, until
    from realm.sanctions
    where user_id = $1 and lifted_at is null and coalesce(until, '9999-12-31') > $2 and ($3::uuid is null or id < $3)
    order by id desc
    limit $4
    """,
    UUID,
    datetime,
    UUID | None,
    int,
    hot=True,
)
"""Those that run at an instant ($2) on somebody ($1)."""

message_place = Query(
    MessagePlace,
    "select id, user_id, server_id, channel_id, is_deleted from realm.messages where id = $1",
    UUID,
    hot=True,
)

messages_by_author = Query(
    UUID,
    """
    select id from realm.messages
    where user_id = $1 and server_id = $2 and ($3::uuid is null or channel_id = $3)
      and id >= core.live_id($4, 0, 0) and not is_deleted
    order by id desc
    limit $5
    """,
    UUID,
    UUID,
    UUID | None,
    int,
    int,
    hot=True,
)
"""The newest of somebody ($1) on a server ($2), all or those in a channel, since a tick of live push ($4)."""

messages_to_delete = Query(
    tuple[UUID, UUID | None],
    """
    select id, channel_id from realm.messages
    where id = any($1) and server_id = $2 and ($3::uuid is null or channel_id = $3) and not is_deleted
    order by id
    for update
    """,
    list[UUID],
    UUID,
    UUID | None,
    hot=True,
)

delete_messages = Command(
    """
    update realm.messages set is_deleted = true, deletion_reason = $2, updated_at = $3
    where id = any($1)
    """,
    list[UUID],
    str,
    datetime,
)

forget_words = Command("delete from realm.message_words where id = any($1)", list[UUID])

unpin_messages = Command("delete from realm.pins where message_id = any($1)", list[UUID])
