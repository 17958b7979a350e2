"""Who is in a guild, and who is asked to be."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.rules.amounts import AMOUNT_MOST
from guildhall.packs.realm.schemas.guilds import GuildInvitation, GuildMember, Membership
from guildhall.packs.realm.schemas.parties import Invited

guild_roster = Query(
    GuildMember,
    """
    select m.user_id, u.username, u.level, m.rank, m.joined_at, m.contribution
    from realm.guild_members m
    join realm.users u on u.id = m.user_id
    where m.guild_id = $1
      and ($2::int is null or (realm.rank_order(m.rank), m.joined_at, m.user_id) > ($2, $3::timestamptz, $4::uuid))
    order by realm.rank_order(m.rank), m.joined_at, m.user_id
    limit $5
    """,
    UUID,
    int | None,
    datetime | None,
    UUID | None,
    int,
    hot=True,
)
"""The leader, the officers, the others, each by time, behind a place ($2, $3, $4)."""

guild_member = Query(
    GuildMember,
    """
    select m.user_id, u.username, u.level, m.rank, m.joined_at, m.contribution
    from realm.guild_members m
    join realm.users u on u.id = m.user_id
    where m.guild_id = $1 and m.user_id = $2
    """,
    UUID,
    UUID,
)

membership = Query(
    Membership,
    "select user_id, rank, joined_at from realm.guild_members where guild_id = $1 and user_id = $2",
    UUID,
    UUID,
    hot=True,
)
"""Somebody's ($2) place in a guild ($1)."""

guild_heir = Query(
    UUID,
    """
    select m.user_id
    from realm.guild_members m
    join realm.users u on u.id = m.user_id
    where m.guild_id = $1
    order by realm.may_lead(m.user_id, $2) desc, m.rank = 'officer' desc, m.contribution desc, m.joined_at, m.user_id
    limit 1
    for key share of u skip locked
    """,
    UUID,
    datetime,
)
"""Who leads next: somebody who may come before others, then an officer, then by contribution, then by time. As
realm.pass_on chooses, but passing over whoever's account is being deleted just now."""

able_guild_heir = Query(
    UUID,
    """
    select m.user_id
    from realm.guild_members m
    join realm.users u on u.id = m.user_id
    where m.guild_id = $1 and m.rank <> 'leader' and realm.may_lead(m.user_id, $2)
    order by m.rank = 'officer' desc, m.contribution desc, m.joined_at, m.user_id
    limit 1
    for key share of u skip locked
    """,
    UUID,
    datetime,
)
"""Who leads next while the leader stays a member: only somebody who may come."""

add_guild_member = Command(
    "insert into realm.guild_members (guild_id, user_id, rank, joined_at) values ($1, $2, $3, $4)",
    UUID,
    UUID,
    str,
    datetime,
)

drop_guild_member = Command("delete from realm.guild_members where guild_id = $1 and user_id = $2", UUID, UUID)

drop_guild_members = Command("delete from realm.guild_members where guild_id = $1", UUID)

set_rank = Command("update realm.guild_members set rank = $3 where guild_id = $1 and user_id = $2", UUID, UUID, str)

contribute = Command(
    f"""
    update realm.guild_members
    set contribution = greatest(contribution, least(contribution::numeric + $3::bigint, {AMOUNT_MOST})::bigint)
    where guild_id = $1 and user_id = $2
    """,
    UUID,
    UUID,
    int,
)

invite_to_guild = Command(
    """
    insert into realm.guild_invitations (guild_id, user_id, invited_by, created_at, expires_at)
    values ($1, $2, $3, $4, $5)
    on conflict (guild_id, user_id)
    do update set invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at
    """,
    UUID,
    UUID,
    UUID,
    datetime,
    datetime,
)

guild_invitations_waiting = Query(
    int,
    "select count(*)::int from realm.guild_invitations where guild_id = $1 and user_id <> $2 and expires_at > $3",
    UUID,
    UUID,
    datetime,
    proven=("count",),
)

drop_guild_invitation = Query(
    bool,
    "delete from realm.guild_invitations where guild_id = $1 and user_id = $2 returning expires_at > $3 as good",
    UUID,
    UUID,
    datetime,
    proven=("good",),
)
"""Whether it was still good at $3."""

drop_guild_invitations = Command("delete from realm.guild_invitations where guild_id = $1", UUID)

guild_invitations_of = Query(
    Invited,
    """
    select i.user_id, u.username, i.invited_by, i.created_at, i.expires_at
    from realm.guild_invitations i
    join realm.users u on u.id = i.user_id
    where i.guild_id = $1 and i.expires_at > $2
      and ($3::timestamptz is null or (i.created_at, i.user_id) < ($3, $4::uuid))
    order by i.created_at desc, i.user_id desc
    limit $5
    """,
    UUID,
    datetime,
    datetime | None,
    UUID | None,
    int,
)

guild_invitations_for = Query(
    GuildInvitation,
    """
    select i.guild_id, g.name, g.level, g.member_count, i.created_at, i.expires_at
    from realm.guild_invitations i
    join realm.guilds g on g.id = i.guild_id
    where i.user_id = $1 and i.expires_at > $2
    order by i.created_at desc, i.guild_id
    limit 100
    """,
    UUID,
    datetime,
    hot=True,
)
"""Those that are good, the latest first, a hundred at most."""

forget_guild_invitations = Command("delete from realm.guild_invitations where expires_at <= $1", datetime)
