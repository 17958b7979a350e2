"""The experience of guilds."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.guilds.schemas import ExperienceGrant
from guildhall.packs.realm.ids import ExperienceGrantId, GuildId

_GRANT = "select id, user_id, amount, total_after, level_after, created_at from realm.guild_experience"


@rows(ExperienceGrant, f"{_GRANT} where guild_id = :guild and client_key = :client_key", hot=True)
def grant_of_key(guild: GuildId, client_key: str) -> None:
    """The grant of experience that was made under a key."""


@rows(
    ExperienceGrant,
    """
    insert into realm.guild_experience (id, guild_id, user_id, amount, total_after, level_after, client_key, created_at)
    values (:id, :guild, :user, :amount, :total_after, :level_after, :client_key, :now)
    returning id, user_id, amount, total_after, level_after, created_at
    """,
)
def add_grant(
    id: ExperienceGrantId,
    guild: GuildId,
    user: UserId | None,
    amount: int,
    total_after: int,
    level_after: int,
    client_key: str | None,
    now: datetime,
) -> None:
    """Add a grant of experience to a guild. The caller holds the guild's row lock."""


@command("update realm.guilds set experience = :experience, level = :level, updated_at = :now where id = :guild")
def set_experience(guild: GuildId, experience: int, level: int, now: datetime) -> None:
    """Set a guild's experience and its level. The caller holds the guild's row lock."""
