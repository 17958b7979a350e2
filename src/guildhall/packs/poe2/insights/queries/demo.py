"""Players of a development database, who share their statistics."""

from datetime import datetime

from guildhall.db.statements import command
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import CharacterId


@command(
    """
    insert into poe2.accounts (user_id, sub, poe_account_name, scopes, state, ended_why, ended_at, access_expires_at,
                               refresh_expires_at, linked_at, signed_in_at, refreshed_at)
    select u.id, u.id, u.name || '#0000', '{}', 'ended', 'expired', :now, :now, :now, :now, :now, :now
    from unnest(:ids::uuid[], :names::text[]) u (id, name)
    on conflict do nothing
    """
)
def add_ended_accounts(ids: list[UserId], names: list[str], now: datetime) -> None:
    """Give people accounts at the game whose links have ended: what was kept of them stays."""


@command(
    """
    insert into core.user_settings (id, user_id, share_activity_stats)
    select gen_random_uuid(), u, true from unnest(:people::uuid[]) u
    on conflict (user_id) do nothing
    """
)
def let_share(people: list[UserId]) -> None:
    """Have people share their statistics who have not chosen yet."""


@command(
    """
    insert into poe2.characters (id, user_id, game_id, name, class, ascendancy, level, experience, league, watched,
                                 watched_at)
    values (:id::uuid, :user, :id::uuid::text, :name, :class_name, :ascendancy, :level, 0, :league, false, :now)
    """
)
def add_unwatched(
    id: CharacterId, user: UserId, name: str, class_name: str, ascendancy: str, level: int, league: str, now: datetime
) -> None: ...
