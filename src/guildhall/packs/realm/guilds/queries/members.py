"""Members of a guild, and invitations."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.packs.realm.access.rules.amounts import AMOUNT_MOST
from guildhall.packs.realm.guilds.schemas import GuildInvitation, GuildMember, Membership
from guildhall.packs.realm.parties.schemas import Invited


@rows(
    GuildMember,
    """
    select m.user_id, u.username, u.level, m.rank, m.joined_at, m.contribution
    from realm.guild_members m
    join realm.users u on u.id = m.user_id
    where m.guild_id = :guild
      and (:after_rank::int is null
           or (realm.rank_order(m.rank), m.joined_at, m.user_id) > (:after_rank, :after_joined_at::timestamptz,
                                                                    :after_user::uuid))
    order by realm.rank_order(m.rank), m.joined_at, m.user_id
    limit :limit
    """,
    hot=True,
)
def guild_roster(
    guild: UUID, after_rank: int | None, after_joined_at: datetime | None, after_user: UUID | None, limit: int
) -> None:
    """A guild's leader, its officers and the others, each by time, behind a place."""


@rows(
    GuildMember,
    """
    select m.user_id, u.username, u.level, m.rank, m.joined_at, m.contribution
    from realm.guild_members m
    join realm.users u on u.id = m.user_id
    where m.guild_id = :guild and m.user_id = :user
    """,
)
def guild_member(guild: UUID, user: UUID) -> None: ...


@rows(
    Membership,
    "select user_id, rank, joined_at from realm.guild_members where guild_id = :guild and user_id = :user",
    hot=True,
)
def membership(guild: UUID, user: UUID) -> None:
    """A user's place in a guild."""


@rows(
    UUID,
    """
    select m.user_id
    from realm.guild_members m
    join realm.users u on u.id = m.user_id
    where m.guild_id = :guild
    order by realm.may_lead(m.user_id, :now) desc, m.rank = 'officer' desc, m.contribution desc, m.joined_at, m.user_id
    limit 1
    for key share of u skip locked
    """,
)
def guild_heir(guild: UUID, now: datetime) -> None:
    """Select the next leader: people who may come first, then officers, then by contribution, then by time.

    The order is that of realm.pass_on, but without a person whose account is being deleted just now.
    """


@rows(
    UUID,
    """
    select m.user_id
    from realm.guild_members m
    join realm.users u on u.id = m.user_id
    where m.guild_id = :guild and m.rank <> 'leader' and realm.may_lead(m.user_id, :now)
    order by m.rank = 'officer' desc, m.contribution desc, m.joined_at, m.user_id
    limit 1
    for key share of u skip locked
    """,
)
def able_guild_heir(guild: UUID, now: datetime) -> None:
    """Select the next leader while the present one stays a member: only people who may come.

    One whose account is being deleted just now is passed over.
    """


@rows(
    bool,
    """
    select exists (
        select from realm.guild_members m
        where m.guild_id = :guild and m.rank <> 'leader' and realm.may_lead(m.user_id, :now)
    ) as found
    """,
    proven=("found",),
)
def has_able_heir(guild: UUID, now: datetime) -> None:
    """Return whether somebody could lead next, an account that is being deleted just now included."""


@command("insert into realm.guild_members (guild_id, user_id, rank, joined_at) values (:guild, :user, :rank, :now)")
def add_guild_member(guild: UUID, user: UUID, rank: str, now: datetime) -> None: ...


@command("delete from realm.guild_members where guild_id = :guild and user_id = :user")
def drop_guild_member(guild: UUID, user: UUID) -> None: ...


@command("delete from realm.guild_members where guild_id = :guild")
def drop_guild_members(guild: UUID) -> None: ...


@command("update realm.guild_members set rank = :rank where guild_id = :guild and user_id = :user")
def set_rank(guild: UUID, user: UUID, rank: str) -> None: ...


@command(
    f"""
    update realm.guild_members
    set contribution = greatest(contribution, least(contribution::numeric + :amount::bigint, {AMOUNT_MOST})::bigint)
    where guild_id = :guild and user_id = :user
    """,
)
def contribute(guild: UUID, user: UUID, amount: int) -> None: ...


@command(
    """
    insert into realm.guild_invitations (guild_id, user_id, invited_by, created_at, expires_at)
    values (:guild, :user, :invited_by, :now, :expires_at)
    on conflict (guild_id, user_id)
    do update set invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at
    """,
)
def invite_to_guild(guild: UUID, user: UUID, invited_by: UUID, now: datetime, expires_at: datetime) -> None: ...


@rows(
    int,
    """
    select count(*)::int from realm.guild_invitations
    where guild_id = :guild and user_id <> :user and expires_at > :now
    """,
    proven=("count",),
)
def guild_invitations_waiting(guild: UUID, user: UUID, now: datetime) -> None: ...


@rows(
    bool,
    """
    delete from realm.guild_invitations where guild_id = :guild and user_id = :user
    returning expires_at > :now as good
    """,
    proven=("good",),
)
def drop_guild_invitation(guild: UUID, user: UUID, now: datetime) -> None:
    """Delete an invitation; whether it was still good."""


@command("delete from realm.guild_invitations where guild_id = :guild")
def drop_guild_invitations(guild: UUID) -> None: ...


@rows(
    Invited,
    """
    select i.user_id, u.username, i.invited_by, i.created_at, i.expires_at
    from realm.guild_invitations i
    join realm.users u on u.id = i.user_id
    where i.guild_id = :guild and i.expires_at > :now
      and (:after_created_at::timestamptz is null or (i.created_at, i.user_id) < (:after_created_at, :after_user::uuid))
    order by i.created_at desc, i.user_id desc
    limit :limit
    """,
)
def guild_invitations_of(
    guild: UUID, now: datetime, after_created_at: datetime | None, after_user: UUID | None, limit: int
) -> None: ...


@rows(
    GuildInvitation,
    """
    select i.guild_id, g.name, g.level, g.member_count, i.created_at, i.expires_at
    from realm.guild_invitations i
    join realm.guilds g on g.id = i.guild_id
    where i.user_id = :user and i.expires_at > :now
    order by i.created_at desc, i.guild_id
    limit 100
    """,
    hot=True,
)
def guild_invitations_for(user: UUID, now: datetime) -> None:
    """Select the invitations that have not expired, the latest first, a hundred at most."""


@command("delete from realm.guild_invitations where expires_at <= :now")
def forget_guild_invitations(now: datetime) -> None: ...


@rows(
    bool,
    "select exists (select from realm.guild_members where guild_id = :guild and user_id = :user) as there",
    proven=("there",),
)
def follows_guild(guild: UUID, user: UUID) -> None: ...
