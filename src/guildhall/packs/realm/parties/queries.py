"""Parties, their members, who is invited."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import PartyId, ServerId
from guildhall.packs.realm.parties.schemas import HeldParty, Invited, Party, PartyCard, PartyInvitation, PartyMember

_PARTY = """
    select p.id, p.name, p.leader_id, u.username as leader_name, p.server_id, p.member_count, p.max_members, p.status,
           p.created_at, p.disbanded_at,
           (select c.id from realm.channels c where c.party_id = p.id) as channel_id
    from realm.parties p
    join realm.users u on u.id = p.leader_id
"""


@rows(
    Party,
    f"""
    {_PARTY}
    where p.id = :id
      and (:moderates or exists (select from realm.party_members m where m.party_id = p.id and m.user_id = :user))
    """,
    hot=True,
)
def party_for(id: PartyId, user: UserId, moderates: bool) -> None:
    """A party that a user is in, or any party for a moderator."""


@rows(PartyId, "select party_id from realm.party_members where user_id = :user", hot=True)
def party_of(user: UserId) -> None:
    """The party that somebody is in."""


@rows(
    PartyMember,
    """
    select m.user_id, u.username, u.level, m.role, m.joined_at
    from realm.party_members m
    join realm.users u on u.id = m.user_id
    where m.party_id = :party
    order by m.role = 'leader' desc, m.joined_at, m.user_id
    """,
    hot=True,
)
def party_members(party: PartyId) -> None: ...


@rows(
    PartyCard,
    """
    select p.id, p.name, p.leader_id, u.username as leader_name, p.member_count, p.max_members, p.created_at
    from realm.parties p
    join realm.users u on u.id = p.leader_id
    where p.server_id = :server and p.status = 'active'
      and (not :open or p.member_count < p.max_members)
      and (:after::uuid is null or p.id < :after)
    order by p.id desc
    limit :limit
    """,
    hot=True,
)
def active_parties(server: ServerId, open: bool, after: PartyId | None, limit: int) -> None:
    """A server's parties, the newest first; all, or those with a place left."""


@rows(
    HeldParty,
    """
    select p.id, p.server_id, p.leader_id, p.name, p.status, p.member_count, p.max_members,
           (select c.id from realm.channels c where c.party_id = p.id) as channel_id
    from realm.parties p
    where p.id = :id
    for no key update of p
    """,
    hot=True,
)
def held_party(id: PartyId) -> None:
    """Locked: every change of a party and of who is in it holds this row."""


@rows(
    bool, "select true as found from realm.party_members where party_id = :party and user_id = :user", proven=("found",)
)
def is_party_member(party: PartyId, user: UserId) -> None: ...


@rows(ServerId, "select server_id from realm.parties where id = :id", hot=True)
def party_server(id: PartyId) -> None: ...


@rows(
    UserId,
    """
    select m.user_id
    from realm.party_members m
    join realm.users u on u.id = m.user_id
    where m.party_id = :party
    order by realm.may_lead(m.user_id, :now) desc, m.joined_at, m.user_id
    limit 1
    for key share of u skip locked
    """,
)
def party_heir(party: PartyId, now: datetime) -> None:
    """Select the longest member of the party, without a person whose account is being deleted just now."""


@command(
    """
    insert into realm.parties (id, name, leader_id, server_id, max_members, created_at)
    values (:id, :name, :leader, :server, :max_members, :now)
    """,
)
def add_party(
    id: PartyId, name: str | None, leader: UserId, server: ServerId, max_members: int, now: datetime
) -> None: ...


@command("insert into realm.party_members (party_id, user_id, role, joined_at) values (:party, :user, :role, :now)")
def add_party_member(party: PartyId, user: UserId, role: str, now: datetime) -> None: ...


@command("delete from realm.party_members where party_id = :party and user_id = :user")
def drop_party_member(party: PartyId, user: UserId) -> None: ...


@rows(UserId, "delete from realm.party_members where party_id = :party returning user_id")
def drop_party_members(party: PartyId) -> None: ...


@command("update realm.parties set member_count = member_count + :change where id = :id")
def count_party(id: PartyId, change: int) -> None: ...


@command("update realm.parties set name = :name, max_members = :max_members where id = :id")
def change_party(id: PartyId, name: str | None, max_members: int) -> None: ...


@command("update realm.parties set status = 'disbanded', disbanded_at = :now, member_count = 0 where id = :id")
def end_party(id: PartyId, now: datetime) -> None: ...


@command(
    """
    update realm.party_members set role = case when user_id = :user then 'leader' else 'member' end
    where party_id = :party and (user_id = :user) <> (role = 'leader') and (role = 'leader') = :leading
    """,
)
def party_roles(party: PartyId, user: UserId, leading: bool) -> None:
    """Set who leads, in two steps, for no party has two leaders: first who leads no more, then who leads now
    (`leading`).
    """


@command("update realm.parties set leader_id = :leader where id = :id")
def lead_party(id: PartyId, leader: UserId) -> None: ...


@command(
    """
    insert into realm.party_invitations (party_id, user_id, invited_by, created_at, expires_at)
    values (:party, :user, :invited_by, :now, :expires_at)
    on conflict (party_id, user_id)
    do update set invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at
    """,
)
def invite_to_party(party: PartyId, user: UserId, invited_by: UserId, now: datetime, expires_at: datetime) -> None: ...


@rows(
    int,
    """
    select count(*)::int from realm.party_invitations
    where party_id = :party and user_id <> :user and expires_at > :now
    """,
    proven=("count",),
)
def party_invitations_waiting(party: PartyId, user: UserId, now: datetime) -> None: ...


@rows(
    bool,
    """
    delete from realm.party_invitations where party_id = :party and user_id = :user
    returning expires_at > :now as good
    """,
    proven=("good",),
)
def drop_party_invitation(party: PartyId, user: UserId, now: datetime) -> None:
    """Delete an invitation; whether it was still good."""


@command("delete from realm.party_invitations where party_id = :party")
def drop_party_invitations(party: PartyId) -> None: ...


@rows(
    Invited,
    """
    select i.user_id, u.username, i.invited_by, i.created_at, i.expires_at
    from realm.party_invitations i
    join realm.users u on u.id = i.user_id
    where i.party_id = :party and i.expires_at > :now
    order by i.created_at desc, i.user_id
    """,
)
def party_invitations_of(party: PartyId, now: datetime) -> None: ...


@rows(
    PartyInvitation,
    """
    select i.party_id, p.name, u.username as leader_name, p.member_count, p.max_members, i.created_at, i.expires_at
    from realm.party_invitations i
    join realm.parties p on p.id = i.party_id
    join realm.users u on u.id = p.leader_id
    where i.user_id = :user and i.expires_at > :now
    order by i.created_at desc, i.party_id
    limit 100
    """,
    hot=True,
)
def party_invitations_for(user: UserId, now: datetime) -> None:
    """Select the invitations that have not expired, the latest first, a hundred at most."""


@command("delete from realm.party_invitations where expires_at <= :now")
def forget_party_invitations(now: datetime) -> None: ...


@rows(
    bool,
    "select exists (select from realm.party_members where party_id = :party and user_id = :user) as there",
    proven=("there",),
)
def follows_party(party: PartyId, user: UserId) -> None: ...
