"""Players' matches."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.matches.schemas import Match, StoredMatch

COLUMNS = """match_id, player_slot, radiant_win, hero_id, start_time, duration, game_mode, lobby_type, version,
           kills, deaths, assists, average_rank, leaver_status, party_size, hero_variant, skill, xp_per_min,
           gold_per_min, hero_damage, tower_damage, hero_healing, last_hits, lane, lane_role, is_roaming, cluster"""


@rows(
    Match,
    f"""
    select {COLUMNS}
    from dota2.player_matches
    where account_id = :account
      and (:after_start_time::timestamptz is null or (start_time, match_id) < (:after_start_time, :after_match::bigint))
      and (:hero::int is null or hero_id = :hero)
      and (:game_mode::int is null or game_mode = :game_mode)
    order by start_time desc, match_id desc
    limit :limit
    """,
    hot=True,
)
def player_matches(
    account: AccountId,
    after_start_time: datetime | None,
    after_match: int | None,
    hero: int | None,
    game_mode: int | None,
    limit: int,
) -> None: ...


@rows(
    StoredMatch,
    """
    select match_id, start_time, player_slot, radiant_win, hero_id, duration, game_mode, lobby_type, version,
           average_rank, leaver_status, party_size, xp_per_min is not null as detailed
    from dota2.player_matches
    where account_id = :account and match_id = any(:matches::bigint[])
    """,
)
def known_matches(account: AccountId, matches: list[int]) -> None:
    """Select the stored rows of given matches: enough to see whether an answer has more."""


@command("delete from dota2.player_matches where account_id = :account and match_id = any(:matches::bigint[])")
def delete_matches(account: AccountId, matches: list[int]) -> None: ...


@command(
    """
    insert into dota2.player_matches as m (
        account_id, match_id, player_slot, radiant_win, hero_id, start_time, duration, game_mode, lobby_type,
        version, kills, deaths, assists, average_rank, leaver_status, party_size, hero_variant, skill,
        xp_per_min, gold_per_min, hero_damage, tower_damage, hero_healing, last_hits, lane, lane_role, is_roaming,
        cluster, indexed_at
    )
    select :account, u.*, :indexed_at
    from unnest(:matches::bigint[], :player_slots::smallint[], :radiant_wins::boolean[], :heroes::smallint[],
                :start_times::timestamptz[], :durations::int[],
                :game_modes::smallint[], :lobby_types::smallint[], :versions::smallint[], :kills::smallint[],
                    :deaths::smallint[], :assists::smallint[],
                :average_ranks::smallint[], :leaver_statuses::smallint[], :party_sizes::smallint[],
                    :hero_variants::smallint[], :skills::smallint[], :xp_per_mins::int[],
                :gold_per_mins::int[], :hero_damages::int[], :tower_damages::int[], :hero_healings::int[],
                    :last_hits::int[], :lanes::smallint[], :lane_roles::smallint[],
                :is_roaming::boolean[], :clusters::int[]) u
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
)
def save_matches(
    account: AccountId,
    matches: list[int],
    player_slots: list[int],
    radiant_wins: list[bool | None],
    heroes: list[int],
    start_times: list[datetime],
    durations: list[int],
    game_modes: list[int | None],
    lobby_types: list[int | None],
    versions: list[int | None],
    kills: list[int | None],
    deaths: list[int | None],
    assists: list[int | None],
    average_ranks: list[int | None],
    leaver_statuses: list[int | None],
    party_sizes: list[int | None],
    hero_variants: list[int | None],
    skills: list[int | None],
    xp_per_mins: list[int | None],
    gold_per_mins: list[int | None],
    hero_damages: list[int | None],
    tower_damages: list[int | None],
    hero_healings: list[int | None],
    last_hits: list[int | None],
    lanes: list[int | None],
    lane_roles: list[int | None],
    is_roaming: list[bool | None],
    clusters: list[int | None],
    indexed_at: datetime,
) -> None:
    """Insert or update matches.

    A later answer with fewer columns deletes nothing: /matches has fewer than /recentMatches. Unchanged rows are not
    written again.
    """
