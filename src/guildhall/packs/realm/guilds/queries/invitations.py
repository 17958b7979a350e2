"""Invitations to a guild."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.guilds.schemas import GuildInvitation
from guildhall.packs.realm.ids import GuildId
from guildhall.packs.realm.parties.schemas import Invited


@command(
    """
    insert into realm.guild_invitations (guild_id, user_id, invited_by, created_at, expires_at)
    values (:guild, :user, :invited_by, :now, :expires_at)
    on conflict (guild_id, user_id)
    do update set invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at
    """,
)
def invite_to_guild(guild: GuildId, user: UserId, invited_by: UserId, now: datetime, expires_at: datetime) -> None: ...


@rows(
    int,
    """
    select count(*)::int from realm.guild_invitations
    where guild_id = :guild and user_id <> :user and expires_at > :now
    """,
    proven=("count",),
)
def guild_invitations_waiting(guild: GuildId, user: UserId, now: datetime) -> None: ...


@rows(
    bool,
    """
    delete from realm.guild_invitations where guild_id = :guild and user_id = :user
    returning expires_at > :now as good
    """,
    proven=("good",),
)
def drop_guild_invitation(guild: GuildId, user: UserId, now: datetime) -> None:
    """Delete an invitation; whether it was still good."""


@command("delete from realm.guild_invitations where guild_id = :guild")
def drop_guild_invitations(guild: GuildId) -> None: ...


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
    guild: GuildId, now: datetime, after_created_at: datetime | None, after_user: UserId | None, limit: int
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
def guild_invitations_for(user: UserId, now: datetime) -> None:
    """Select the invitations that have not expired, the latest first, a hundred at most."""


@command("delete from realm.guild_invitations where expires_at <= :now")
def forget_guild_invitations(now: datetime) -> None: ...
