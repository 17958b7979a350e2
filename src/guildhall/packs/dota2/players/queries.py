"""Players: profile, record, heroes."""

from datetime import datetime
from typing import Any

from guildhall.db.statements import Command, command, rows
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.players.schemas import PlayerHero, ProfileRow, WinLossRow


@rows(
    ProfileRow,
    """
    select account_id, personaname, name, plus, cheese, steamid, avatar, avatarmedium, avatarfull, profileurl,
           last_login, loccountrycode, status, fh_unavailable, is_contributor, is_subscriber,
           rank_tier, leaderboard_rank, competitive_rank, computed_mmr, computed_mmr_turbo, aliases, last_sync,
           coalesce((select s.private from dota2.player_sync s where s.account_id = p.account_id),
                    p.fh_unavailable and p.name is null, false) as private
    from dota2.player_profiles p
    where account_id = :account
    """,
    hot=True,
    proven=("private",),
)
def player_profile(account: AccountId) -> None: ...


@command(
    """
    insert into dota2.player_profiles as p (
        account_id, personaname, name, plus, cheese, steamid, avatar, avatarmedium, avatarfull, profileurl,
        last_login, loccountrycode, status, fh_unavailable, is_contributor, is_subscriber,
        rank_tier, leaderboard_rank, competitive_rank, computed_mmr, computed_mmr_turbo, aliases, raw,
        created_at, updated_at, last_sync
    )
    values (:account, :personaname, :name, :plus, :cheese, :steamid, :avatar, :avatarmedium, :avatarfull, :profileurl,
            :last_login, :loccountrycode, :status, :fh_unavailable, :is_contributor, :is_subscriber, :rank_tier,
            :leaderboard_rank, :competitive_rank, :computed_mmr, :computed_mmr_turbo, :aliases, :raw,
            :created_at, :created_at, :created_at)
    on conflict (account_id) do update
    set personaname = excluded.personaname, name = excluded.name, plus = excluded.plus, cheese = excluded.cheese,
        steamid = excluded.steamid, avatar = excluded.avatar, avatarmedium = excluded.avatarmedium,
        avatarfull = excluded.avatarfull, profileurl = excluded.profileurl, last_login = excluded.last_login,
        loccountrycode = excluded.loccountrycode, status = excluded.status,
        fh_unavailable = excluded.fh_unavailable, is_contributor = excluded.is_contributor,
        is_subscriber = excluded.is_subscriber, rank_tier = excluded.rank_tier,
        leaderboard_rank = excluded.leaderboard_rank,
        competitive_rank = excluded.competitive_rank, computed_mmr = excluded.computed_mmr,
        computed_mmr_turbo = excluded.computed_mmr_turbo, aliases = excluded.aliases, raw = excluded.raw,
        updated_at = case when p.raw = excluded.raw then p.updated_at else excluded.updated_at end,
        last_sync = excluded.last_sync
    where p.last_sync <= excluded.last_sync
    """,
)
def save_profile(
    account: AccountId,
    personaname: str | None,
    name: str | None,
    plus: bool | None,
    cheese: int | None,
    steamid: str | None,
    avatar: str | None,
    avatarmedium: str | None,
    avatarfull: str | None,
    profileurl: str | None,
    last_login: datetime | None,
    loccountrycode: str | None,
    status: str | None,
    fh_unavailable: bool | None,
    is_contributor: bool,
    is_subscriber: bool,
    rank_tier: int | None,
    leaderboard_rank: int | None,
    competitive_rank: int | None,
    computed_mmr: float | None,
    computed_mmr_turbo: float | None,
    aliases: Any,
    raw: Any,
    created_at: datetime,
) -> None: ...


@rows(None, "select pg_advisory_xact_lock(hashtextextended('dota2.player', :account))")
def lock_player(account: AccountId) -> None:
    """Lock a player, so that two syncs of one never wait for each other in a circle."""


@rows(
    WinLossRow,
    """
    select w.win, w.lose, coalesce(s.private, p.fh_unavailable and p.name is null, false) as private, w.last_sync
    from dota2.player_winloss w
    left join dota2.player_sync s using (account_id)
    left join dota2.player_profiles p using (account_id)
    where w.account_id = :account
    """,
)
def player_winloss(account: AccountId) -> None: ...


@rows(
    bool,
    """
    insert into dota2.player_winloss as w (account_id, win, lose, updated_at, last_sync)
    values (:account, :win, :lose, :updated_at, :updated_at)
    on conflict (account_id) do update
    set win = excluded.win, lose = excluded.lose, last_sync = excluded.last_sync,
        updated_at = case when (w.win, w.lose) = (excluded.win, excluded.lose) then w.updated_at
                          else excluded.updated_at end
    where w.last_sync <= excluded.last_sync
    returning w.updated_at = :updated_at as changed
    """,
    proven=("changed",),
)
def save_winloss(account: AccountId, win: int, lose: int, updated_at: datetime) -> None:
    """Return whether the record is another one than before; nothing where a later one is known."""


@command("update dota2.player_winloss set last_sync = greatest(last_sync, :as_of) where account_id = :account")
def touch_winloss(account: AccountId, as_of: datetime) -> None: ...


@rows(
    PlayerHero,
    """
    select hero_id, last_played, games, win, with_games, with_win, against_games, against_win
    from dota2.player_heroes
    where account_id = :account
      and (:after_games::int is null or (games, hero_id) < (:after_games, :after_hero))
    order by games desc, hero_id desc
    limit :limit
    """,
)
def player_heroes(account: AccountId, after_games: int | None, after_hero: int | None, limit: int) -> None: ...


@rows(
    tuple[int, int, int],
    """
    insert into dota2.player_heroes as h (account_id, hero_id, last_played, games, win, with_games, with_win,
                                          against_games, against_win, updated_at)
    select :account, u.*, :updated_at
    from unnest(:heroes::smallint[], :last_played::timestamptz[], :games::int[], :win::int[], :with_games::int[],
                :with_wins::int[], :against_games::int[], :against_wins::int[]) u
    on conflict (account_id, hero_id) do update
    set last_played = excluded.last_played, games = excluded.games, win = excluded.win,
        with_games = excluded.with_games, with_win = excluded.with_win, against_games = excluded.against_games,
        against_win = excluded.against_win, updated_at = excluded.updated_at
    where (h.last_played, h.games, h.win, h.with_games, h.with_win, h.against_games, h.against_win)
        is distinct from (excluded.last_played, excluded.games, excluded.win, excluded.with_games, excluded.with_win,
                          excluded.against_games, excluded.against_win)
    returning hero_id, games, win
    """,
)
def save_heroes(
    account: AccountId,
    heroes: list[int],
    last_played: list[datetime | None],
    games: list[int],
    win: list[int],
    with_games: list[int],
    with_wins: list[int],
    against_games: list[int],
    against_wins: list[int],
    updated_at: datetime,
) -> None:
    """Heroes that are new or have changed: hero, games, wins."""


def _forget(table: str) -> Command[[AccountId]]:
    @command(f"delete from dota2.{table} where account_id = :account")
    def forget(account: AccountId) -> None: ...

    return forget


FORGET = tuple(
    _forget(table)
    for table in (
        "player_profiles",
        "player_winloss",
        "player_sync",
        "player_rank_history",
        "player_matches",
        "player_heroes",
        "trend_rules",
    )
)
"""The statements that delete all rows of a player, table by table."""
