-- The schema dota2 as the migrations make it; made by `make docs`.

CREATE SCHEMA dota2;

CREATE DOMAIN dota2.account_id AS bigint
	CONSTRAINT account_id_check CHECK (((VALUE >= 1) AND (VALUE <= '4294967294'::bigint)));

CREATE DOMAIN dota2.rank_tier AS smallint
	CONSTRAINT rank_tier_check CHECK (((((VALUE >= 11) AND (VALUE <= 75)) AND ((((VALUE)::integer % 10) >= 1) AND (((VALUE)::integer % 10) <= 5))) OR (VALUE = 80)));

CREATE FUNCTION dota2.is_significant(game_mode smallint, lobby_type smallint, radiant_win boolean, duration integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select coalesce(game_mode in (0, 1, 2, 3, 4, 5, 12, 16, 17, 22)
        and lobby_type in (0, 1, 2, 5, 6, 7, 9, 10, 11, 13)
        and radiant_win is not null and duration > 360, false)
$$;

CREATE FUNCTION dota2.note_meta() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

CREATE TABLE dota2.hero_constants (
    hero_id smallint NOT NULL,
    name text NOT NULL,
    localized_name text NOT NULL,
    primary_attr text NOT NULL,
    attack_type text NOT NULL,
    roles jsonb NOT NULL,
    img text,
    icon text,
    raw jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE dota2.hero_meta_daily (
    utc_day date NOT NULL,
    patch smallint NOT NULL,
    significant boolean NOT NULL,
    hero_id smallint NOT NULL,
    games_0 integer DEFAULT 0 NOT NULL,
    wins_0 integer DEFAULT 0 NOT NULL,
    games_1 integer DEFAULT 0 NOT NULL,
    wins_1 integer DEFAULT 0 NOT NULL,
    games_2 integer DEFAULT 0 NOT NULL,
    wins_2 integer DEFAULT 0 NOT NULL,
    games_3 integer DEFAULT 0 NOT NULL,
    wins_3 integer DEFAULT 0 NOT NULL,
    games_4 integer DEFAULT 0 NOT NULL,
    wins_4 integer DEFAULT 0 NOT NULL,
    games_5 integer DEFAULT 0 NOT NULL,
    wins_5 integer DEFAULT 0 NOT NULL,
    games_6 integer DEFAULT 0 NOT NULL,
    wins_6 integer DEFAULT 0 NOT NULL,
    games_7 integer DEFAULT 0 NOT NULL,
    wins_7 integer DEFAULT 0 NOT NULL,
    games_8 integer DEFAULT 0 NOT NULL,
    wins_8 integer DEFAULT 0 NOT NULL,
    CONSTRAINT hero_meta_daily_check CHECK (((wins_0 >= 0) AND (wins_0 <= games_0))),
    CONSTRAINT hero_meta_daily_check1 CHECK (((wins_1 >= 0) AND (wins_1 <= games_1))),
    CONSTRAINT hero_meta_daily_check2 CHECK (((wins_2 >= 0) AND (wins_2 <= games_2))),
    CONSTRAINT hero_meta_daily_check3 CHECK (((wins_3 >= 0) AND (wins_3 <= games_3))),
    CONSTRAINT hero_meta_daily_check4 CHECK (((wins_4 >= 0) AND (wins_4 <= games_4))),
    CONSTRAINT hero_meta_daily_check5 CHECK (((wins_5 >= 0) AND (wins_5 <= games_5))),
    CONSTRAINT hero_meta_daily_check6 CHECK (((wins_6 >= 0) AND (wins_6 <= games_6))),
    CONSTRAINT hero_meta_daily_check7 CHECK (((wins_7 >= 0) AND (wins_7 <= games_7))),
    CONSTRAINT hero_meta_daily_check8 CHECK (((wins_8 >= 0) AND (wins_8 <= games_8))),
    CONSTRAINT hero_meta_daily_games_0_check CHECK ((games_0 >= 0)),
    CONSTRAINT hero_meta_daily_games_1_check CHECK ((games_1 >= 0)),
    CONSTRAINT hero_meta_daily_games_2_check CHECK ((games_2 >= 0)),
    CONSTRAINT hero_meta_daily_games_3_check CHECK ((games_3 >= 0)),
    CONSTRAINT hero_meta_daily_games_4_check CHECK ((games_4 >= 0)),
    CONSTRAINT hero_meta_daily_games_5_check CHECK ((games_5 >= 0)),
    CONSTRAINT hero_meta_daily_games_6_check CHECK ((games_6 >= 0)),
    CONSTRAINT hero_meta_daily_games_7_check CHECK ((games_7 >= 0)),
    CONSTRAINT hero_meta_daily_games_8_check CHECK ((games_8 >= 0))
)
WITH (fillfactor='60');

CREATE VIEW dota2.hero_meta_brackets AS
 SELECT d.utc_day,
    b.bracket,
    d.patch,
    d.significant,
    d.hero_id,
    b.games,
    b.wins
   FROM (dota2.hero_meta_daily d
     CROSS JOIN LATERAL ( VALUES ((0)::smallint,d.games_0,d.wins_0), ((1)::smallint,d.games_1,d.wins_1), ((2)::smallint,d.games_2,d.wins_2), ((3)::smallint,d.games_3,d.wins_3), ((4)::smallint,d.games_4,d.wins_4), ((5)::smallint,d.games_5,d.wins_5), ((6)::smallint,d.games_6,d.wins_6), ((7)::smallint,d.games_7,d.wins_7), ((8)::smallint,d.games_8,d.wins_8)) b(bracket, games, wins))
  WHERE (b.games > 0);

CREATE TABLE dota2.hero_meta_deltas (
    utc_day date NOT NULL,
    bracket smallint NOT NULL,
    patch smallint NOT NULL,
    significant boolean NOT NULL,
    hero_id smallint NOT NULL,
    games integer NOT NULL,
    wins integer NOT NULL
);

CREATE TABLE dota2.patches (
    patch_id smallint NOT NULL,
    name text NOT NULL,
    starts_at timestamp with time zone NOT NULL
);

CREATE TABLE dota2.player_heroes (
    account_id dota2.account_id NOT NULL,
    hero_id smallint NOT NULL,
    last_played timestamp with time zone,
    games integer NOT NULL,
    win integer NOT NULL,
    with_games integer DEFAULT 0 NOT NULL,
    with_win integer DEFAULT 0 NOT NULL,
    against_games integer DEFAULT 0 NOT NULL,
    against_win integer DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT player_heroes_check CHECK ((win <= games)),
    CONSTRAINT player_heroes_games_check CHECK ((games >= 0)),
    CONSTRAINT player_heroes_win_check CHECK ((win >= 0))
);

CREATE TABLE dota2.player_matches (
    match_id bigint NOT NULL,
    account_id dota2.account_id NOT NULL,
    player_slot smallint NOT NULL,
    radiant_win boolean,
    hero_id smallint NOT NULL,
    start_time timestamp with time zone NOT NULL,
    duration integer NOT NULL,
    game_mode smallint,
    lobby_type smallint,
    version smallint,
    kills smallint,
    deaths smallint,
    assists smallint,
    average_rank smallint,
    leaver_status smallint,
    party_size smallint,
    hero_variant smallint,
    skill smallint,
    xp_per_min integer,
    gold_per_min integer,
    hero_damage integer,
    tower_damage integer,
    hero_healing integer,
    last_hits integer,
    lane smallint,
    lane_role smallint,
    is_roaming boolean,
    cluster integer,
    indexed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT player_matches_duration_check CHECK ((duration >= 0)),
    CONSTRAINT player_matches_hero_id_check CHECK ((hero_id >= 0)),
    CONSTRAINT player_matches_match_id_check CHECK ((match_id > 0)),
    CONSTRAINT player_matches_player_slot_check CHECK (((player_slot >= 0) AND (player_slot <= 255)))
)
PARTITION BY RANGE (start_time);

CREATE TABLE dota2.player_matches_before_2024 (
    match_id bigint CONSTRAINT player_matches_match_id_not_null NOT NULL,
    account_id dota2.account_id CONSTRAINT player_matches_account_id_not_null NOT NULL,
    player_slot smallint CONSTRAINT player_matches_player_slot_not_null NOT NULL,
    radiant_win boolean,
    hero_id smallint CONSTRAINT player_matches_hero_id_not_null NOT NULL,
    start_time timestamp with time zone CONSTRAINT player_matches_start_time_not_null NOT NULL,
    duration integer CONSTRAINT player_matches_duration_not_null NOT NULL,
    game_mode smallint,
    lobby_type smallint,
    version smallint,
    kills smallint,
    deaths smallint,
    assists smallint,
    average_rank smallint,
    leaver_status smallint,
    party_size smallint,
    hero_variant smallint,
    skill smallint,
    xp_per_min integer,
    gold_per_min integer,
    hero_damage integer,
    tower_damage integer,
    hero_healing integer,
    last_hits integer,
    lane smallint,
    lane_role smallint,
    is_roaming boolean,
    cluster integer,
    indexed_at timestamp with time zone DEFAULT now() CONSTRAINT player_matches_indexed_at_not_null NOT NULL,
    CONSTRAINT player_matches_duration_check CHECK ((duration >= 0)),
    CONSTRAINT player_matches_hero_id_check CHECK ((hero_id >= 0)),
    CONSTRAINT player_matches_match_id_check CHECK ((match_id > 0)),
    CONSTRAINT player_matches_player_slot_check CHECK (((player_slot >= 0) AND (player_slot <= 255)))
);

CREATE TABLE dota2.player_matches_default (
    match_id bigint CONSTRAINT player_matches_match_id_not_null NOT NULL,
    account_id dota2.account_id CONSTRAINT player_matches_account_id_not_null NOT NULL,
    player_slot smallint CONSTRAINT player_matches_player_slot_not_null NOT NULL,
    radiant_win boolean,
    hero_id smallint CONSTRAINT player_matches_hero_id_not_null NOT NULL,
    start_time timestamp with time zone CONSTRAINT player_matches_start_time_not_null NOT NULL,
    duration integer CONSTRAINT player_matches_duration_not_null NOT NULL,
    game_mode smallint,
    lobby_type smallint,
    version smallint,
    kills smallint,
    deaths smallint,
    assists smallint,
    average_rank smallint,
    leaver_status smallint,
    party_size smallint,
    hero_variant smallint,
    skill smallint,
    xp_per_min integer,
    gold_per_min integer,
    hero_damage integer,
    tower_damage integer,
    hero_healing integer,
    last_hits integer,
    lane smallint,
    lane_role smallint,
    is_roaming boolean,
    cluster integer,
    indexed_at timestamp with time zone DEFAULT now() CONSTRAINT player_matches_indexed_at_not_null NOT NULL,
    CONSTRAINT player_matches_duration_check CHECK ((duration >= 0)),
    CONSTRAINT player_matches_hero_id_check CHECK ((hero_id >= 0)),
    CONSTRAINT player_matches_match_id_check CHECK ((match_id > 0)),
    CONSTRAINT player_matches_player_slot_check CHECK (((player_slot >= 0) AND (player_slot <= 255)))
);

CREATE TABLE dota2.player_profiles (
    account_id dota2.account_id NOT NULL,
    personaname text,
    name text,
    plus boolean,
    cheese integer,
    steamid text,
    avatar text,
    avatarmedium text,
    avatarfull text,
    profileurl text,
    last_login timestamp with time zone,
    loccountrycode text,
    status text,
    fh_unavailable boolean,
    is_contributor boolean DEFAULT false NOT NULL,
    is_subscriber boolean DEFAULT false NOT NULL,
    rank_tier dota2.rank_tier,
    leaderboard_rank integer,
    competitive_rank integer,
    computed_mmr double precision,
    computed_mmr_turbo double precision,
    aliases jsonb DEFAULT '[]'::jsonb NOT NULL,
    raw jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    last_sync timestamp with time zone NOT NULL,
    CONSTRAINT places_are_of_immortals CHECK (((leaderboard_rank IS NULL) OR ((rank_tier IS NOT NULL) AND ((rank_tier)::smallint = 80)))),
    CONSTRAINT player_profiles_leaderboard_rank_check CHECK ((leaderboard_rank > 0))
);

CREATE TABLE dota2.player_rank_history (
    id uuid NOT NULL,
    account_id dota2.account_id NOT NULL,
    rank_tier dota2.rank_tier,
    leaderboard_rank integer,
    competitive_rank integer,
    solo_competitive_rank integer,
    kind text NOT NULL,
    source text NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT player_rank_history_kind_check CHECK ((kind = ANY (ARRAY['change'::text, 'mark'::text]))),
    CONSTRAINT player_rank_history_source_check CHECK ((source = ANY (ARRAY['observed'::text, 'reported'::text])))
);

CREATE TABLE dota2.player_sync (
    account_id dota2.account_id NOT NULL,
    private boolean DEFAULT false NOT NULL,
    matches_synced_at timestamp with time zone,
    heroes_synced_at timestamp with time zone,
    ratings_synced_at timestamp with time zone,
    refreshed_at timestamp with time zone
);

CREATE TABLE dota2.player_winloss (
    account_id dota2.account_id NOT NULL,
    win integer NOT NULL,
    lose integer NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    last_sync timestamp with time zone NOT NULL,
    CONSTRAINT player_winloss_lose_check CHECK ((lose >= 0)),
    CONSTRAINT player_winloss_win_check CHECK ((win >= 0))
);

CREATE TABLE dota2.trend_rules (
    id uuid NOT NULL,
    kind text NOT NULL,
    hero_id smallint,
    bracket smallint,
    window_days smallint,
    threshold double precision NOT NULL,
    account_id dota2.account_id,
    user_id uuid,
    armed boolean DEFAULT true NOT NULL,
    fired_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT trend_rules_bracket_check CHECK (((bracket >= 0) AND (bracket <= 8))),
    CONSTRAINT trend_rules_check CHECK (((kind = 'hero_win_rate'::text) = ((hero_id IS NOT NULL) AND (window_days IS NOT NULL)))),
    CONSTRAINT trend_rules_check1 CHECK (((kind = 'player_rank'::text) = (account_id IS NOT NULL))),
    CONSTRAINT trend_rules_kind_check CHECK ((kind = ANY (ARRAY['hero_win_rate'::text, 'player_rank'::text]))),
    CONSTRAINT trend_rules_threshold_check CHECK ((threshold >= (0)::double precision)),
    CONSTRAINT trend_rules_window_days_check CHECK (((window_days >= 1) AND (window_days <= 30)))
);

ALTER TABLE ONLY dota2.trend_rules FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY dota2.player_matches ATTACH PARTITION dota2.player_matches_before_2024 FOR VALUES FROM (MINVALUE) TO ('2024-01-01 00:00:00+00');

ALTER TABLE ONLY dota2.player_matches ATTACH PARTITION dota2.player_matches_default DEFAULT;

ALTER TABLE ONLY dota2.hero_constants
    ADD CONSTRAINT hero_constants_pkey PRIMARY KEY (hero_id);

ALTER TABLE ONLY dota2.hero_meta_daily
    ADD CONSTRAINT hero_meta_daily_pkey PRIMARY KEY (utc_day, patch, significant, hero_id);

ALTER TABLE ONLY dota2.patches
    ADD CONSTRAINT patches_pkey PRIMARY KEY (patch_id);

ALTER TABLE ONLY dota2.patches
    ADD CONSTRAINT patches_starts_at_key UNIQUE (starts_at);

ALTER TABLE ONLY dota2.player_heroes
    ADD CONSTRAINT player_heroes_pkey PRIMARY KEY (account_id, hero_id);

ALTER TABLE ONLY dota2.player_matches
    ADD CONSTRAINT player_matches_pkey PRIMARY KEY (account_id, match_id, start_time);

ALTER TABLE ONLY dota2.player_matches_before_2024
    ADD CONSTRAINT player_matches_before_2024_pkey PRIMARY KEY (account_id, match_id, start_time);

ALTER TABLE ONLY dota2.player_matches_default
    ADD CONSTRAINT player_matches_default_pkey PRIMARY KEY (account_id, match_id, start_time);

ALTER TABLE ONLY dota2.player_profiles
    ADD CONSTRAINT player_profiles_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY dota2.player_rank_history
    ADD CONSTRAINT player_rank_history_account_id_recorded_at_key UNIQUE (account_id, recorded_at);

ALTER TABLE ONLY dota2.player_rank_history
    ADD CONSTRAINT player_rank_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY dota2.player_sync
    ADD CONSTRAINT player_sync_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY dota2.player_winloss
    ADD CONSTRAINT player_winloss_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY dota2.trend_rules
    ADD CONSTRAINT trend_rules_pkey PRIMARY KEY (id);

CREATE INDEX player_matches_newest ON ONLY dota2.player_matches USING btree (account_id, start_time DESC, match_id DESC);

CREATE INDEX player_matches_before_2024_account_id_start_time_match_id_idx ON dota2.player_matches_before_2024 USING btree (account_id, start_time DESC, match_id DESC);

CREATE INDEX player_matches_default_account_id_start_time_match_id_idx ON dota2.player_matches_default USING btree (account_id, start_time DESC, match_id DESC);

CREATE INDEX trend_rules_by_account ON dota2.trend_rules USING btree (account_id) WHERE (account_id IS NOT NULL);

CREATE INDEX trend_rules_by_user ON dota2.trend_rules USING btree (user_id, id) WHERE (user_id IS NOT NULL);

ALTER INDEX dota2.player_matches_newest ATTACH PARTITION dota2.player_matches_before_2024_account_id_start_time_match_id_idx;

ALTER INDEX dota2.player_matches_pkey ATTACH PARTITION dota2.player_matches_before_2024_pkey;

ALTER INDEX dota2.player_matches_newest ATTACH PARTITION dota2.player_matches_default_account_id_start_time_match_id_idx;

ALTER INDEX dota2.player_matches_pkey ATTACH PARTITION dota2.player_matches_default_pkey;

CREATE TRIGGER note_meta_delete AFTER DELETE ON dota2.player_matches REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION dota2.note_meta();

CREATE TRIGGER note_meta_insert AFTER INSERT ON dota2.player_matches REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dota2.note_meta();

CREATE TRIGGER note_meta_update AFTER UPDATE ON dota2.player_matches REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dota2.note_meta();

ALTER TABLE ONLY dota2.trend_rules
    ADD CONSTRAINT trend_rules_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

CREATE POLICY jobs_all ON dota2.trend_rules TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY owner_only ON dota2.trend_rules TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

ALTER TABLE dota2.trend_rules ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA dota2 TO guildhall_app;

GRANT USAGE ON SCHEMA dota2 TO guildhall_jobs;

GRANT USAGE ON SCHEMA dota2 TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.hero_constants TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.hero_constants TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.hero_constants TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.hero_meta_daily TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.hero_meta_daily TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.hero_meta_daily TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.hero_meta_brackets TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.hero_meta_brackets TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.hero_meta_brackets TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.hero_meta_deltas TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.hero_meta_deltas TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.hero_meta_deltas TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.patches TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.patches TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.patches TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_heroes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_heroes TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.player_heroes TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_matches TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_matches TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.player_matches TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_profiles TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_profiles TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.player_profiles TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_rank_history TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_rank_history TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.player_rank_history TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_sync TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_sync TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.player_sync TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_winloss TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.player_winloss TO guildhall_jobs;

GRANT SELECT ON TABLE dota2.player_winloss TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.trend_rules TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE dota2.trend_rules TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA dota2 GRANT USAGE ON SEQUENCES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA dota2 GRANT USAGE ON SEQUENCES TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA dota2 GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA dota2 GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_jobs;
