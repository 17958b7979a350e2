"""Matches, and what is counted over a player's own."""

from datetime import datetime

from guildhall.db.query import Command, Query
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.schemas.comparisons import RecentForm
from guildhall.packs.dota2.schemas.matches import Match, Outcome, StatisticsRow, StoredMatch

COLUMNS = """match_id, player_slot, radiant_win, hero_id, start_time, duration, game_mode, lobby_type, version,
           kills, deaths, assists, average_rank, leaver_status, party_size, hero_variant, skill, xp_per_min,
           gold_per_min, hero_damage, tower_damage, hero_healing, last_hits, lane, lane_role, is_roaming, cluster"""

player_matches = Query(
    Match,
    f"""
    select {COLUMNS}
    from dota2.player_matches
    where account_id = $1
      and ($2::timestamptz is null or (start_time, match_id) < ($2, $3::bigint))
      and ($4::int is null or hero_id = $4)
      and ($5::int is null or game_mode = $5)
    order by start_time desc, match_id desc
    limit $6
    """,
    AccountId,
    datetime | None,
    int | None,
    int | None,
    int | None,
    int,
    hot=True,
)

# What is known of given matches: enough to see whether an answer says more.
known_matches = Query(
    StoredMatch,
    """
    select match_id, start_time, player_slot, radiant_win, hero_id, duration, game_mode, lobby_type, version,
           average_rank, leaver_status, party_size, xp_per_min is not null as detailed
    from dota2.player_matches
    where account_id = $1 and match_id = any($2::bigint[])
    """,
    AccountId,
    list[int],
)

delete_matches = Command(
    "delete from dota2.player_matches where account_id = $1 and match_id = any($2::bigint[])",
    AccountId,
    list[int],
)

# What is known of a match is not forgotten because a later answer says less of it: /matches knows fewer
# columns than /recentMatches. Rows that say nothing new are not written again.
save_matches = Command(
    """
    insert into dota2.player_matches as m (
        account_id, match_id, player_slot, radiant_win, hero_id, start_time, duration, game_mode, lobby_type,
        version, kills, deaths, assists, average_rank, leaver_status, party_size, hero_variant, skill,
        xp_per_min, gold_per_min, hero_damage, tower_damage, hero_healing, last_hits, lane, lane_role, is_roaming,
        cluster, indexed_at
    )
    select $1, u.*, $29
    from unnest($2::bigint[], $3::smallint[], $4::boolean[], $5::smallint[], $6::timestamptz[], $7::int[],
                $8::smallint[], $9::smallint[], $10::smallint[], $11::smallint[], $12::smallint[], $13::smallint[],
                $14::smallint[], $15::smallint[], $16::smallint[], $17::smallint[], $18::smallint[], $19::int[],
                $20::int[], $21::int[], $22::int[], $23::int[], $24::int[], $25::smallint[], $26::smallint[],
                $27::boolean[], $28::int[]) u
    on conflict (account_id, match_id, start_time) do update
    set player_slot = excluded.player_slot,
        radiant_win = coalesce(excluded.radiant_win, m.radiant_win),
        hero_id = case when excluded.hero_id = 0 then m.hero_id else excluded.hero_id end,
        duration = excluded.duration, game_mode = coalesce(excluded.game_mode, m.game_mode),
        lobby_type = coalesce(excluded.lobby_type, m.lobby_type),
        version = coalesce(excluded.version, m.version), kills = coalesce(excluded.kills, m.kills),
        deaths = coalesce(excluded.deaths, m.deaths), assists = coalesce(excluded.assists, m.assists),
        average_rank = coalesce(excluded.average_rank, m.average_rank),
        leaver_status = coalesce(excluded.leaver_status, m.leaver_status),
        party_size = coalesce(excluded.party_size, m.party_size),
        hero_variant = coalesce(excluded.hero_variant, m.hero_variant), skill = coalesce(excluded.skill, m.skill),
        xp_per_min = coalesce(excluded.xp_per_min, m.xp_per_min),
        gold_per_min = coalesce(excluded.gold_per_min, m.gold_per_min),
        hero_damage = coalesce(excluded.hero_damage, m.hero_damage),
        tower_damage = coalesce(excluded.tower_damage, m.tower_damage),
        hero_healing = coalesce(excluded.hero_healing, m.hero_healing),
        last_hits = coalesce(excluded.last_hits, m.last_hits), lane = coalesce(excluded.lane, m.lane),
        lane_role = coalesce(excluded.lane_role, m.lane_role),
        is_roaming = coalesce(excluded.is_roaming, m.is_roaming), cluster = coalesce(excluded.cluster, m.cluster)
    where (m.player_slot, m.radiant_win, m.hero_id, m.duration, m.game_mode, m.lobby_type)
            is distinct from (excluded.player_slot, coalesce(excluded.radiant_win, m.radiant_win),
                case when excluded.hero_id = 0 then m.hero_id else excluded.hero_id end, excluded.duration,
                coalesce(excluded.game_mode, m.game_mode), coalesce(excluded.lobby_type, m.lobby_type))
       or (m.version, m.kills, m.deaths, m.assists, m.average_rank, m.leaver_status, m.party_size, m.hero_variant,
           m.skill)
            is distinct from (coalesce(excluded.version, m.version), coalesce(excluded.kills, m.kills),
                coalesce(excluded.deaths, m.deaths), coalesce(excluded.assists, m.assists),
                coalesce(excluded.average_rank, m.average_rank), coalesce(excluded.leaver_status, m.leaver_status),
                coalesce(excluded.party_size, m.party_size), coalesce(excluded.hero_variant, m.hero_variant),
                coalesce(excluded.skill, m.skill))
       or (m.xp_per_min, m.gold_per_min, m.hero_damage, m.tower_damage, m.hero_healing, m.last_hits, m.lane,
           m.lane_role, m.is_roaming, m.cluster)
            is distinct from (coalesce(excluded.xp_per_min, m.xp_per_min),
                coalesce(excluded.gold_per_min, m.gold_per_min), coalesce(excluded.hero_damage, m.hero_damage),
                coalesce(excluded.tower_damage, m.tower_damage), coalesce(excluded.hero_healing, m.hero_healing),
                coalesce(excluded.last_hits, m.last_hits), coalesce(excluded.lane, m.lane),
                coalesce(excluded.lane_role, m.lane_role), coalesce(excluded.is_roaming, m.is_roaming),
                coalesce(excluded.cluster, m.cluster))
    """,
    AccountId, list[int], list[int], list[bool | None], list[int], list[datetime], list[int], list[int | None],
    list[int | None], list[int | None], list[int | None], list[int | None], list[int | None], list[int | None],
    list[int | None],
    list[int | None], list[int | None], list[int | None], list[int | None], list[int | None], list[int | None],
    list[int | None], list[int | None], list[int | None], list[int | None], list[int | None], list[bool | None],
    list[int | None], datetime,
)  # fmt: skip

