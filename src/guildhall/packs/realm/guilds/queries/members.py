"""Members of a guild."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.access.rules.amounts import AMOUNT_MOST
from guildhall.packs.realm.guilds.schemas import GuildMember, Membership
from guildhall.packs.realm.ids import GuildId


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
    guild: GuildId, after_rank: int | None, after_joined_at: datetime | None, after_user: UserId | None, limit: int
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
def guild_member(guild: GuildId, user: UserId) -> None: ...


@rows(
    Membership,
    "select user_id, rank, joined_at from realm.guild_members where guild_id = :guild and user_id = :user",
    hot=True,
)
def membership(guild: GuildId, user: UserId) -> None:
    """A user's place in a guild."""


@rows(
    UserId,
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
def guild_heir(guild: GuildId, now: datetime) -> None:
    """Select the next leader: people who may come first, then officers, then by contribution, then by time.

    The order is that of realm.pass_on, but without a person whose account is being deleted just now.
    """


@rows(
    UserId,
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
def able_guild_heir(guild: GuildId, now: datetime) -> None:
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
def has_able_heir(guild: GuildId, now: datetime) -> None:
    """Return whether somebody could lead next, an account that is being deleted just now included."""


@command("insert into realm.guild_members (guild_id, user_id, rank, joined_at) values (:guild, :user, :rank, :now)")
def add_guild_member(guild: GuildId, user: UserId, rank: str, now: datetime) -> None: ...


@command("delete from realm.guild_members where guild_id = :guild and user_id = :user")
def drop_guild_member(guild: GuildId, user: UserId) -> None: ...


@command("delete from realm.guild_members where guild_id = :guild")
def drop_guild_members(guild: GuildId) -> None: ...


@command("update realm.guild_members set rank = :rank where guild_id = :guild and user_id = :user")
def set_rank(guild: GuildId, user: UserId, rank: str) -> None: ...


@command(
    f"""
    update realm.guild_members
    set contribution = greatest(contribution, least(contribution::numeric + :amount::bigint, {AMOUNT_MOST})::bigint)
    where guild_id = :guild and user_id = :user
    """,
)
def contribute(guild: GuildId, user: UserId, amount: int) -> None: ...


@rows(
    bool,
    "select exists (select from realm.guild_members where guild_id = :guild and user_id = :user) as there",
    proven=("there",),
)
def follows_guild(guild: GuildId, user: UserId) -> None: ...
