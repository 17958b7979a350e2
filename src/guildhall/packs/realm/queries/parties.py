"""Parties, their members, who is invited."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.parties import HeldParty, Invited, Party, PartyCard, PartyInvitation, PartyMember

_PARTY = """
    select p.id, p.name, p.leader_id, u.username as leader_name, p.server_id, p.member_count, p.max_members, p.status,
           p.created_at, p.disbanded_at,
           (select c.id from realm.channels c where c.party_id = p.id) as channel_id
    from realm.parties p
    join realm.users u on u.id = p.leader_id
"""

party_for = Query(
    Party,
    f"""
    {_PARTY}
    where p.id = $1
      and ($3 or exists (select from realm.party_members m where m.party_id = p.id and m.user_id = $2))
    """,
    UUID,
    UUID,
    bool,
    hot=True,
)
"""A party ($1) that a user ($2) is in, or that anybody may see ($3)."""

party_of = Query(UUID, "select party_id from realm.party_members where user_id = $1", UUID, hot=True)
"""The party that somebody is in."""

party_members = Query(
    PartyMember,
    """
    select m.user_id, u.username, u.level, m.role, m.joined_at
    from realm.party_members m
    join realm.users u on u.id = m.user_id
    where m.party_id = $1
    order by m.role = 'leader' desc, m.joined_at, m.user_id
    """,
    UUID,
    hot=True,
)

active_parties = Query(
    PartyCard,
    """
    select p.id, p.name, p.leader_id, u.username as leader_name, p.member_count, p.max_members, p.created_at
    from realm.parties p
    join realm.users u on u.id = p.leader_id
    where p.server_id = $1 and p.status = 'active'
      and (not $2 or p.member_count < p.max_members)
      and ($3::uuid is null or p.id < $3)
    order by p.id desc
    limit $4
    """,
    UUID,
    bool,
    UUID | None,
    int,
    hot=True,
)
"""Of a server ($1), those with a place left alone when $2, newest first, behind $3."""

held_party = Query(
    HeldParty,
    """
    select p.id, p.server_id, p.leader_id, p.name, p.status, p.member_count, p.max_members,
           (select c.id from realm.channels c where c.party_id = p.id) as channel_id
    from realm.parties p
    where p.id = $1
    for no key update of p
    """,
    UUID,
    hot=True,
)
"""Locked: every change of a party and of who is in it holds this row."""

is_party_member = Query(
    bool,
    "select true as found from realm.party_members where party_id = $1 and user_id = $2",
    UUID,
    UUID,
    proven=("found",),
)

party_server = Query(UUID, "select server_id from realm.parties where id = $1", UUID, hot=True)

party_heir = Query(
    UUID,
    """
    select m.user_id
    from realm.party_members m
    join realm.users u on u.id = m.user_id
    where m.party_id = $1
    order by realm.may_lead(m.user_id, $2) desc, m.joined_at, m.user_id
    limit 1
    for key share of u skip locked
    """,
    UUID,
    datetime,
)
"""Who has been in the party longest, passing over whoever's account is being deleted just now."""

add_party = Command(
    """
    insert into realm.parties (id, name, leader_id, server_id, max_members, created_at)
    values ($1, $2, $3, $4, $5, $6)
    """,
    UUID,
    str | None,
    UUID,
    UUID,
    int,
    datetime,
)

add_party_member = Command(
    "insert into realm.party_members (party_id, user_id, role, joined_at) values ($1, $2, $3, $4)",
    UUID,
    UUID,
    str,
    datetime,
)

drop_party_member = Command("delete from realm.party_members where party_id = $1 and user_id = $2", UUID, UUID)

drop_party_members = Query(UUID, "delete from realm.party_members where party_id = $1 returning user_id", UUID)

count_party = Command("update realm.parties set member_count = member_count + $2 where id = $1", UUID, int)

change_party = Command("update realm.parties set name = $2, max_members = $3 where id = $1", UUID, str | None, int)

end_party = Command(
    "update realm.parties set status = 'disbanded', disbanded_at = $2, member_count = 0 where id = $1", UUID, datetime
)

party_roles = Command(
    """
    update realm.party_members set role = case when user_id = $2 then 'leader' else 'member' end
    where party_id = $1 and (user_id = $2) <> (role = 'leader') and (role = 'leader') = $3
    """,
    UUID,
    UUID,
    bool,
)
"""In two steps, for no party has two leaders: first who leads no more ($3 true), then who leads now (false)."""

lead_party = Command("update realm.parties set leader_id = $2 where id = $1", UUID, UUID)

invite_to_party = Command(
    """
    insert into realm.party_invitations (party_id, user_id, invited_by, created_at, expires_at)
    values ($1, $2, $3, $4, $5)
    on conflict (party_id, user_id)
    do update set invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at
    """,
    UUID,
    UUID,
    UUID,
    datetime,
    datetime,
)

party_invitations_waiting = Query(
    int,
    "select count(*)::int from realm.party_invitations where party_id = $1 and user_id <> $2 and expires_at > $3",
    UUID,
    UUID,
    datetime,
    proven=("count",),
)

drop_party_invitation = Query(
    bool,
    "delete from realm.party_invitations where party_id = $1 and user_id = $2 returning expires_at > $3 as good",
    UUID,
    UUID,
    datetime,
    proven=("good",),
)
"""Whether it was still good at $3."""

drop_party_invitations = Command("delete from realm.party_invitations where party_id = $1", UUID)

party_invitations_of = Query(
    Invited,
    """
    select i.user_id, u.username, i.invited_by, i.created_at, i.expires_at
    from realm.party_invitations i
    join realm.users u on u.id = i.user_id
    where i.party_id = $1 and i.expires_at > $2
    order by i.created_at desc, i.user_id
    """,
    UUID,
    datetime,
)

party_invitations_for = Query(
    PartyInvitation,
    """
    select i.party_id, p.name, u.username as leader_name, p.member_count, p.max_members, i.created_at, i.expires_at
    from realm.party_invitations i
    join realm.parties p on p.id = i.party_id
    join realm.users u on u.id = p.leader_id
    where i.user_id = $1 and i.expires_at > $2
    order by i.created_at desc, i.party_id
    limit 100
    """,
    UUID,
    datetime,
    hot=True,
)
"""Those that are good, the latest first, a hundred at most."""

forget_party_invitations = Command("delete from realm.party_invitations where expires_at <= $1", datetime)