outcomes = Query(
    Outcome,
    """
    select player_slot, radiant_win from dota2.player_matches
    where account_id = $1
    order by start_time, match_id
    """,
    AccountId,
)

recent_form = Query(
    RecentForm,
    """
    select $1::bigint as account_id, count(*)::int as matches,
           (count(*) filter (where (player_slot < 128) = radiant_win))::int as wins,
           avg(kills)::float8 as kills, avg(deaths)::float8 as deaths, avg(assists)::float8 as assists
    from dota2.player_matches
    where account_id = $1 and start_time >= $2 and radiant_win is not null
    """,
    AccountId,
    datetime,
)


def _statistics(key: str) -> Query[StatisticsRow]:
    """A player's figures by a key, most games first, page by page."""
    return Query(
        StatisticsRow,
        f"""
        select * from (
            select {key} as key, count(*)::int as games,
                   (count(*) filter (where (player_slot < 128) = radiant_win))::int as wins,
                   (count(*) filter (where (player_slot < 128) <> radiant_win))::int as losses,
                   avg(kills)::float8 as kills, avg(deaths)::float8 as deaths, avg(assists)::float8 as assists,
                   avg(duration)::float8 as duration
            from dota2.player_matches
            where account_id = $1
            group by 1
        ) grouped
        where $2::int is null or (games, key) < ($2, $3)
        order by games desc, key desc
        limit $4
        """,
        AccountId,
        int | None,
        int | None,
        int,
    )


statistics_by_hero = _statistics("hero_id::int")
statistics_by_game_mode = _statistics("coalesce(game_mode, -1)::int")
statistics_by_lobby_type = _statistics("coalesce(lobby_type, -1)::int")

# By week, newest first: the key is the Monday as days since 1970.
statistics_by_week = Query(
    StatisticsRow,
    """
    select * from (
        select (date_trunc('week', start_time at time zone 'utc')::date - date '1970-01-01') as key,
               count(*)::int as games,
               (count(*) filter (where (player_slot < 128) = radiant_win))::int as wins,
               (count(*) filter (where (player_slot < 128) <> radiant_win))::int as losses,
               avg(kills)::float8 as kills, avg(deaths)::float8 as deaths, avg(assists)::float8 as assists,
               avg(duration)::float8 as duration
        from dota2.player_matches
        where account_id = $1
        group by 1
    ) grouped
    where $2::int is null or key < $3
    order by key desc
    limit $4
    """,
    AccountId,
    int | None,
    int | None,
    int,
)
