"""The history of players' ranks."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.ranks.schemas import RankHistoryRow, RankRow


@rows(
    RankRow,
    """
    select rank_tier, leaderboard_rank, recorded_at
    from dota2.player_rank_history
    where account_id = :account and source = 'observed'
    order by recorded_at desc
    limit 1
    """,
)
def latest_rank(account: AccountId) -> None: ...


@command(
    """
    insert into dota2.player_rank_history
        (id, account_id, rank_tier, leaderboard_rank, competitive_rank, kind, source, recorded_at)
    values (:id, :account, :rank_tier, :leaderboard_rank, :competitive_rank, :kind, 'observed', :recorded_at)
    on conflict (account_id, recorded_at) do nothing
    """,
)
def add_rank(
    id: UUID,
    account: AccountId,
    rank_tier: int | None,
    leaderboard_rank: int | None,
    competitive_rank: int | None,
    kind: str,
    recorded_at: datetime,
) -> None: ...


@command(
    """
    insert into dota2.player_rank_history
        (id, account_id, rank_tier, competitive_rank, solo_competitive_rank, kind, source, recorded_at)
    select u.id, :account, u.rank_tier, u.competitive_rank, u.solo_competitive_rank, 'change', 'reported', u.recorded_at
    from unnest(:ids::uuid[], :rank_tiers::smallint[], :competitive_ranks::int[], :solo_competitive_ranks::int[],
                :recorded_at::timestamptz[])
         u (id, rank_tier, competitive_rank, solo_competitive_rank, recorded_at)
    on conflict (account_id, recorded_at) do nothing
    """,
)
def add_reported_ranks(
    account: AccountId,
    ids: list[UUID],
    rank_tiers: list[int | None],
    competitive_ranks: list[int | None],
    solo_competitive_ranks: list[int | None],
    recorded_at: list[datetime],
) -> None: ...


@rows(
    RankHistoryRow,
    """
    select id, rank_tier, leaderboard_rank, kind, source, recorded_at
    from dota2.player_rank_history
    where account_id = :account
      and (rank_tier is not null or source = 'observed')
      and (:after::timestamptz is null or recorded_at > :after)
    order by recorded_at
    limit :limit
    """,
)
def rank_history(account: AccountId, after: datetime | None, limit: int) -> None: ...


@rows(
    RankRow,
    """
    select rank_tier, leaderboard_rank, recorded_at
    from dota2.player_rank_history
    where account_id = :account and rank_tier is not null
    order by recorded_at
    limit 1
    """,
)
def first_rank(account: AccountId) -> None: ...
