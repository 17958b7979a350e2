"""Players, their ranks, matches and heroes; hero constants; hero meta by day."""

from guildhall.db.policies import create_schema, drop_schema, private_to_owner
from guildhall.db.revision import steps

revision = "dota2_0001"
down_revision = None
branch_labels = ("dota2",)
depends_on = ("db_0001", "identity_0001")

COLUMNS = ",\n    ".join(
    f"games_{b} int not null default 0 check (games_{b} >= 0),\n"
    f"    wins_{b} int not null default 0 check (wins_{b} between 0 and games_{b})"
    for b in range(9)
)
VALUES = ", ".join(f"({b}::smallint, d.games_{b}, d.wins_{b})" for b in range(9))

UP = f"""
{create_schema("dota2")}

-- An account id is the lower half of a Steam id; 0 is nobody and 4294967295 is everybody anonymous.
create domain dota2.account_id as bigint check (value between 1 and 4294967294);
-- Tens are the medal (1 Herald to 7 Divine), units the stars; Immortal is 80 and has none.
create domain dota2.rank_tier as smallint check (value between 11 and 75 and value % 10 between 1 and 5 or value = 80);

create table dota2.player_profiles (
    account_id         dota2.account_id primary key,
    personaname        text,
    name               text,
    plus               boolean,
    cheese             int,
    steamid            text,
    avatar             text,
    avatarmedium       text,
    avatarfull         text,
    profileurl         text,
    last_login         timestamptz,
    loccountrycode     text,
    status             text,
    -- the player shares no match data: what answers say of it is no fact
    fh_unavailable     boolean,
    is_contributor     boolean not null default false,
    is_subscriber      boolean not null default false,
    rank_tier          dota2.rank_tier,
    leaderboard_rank   int check (leaderboard_rank > 0),
    -- what OpenDota gave before it dropped the figure
    competitive_rank   int,
    computed_mmr       double precision,
    computed_mmr_turbo double precision,
    aliases            jsonb not null default '[]',
    -- the answer as it came: what it holds beside the columns above is kept, not lost
    raw                jsonb not null,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    last_sync          timestamptz not null
);

-- The leaderboard by rank: Immortals by their place, then medals.
create index player_profiles_by_rank
    on dota2.player_profiles (rank_tier desc, coalesce(leaderboard_rank, 2147483647), account_id)
    where rank_tier is not null;

create table dota2.player_winloss (
    account_id dota2.account_id primary key,
    win        int not null check (win >= 0),
    lose       int not null check (lose >= 0),
    updated_at timestamptz not null default now(),
    -- when OpenDota last said so; a private profile's zeros say nothing
    last_sync  timestamptz not null
);

-- How far each player's data goes, and which are kept fresh.
create table dota2.player_sync (
    account_id        dota2.account_id primary key,
    -- null: known because somebody asked, not kept fresh
    tracked_since     timestamptz,
    -- tracked players are synced in the order of this
    next_sync_at      timestamptz not null default now(),
    private           boolean not null default false,
    matches_synced_at timestamptz,
    heroes_synced_at  timestamptz,
    ratings_synced_at timestamptz,
    refreshed_at      timestamptz,
    failures          int not null default 0,
    last_error        text
);
create index player_sync_due on dota2.player_sync (next_sync_at) where tracked_since is not null;

-- A row when the rank changed, and one a day as a mark that it did not.
create table dota2.player_rank_history (
    id               uuid primary key,
    account_id       dota2.account_id not null,
    rank_tier        dota2.rank_tier,
    leaderboard_rank int,
    competitive_rank int,
    solo_competitive_rank int,
    kind             text not null check (kind in ('change', 'mark')),
    -- 'observed' by us, or 'reported' by OpenDota's own history
    source           text not null check (source in ('observed', 'reported')),
    recorded_at      timestamptz not null default now(),
    unique (account_id, recorded_at)
);

-- One player's part in a match. A match has a row for each known player in it.
create table dota2.player_matches (
    match_id       bigint not null check (match_id > 0),
    account_id     dota2.account_id not null,
    player_slot    smallint not null check (player_slot between 0 and 255),
    -- null while the outcome is unknown
    radiant_win    boolean,
    -- 0 where none was picked
    hero_id        smallint not null check (hero_id >= 0),
    start_time     timestamptz not null,
    duration       int not null check (duration >= 0),
    game_mode      smallint not null,
    lobby_type     smallint not null,
    version        smallint,
    kills          smallint,
    deaths         smallint,
    assists        smallint,
    -- average medal of the players whose medal is known
    average_rank   smallint,
    leaver_status  smallint,
    party_size     smallint,
    hero_variant   smallint,
    skill          smallint,
    xp_per_min     int,
    gold_per_min   int,
    hero_damage    int,
    tower_damage   int,
    hero_healing   int,
    last_hits      int,
    lane           smallint,
    lane_role      smallint,
    is_roaming     boolean,
    cluster        int,
    indexed_at     timestamptz not null default now(),
    -- (match_id, account_id) is the key; the start time is part of it because partitions are cut by it, and
    -- save_matches keeps a match from having two
    primary key (account_id, match_id, start_time)
) partition by range (start_time);

-- A player's matches, newest first, page by page.
create index player_matches_newest on dota2.player_matches (account_id, start_time desc, match_id desc);

create table dota2.player_matches_before_2024 partition of dota2.player_matches
    for values from (minvalue) to ('2024-01-01 00:00:00+00');
create table dota2.player_matches_default partition of dota2.player_matches default;
insert into core.partitioned_tables (table_name, ahead, first_month) values ('dota2.player_matches', 3, '2024-01-01');
select core.make_month_partition('dota2.player_matches', month::date)
from generate_series(timestamp '2024-01-01', date_trunc('month', now() at time zone 'utc') + interval '3 months',
                     interval '1 month') month;

create table dota2.player_heroes (
    account_id    dota2.account_id not null,
    hero_id       smallint not null,
    last_played   timestamptz,
    games         int not null check (games >= 0),
    win           int not null check (win >= 0),
    with_games    int not null default 0,
    with_win      int not null default 0,
    against_games int not null default 0,
    against_win   int not null default 0,
    updated_at    timestamptz not null default now(),
    primary key (account_id, hero_id),
    check (win <= games)
);
-- The leaderboard of a hero.
create index player_heroes_by_hero on dota2.player_heroes (hero_id) include (games, win);

create table dota2.hero_constants (
    hero_id        smallint primary key,
    name           text not null,
    localized_name text not null,
    primary_attr   text not null,
    attack_type    text not null,
    roles          jsonb not null,
    img            text,
    icon           text,
    raw            jsonb not null,
    updated_at     timestamptz not null default now()
);

create table dota2.patches (
    patch_id  smallint primary key,
    name      text not null,
    starts_at timestamptz not null unique
);

-- Games and wins of a hero in a UTC day and patch, a pair of columns for each bracket: an hour's refresh touches
-- a row a hero and not nine. 'significant' are balanced modes and lobbies.
create table dota2.hero_meta_daily (
    utc_day     date not null,
    patch       smallint not null,
    significant boolean not null,
    hero_id     smallint not null,
    {COLUMNS},
    primary key (utc_day, patch, significant, hero_id)
) with (fillfactor = 60);

-- The same with a row a bracket, for people who look.
create view dota2.hero_meta_brackets as
    select d.utc_day, b.bracket, d.patch, d.significant, d.hero_id, b.games, b.wins
    from dota2.hero_meta_daily d
    cross join lateral (values {VALUES}) b (bracket, games, wins)
    where b.games > 0;

-- What has changed since the last refresh of hero_meta_daily. Written by the triggers below in the very
-- transaction that changed a match, so that nothing is counted twice, missed, or read again.
create table dota2.hero_meta_deltas (
    utc_day     date not null,
    bracket     smallint not null,
    patch       smallint not null,
    significant boolean not null,
    hero_id     smallint not null,
    games       int not null,
    wins        int not null
);

-- The rule by which OpenDota counts a match; the pack's rules/matches.py has it too, and a test compares them.
create function dota2.is_significant(game_mode smallint, lobby_type smallint, radiant_win boolean, duration int)
returns boolean language sql immutable parallel safe as $$
    select coalesce(game_mode in (0, 1, 2, 3, 4, 5, 12, 16, 17, 22)
        and lobby_type in (0, 1, 2, 5, 6, 7, 9, 10, 11, 13)
        and radiant_win is not null and duration > 360, false)
$$;

-- What each statement that touches matches adds to the meta: rows with an outcome and a hero count.
create function dota2.note_meta() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    if tg_op = 'INSERT' then
        insert into dota2.hero_meta_deltas
        select (m.start_time at time zone 'utc')::date,
               case when m.average_rank between 10 and 89 then m.average_rank / 10 else 0 end,
               coalesce(p.patch_id, -1),
               dota2.is_significant(m.game_mode, m.lobby_type, m.radiant_win, m.duration),
               m.hero_id, count(*), count(*) filter (where (m.player_slot < 128) = m.radiant_win)
        from new_rows m
        left join lateral (select patch_id from dota2.patches where starts_at <= m.start_time
                           order by starts_at desc limit 1) p on true
        where m.radiant_win is not null and m.hero_id > 0
        group by 1, 2, 3, 4, 5;
    elsif tg_op = 'DELETE' then
        insert into dota2.hero_meta_deltas
        select (m.start_time at time zone 'utc')::date,
               case when m.average_rank between 10 and 89 then m.average_rank / 10 else 0 end,
               coalesce(p.patch_id, -1),
               dota2.is_significant(m.game_mode, m.lobby_type, m.radiant_win, m.duration),
               m.hero_id, -count(*), -count(*) filter (where (m.player_slot < 128) = m.radiant_win)
        from old_rows m
        left join lateral (select patch_id from dota2.patches where starts_at <= m.start_time
                           order by starts_at desc limit 1) p on true
        where m.radiant_win is not null and m.hero_id > 0
        group by 1, 2, 3, 4, 5;
    else
        insert into dota2.hero_meta_deltas
        select (m.start_time at time zone 'utc')::date,
               case when m.average_rank between 10 and 89 then m.average_rank / 10 else 0 end,
               coalesce(p.patch_id, -1),
               dota2.is_significant(m.game_mode, m.lobby_type, m.radiant_win, m.duration),
               m.hero_id, sum(m.sign), coalesce(sum(m.sign) filter (where (m.player_slot < 128) = m.radiant_win), 0)
        from (
            select 1 as sign, start_time, average_rank, game_mode, lobby_type, radiant_win, duration, hero_id, player_slot
            from new_rows
            union all
            select -1, start_time, average_rank, game_mode, lobby_type, radiant_win, duration, hero_id, player_slot
            from old_rows
        ) m
        left join lateral (select patch_id from dota2.patches where starts_at <= m.start_time
                           order by starts_at desc limit 1) p on true
        where m.radiant_win is not null and m.hero_id > 0
        group by 1, 2, 3, 4, 5
        having sum(m.sign) <> 0 or coalesce(sum(m.sign) filter (where (m.player_slot < 128) = m.radiant_win), 0) <> 0;
    end if;
    return null;
end $$;

create trigger note_meta_insert after insert on dota2.player_matches
    referencing new table as new_rows for each statement execute function dota2.note_meta();
create trigger note_meta_update after update on dota2.player_matches
    referencing new table as new_rows old table as old_rows for each statement execute function dota2.note_meta();
create trigger note_meta_delete after delete on dota2.player_matches
    referencing old table as old_rows for each statement execute function dota2.note_meta();

-- What somebody wants to hear of. A rule fires when its threshold is passed, and again only after it was not.
create table dota2.trend_rules (
    id          uuid primary key,
    kind        text not null check (kind in ('hero_win_rate', 'player_rank')),
    hero_id     smallint,
    bracket     smallint check (bracket between 0 and 8),
    window_days smallint check (window_days between 1 and 30),
    -- a share between 0 and 1 by which the win rate moves; for ranks the number of stars
    threshold   double precision not null check (threshold >= 0),
    account_id  dota2.account_id,
    -- who is told; the operator's own rules have nobody
    user_id     uuid references core.users on delete cascade,
    armed       boolean not null default true,
    fired_at    timestamptz,
    created_at  timestamptz not null default now(),
    check ((kind = 'hero_win_rate') = (hero_id is not null and window_days is not null)),
    check ((kind = 'player_rank') = (account_id is not null))
);
create index trend_rules_by_account on dota2.trend_rules (account_id) where account_id is not null;
create index trend_rules_by_user on dota2.trend_rules (user_id, id) where user_id is not null;
{private_to_owner("dota2.trend_rules", "user_id")}
"""

DOWN = f"""
drop table dota2.trend_rules;
drop table dota2.player_matches;
delete from core.partitioned_tables where table_name = 'dota2.player_matches';
drop function dota2.note_meta();
drop function dota2.is_significant(smallint, smallint, boolean, int);
drop view dota2.hero_meta_brackets;
drop table dota2.hero_meta_deltas, dota2.hero_meta_daily, dota2.patches, dota2.hero_constants, dota2.player_heroes,
    dota2.player_rank_history, dota2.player_sync, dota2.player_winloss, dota2.player_profiles;
drop domain dota2.rank_tier;
drop domain dota2.account_id;
{drop_schema("dota2")}
"""

upgrade, downgrade = steps(UP, DOWN)
