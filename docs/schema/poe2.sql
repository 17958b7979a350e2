-- The schema poe2 as the migrations make it; made by `make docs`.

CREATE SCHEMA poe2;

CREATE TABLE poe2.build_templates (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    short_id text NOT NULL,
    author text NOT NULL,
    character_name text,
    title text NOT NULL,
    description text,
    class text NOT NULL,
    ascendancy text,
    level integer NOT NULL,
    passive_tree jsonb NOT NULL,
    equipment jsonb NOT NULL,
    skills jsonb NOT NULL,
    stats jsonb NOT NULL,
    rest jsonb NOT NULL,
    content_hash bytea NOT NULL,
    main_skill text,
    tree_version text,
    calculator text,
    dps double precision,
    ehp double precision,
    gems text[] NOT NULL,
    uniques text[] NOT NULL,
    trees integer NOT NULL,
    has_notes boolean NOT NULL,
    league text,
    patch_version text NOT NULL,
    complexity text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    language text,
    visibility text DEFAULT 'draft'::text NOT NULL,
    is_public boolean GENERATED ALWAYS AS ((visibility = 'public'::text)) STORED NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    withheld_at timestamp with time zone,
    withheld_from text,
    views integer DEFAULT 0 NOT NULL,
    likes integer DEFAULT 0 NOT NULL,
    latest_version integer NOT NULL,
    stored_bytes bigint NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    published_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    publication bigint,
    CONSTRAINT build_templates_ascendancy_check CHECK (((char_length(ascendancy) >= 1) AND (char_length(ascendancy) <= 50))),
    CONSTRAINT build_templates_author_check CHECK (((char_length(author) >= 1) AND (char_length(author) <= 100))),
    CONSTRAINT build_templates_calculator_check CHECK (((char_length(calculator) >= 1) AND (char_length(calculator) <= 60))),
    CONSTRAINT build_templates_character_name_check CHECK (((char_length(character_name) >= 1) AND (char_length(character_name) <= 255))),
    CONSTRAINT build_templates_check CHECK (((NOT is_featured) OR (visibility = 'public'::text))),
    CONSTRAINT build_templates_check1 CHECK (((withheld_at IS NULL) OR (visibility = 'draft'::text))),
    CONSTRAINT build_templates_check2 CHECK (((visibility <> 'public'::text) OR (published_at IS NOT NULL))),
    CONSTRAINT build_templates_check3 CHECK (((withheld_at IS NULL) = (withheld_from IS NULL))),
    CONSTRAINT build_templates_class_check CHECK (((char_length(class) >= 1) AND (char_length(class) <= 50))),
    CONSTRAINT build_templates_complexity_check CHECK ((complexity = ANY (ARRAY['beginner'::text, 'intermediate'::text, 'advanced'::text, 'expert'::text]))),
    CONSTRAINT build_templates_content_hash_check CHECK ((octet_length(content_hash) = 16)),
    CONSTRAINT build_templates_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 20000))),
    CONSTRAINT build_templates_dps_check CHECK (((dps > (0)::double precision) AND (dps < 'Infinity'::double precision))),
    CONSTRAINT build_templates_ehp_check CHECK (((ehp > (0)::double precision) AND (ehp < 'Infinity'::double precision))),
    CONSTRAINT build_templates_language_check CHECK (((char_length(language) >= 2) AND (char_length(language) <= 35))),
    CONSTRAINT build_templates_latest_version_check CHECK ((latest_version >= 1)),
    CONSTRAINT build_templates_league_check CHECK (((char_length(league) >= 1) AND (char_length(league) <= 100))),
    CONSTRAINT build_templates_level_check CHECK (((level >= 1) AND (level <= 100))),
    CONSTRAINT build_templates_likes_check CHECK ((likes >= 0)),
    CONSTRAINT build_templates_main_skill_check CHECK (((char_length(main_skill) >= 1) AND (char_length(main_skill) <= 100))),
    CONSTRAINT build_templates_patch_version_check CHECK (((char_length(patch_version) >= 1) AND (char_length(patch_version) <= 20))),
    CONSTRAINT build_templates_revision_check CHECK ((revision >= 1)),
    CONSTRAINT build_templates_short_id_check CHECK ((short_id ~ '^[1-9A-HJ-NP-Za-km-z]{17}$'::text)),
    CONSTRAINT build_templates_stored_bytes_check CHECK ((stored_bytes >= 0)),
    CONSTRAINT build_templates_tags_check CHECK ((cardinality(tags) <= 20)),
    CONSTRAINT build_templates_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 255))),
    CONSTRAINT build_templates_tree_version_check CHECK (((char_length(tree_version) >= 1) AND (char_length(tree_version) <= 20))),
    CONSTRAINT build_templates_trees_check CHECK ((trees >= 0)),
    CONSTRAINT build_templates_views_check CHECK ((views >= 0)),
    CONSTRAINT build_templates_visibility_check CHECK ((visibility = ANY (ARRAY['draft'::text, 'unlisted'::text, 'public'::text]))),
    CONSTRAINT build_templates_withheld_from_check CHECK ((withheld_from = ANY (ARRAY['unlisted'::text, 'public'::text])))
);

ALTER TABLE ONLY poe2.build_templates FORCE ROW LEVEL SECURITY;

CREATE FUNCTION poe2.build_facets(b poe2.build_templates) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
    select array_remove(array[
        'class:' || b.class, 'ascendancy:' || b.ascendancy, 'skill:' || b.main_skill, 'league:' || b.league,
        'patch:' || b.patch_version, 'complexity:' || b.complexity, 'language:' || b.language,
        'level:' || (b.level - 1) / 5 * 5 + 1 || '-' || (b.level - 1) / 5 * 5 + 5,
        'ehp:' || (array['0-5000', '5000-10000', '10000-20000', '20000-50000', '50000-100000', '100000-'])[
            1 + width_bucket(b.ehp, array[5000, 10000, 20000, 50000, 100000]::double precision[])],
        'dps:' || (array['0-10000', '10000-50000', '50000-100000', '100000-500000', '500000-1000000', '1000000-'])[
            1 + width_bucket(b.dps, array[10000, 50000, 100000, 500000, 1000000]::double precision[])],
        case when b.trees > 1 then 'has:trees' end, case when b.has_notes then 'has:notes' end
    ], null)
    || array(select 'item:' || i from unnest(b.uniques) i) || array(select 'tag:' || t from unnest(b.tags) t)
$$;

CREATE FUNCTION poe2.build_words(b poe2.build_templates) RETURNS tsvector
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
declare
    config regconfig := poe2.text_config(b.language);

    near   text := concat_ws(' ', b.title, b.class, b.ascendancy, b.main_skill, b.author);

    far    text := concat_ws(' ', b.description, array_to_string(b.gems, ' '), array_to_string(b.uniques, ' '));

    heads  tsvector := to_tsvector('simple', near);

    rest   tsvector := to_tsvector('simple', far);

begin
    if config is not null then
        heads := heads || to_tsvector(config, near);

        rest := rest || to_tsvector(config, far);

    end if;

    -- places of words are not searched, and left out
    return strip(heads || rest)
        || array_to_tsvector(array(select '^' || w from unnest(tsvector_to_array(heads)) w))
        || array_to_tsvector(array(select '=' || lower(f) from unnest(poe2.build_facets(b)) f));

end $$;

CREATE FUNCTION poe2.count_likes() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.build_count_changes (build_template_id, day, likes)
    select c.build_template_id, (now() at time zone 'utc')::date, count(*) * tg_argv[0]::int
    from changed c group by c.build_template_id;

    return null;

end $$;

CREATE FUNCTION poe2.count_meta_added() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.meta_count_changes (source, league, week, facet, people)
    select a.source, a.league, a.week, a.facet, count(*)
    from (select distinct c.source, c.league, c.week, c.user_id, f.facet
          from changed c, unnest(c.facets) f (facet)) a
    where not exists (
        select from poe2.meta_entries e
        where e.user_id = a.user_id and e.source = a.source and e.league = a.league and e.week = a.week
          and a.facet = any(e.facets)
          and not exists (select from changed c where c.source = e.source and c.league = e.league
                          and c.week = e.week and c.subject = e.subject)
    )
    group by a.source, a.league, a.week, a.facet;

    return null;

end $$;

CREATE FUNCTION poe2.count_meta_removed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.meta_count_changes (source, league, week, facet, people)
    select r.source, r.league, r.week, r.facet, -count(*)
    from (select distinct c.source, c.league, c.week, c.user_id, f.facet
          from changed c, unnest(c.facets) f (facet)) r
    where not exists (
        select from poe2.meta_entries e
        where e.user_id = r.user_id and e.source = r.source and e.league = r.league and e.week = r.week
          and r.facet = any(e.facets)
    )
    group by r.source, r.league, r.week, r.facet;

    return null;

end $$;

CREATE FUNCTION poe2.count_strategy(strategy uuid, uses integer, known integer, successes integer) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
    update poe2.crafting_strategies s
    set uses_count = s.uses_count + uses, known_count = s.known_count + known,
        success_count = s.success_count + successes,
        success_low = case when s.known_count + known = 0 then 0 else greatest(0, (
            (s.success_count + successes)::double precision / (s.known_count + known)
            + 3.8414588206941236 / (2 * (s.known_count + known))
            - 1.959963984540054 * sqrt(
                (s.success_count + successes)::double precision / (s.known_count + known)
                * (1 - (s.success_count + successes)::double precision / (s.known_count + known))
                / (s.known_count + known)
                + 3.8414588206941236 / (4.0 * (s.known_count + known)::double precision * (s.known_count + known)))
        ) / (1 + 3.8414588206941236 / (s.known_count + known))) end
    where s.id = strategy
$$;

CREATE FUNCTION poe2.empty_comment() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    new.author := null;

    new.content := '';

    new.deleted_at := coalesce(old.deleted_at, now());

    return new;

end $$;

CREATE FUNCTION poe2.follow_build() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if new.visibility = 'public' then
        perform poe2.index_build(new);

    else
        delete from poe2.build_search s where s.build_template_id = new.id;

    end if;

    return null;

end $$;

CREATE FUNCTION poe2.heat_at(at timestamp with time zone) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select extract(epoch from at - '2024-01-01 00:00+00'::timestamptz)::double precision / (48 * 3600)
$$;

CREATE FUNCTION poe2.index_build(b poe2.build_templates) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
declare
    content tsvector := poe2.build_words(b);

    shares  text[] := poe2.build_facets(b);

    rated   int := coalesce(
        (select floor(r.lower_bound * 100)::int from poe2.build_ratings r where r.build_template_id = b.id), 0);

    warm    double precision := poe2.heat_at(b.published_at);

    trend   int := poe2.trending_of(warm);

begin
    insert into poe2.build_search as s
        (build_template_id, user_id, number, likes, views, rating, heat, trending, facets, words)
    values (b.id, b.user_id, b.publication, b.likes, b.views, rated, warm, trend, shares,
            content || array_to_tsvector(poe2.rank_lexemes(b.publication, b.likes, rated, trend)))
    on conflict (build_template_id) do update set user_id = excluded.user_id, facets = excluded.facets,
        words = content || array_to_tsvector(poe2.rank_lexemes(s.number, s.likes, s.rating, s.trending));

end $$;

CREATE FUNCTION poe2.likes_block(likes integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select case when likes < 1024 then likes else (
        select 1024 + (e - 10) * 32 + (likes >> (e - 5)) - 32
        from (values (length(ltrim(likes::bit(32)::text, '0')) - 1)) v (e)
    ) end
$$;

CREATE FUNCTION poe2.note_bitmap_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.build_bitmap_changes (number, content)
    values (case when tg_op = 'DELETE' then old.number else new.number end, tg_argv[0]::boolean);

    return null;

end $$;

CREATE FUNCTION poe2.note_build_rank() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.build_rank_changes (build_template_id) values (new.id);

    return null;

end $$;

CREATE FUNCTION poe2.note_gone_build() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.gone_builds (short_id, deleted_at) values (old.short_id, now());

    return null;

end $$;

CREATE FUNCTION poe2.note_meta_build() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.meta_changes (source, user_id, subject)
    values ('builds', coalesce(new.user_id, old.user_id), coalesce(new.id, old.id));

    return null;

end $$;

CREATE FUNCTION poe2.note_meta_sharing() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.meta_changes (source, user_id) values ('snapshots', new.user_id);

    return null;

end $$;

CREATE FUNCTION poe2.note_meta_snapshots() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if tg_op = 'INSERT' then
        insert into poe2.meta_changes (source, user_id, subject, league, seen_at)
        select 'snapshots', c.user_id, c.character, c.league, c.snapshot_at
        from changed c where c.character is not null and c.league is not null;

    else
        insert into poe2.meta_changes (source, user_id, subject)
        select distinct 'snapshots', c.user_id, c.character from changed c where c.character is not null;

    end if;

    return null;

end $$;

CREATE FUNCTION poe2.note_meta_suspension() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.meta_changes (source, user_id) values ('snapshots', new.id), ('builds', new.id);

    return null;

end $$;

CREATE FUNCTION poe2.note_rating() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if tg_op <> 'INSERT' and old.withheld_at is null then
        insert into poe2.build_rating_changes (build_template_id, reviews, rating)
        values (old.build_template_id, -1, -old.rating);

    end if;

    if tg_op <> 'DELETE' and new.withheld_at is null then
        insert into poe2.build_rating_changes (build_template_id, reviews, rating)
        values (new.build_template_id, 1, new.rating);

    end if;

    return null;

end $$;

CREATE FUNCTION poe2.note_rating_rank() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.build_rank_changes (build_template_id) values (new.build_template_id);

    return null;

end $$;

CREATE FUNCTION poe2.number_publication() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    new.publication := nextval('poe2.publications');

    return new;

end $$;

CREATE FUNCTION poe2.rank_lexemes(number bigint, likes integer, rating integer, trending integer) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select array['=n1:' || (number >> 9), '=n2:' || (number >> 13), '=l1:' || poe2.likes_block(likes),
                 '=l2:' || length(ltrim(likes::bit(32)::text, '0')),
                 '=r1:' || rating, '=r2:' || (rating >> 4), '=t1:' || trending, '=t2:' || (trending >> 4)]
$$;

CREATE FUNCTION poe2.revoke_later() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into poe2.pending_revocations (id, refresh_token, created_at)
    values (old.user_id, old.refresh_token, clock_timestamp());

    return null;

end $$;

CREATE FUNCTION poe2.session_counts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if tg_op <> 'INSERT' and old.strategy_id is not null and old.completed_at is not null then
        perform poe2.count_strategy(old.strategy_id, -1, -(old.success is not null)::int,
                                    -(old.success is true)::int);

    end if;

    if tg_op <> 'DELETE' and new.strategy_id is not null and new.completed_at is not null then
        perform poe2.count_strategy(new.strategy_id, 1, (new.success is not null)::int, (new.success is true)::int);

    end if;

    return null;

end $$;

CREATE FUNCTION poe2.text_config(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select case lower(split_part(language, '-', 1))
        when 'ar' then 'arabic' when 'hy' then 'armenian' when 'eu' then 'basque' when 'ca' then 'catalan'
        when 'da' then 'danish' when 'nl' then 'dutch' when 'en' then 'english' when 'fi' then 'finnish'
        when 'fr' then 'french' when 'de' then 'german' when 'el' then 'greek' when 'hi' then 'hindi'
        when 'hu' then 'hungarian' when 'id' then 'indonesian' when 'ga' then 'irish' when 'it' then 'italian'
        when 'lt' then 'lithuanian' when 'ne' then 'nepali' when 'no' then 'norwegian' when 'nb' then 'norwegian'
        when 'pt' then 'portuguese' when 'ro' then 'romanian' when 'ru' then 'russian' when 'sr' then 'serbian'
        when 'es' then 'spanish' when 'sv' then 'swedish' when 'ta' then 'tamil' when 'tr' then 'turkish'
        when 'yi' then 'yiddish'
    end::regconfig
$$;

CREATE FUNCTION poe2.trending_of(heat double precision) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select greatest(0, floor(least(heat, 1e6) * 4))::int
$$;

CREATE TABLE poe2.accounts (
    user_id uuid NOT NULL,
    sub uuid NOT NULL,
    poe_account_name text NOT NULL,
    scopes text[] NOT NULL,
    state text DEFAULT 'linked'::text NOT NULL,
    ended_why text,
    ended_at timestamp with time zone,
    forget_at timestamp with time zone,
    access_token text,
    refresh_token text,
    access_expires_at timestamp with time zone NOT NULL,
    refresh_expires_at timestamp with time zone NOT NULL,
    lease bigint DEFAULT 0 NOT NULL,
    leased_until timestamp with time zone,
    refresh_failures smallint DEFAULT 0 NOT NULL,
    retry_at timestamp with time zone,
    token_error text,
    told_at timestamp with time zone,
    linked_at timestamp with time zone NOT NULL,
    signed_in_at timestamp with time zone NOT NULL,
    refreshed_at timestamp with time zone NOT NULL,
    CONSTRAINT accounts_check CHECK (((state = 'ended'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT accounts_check1 CHECK (((state = 'linked'::text) OR ((access_token IS NULL) AND (refresh_token IS NULL) AND (ended_why IS NOT NULL)))),
    CONSTRAINT accounts_ended_why_check CHECK ((ended_why = ANY (ARRAY['expired'::text, 'revoked'::text]))),
    CONSTRAINT accounts_poe_account_name_check CHECK (((char_length(poe_account_name) >= 1) AND (char_length(poe_account_name) <= 255))),
    CONSTRAINT accounts_state_check CHECK ((state = ANY (ARRAY['linked'::text, 'ended'::text]))),
    CONSTRAINT accounts_token_error_check CHECK ((char_length(token_error) <= 300))
);

ALTER TABLE ONLY poe2.accounts FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.bases (
    patch text NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    item_class text NOT NULL,
    tags text[] NOT NULL,
    CONSTRAINT bases_id_check CHECK (((char_length(id) >= 1) AND (char_length(id) <= 120))),
    CONSTRAINT bases_item_class_check CHECK (((char_length(item_class) >= 1) AND (char_length(item_class) <= 120))),
    CONSTRAINT bases_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 120)))
);

CREATE TABLE poe2.build_bitmap_changes (
    id bigint NOT NULL,
    number bigint NOT NULL,
    content boolean NOT NULL
);

ALTER TABLE poe2.build_bitmap_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME poe2.build_bitmap_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE poe2.build_bitmap_chunks (
    chunk integer NOT NULL,
    generation bigint NOT NULL,
    CONSTRAINT build_bitmap_chunks_chunk_check CHECK ((chunk >= 0))
);

CREATE TABLE poe2.build_bitmap_state (
    singleton boolean DEFAULT true NOT NULL,
    version bigint NOT NULL,
    generation bigint NOT NULL,
    ready bigint NOT NULL,
    epoch bigint NOT NULL,
    CONSTRAINT build_bitmap_state_singleton_check CHECK (singleton)
);

CREATE TABLE poe2.build_bitmap_terms (
    term text NOT NULL,
    generation bigint NOT NULL
);

CREATE TABLE poe2.build_bitmaps (
    term text NOT NULL,
    chunk integer NOT NULL,
    version bigint NOT NULL,
    bits bytea NOT NULL
);

CREATE TABLE poe2.build_collection_items (
    collection_id uuid NOT NULL,
    build_template_id uuid NOT NULL,
    notes text,
    "position" integer NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT build_collection_items_notes_check CHECK (((char_length(notes) >= 1) AND (char_length(notes) <= 2000))),
    CONSTRAINT build_collection_items_position_check CHECK (("position" >= 1))
);

ALTER TABLE ONLY poe2.build_collection_items FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.build_collections (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    owner text NOT NULL,
    name text NOT NULL,
    description text,
    is_public boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT build_collections_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 5000))),
    CONSTRAINT build_collections_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT build_collections_owner_check CHECK (((char_length(owner) >= 1) AND (char_length(owner) <= 100)))
);

ALTER TABLE ONLY poe2.build_collections FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.build_count_changes (
    id bigint NOT NULL,
    build_template_id uuid NOT NULL,
    day date NOT NULL,
    views integer DEFAULT 0 NOT NULL,
    likes integer DEFAULT 0 NOT NULL,
    CONSTRAINT build_count_changes_views_check CHECK ((views >= 0))
);

ALTER TABLE poe2.build_count_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME poe2.build_count_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE poe2.build_likes (
    build_template_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY poe2.build_likes FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.build_rank_changes (
    id bigint NOT NULL,
    build_template_id uuid NOT NULL
);

ALTER TABLE poe2.build_rank_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME poe2.build_rank_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE poe2.build_rating_changes (
    id bigint NOT NULL,
    build_template_id uuid NOT NULL,
    reviews integer NOT NULL,
    rating integer NOT NULL
);

ALTER TABLE poe2.build_rating_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME poe2.build_rating_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE poe2.build_ratings (
    build_template_id uuid NOT NULL,
    reviews integer NOT NULL,
    rating_sum integer NOT NULL,
    lower_bound double precision NOT NULL,
    CONSTRAINT build_ratings_check CHECK ((rating_sum >= reviews)),
    CONSTRAINT build_ratings_lower_bound_check CHECK (((lower_bound >= (0)::double precision) AND (lower_bound <= (5)::double precision))),
    CONSTRAINT build_ratings_reviews_check CHECK ((reviews >= 0))
);

CREATE TABLE poe2.build_reviews (
    id uuid NOT NULL,
    build_template_id uuid NOT NULL,
    user_id uuid NOT NULL,
    author text NOT NULL,
    rating integer NOT NULL,
    review text,
    is_verified_clear boolean DEFAULT false NOT NULL,
    version_number integer NOT NULL,
    withheld_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT build_reviews_author_check CHECK (((char_length(author) >= 1) AND (char_length(author) <= 100))),
    CONSTRAINT build_reviews_rating_check CHECK (((rating >= 1) AND (rating <= 5))),
    CONSTRAINT build_reviews_review_check CHECK (((char_length(review) >= 1) AND (char_length(review) <= 10000))),
    CONSTRAINT build_reviews_version_number_check CHECK ((version_number >= 1))
);

ALTER TABLE ONLY poe2.build_reviews FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.build_search (
    build_template_id uuid NOT NULL,
    user_id uuid NOT NULL,
    number bigint NOT NULL,
    likes integer NOT NULL,
    views integer NOT NULL,
    rating integer NOT NULL,
    heat double precision NOT NULL,
    trending integer NOT NULL,
    facets text[] NOT NULL,
    words tsvector NOT NULL,
    CONSTRAINT build_search_likes_check CHECK ((likes >= 0)),
    CONSTRAINT build_search_number_check CHECK ((number >= 0)),
    CONSTRAINT build_search_rating_check CHECK (((rating >= 0) AND (rating <= 500))),
    CONSTRAINT build_search_trending_check CHECK ((trending >= 0)),
    CONSTRAINT build_search_views_check CHECK ((views >= 0))
)
WITH (autovacuum_analyze_scale_factor='0.02', autovacuum_vacuum_scale_factor='0.05');

ALTER TABLE ONLY poe2.build_search ALTER COLUMN words SET STATISTICS 300;

CREATE TABLE poe2.build_search_blocks (
    sort text NOT NULL,
    block integer NOT NULL,
    builds integer NOT NULL,
    CONSTRAINT build_search_blocks_block_check CHECK ((block >= 0)),
    CONSTRAINT build_search_blocks_builds_check CHECK ((builds > 0)),
    CONSTRAINT build_search_blocks_sort_check CHECK ((sort = ANY (ARRAY['likes'::text, 'rating'::text, 'trending'::text])))
);

CREATE TABLE poe2.build_search_rebuild (
    singleton boolean DEFAULT true NOT NULL,
    mark bigint NOT NULL,
    CONSTRAINT build_search_rebuild_singleton_check CHECK (singleton)
);

CREATE TABLE poe2.build_search_terms (
    term text NOT NULL,
    share real NOT NULL,
    CONSTRAINT build_search_terms_share_check CHECK (((share >= (0)::double precision) AND (share <= (1)::double precision)))
);

CREATE TABLE poe2.build_search_values (
    facet text NOT NULL,
    value text NOT NULL,
    builds integer NOT NULL,
    CONSTRAINT build_search_values_builds_check CHECK ((builds > 0))
);

CREATE TABLE poe2.build_versions (
    id uuid NOT NULL,
    build_template_id uuid NOT NULL,
    version_number integer NOT NULL,
    changes text,
    class text NOT NULL,
    ascendancy text,
    level integer NOT NULL,
    passive_tree jsonb NOT NULL,
    equipment jsonb NOT NULL,
    skills jsonb NOT NULL,
    stats jsonb NOT NULL,
    rest jsonb NOT NULL,
    content_hash bytea NOT NULL,
    main_skill text,
    tree_version text,
    calculator text,
    code bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT build_versions_ascendancy_check CHECK (((char_length(ascendancy) >= 1) AND (char_length(ascendancy) <= 50))),
    CONSTRAINT build_versions_calculator_check CHECK (((char_length(calculator) >= 1) AND (char_length(calculator) <= 60))),
    CONSTRAINT build_versions_changes_check CHECK (((char_length(changes) >= 1) AND (char_length(changes) <= 4000))),
    CONSTRAINT build_versions_class_check CHECK (((char_length(class) >= 1) AND (char_length(class) <= 50))),
    CONSTRAINT build_versions_content_hash_check CHECK ((octet_length(content_hash) = 16)),
    CONSTRAINT build_versions_level_check CHECK (((level >= 1) AND (level <= 100))),
    CONSTRAINT build_versions_main_skill_check CHECK (((char_length(main_skill) >= 1) AND (char_length(main_skill) <= 100))),
    CONSTRAINT build_versions_tree_version_check CHECK (((char_length(tree_version) >= 1) AND (char_length(tree_version) <= 20))),
    CONSTRAINT build_versions_version_number_check CHECK ((version_number >= 1))
);

ALTER TABLE ONLY poe2.build_versions FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.build_view_days (
    build_template_id uuid NOT NULL,
    day date NOT NULL,
    views integer NOT NULL,
    CONSTRAINT build_view_days_views_check CHECK ((views > 0))
);

CREATE TABLE poe2.build_views (
    day date NOT NULL,
    build_template_id uuid NOT NULL,
    visitor bytea NOT NULL,
    CONSTRAINT build_views_visitor_check CHECK ((octet_length(visitor) = 16))
);

CREATE TABLE poe2.character_builds (
    "character" uuid NOT NULL,
    user_id uuid NOT NULL,
    build_id uuid NOT NULL,
    attached_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY poe2.character_builds FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.character_leagues (
    id uuid NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL,
    league text NOT NULL,
    class text NOT NULL,
    ascendancy text NOT NULL,
    private_league boolean NOT NULL,
    level integer NOT NULL,
    experience bigint NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    CONSTRAINT character_leagues_league_check CHECK ((char_length(league) <= 100))
);

ALTER TABLE ONLY poe2.character_leagues FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.character_snapshots (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    "character" uuid,
    character_name character varying(255) NOT NULL,
    class character varying(50) NOT NULL,
    ascendancy character varying(50),
    level integer NOT NULL,
    league character varying(100),
    private_league boolean DEFAULT false NOT NULL,
    experience bigint,
    equipment_hash character varying(64),
    skills_hash character varying(64),
    passive_tree_hash character varying(64),
    stats jsonb,
    calculated_dps numeric,
    calculated_ehp numeric,
    build_id uuid,
    source text DEFAULT 'game'::text NOT NULL,
    snapshot_at timestamp with time zone DEFAULT now() NOT NULL,
    main_skill character varying(100),
    calculated_by character varying(90),
    CONSTRAINT character_snapshots_calculated_dps_check CHECK ((calculated_dps > (0)::numeric)),
    CONSTRAINT character_snapshots_calculated_ehp_check CHECK ((calculated_ehp > (0)::numeric)),
    CONSTRAINT character_snapshots_check CHECK (((source = 'import'::text) OR ("character" IS NOT NULL))),
    CONSTRAINT character_snapshots_experience_check CHECK ((experience >= 0)),
    CONSTRAINT character_snapshots_level_check CHECK (((level >= 1) AND (level <= 100))),
    CONSTRAINT character_snapshots_source_check CHECK ((source = ANY (ARRAY['game'::text, 'import'::text])))
)
PARTITION BY RANGE (snapshot_at);

ALTER TABLE ONLY poe2.character_snapshots FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.character_snapshots_before (
    id uuid CONSTRAINT character_snapshots_id_not_null NOT NULL,
    user_id uuid CONSTRAINT character_snapshots_user_id_not_null NOT NULL,
    "character" uuid,
    character_name character varying(255) CONSTRAINT character_snapshots_character_name_not_null NOT NULL,
    class character varying(50) CONSTRAINT character_snapshots_class_not_null NOT NULL,
    ascendancy character varying(50),
    level integer CONSTRAINT character_snapshots_level_not_null NOT NULL,
    league character varying(100),
    private_league boolean DEFAULT false CONSTRAINT character_snapshots_private_league_not_null NOT NULL,
    experience bigint,
    equipment_hash character varying(64),
    skills_hash character varying(64),
    passive_tree_hash character varying(64),
    stats jsonb,
    calculated_dps numeric,
    calculated_ehp numeric,
    build_id uuid,
    source text DEFAULT 'game'::text CONSTRAINT character_snapshots_source_not_null NOT NULL,
    snapshot_at timestamp with time zone DEFAULT now() CONSTRAINT character_snapshots_snapshot_at_not_null NOT NULL,
    main_skill character varying(100),
    calculated_by character varying(90),
    CONSTRAINT character_snapshots_calculated_dps_check CHECK ((calculated_dps > (0)::numeric)),
    CONSTRAINT character_snapshots_calculated_ehp_check CHECK ((calculated_ehp > (0)::numeric)),
    CONSTRAINT character_snapshots_check CHECK (((source = 'import'::text) OR ("character" IS NOT NULL))),
    CONSTRAINT character_snapshots_experience_check CHECK ((experience >= 0)),
    CONSTRAINT character_snapshots_level_check CHECK (((level >= 1) AND (level <= 100))),
    CONSTRAINT character_snapshots_source_check CHECK ((source = ANY (ARRAY['game'::text, 'import'::text])))
);

CREATE TABLE poe2.character_snapshots_default (
    id uuid CONSTRAINT character_snapshots_id_not_null NOT NULL,
    user_id uuid CONSTRAINT character_snapshots_user_id_not_null NOT NULL,
    "character" uuid,
    character_name character varying(255) CONSTRAINT character_snapshots_character_name_not_null NOT NULL,
    class character varying(50) CONSTRAINT character_snapshots_class_not_null NOT NULL,
    ascendancy character varying(50),
    level integer CONSTRAINT character_snapshots_level_not_null NOT NULL,
    league character varying(100),
    private_league boolean DEFAULT false CONSTRAINT character_snapshots_private_league_not_null NOT NULL,
    experience bigint,
    equipment_hash character varying(64),
    skills_hash character varying(64),
    passive_tree_hash character varying(64),
    stats jsonb,
    calculated_dps numeric,
    calculated_ehp numeric,
    build_id uuid,
    source text DEFAULT 'game'::text CONSTRAINT character_snapshots_source_not_null NOT NULL,
    snapshot_at timestamp with time zone DEFAULT now() CONSTRAINT character_snapshots_snapshot_at_not_null NOT NULL,
    main_skill character varying(100),
    calculated_by character varying(90),
    CONSTRAINT character_snapshots_calculated_dps_check CHECK ((calculated_dps > (0)::numeric)),
    CONSTRAINT character_snapshots_calculated_ehp_check CHECK ((calculated_ehp > (0)::numeric)),
    CONSTRAINT character_snapshots_check CHECK (((source = 'import'::text) OR ("character" IS NOT NULL))),
    CONSTRAINT character_snapshots_experience_check CHECK ((experience >= 0)),
    CONSTRAINT character_snapshots_level_check CHECK (((level >= 1) AND (level <= 100))),
    CONSTRAINT character_snapshots_source_check CHECK ((source = ANY (ARRAY['game'::text, 'import'::text])))
);

CREATE TABLE poe2.characters (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    game_id text NOT NULL,
    name text NOT NULL,
    former_names text[] DEFAULT '{}'::text[] NOT NULL,
    class text NOT NULL,
    ascendancy text,
    level integer NOT NULL,
    experience bigint NOT NULL,
    league text,
    private_league boolean DEFAULT false NOT NULL,
    watched boolean NOT NULL,
    watched_at timestamp with time zone NOT NULL,
    state text DEFAULT 'there'::text NOT NULL,
    missing_since timestamp with time zone,
    looked_at timestamp with time zone,
    unchanged integer DEFAULT 0 NOT NULL,
    equipment jsonb,
    equipment_hash character varying(64),
    skills_hash character varying(64),
    passive_tree_hash character varying(64),
    snapshot_at timestamp with time zone,
    CONSTRAINT characters_ascendancy_check CHECK (((char_length(ascendancy) >= 1) AND (char_length(ascendancy) <= 50))),
    CONSTRAINT characters_check CHECK (((state = ANY (ARRAY['there'::text, 'moved'::text])) = (missing_since IS NULL))),
    CONSTRAINT characters_class_check CHECK (((char_length(class) >= 1) AND (char_length(class) <= 50))),
    CONSTRAINT characters_experience_check CHECK ((experience >= 0)),
    CONSTRAINT characters_game_id_check CHECK (((char_length(game_id) >= 1) AND (char_length(game_id) <= 128))),
    CONSTRAINT characters_league_check CHECK (((char_length(league) >= 1) AND (char_length(league) <= 100))),
    CONSTRAINT characters_level_check CHECK (((level >= 1) AND (level <= 100))),
    CONSTRAINT characters_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT characters_state_check CHECK ((state = ANY (ARRAY['there'::text, 'missing'::text, 'deleted'::text, 'moved'::text]))),
    CONSTRAINT characters_unchanged_check CHECK ((unchanged >= 0))
);

ALTER TABLE ONLY poe2.characters FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.comments (
    id uuid NOT NULL,
    build_template_id uuid NOT NULL,
    user_id uuid,
    author text,
    parent_comment_id uuid,
    depth integer NOT NULL,
    content text NOT NULL,
    is_edited boolean DEFAULT false NOT NULL,
    deleted_at timestamp with time zone,
    withheld_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT comments_author_check CHECK (((char_length(author) >= 1) AND (char_length(author) <= 100))),
    CONSTRAINT comments_check CHECK (((deleted_at IS NULL) = (content <> ''::text))),
    CONSTRAINT comments_check1 CHECK (((user_id IS NULL) = (author IS NULL))),
    CONSTRAINT comments_check2 CHECK (((user_id IS NOT NULL) OR (deleted_at IS NOT NULL))),
    CONSTRAINT comments_check3 CHECK (((parent_comment_id IS NULL) = (depth = 0))),
    CONSTRAINT comments_content_check CHECK ((char_length(content) <= 5000)),
    CONSTRAINT comments_depth_check CHECK ((depth >= 0))
);

ALTER TABLE ONLY poe2.comments FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.crafting_patches (
    patch text NOT NULL,
    source text NOT NULL,
    rules jsonb NOT NULL,
    weight_source text NOT NULL,
    usual_weight double precision NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    CONSTRAINT crafting_patches_patch_check CHECK ((patch ~ '^[0-9]{1,3}(\.[0-9]{1,3}){1,3}[a-z]?$'::text)),
    CONSTRAINT crafting_patches_source_check CHECK (((char_length(source) >= 1) AND (char_length(source) <= 500))),
    CONSTRAINT crafting_patches_usual_weight_check CHECK (((usual_weight > (0)::double precision) AND (usual_weight < 'Infinity'::double precision))),
    CONSTRAINT crafting_patches_weight_source_check CHECK (((char_length(weight_source) >= 1) AND (char_length(weight_source) <= 500)))
);

CREATE TABLE poe2.crafting_sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    item_base text NOT NULL,
    item_class text NOT NULL,
    target_mods jsonb NOT NULL,
    steps jsonb DEFAULT '[]'::jsonb NOT NULL,
    step_count integer DEFAULT 0 NOT NULL,
    priced_cost numeric DEFAULT 0 NOT NULL,
    unpriced_steps integer DEFAULT 0 NOT NULL,
    total_cost numeric GENERATED ALWAYS AS (
CASE
    WHEN (unpriced_steps = 0) THEN priced_cost
    ELSE NULL::numeric
END) STORED,
    price_base text NOT NULL,
    currency_used jsonb DEFAULT '{}'::jsonb NOT NULL,
    success boolean,
    final_item jsonb,
    session_duration integer,
    attempt_count integer DEFAULT 1 NOT NULL,
    prices jsonb DEFAULT '{}'::jsonb NOT NULL,
    title text,
    note text,
    item_level smallint,
    patch text,
    league text,
    strategy_id uuid,
    origin text DEFAULT 'live'::text NOT NULL,
    content_hash bytea,
    created_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT crafting_sessions_attempt_count_check CHECK ((attempt_count >= 1)),
    CONSTRAINT crafting_sessions_check CHECK (((unpriced_steps >= 0) AND (unpriced_steps <= step_count))),
    CONSTRAINT crafting_sessions_check1 CHECK ((completed_at >= created_at)),
    CONSTRAINT crafting_sessions_check2 CHECK (((completed_at IS NOT NULL) OR ((steps = '[]'::jsonb) AND (session_duration IS NULL)))),
    CONSTRAINT crafting_sessions_content_hash_check CHECK ((octet_length(content_hash) = 32)),
    CONSTRAINT crafting_sessions_item_base_check CHECK (((char_length(item_base) >= 1) AND (char_length(item_base) <= 255))),
    CONSTRAINT crafting_sessions_item_class_check CHECK (((char_length(item_class) >= 1) AND (char_length(item_class) <= 100))),
    CONSTRAINT crafting_sessions_item_level_check CHECK (((item_level >= 1) AND (item_level <= 100))),
    CONSTRAINT crafting_sessions_league_check CHECK (((char_length(league) >= 1) AND (char_length(league) <= 100))),
    CONSTRAINT crafting_sessions_note_check CHECK (((char_length(note) >= 1) AND (char_length(note) <= 2000))),
    CONSTRAINT crafting_sessions_origin_check CHECK ((origin = ANY (ARRAY['live'::text, 'craft_of_exile'::text, 'import'::text]))),
    CONSTRAINT crafting_sessions_patch_check CHECK (((char_length(patch) >= 1) AND (char_length(patch) <= 20))),
    CONSTRAINT crafting_sessions_price_base_check CHECK (((char_length(price_base) >= 1) AND (char_length(price_base) <= 200))),
    CONSTRAINT crafting_sessions_priced_cost_check CHECK (((priced_cost >= (0)::numeric) AND (priced_cost < 'Infinity'::numeric))),
    CONSTRAINT crafting_sessions_session_duration_check CHECK ((session_duration >= 0)),
    CONSTRAINT crafting_sessions_step_count_check CHECK ((step_count >= 0)),
    CONSTRAINT crafting_sessions_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 120)))
);

ALTER TABLE ONLY poe2.crafting_sessions FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.crafting_steps (
    session_id uuid NOT NULL,
    number integer NOT NULL,
    user_id uuid NOT NULL,
    step jsonb NOT NULL,
    CONSTRAINT crafting_steps_number_check CHECK ((number >= 1))
);

ALTER TABLE ONLY poe2.crafting_steps FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.crafting_strategies (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    author text NOT NULL,
    name text NOT NULL,
    description text,
    item_base text,
    item_class text,
    strategy_steps jsonb NOT NULL,
    plan jsonb,
    patch text,
    league text,
    expected_cost numeric,
    expected jsonb,
    is_public boolean DEFAULT false NOT NULL,
    withheld_at timestamp with time zone,
    uses_count integer DEFAULT 0 NOT NULL,
    known_count integer DEFAULT 0 NOT NULL,
    success_count integer DEFAULT 0 NOT NULL,
    success_rate numeric GENERATED ALWAYS AS (
CASE
    WHEN (known_count > 0) THEN round(((success_count)::numeric / (known_count)::numeric), 6)
    ELSE NULL::numeric
END) STORED,
    success_low double precision DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT crafting_strategies_author_check CHECK (((char_length(author) >= 1) AND (char_length(author) <= 100))),
    CONSTRAINT crafting_strategies_check CHECK (((withheld_at IS NULL) OR (NOT is_public))),
    CONSTRAINT crafting_strategies_check1 CHECK (((known_count >= 0) AND (known_count <= uses_count))),
    CONSTRAINT crafting_strategies_check2 CHECK (((success_count >= 0) AND (success_count <= known_count))),
    CONSTRAINT crafting_strategies_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 5000))),
    CONSTRAINT crafting_strategies_expected_cost_check CHECK (((expected_cost >= (0)::numeric) AND (expected_cost < 'Infinity'::numeric))),
    CONSTRAINT crafting_strategies_item_base_check CHECK (((char_length(item_base) >= 1) AND (char_length(item_base) <= 255))),
    CONSTRAINT crafting_strategies_item_class_check CHECK (((char_length(item_class) >= 1) AND (char_length(item_class) <= 100))),
    CONSTRAINT crafting_strategies_league_check CHECK (((char_length(league) >= 1) AND (char_length(league) <= 100))),
    CONSTRAINT crafting_strategies_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT crafting_strategies_patch_check CHECK (((char_length(patch) >= 1) AND (char_length(patch) <= 20))),
    CONSTRAINT crafting_strategies_success_low_check CHECK (((success_low >= (0)::double precision) AND (success_low <= (1)::double precision))),
    CONSTRAINT crafting_strategies_uses_count_check CHECK ((uses_count >= 0))
);

CREATE TABLE poe2.equipment_changes (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    "character" uuid NOT NULL,
    slot text NOT NULL,
    before jsonb,
    after jsonb,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT equipment_changes_check CHECK (((before IS NOT NULL) OR (after IS NOT NULL))),
    CONSTRAINT equipment_changes_slot_check CHECK ((char_length(slot) <= 100))
)
PARTITION BY RANGE (changed_at);

ALTER TABLE ONLY poe2.equipment_changes FORCE ROW LEVEL SECURITY;

CREATE TABLE poe2.equipment_changes_before (
    id uuid CONSTRAINT equipment_changes_id_not_null NOT NULL,
    user_id uuid CONSTRAINT equipment_changes_user_id_not_null NOT NULL,
    "character" uuid CONSTRAINT equipment_changes_character_not_null NOT NULL,
    slot text CONSTRAINT equipment_changes_slot_not_null NOT NULL,
    before jsonb,
    after jsonb,
    changed_at timestamp with time zone CONSTRAINT equipment_changes_changed_at_not_null NOT NULL,
    CONSTRAINT equipment_changes_check CHECK (((before IS NOT NULL) OR (after IS NOT NULL))),
    CONSTRAINT equipment_changes_slot_check CHECK ((char_length(slot) <= 100))
);

CREATE TABLE poe2.equipment_changes_default (
    id uuid CONSTRAINT equipment_changes_id_not_null NOT NULL,
    user_id uuid CONSTRAINT equipment_changes_user_id_not_null NOT NULL,
    "character" uuid CONSTRAINT equipment_changes_character_not_null NOT NULL,
    slot text CONSTRAINT equipment_changes_slot_not_null NOT NULL,
    before jsonb,
    after jsonb,
    changed_at timestamp with time zone CONSTRAINT equipment_changes_changed_at_not_null NOT NULL,
    CONSTRAINT equipment_changes_check CHECK (((before IS NOT NULL) OR (after IS NOT NULL))),
    CONSTRAINT equipment_changes_slot_check CHECK ((char_length(slot) <= 100))
);

CREATE TABLE poe2.ggg_calls (
    id uuid NOT NULL,
    policy text NOT NULL,
    user_id uuid,
    rule text,
    weight integer NOT NULL,
    reserved_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT ggg_calls_weight_check CHECK ((weight > 0))
);

CREATE TABLE poe2.ggg_halts (
    policy text NOT NULL,
    user_id uuid,
    until timestamp with time zone NOT NULL
);

CREATE TABLE poe2.ggg_policies (
    policy text NOT NULL,
    rules jsonb NOT NULL,
    told_at timestamp with time zone NOT NULL,
    CONSTRAINT ggg_policies_policy_check CHECK (((char_length(policy) >= 1) AND (char_length(policy) <= 200)))
);

CREATE TABLE poe2.ggg_routes (
    route text NOT NULL,
    policy text NOT NULL
);

CREATE TABLE poe2.gone_builds (
    short_id text NOT NULL,
    deleted_at timestamp with time zone NOT NULL
);

CREATE TABLE poe2.imported_records (
    user_id uuid NOT NULL,
    record_hash bytea NOT NULL,
    kind text NOT NULL,
    item_id uuid,
    data jsonb,
    imported_at timestamp with time zone NOT NULL,
    seq bigint NOT NULL,
    extra jsonb,
    CONSTRAINT imported_records_check CHECK (((item_id IS NULL) OR (data IS NULL))),
    CONSTRAINT imported_records_extra_check CHECK (((extra IS NULL) OR (item_id IS NOT NULL))),
    CONSTRAINT imported_records_kind_check CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 100))),
    CONSTRAINT imported_records_record_hash_check CHECK ((octet_length(record_hash) = 16))
);

ALTER TABLE ONLY poe2.imported_records FORCE ROW LEVEL SECURITY;

ALTER TABLE poe2.imported_records ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME poe2.imported_records_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE poe2.leagues (
    name text NOT NULL,
    realm text NOT NULL,
    short_name text,
    base_currency text NOT NULL,
    is_current boolean NOT NULL,
    divine_price numeric,
    first_seen_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    began_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT leagues_base_currency_check CHECK (((char_length(base_currency) >= 1) AND (char_length(base_currency) <= 200))),
    CONSTRAINT leagues_check CHECK (((NOT is_current) OR ((began_at IS NOT NULL) AND (ended_at IS NULL)))),
    CONSTRAINT leagues_check1 CHECK ((seen_at >= first_seen_at)),
    CONSTRAINT leagues_divine_price_check CHECK (((divine_price > (0)::numeric) AND (divine_price < 'Infinity'::numeric))),
    CONSTRAINT leagues_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT leagues_realm_check CHECK (((char_length(realm) >= 1) AND (char_length(realm) <= 40))),
    CONSTRAINT leagues_short_name_check CHECK (((char_length(short_name) >= 1) AND (char_length(short_name) <= 60)))
);

CREATE TABLE poe2.market_backfills (
    league text NOT NULL,
    state text NOT NULL,
    since timestamp with time zone NOT NULL,
    items integer DEFAULT 0 NOT NULL,
    items_done integer DEFAULT 0 NOT NULL,
    prices bigint DEFAULT 0 NOT NULL,
    days bigint DEFAULT 0 NOT NULL,
    rank smallint DEFAULT '-1'::integer NOT NULL,
    item_id text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    before timestamp with time zone,
    waits_for text,
    started_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT market_backfills_days_check CHECK ((days >= 0)),
    CONSTRAINT market_backfills_items_check CHECK ((items >= 0)),
    CONSTRAINT market_backfills_items_done_check CHECK ((items_done >= 0)),
    CONSTRAINT market_backfills_prices_check CHECK ((prices >= 0)),
    CONSTRAINT market_backfills_state_check CHECK ((state = ANY (ARRAY['running'::text, 'stopped'::text, 'done'::text]))),
    CONSTRAINT market_backfills_waits_for_check CHECK ((char_length(waits_for) <= 500))
);

CREATE TABLE poe2.market_daily (
    item_id text NOT NULL COLLATE pg_catalog."C",
    league text NOT NULL,
    day date NOT NULL,
    open numeric NOT NULL,
    high numeric NOT NULL,
    low numeric NOT NULL,
    close numeric NOT NULL,
    average numeric NOT NULL,
    volume bigint,
    samples integer NOT NULL,
    CONSTRAINT market_daily_average_check CHECK (((average > (0)::numeric) AND (average < 'Infinity'::numeric))),
    CONSTRAINT market_daily_check CHECK (((high >= open) AND (high >= close) AND (high < 'Infinity'::numeric))),
    CONSTRAINT market_daily_check1 CHECK (((low > (0)::numeric) AND (low <= open) AND (low <= close))),
    CONSTRAINT market_daily_close_check CHECK ((close > (0)::numeric)),
    CONSTRAINT market_daily_open_check CHECK (((open > (0)::numeric) AND (open < 'Infinity'::numeric))),
    CONSTRAINT market_daily_samples_check CHECK (((samples >= 0) AND (samples <= 24))),
    CONSTRAINT market_daily_volume_check CHECK ((volume >= 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0.02', autovacuum_vacuum_scale_factor='0.02');

CREATE TABLE poe2.market_items (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    api_id text COLLATE pg_catalog."C",
    base_type_id text COLLATE pg_catalog."C",
    category text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    base_type text,
    icon text,
    first_seen_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT market_items_api_id_check CHECK (((char_length(api_id) >= 1) AND (char_length(api_id) <= 200))),
    CONSTRAINT market_items_base_type_check CHECK (((char_length(base_type) >= 1) AND (char_length(base_type) <= 200))),
    CONSTRAINT market_items_base_type_id_check CHECK (((char_length(base_type_id) >= 1) AND (char_length(base_type_id) <= 300))),
    CONSTRAINT market_items_category_check CHECK (((char_length(category) >= 1) AND (char_length(category) <= 60))),
    CONSTRAINT market_items_icon_check CHECK (((icon ~ '^https?://'::text) AND (char_length(icon) <= 1000))),
    CONSTRAINT market_items_id_check CHECK (((char_length(id) >= 1) AND (char_length(id) <= 255))),
    CONSTRAINT market_items_kind_check CHECK ((kind = ANY (ARRAY['currency'::text, 'unique'::text]))),
    CONSTRAINT market_items_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200)))
);

CREATE TABLE poe2.market_price_history (
    id uuid NOT NULL,
    item_id text NOT NULL COLLATE pg_catalog."C",
    league text NOT NULL,
    price numeric NOT NULL,
    base_currency text NOT NULL,
    price_in_chaos numeric,
    price_in_divine numeric,
    volume integer,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT market_price_history_price_check CHECK (((price > (0)::numeric) AND (price < 'Infinity'::numeric))),
    CONSTRAINT market_price_history_price_in_chaos_check CHECK ((price_in_chaos > (0)::numeric)),
    CONSTRAINT market_price_history_price_in_divine_check CHECK ((price_in_divine > (0)::numeric)),
    CONSTRAINT market_price_history_recorded_at_check CHECK ((recorded_at = date_trunc('hour'::text, recorded_at, 'UTC'::text))),
    CONSTRAINT market_price_history_volume_check CHECK ((volume >= 0))
)
PARTITION BY RANGE (recorded_at);

CREATE TABLE poe2.market_price_history_before (
    id uuid CONSTRAINT market_price_history_id_not_null NOT NULL,
    item_id text CONSTRAINT market_price_history_item_id_not_null NOT NULL COLLATE pg_catalog."C",
    league text CONSTRAINT market_price_history_league_not_null NOT NULL,
    price numeric CONSTRAINT market_price_history_price_not_null NOT NULL,
    base_currency text CONSTRAINT market_price_history_base_currency_not_null NOT NULL,
    price_in_chaos numeric,
    price_in_divine numeric,
    volume integer,
    recorded_at timestamp with time zone CONSTRAINT market_price_history_recorded_at_not_null NOT NULL,
    CONSTRAINT market_price_history_price_check CHECK (((price > (0)::numeric) AND (price < 'Infinity'::numeric))),
    CONSTRAINT market_price_history_price_in_chaos_check CHECK ((price_in_chaos > (0)::numeric)),
    CONSTRAINT market_price_history_price_in_divine_check CHECK ((price_in_divine > (0)::numeric)),
    CONSTRAINT market_price_history_recorded_at_check CHECK ((recorded_at = date_trunc('hour'::text, recorded_at, 'UTC'::text))),
    CONSTRAINT market_price_history_volume_check CHECK ((volume >= 0))
);

CREATE TABLE poe2.market_price_history_default (
    id uuid CONSTRAINT market_price_history_id_not_null NOT NULL,
    item_id text CONSTRAINT market_price_history_item_id_not_null NOT NULL COLLATE pg_catalog."C",
    league text CONSTRAINT market_price_history_league_not_null NOT NULL,
    price numeric CONSTRAINT market_price_history_price_not_null NOT NULL,
    base_currency text CONSTRAINT market_price_history_base_currency_not_null NOT NULL,
    price_in_chaos numeric,
    price_in_divine numeric,
    volume integer,
    recorded_at timestamp with time zone CONSTRAINT market_price_history_recorded_at_not_null NOT NULL,
    CONSTRAINT market_price_history_price_check CHECK (((price > (0)::numeric) AND (price < 'Infinity'::numeric))),
    CONSTRAINT market_price_history_price_in_chaos_check CHECK ((price_in_chaos > (0)::numeric)),
    CONSTRAINT market_price_history_price_in_divine_check CHECK ((price_in_divine > (0)::numeric)),
    CONSTRAINT market_price_history_recorded_at_check CHECK ((recorded_at = date_trunc('hour'::text, recorded_at, 'UTC'::text))),
    CONSTRAINT market_price_history_volume_check CHECK ((volume >= 0))
);

CREATE TABLE poe2.meta_changes (
    id bigint NOT NULL,
    source text NOT NULL,
    user_id uuid NOT NULL,
    subject uuid,
    league text,
    seen_at timestamp with time zone,
    CONSTRAINT meta_changes_check CHECK (((league IS NULL) = (seen_at IS NULL))),
    CONSTRAINT meta_changes_check1 CHECK (((league IS NULL) OR (subject IS NOT NULL))),
    CONSTRAINT meta_changes_source_check CHECK ((source = ANY (ARRAY['snapshots'::text, 'builds'::text])))
);

ALTER TABLE poe2.meta_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME poe2.meta_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE poe2.meta_claims (
    source text NOT NULL,
    league text NOT NULL,
    week integer NOT NULL,
    calculated_by text NOT NULL,
    dps_people integer,
    dps_median double precision,
    ehp_people integer,
    ehp_median double precision,
    CONSTRAINT meta_claims_league_check CHECK ((char_length(league) <= 100)),
    CONSTRAINT meta_claims_source_check CHECK ((source = ANY (ARRAY['snapshots'::text, 'builds'::text]))),
    CONSTRAINT meta_claims_week_check CHECK ((week >= 0))
);

CREATE TABLE poe2.meta_count_changes (
    id bigint NOT NULL,
    source text NOT NULL,
    league text NOT NULL,
    week integer NOT NULL,
    facet text NOT NULL,
    people integer NOT NULL
);

ALTER TABLE poe2.meta_count_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME poe2.meta_count_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE poe2.meta_counts (
    source text NOT NULL,
    league text NOT NULL,
    week integer NOT NULL,
    facet text NOT NULL,
    people integer NOT NULL,
    CONSTRAINT meta_counts_league_check CHECK ((char_length(league) <= 100)),
    CONSTRAINT meta_counts_people_check CHECK ((people <> 0)),
    CONSTRAINT meta_counts_source_check CHECK ((source = ANY (ARRAY['snapshots'::text, 'builds'::text]))),
    CONSTRAINT meta_counts_week_check CHECK ((week >= 0))
)
WITH (fillfactor='80');

CREATE TABLE poe2.meta_entries (
    source text NOT NULL,
    league text NOT NULL,
    week integer NOT NULL,
    subject uuid NOT NULL,
    user_id uuid NOT NULL,
    facets text[] NOT NULL,
    level integer NOT NULL,
    calculated_by text,
    dps double precision,
    ehp double precision,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT meta_entries_league_check CHECK ((char_length(league) <= 100)),
    CONSTRAINT meta_entries_source_check CHECK ((source = ANY (ARRAY['snapshots'::text, 'builds'::text]))),
    CONSTRAINT meta_entries_week_check CHECK ((week >= 0))
);

CREATE TABLE poe2.meta_figures (
    source text NOT NULL,
    league text NOT NULL,
    week integer NOT NULL,
    dimension text NOT NULL,
    value text NOT NULL,
    people integer NOT NULL,
    CONSTRAINT meta_figures_league_check CHECK ((char_length(league) <= 100)),
    CONSTRAINT meta_figures_people_check CHECK ((people > 0)),
    CONSTRAINT meta_figures_source_check CHECK ((source = ANY (ARRAY['snapshots'::text, 'builds'::text]))),
    CONSTRAINT meta_figures_week_check CHECK ((week >= 0))
);

CREATE TABLE poe2.meta_leagues (
    league text NOT NULL,
    starts_at timestamp with time zone
);

CREATE TABLE poe2.meta_recount (
    singleton boolean DEFAULT true NOT NULL,
    mark uuid NOT NULL,
    CONSTRAINT meta_recount_singleton_check CHECK (singleton)
);

CREATE TABLE poe2.meta_scopes (
    source text NOT NULL,
    league text NOT NULL,
    week integer NOT NULL,
    changed boolean DEFAULT true NOT NULL,
    "least" integer,
    people integer,
    characters integer,
    level_median integer,
    counted_at timestamp with time zone,
    CONSTRAINT meta_scopes_league_check CHECK ((char_length(league) <= 100)),
    CONSTRAINT meta_scopes_source_check CHECK ((source = ANY (ARRAY['snapshots'::text, 'builds'::text]))),
    CONSTRAINT meta_scopes_week_check CHECK ((week >= 0))
);

CREATE TABLE poe2.mods (
    patch text NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    side text NOT NULL,
    level smallint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    families text[] NOT NULL,
    stats text[] NOT NULL,
    faction text,
    tags text[] NOT NULL,
    weights double precision[] NOT NULL,
    CONSTRAINT mods_check CHECK ((cardinality(tags) = cardinality(weights))),
    CONSTRAINT mods_faction_check CHECK ((char_length(faction) <= 200)),
    CONSTRAINT mods_id_check CHECK (((char_length(id) >= 1) AND (char_length(id) <= 120))),
    CONSTRAINT mods_kind_check CHECK ((kind = ANY (ARRAY['natural'::text, 'desecrated'::text, 'crafted'::text]))),
    CONSTRAINT mods_level_check CHECK (((level >= 0) AND (level <= 100))),
    CONSTRAINT mods_name_check CHECK ((char_length(name) <= 200)),
    CONSTRAINT mods_side_check CHECK ((side = ANY (ARRAY['prefix'::text, 'suffix'::text]))),
    CONSTRAINT mods_type_check CHECK (((char_length(type) >= 1) AND (char_length(type) <= 120)))
);

CREATE TABLE poe2.pending_revocations (
    id uuid NOT NULL,
    refresh_token text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    tries smallint DEFAULT 0 NOT NULL
);

CREATE SEQUENCE poe2.publications
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE poe2.tree_edges (
    version text NOT NULL,
    low integer NOT NULL,
    high integer NOT NULL,
    CONSTRAINT tree_edges_check CHECK ((low < high))
);

CREATE TABLE poe2.tree_nodes (
    version text NOT NULL,
    node integer NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    ascendancy text,
    stats text[] NOT NULL,
    CONSTRAINT tree_nodes_ascendancy_check CHECK (((char_length(ascendancy) >= 1) AND (char_length(ascendancy) <= 100))),
    CONSTRAINT tree_nodes_kind_check CHECK ((kind = ANY (ARRAY['small'::text, 'notable'::text, 'keystone'::text, 'socket'::text, 'start'::text, 'picture'::text]))),
    CONSTRAINT tree_nodes_name_check CHECK ((char_length(name) <= 200)),
    CONSTRAINT tree_nodes_node_check CHECK ((node >= 0))
);

CREATE TABLE poe2.trees (
    version text NOT NULL,
    source text NOT NULL,
    starts jsonb NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    CONSTRAINT trees_source_check CHECK (((char_length(source) >= 1) AND (char_length(source) <= 500))),
    CONSTRAINT trees_version_check CHECK ((version ~ '^[0-9]{1,3}(_[0-9]{1,3}){1,2}[a-z]?$'::text))
);

CREATE TABLE poe2.visitor_keys (
    day date NOT NULL,
    key bytea NOT NULL,
    CONSTRAINT visitor_keys_key_check CHECK ((octet_length(key) = 32))
);

ALTER TABLE ONLY poe2.character_snapshots ATTACH PARTITION poe2.character_snapshots_before FOR VALUES FROM (MINVALUE) TO ('2024-12-01 00:00:00+00');

ALTER TABLE ONLY poe2.character_snapshots ATTACH PARTITION poe2.character_snapshots_default DEFAULT;

ALTER TABLE ONLY poe2.equipment_changes ATTACH PARTITION poe2.equipment_changes_before FOR VALUES FROM (MINVALUE) TO ('2024-12-01 00:00:00+00');

ALTER TABLE ONLY poe2.equipment_changes ATTACH PARTITION poe2.equipment_changes_default DEFAULT;

ALTER TABLE ONLY poe2.market_price_history ATTACH PARTITION poe2.market_price_history_before FOR VALUES FROM (MINVALUE) TO ('2024-12-01 00:00:00+00');

ALTER TABLE ONLY poe2.market_price_history ATTACH PARTITION poe2.market_price_history_default DEFAULT;

ALTER TABLE ONLY poe2.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY poe2.accounts
    ADD CONSTRAINT accounts_poe_account_name_key UNIQUE (poe_account_name);

ALTER TABLE ONLY poe2.accounts
    ADD CONSTRAINT accounts_sub_key UNIQUE (sub);

ALTER TABLE ONLY poe2.bases
    ADD CONSTRAINT bases_pkey PRIMARY KEY (patch, id);

ALTER TABLE ONLY poe2.build_bitmap_changes
    ADD CONSTRAINT build_bitmap_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.build_bitmap_chunks
    ADD CONSTRAINT build_bitmap_chunks_pkey PRIMARY KEY (chunk);

ALTER TABLE ONLY poe2.build_bitmap_state
    ADD CONSTRAINT build_bitmap_state_pkey PRIMARY KEY (singleton);

ALTER TABLE ONLY poe2.build_bitmap_terms
    ADD CONSTRAINT build_bitmap_terms_pkey PRIMARY KEY (term);

ALTER TABLE ONLY poe2.build_bitmaps
    ADD CONSTRAINT build_bitmaps_pkey PRIMARY KEY (term, chunk);

ALTER TABLE ONLY poe2.build_collection_items
    ADD CONSTRAINT build_collection_items_pkey PRIMARY KEY (collection_id, build_template_id);

ALTER TABLE ONLY poe2.build_collections
    ADD CONSTRAINT build_collections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.build_count_changes
    ADD CONSTRAINT build_count_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.build_likes
    ADD CONSTRAINT build_likes_pkey PRIMARY KEY (build_template_id, user_id);

ALTER TABLE ONLY poe2.build_rank_changes
    ADD CONSTRAINT build_rank_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.build_rating_changes
    ADD CONSTRAINT build_rating_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.build_ratings
    ADD CONSTRAINT build_ratings_pkey PRIMARY KEY (build_template_id);

ALTER TABLE ONLY poe2.build_reviews
    ADD CONSTRAINT build_reviews_build_template_id_user_id_key UNIQUE (build_template_id, user_id);

ALTER TABLE ONLY poe2.build_reviews
    ADD CONSTRAINT build_reviews_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.build_search_blocks
    ADD CONSTRAINT build_search_blocks_pkey PRIMARY KEY (sort, block);

ALTER TABLE ONLY poe2.build_search
    ADD CONSTRAINT build_search_number_key UNIQUE (number);

ALTER TABLE ONLY poe2.build_search
    ADD CONSTRAINT build_search_pkey PRIMARY KEY (build_template_id);

ALTER TABLE ONLY poe2.build_search_rebuild
    ADD CONSTRAINT build_search_rebuild_pkey PRIMARY KEY (singleton);

ALTER TABLE ONLY poe2.build_search_terms
    ADD CONSTRAINT build_search_terms_pkey PRIMARY KEY (term);

ALTER TABLE ONLY poe2.build_search_values
    ADD CONSTRAINT build_search_values_pkey PRIMARY KEY (facet, value);

ALTER TABLE ONLY poe2.build_templates
    ADD CONSTRAINT build_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.build_templates
    ADD CONSTRAINT build_templates_short_id_key UNIQUE (short_id);

ALTER TABLE ONLY poe2.build_versions
    ADD CONSTRAINT build_versions_build_template_id_version_number_key UNIQUE (build_template_id, version_number);

ALTER TABLE ONLY poe2.build_versions
    ADD CONSTRAINT build_versions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.build_view_days
    ADD CONSTRAINT build_view_days_pkey PRIMARY KEY (build_template_id, day);

ALTER TABLE ONLY poe2.build_views
    ADD CONSTRAINT build_views_pkey PRIMARY KEY (day, build_template_id, visitor);

ALTER TABLE ONLY poe2.character_builds
    ADD CONSTRAINT character_builds_pkey PRIMARY KEY ("character");

ALTER TABLE ONLY poe2.character_leagues
    ADD CONSTRAINT character_leagues_character_league_class_ascendancy_key UNIQUE ("character", league, class, ascendancy);

ALTER TABLE ONLY poe2.character_leagues
    ADD CONSTRAINT character_leagues_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.character_snapshots
    ADD CONSTRAINT character_snapshots_pkey PRIMARY KEY (id, snapshot_at);

ALTER TABLE ONLY poe2.character_snapshots_before
    ADD CONSTRAINT character_snapshots_before_pkey PRIMARY KEY (id, snapshot_at);

ALTER TABLE ONLY poe2.character_snapshots_default
    ADD CONSTRAINT character_snapshots_default_pkey PRIMARY KEY (id, snapshot_at);

ALTER TABLE ONLY poe2.characters
    ADD CONSTRAINT characters_id_user_id_key UNIQUE (id, user_id);

ALTER TABLE ONLY poe2.characters
    ADD CONSTRAINT characters_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.characters
    ADD CONSTRAINT characters_user_id_game_id_key UNIQUE (user_id, game_id);

ALTER TABLE ONLY poe2.comments
    ADD CONSTRAINT comments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.crafting_patches
    ADD CONSTRAINT crafting_patches_pkey PRIMARY KEY (patch);

ALTER TABLE ONLY poe2.crafting_sessions
    ADD CONSTRAINT crafting_sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.crafting_steps
    ADD CONSTRAINT crafting_steps_pkey PRIMARY KEY (session_id, number);

ALTER TABLE ONLY poe2.crafting_strategies
    ADD CONSTRAINT crafting_strategies_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.equipment_changes
    ADD CONSTRAINT equipment_changes_pkey PRIMARY KEY (id, changed_at);

ALTER TABLE ONLY poe2.equipment_changes_before
    ADD CONSTRAINT equipment_changes_before_pkey PRIMARY KEY (id, changed_at);

ALTER TABLE ONLY poe2.equipment_changes_default
    ADD CONSTRAINT equipment_changes_default_pkey PRIMARY KEY (id, changed_at);

ALTER TABLE ONLY poe2.ggg_calls
    ADD CONSTRAINT ggg_calls_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.ggg_halts
    ADD CONSTRAINT ggg_halts_policy_user_id_key UNIQUE NULLS NOT DISTINCT (policy, user_id);

ALTER TABLE ONLY poe2.ggg_policies
    ADD CONSTRAINT ggg_policies_pkey PRIMARY KEY (policy);

ALTER TABLE ONLY poe2.ggg_routes
    ADD CONSTRAINT ggg_routes_pkey PRIMARY KEY (route);

ALTER TABLE ONLY poe2.gone_builds
    ADD CONSTRAINT gone_builds_pkey PRIMARY KEY (short_id);

ALTER TABLE ONLY poe2.imported_records
    ADD CONSTRAINT imported_records_pkey PRIMARY KEY (user_id, record_hash);

ALTER TABLE ONLY poe2.leagues
    ADD CONSTRAINT leagues_pkey PRIMARY KEY (name);

ALTER TABLE ONLY poe2.market_backfills
    ADD CONSTRAINT market_backfills_pkey PRIMARY KEY (league);

ALTER TABLE ONLY poe2.market_daily
    ADD CONSTRAINT market_daily_pkey PRIMARY KEY (item_id, league, day) INCLUDE (open, high, low, close, average, volume, samples);

ALTER TABLE ONLY poe2.market_items
    ADD CONSTRAINT market_items_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.market_price_history
    ADD CONSTRAINT market_price_history_pkey PRIMARY KEY (item_id, league, recorded_at);

ALTER TABLE ONLY poe2.market_price_history_before
    ADD CONSTRAINT market_price_history_before_pkey PRIMARY KEY (item_id, league, recorded_at);

ALTER TABLE ONLY poe2.market_price_history_default
    ADD CONSTRAINT market_price_history_default_pkey PRIMARY KEY (item_id, league, recorded_at);

ALTER TABLE ONLY poe2.meta_changes
    ADD CONSTRAINT meta_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.meta_claims
    ADD CONSTRAINT meta_claims_pkey PRIMARY KEY (source, league, week, calculated_by);

ALTER TABLE ONLY poe2.meta_count_changes
    ADD CONSTRAINT meta_count_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY poe2.meta_counts
    ADD CONSTRAINT meta_counts_pkey PRIMARY KEY (source, league, week, facet);

ALTER TABLE ONLY poe2.meta_entries
    ADD CONSTRAINT meta_entries_pkey PRIMARY KEY (source, league, week, subject);

ALTER TABLE ONLY poe2.meta_figures
    ADD CONSTRAINT meta_figures_pkey PRIMARY KEY (source, league, week, dimension, value);

ALTER TABLE ONLY poe2.meta_leagues
    ADD CONSTRAINT meta_leagues_pkey PRIMARY KEY (league);

ALTER TABLE ONLY poe2.meta_recount
    ADD CONSTRAINT meta_recount_pkey PRIMARY KEY (singleton);

ALTER TABLE ONLY poe2.meta_scopes
    ADD CONSTRAINT meta_scopes_pkey PRIMARY KEY (source, league, week);

ALTER TABLE ONLY poe2.mods
    ADD CONSTRAINT mods_pkey PRIMARY KEY (patch, id);

ALTER TABLE ONLY poe2.pending_revocations
    ADD CONSTRAINT pending_revocations_pkey PRIMARY KEY (id, created_at);

ALTER TABLE ONLY poe2.tree_edges
    ADD CONSTRAINT tree_edges_pkey PRIMARY KEY (version, low, high);

ALTER TABLE ONLY poe2.tree_nodes
    ADD CONSTRAINT tree_nodes_pkey PRIMARY KEY (version, node);

ALTER TABLE ONLY poe2.trees
    ADD CONSTRAINT trees_pkey PRIMARY KEY (version);

ALTER TABLE ONLY poe2.visitor_keys
    ADD CONSTRAINT visitor_keys_pkey PRIMARY KEY (day);

CREATE INDEX accounts_ending ON poe2.accounts USING btree (refresh_expires_at) WHERE (state = 'linked'::text);

CREATE INDEX accounts_to_forget ON poe2.accounts USING btree (forget_at) WHERE (forget_at IS NOT NULL);

CREATE INDEX build_bitmaps_chunk ON poe2.build_bitmaps USING btree (chunk);

CREATE INDEX build_bitmaps_version ON poe2.build_bitmaps USING btree (version);

CREATE INDEX build_collection_items_in_order ON poe2.build_collection_items USING btree (collection_id, "position", build_template_id);

CREATE INDEX build_collection_items_of_build ON poe2.build_collection_items USING btree (build_template_id);

CREATE INDEX build_collections_of_user ON poe2.build_collections USING btree (user_id, id DESC);

CREATE INDEX build_collections_public ON poe2.build_collections USING btree (id DESC) WHERE is_public;

CREATE INDEX build_likes_of_user ON poe2.build_likes USING btree (user_id, created_at DESC, build_template_id DESC);

CREATE INDEX build_reviews_of_build ON poe2.build_reviews USING btree (build_template_id, id DESC) INCLUDE (rating, is_verified_clear);

CREATE INDEX build_reviews_of_user ON poe2.build_reviews USING btree (user_id, id DESC);

CREATE INDEX build_search_likes ON poe2.build_search USING btree (likes);

CREATE INDEX build_search_of_user ON poe2.build_search USING btree (user_id, number DESC);

CREATE INDEX build_search_rating ON poe2.build_search USING btree (rating);

CREATE INDEX build_search_terms_prefix ON poe2.build_search_terms USING btree (term text_pattern_ops);

CREATE INDEX build_search_trending ON poe2.build_search USING btree (trending);

CREATE INDEX build_search_values_prefix ON poe2.build_search_values USING btree (facet, lower(value) text_pattern_ops);

CREATE INDEX build_search_words ON poe2.build_search USING gin (words) WITH (fastupdate=off);

CREATE INDEX build_templates_of_class ON poe2.build_templates USING btree (class, published_at DESC, id DESC) WHERE is_public;

CREATE INDEX build_templates_of_user ON poe2.build_templates USING btree (user_id, id DESC);

CREATE INDEX build_templates_public ON poe2.build_templates USING btree (published_at DESC, id DESC) WHERE is_public;

CREATE UNIQUE INDEX build_templates_publication ON poe2.build_templates USING btree (publication) WHERE (publication IS NOT NULL);

CREATE INDEX character_builds_by_build ON poe2.character_builds USING btree (build_id);

CREATE INDEX character_leagues_by_class ON poe2.character_leagues USING btree (user_id, class, level);

CREATE INDEX character_leagues_of_user ON poe2.character_leagues USING btree (user_id, last_seen_at DESC, id DESC);

CREATE INDEX character_snapshots_by_build ON ONLY poe2.character_snapshots USING btree (build_id) WHERE (build_id IS NOT NULL);

CREATE INDEX character_snapshots_before_build_id_idx ON poe2.character_snapshots_before USING btree (build_id) WHERE (build_id IS NOT NULL);

CREATE INDEX character_snapshots_newest ON ONLY poe2.character_snapshots USING btree ("character", snapshot_at DESC, id DESC);

CREATE INDEX character_snapshots_before_character_snapshot_at_id_idx ON poe2.character_snapshots_before USING btree ("character", snapshot_at DESC, id DESC);

CREATE INDEX idx_snapshot_time ON ONLY poe2.character_snapshots USING btree (snapshot_at DESC);

CREATE INDEX character_snapshots_before_snapshot_at_idx ON poe2.character_snapshots_before USING btree (snapshot_at DESC);

CREATE INDEX idx_snapshot_user ON ONLY poe2.character_snapshots USING btree (user_id, character_name);

CREATE INDEX character_snapshots_before_user_id_character_name_idx ON poe2.character_snapshots_before USING btree (user_id, character_name);

CREATE INDEX character_snapshots_default_build_id_idx ON poe2.character_snapshots_default USING btree (build_id) WHERE (build_id IS NOT NULL);

CREATE INDEX character_snapshots_default_character_snapshot_at_id_idx ON poe2.character_snapshots_default USING btree ("character", snapshot_at DESC, id DESC);

CREATE INDEX character_snapshots_default_snapshot_at_idx ON poe2.character_snapshots_default USING btree (snapshot_at DESC);

CREATE INDEX character_snapshots_default_user_id_character_name_idx ON poe2.character_snapshots_default USING btree (user_id, character_name);

CREATE INDEX characters_by_name ON poe2.characters USING btree (user_id, name);

CREATE INDEX comments_answers ON poe2.comments USING btree (parent_comment_id, id) WHERE (parent_comment_id IS NOT NULL);

CREATE INDEX comments_counted ON poe2.comments USING btree (build_template_id) WHERE (deleted_at IS NULL);

CREATE INDEX comments_of_build ON poe2.comments USING btree (build_template_id, id DESC) WHERE (parent_comment_id IS NULL);

CREATE INDEX comments_of_user ON poe2.comments USING btree (user_id, id DESC) WHERE (user_id IS NOT NULL);

CREATE UNIQUE INDEX crafting_sessions_imported ON poe2.crafting_sessions USING btree (user_id, content_hash) WHERE (content_hash IS NOT NULL);

CREATE INDEX crafting_sessions_of_strategy ON poe2.crafting_sessions USING btree (strategy_id) WHERE (strategy_id IS NOT NULL);

CREATE INDEX crafting_sessions_of_user ON poe2.crafting_sessions USING btree (user_id, id DESC);

CREATE INDEX crafting_sessions_open ON poe2.crafting_sessions USING btree (user_id) WHERE (completed_at IS NULL);

CREATE INDEX crafting_steps_of_user ON poe2.crafting_steps USING btree (user_id);

CREATE INDEX crafting_strategies_base ON poe2.crafting_strategies USING btree (item_base, id DESC) WHERE is_public;

CREATE INDEX crafting_strategies_class_good ON poe2.crafting_strategies USING btree (item_class, success_low DESC, id DESC) WHERE is_public;

CREATE INDEX crafting_strategies_class_new ON poe2.crafting_strategies USING btree (item_class, id DESC) WHERE is_public;

CREATE INDEX crafting_strategies_class_used ON poe2.crafting_strategies USING btree (item_class, uses_count DESC, id DESC) WHERE is_public;

CREATE INDEX crafting_strategies_good ON poe2.crafting_strategies USING btree (success_low DESC, id DESC) WHERE is_public;

CREATE INDEX crafting_strategies_new ON poe2.crafting_strategies USING btree (id DESC) WHERE is_public;

CREATE INDEX crafting_strategies_of_user ON poe2.crafting_strategies USING btree (user_id, id DESC);

CREATE INDEX crafting_strategies_used ON poe2.crafting_strategies USING btree (uses_count DESC, id DESC) WHERE is_public;

CREATE INDEX equipment_changes_newest ON ONLY poe2.equipment_changes USING btree ("character", changed_at DESC, id DESC);

CREATE INDEX equipment_changes_before_character_changed_at_id_idx ON poe2.equipment_changes_before USING btree ("character", changed_at DESC, id DESC);

CREATE INDEX equipment_changes_of_user ON ONLY poe2.equipment_changes USING btree (user_id);

CREATE INDEX equipment_changes_before_user_id_idx ON poe2.equipment_changes_before USING btree (user_id);

CREATE INDEX equipment_changes_default_character_changed_at_id_idx ON poe2.equipment_changes_default USING btree ("character", changed_at DESC, id DESC);

CREATE INDEX equipment_changes_default_user_id_idx ON poe2.equipment_changes_default USING btree (user_id);

CREATE INDEX ggg_calls_by_policy ON poe2.ggg_calls USING btree (policy, ended_at);

CREATE INDEX gone_builds_deleted ON poe2.gone_builds USING btree (deleted_at);

CREATE INDEX imported_records_extra ON poe2.imported_records USING btree (user_id, item_id) WHERE (extra IS NOT NULL);

CREATE INDEX leagues_current ON poe2.leagues USING btree (name) WHERE is_current;

CREATE INDEX market_items_api_id ON poe2.market_items USING btree (api_id) WHERE (api_id IS NOT NULL);

CREATE INDEX market_items_base_type ON poe2.market_items USING btree (base_type_id) WHERE (base_type_id IS NOT NULL);

CREATE INDEX market_items_by_name ON poe2.market_items USING btree (lower(name) COLLATE "C", id);

CREATE INDEX meta_entries_of_subject ON poe2.meta_entries USING btree (subject);

CREATE INDEX meta_entries_of_user ON poe2.meta_entries USING btree (user_id, source, league, week);

CREATE INDEX meta_entries_seen ON poe2.meta_entries USING btree (seen_at);

CREATE INDEX meta_figures_most ON poe2.meta_figures USING btree (source, league, week, dimension, people DESC, value);

CREATE INDEX meta_scopes_changed ON poe2.meta_scopes USING btree (source) WHERE changed;

CREATE INDEX meta_scopes_shown ON poe2.meta_scopes USING btree (league, week) WHERE (people IS NOT NULL);

CREATE INDEX tree_edges_high ON poe2.tree_edges USING btree (version, high);

ALTER INDEX poe2.character_snapshots_by_build ATTACH PARTITION poe2.character_snapshots_before_build_id_idx;

ALTER INDEX poe2.character_snapshots_newest ATTACH PARTITION poe2.character_snapshots_before_character_snapshot_at_id_idx;

ALTER INDEX poe2.character_snapshots_pkey ATTACH PARTITION poe2.character_snapshots_before_pkey;

ALTER INDEX poe2.idx_snapshot_time ATTACH PARTITION poe2.character_snapshots_before_snapshot_at_idx;

ALTER INDEX poe2.idx_snapshot_user ATTACH PARTITION poe2.character_snapshots_before_user_id_character_name_idx;

ALTER INDEX poe2.character_snapshots_by_build ATTACH PARTITION poe2.character_snapshots_default_build_id_idx;

ALTER INDEX poe2.character_snapshots_newest ATTACH PARTITION poe2.character_snapshots_default_character_snapshot_at_id_idx;

ALTER INDEX poe2.character_snapshots_pkey ATTACH PARTITION poe2.character_snapshots_default_pkey;

ALTER INDEX poe2.idx_snapshot_time ATTACH PARTITION poe2.character_snapshots_default_snapshot_at_idx;

ALTER INDEX poe2.idx_snapshot_user ATTACH PARTITION poe2.character_snapshots_default_user_id_character_name_idx;

ALTER INDEX poe2.equipment_changes_newest ATTACH PARTITION poe2.equipment_changes_before_character_changed_at_id_idx;

ALTER INDEX poe2.equipment_changes_pkey ATTACH PARTITION poe2.equipment_changes_before_pkey;

ALTER INDEX poe2.equipment_changes_of_user ATTACH PARTITION poe2.equipment_changes_before_user_id_idx;

ALTER INDEX poe2.equipment_changes_newest ATTACH PARTITION poe2.equipment_changes_default_character_changed_at_id_idx;

ALTER INDEX poe2.equipment_changes_pkey ATTACH PARTITION poe2.equipment_changes_default_pkey;

ALTER INDEX poe2.equipment_changes_of_user ATTACH PARTITION poe2.equipment_changes_default_user_id_idx;

ALTER INDEX poe2.market_price_history_pkey ATTACH PARTITION poe2.market_price_history_before_pkey;

ALTER INDEX poe2.market_price_history_pkey ATTACH PARTITION poe2.market_price_history_default_pkey;

CREATE TRIGGER account_deleted AFTER DELETE ON poe2.accounts FOR EACH ROW WHEN (((old.refresh_token IS NOT NULL) AND ('oauth:revoke'::text = ANY (old.scopes)))) EXECUTE FUNCTION poe2.revoke_later();

CREATE TRIGGER added AFTER INSERT ON poe2.meta_entries REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION poe2.count_meta_added();

CREATE TRIGGER counted AFTER UPDATE OF views, likes ON poe2.build_templates FOR EACH ROW WHEN (((new.visibility = 'public'::text) AND ((old.views <> new.views) OR (old.likes <> new.likes)))) EXECUTE FUNCTION poe2.note_build_rank();

CREATE TRIGGER gone AFTER DELETE ON poe2.build_templates FOR EACH ROW WHEN ((old.visibility <> 'draft'::text)) EXECUTE FUNCTION poe2.note_gone_build();

CREATE TRIGGER gone BEFORE UPDATE ON poe2.comments FOR EACH ROW WHEN (((new.user_id IS NULL) AND (old.user_id IS NOT NULL))) EXECUTE FUNCTION poe2.empty_comment();

CREATE TRIGGER liked AFTER INSERT ON poe2.build_likes REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION poe2.count_likes('1');

CREATE TRIGGER mapped AFTER INSERT OR DELETE OR UPDATE OF facets ON poe2.build_search FOR EACH ROW EXECUTE FUNCTION poe2.note_bitmap_change('true');

CREATE TRIGGER mapped_ranks AFTER UPDATE OF likes, rating, trending ON poe2.build_search FOR EACH ROW EXECUTE FUNCTION poe2.note_bitmap_change('false');

CREATE TRIGGER note_meta_changed AFTER UPDATE OF visibility, class, ascendancy, level, main_skill, content_hash, dps, ehp, calculator, tree_version, league, published_at ON poe2.build_templates FOR EACH ROW WHEN (((new.visibility = 'public'::text) OR (old.visibility = 'public'::text))) EXECUTE FUNCTION poe2.note_meta_build();

CREATE TRIGGER note_meta_gone AFTER DELETE ON poe2.build_templates FOR EACH ROW WHEN ((old.visibility = 'public'::text)) EXECUTE FUNCTION poe2.note_meta_build();

CREATE TRIGGER note_meta_gone AFTER DELETE ON poe2.character_snapshots REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION poe2.note_meta_snapshots();

CREATE TRIGGER note_meta_new AFTER INSERT ON poe2.build_templates FOR EACH ROW WHEN ((new.visibility = 'public'::text)) EXECUTE FUNCTION poe2.note_meta_build();

CREATE TRIGGER note_meta_new AFTER INSERT ON poe2.character_snapshots REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION poe2.note_meta_snapshots();

CREATE TRIGGER numbered BEFORE INSERT OR UPDATE OF visibility ON poe2.build_templates FOR EACH ROW WHEN (((new.visibility = 'public'::text) AND (new.publication IS NULL))) EXECUTE FUNCTION poe2.number_publication();

CREATE TRIGGER ranked AFTER INSERT OR UPDATE ON poe2.build_ratings FOR EACH ROW EXECUTE FUNCTION poe2.note_rating_rank();

CREATE TRIGGER rated AFTER INSERT OR DELETE OR UPDATE OF rating, withheld_at ON poe2.build_reviews FOR EACH ROW EXECUTE FUNCTION poe2.note_rating();

CREATE TRIGGER removed AFTER DELETE ON poe2.meta_entries REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION poe2.count_meta_removed();

CREATE TRIGGER searched AFTER UPDATE OF title, description, author, class, ascendancy, level, main_skill, dps, ehp, gems, uniques, trees, has_notes, league, patch_version, complexity, tags, language, visibility ON poe2.build_templates FOR EACH ROW WHEN (((new.visibility = 'public'::text) OR (old.visibility = 'public'::text))) EXECUTE FUNCTION poe2.follow_build();

CREATE TRIGGER searched_new AFTER INSERT ON poe2.build_templates FOR EACH ROW WHEN ((new.visibility = 'public'::text)) EXECUTE FUNCTION poe2.follow_build();

CREATE TRIGGER session_counts AFTER INSERT OR DELETE OR UPDATE OF strategy_id, completed_at, success ON poe2.crafting_sessions FOR EACH ROW EXECUTE FUNCTION poe2.session_counts();

CREATE TRIGGER unliked AFTER DELETE ON poe2.build_likes REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION poe2.count_likes('-1');

ALTER TABLE ONLY poe2.accounts
    ADD CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.bases
    ADD CONSTRAINT bases_patch_fkey FOREIGN KEY (patch) REFERENCES poe2.crafting_patches(patch) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_collection_items
    ADD CONSTRAINT build_collection_items_build_template_id_fkey FOREIGN KEY (build_template_id) REFERENCES poe2.build_templates(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_collection_items
    ADD CONSTRAINT build_collection_items_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES poe2.build_collections(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_collections
    ADD CONSTRAINT build_collections_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_likes
    ADD CONSTRAINT build_likes_build_template_id_fkey FOREIGN KEY (build_template_id) REFERENCES poe2.build_templates(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_likes
    ADD CONSTRAINT build_likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_ratings
    ADD CONSTRAINT build_ratings_build_template_id_fkey FOREIGN KEY (build_template_id) REFERENCES poe2.build_templates(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_reviews
    ADD CONSTRAINT build_reviews_build_template_id_fkey FOREIGN KEY (build_template_id) REFERENCES poe2.build_templates(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_reviews
    ADD CONSTRAINT build_reviews_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_search
    ADD CONSTRAINT build_search_build_template_id_fkey FOREIGN KEY (build_template_id) REFERENCES poe2.build_templates(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_templates
    ADD CONSTRAINT build_templates_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_versions
    ADD CONSTRAINT build_versions_build_template_id_fkey FOREIGN KEY (build_template_id) REFERENCES poe2.build_templates(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.build_view_days
    ADD CONSTRAINT build_view_days_build_template_id_fkey FOREIGN KEY (build_template_id) REFERENCES poe2.build_templates(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.character_builds
    ADD CONSTRAINT character_builds_build_id_fkey FOREIGN KEY (build_id) REFERENCES poe2.build_templates(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.character_builds
    ADD CONSTRAINT character_builds_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES poe2.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.character_leagues
    ADD CONSTRAINT character_leagues_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES poe2.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE poe2.character_snapshots
    ADD CONSTRAINT character_snapshots_build_id_fkey FOREIGN KEY (build_id) REFERENCES poe2.build_templates(id) ON DELETE SET NULL;

ALTER TABLE poe2.character_snapshots
    ADD CONSTRAINT character_snapshots_character_fkey FOREIGN KEY ("character") REFERENCES poe2.characters(id) ON DELETE CASCADE;

ALTER TABLE poe2.character_snapshots
    ADD CONSTRAINT character_snapshots_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.characters
    ADD CONSTRAINT characters_user_id_fkey FOREIGN KEY (user_id) REFERENCES poe2.accounts(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.comments
    ADD CONSTRAINT comments_build_template_id_fkey FOREIGN KEY (build_template_id) REFERENCES poe2.build_templates(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.comments
    ADD CONSTRAINT comments_parent_comment_id_fkey FOREIGN KEY (parent_comment_id) REFERENCES poe2.comments(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.comments
    ADD CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY poe2.crafting_sessions
    ADD CONSTRAINT crafting_sessions_strategy_id_fkey FOREIGN KEY (strategy_id) REFERENCES poe2.crafting_strategies(id) ON DELETE SET NULL;

ALTER TABLE ONLY poe2.crafting_sessions
    ADD CONSTRAINT crafting_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.crafting_steps
    ADD CONSTRAINT crafting_steps_session_id_fkey FOREIGN KEY (session_id) REFERENCES poe2.crafting_sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.crafting_steps
    ADD CONSTRAINT crafting_steps_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.crafting_strategies
    ADD CONSTRAINT crafting_strategies_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE poe2.equipment_changes
    ADD CONSTRAINT equipment_changes_character_fkey FOREIGN KEY ("character") REFERENCES poe2.characters(id) ON DELETE CASCADE;

ALTER TABLE poe2.equipment_changes
    ADD CONSTRAINT equipment_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.ggg_routes
    ADD CONSTRAINT ggg_routes_policy_fkey FOREIGN KEY (policy) REFERENCES poe2.ggg_policies(policy);

ALTER TABLE ONLY poe2.imported_records
    ADD CONSTRAINT imported_records_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.market_backfills
    ADD CONSTRAINT market_backfills_league_fkey FOREIGN KEY (league) REFERENCES poe2.leagues(name);

ALTER TABLE ONLY poe2.market_daily
    ADD CONSTRAINT market_daily_item_id_fkey FOREIGN KEY (item_id) REFERENCES poe2.market_items(id);

ALTER TABLE ONLY poe2.market_daily
    ADD CONSTRAINT market_daily_league_fkey FOREIGN KEY (league) REFERENCES poe2.leagues(name);

ALTER TABLE poe2.market_price_history
    ADD CONSTRAINT market_price_history_item_id_fkey FOREIGN KEY (item_id) REFERENCES poe2.market_items(id);

ALTER TABLE poe2.market_price_history
    ADD CONSTRAINT market_price_history_league_fkey FOREIGN KEY (league) REFERENCES poe2.leagues(name);

ALTER TABLE ONLY poe2.meta_entries
    ADD CONSTRAINT meta_entries_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.mods
    ADD CONSTRAINT mods_patch_fkey FOREIGN KEY (patch) REFERENCES poe2.crafting_patches(patch) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.tree_edges
    ADD CONSTRAINT tree_edges_version_high_fkey FOREIGN KEY (version, high) REFERENCES poe2.tree_nodes(version, node) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.tree_edges
    ADD CONSTRAINT tree_edges_version_low_fkey FOREIGN KEY (version, low) REFERENCES poe2.tree_nodes(version, node) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.tree_nodes
    ADD CONSTRAINT tree_nodes_version_fkey FOREIGN KEY (version) REFERENCES poe2.trees(version) ON DELETE CASCADE;

ALTER TABLE poe2.accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY add ON poe2.build_collection_items FOR INSERT TO guildhall_app WITH CHECK ((EXISTS ( SELECT
   FROM poe2.build_collections c
  WHERE ((c.id = build_collection_items.collection_id) AND (c.user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)))));

CREATE POLICY add ON poe2.build_collections FOR INSERT TO guildhall_app WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY add ON poe2.build_reviews FOR INSERT TO guildhall_app WITH CHECK (((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT
   FROM poe2.build_templates b
  WHERE (b.id = build_reviews.build_template_id)))));

CREATE POLICY add ON poe2.build_templates FOR INSERT TO guildhall_app WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY add ON poe2.build_versions FOR INSERT TO guildhall_app WITH CHECK ((EXISTS ( SELECT
   FROM poe2.build_templates b
  WHERE ((b.id = build_versions.build_template_id) AND (b.user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)))));

CREATE POLICY add ON poe2.comments FOR INSERT TO guildhall_app WITH CHECK (((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT
   FROM poe2.build_templates b
  WHERE (b.id = comments.build_template_id)))));

ALTER TABLE poe2.build_collection_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.build_collections ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.build_likes ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.build_reviews ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.build_templates ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.build_versions ENABLE ROW LEVEL SECURITY;

CREATE POLICY change ON poe2.build_collection_items FOR UPDATE TO guildhall_app USING ((EXISTS ( SELECT
   FROM poe2.build_collections c
  WHERE ((c.id = build_collection_items.collection_id) AND (c.user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid))))) WITH CHECK ((EXISTS ( SELECT
   FROM poe2.build_collections c
  WHERE ((c.id = build_collection_items.collection_id) AND (c.user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)))));

CREATE POLICY change ON poe2.build_collections FOR UPDATE TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY change ON poe2.build_reviews FOR UPDATE TO guildhall_app USING (((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) OR ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists"))) WITH CHECK (((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) OR ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists")));

CREATE POLICY change ON poe2.build_templates FOR UPDATE TO guildhall_app USING (((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) OR ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists"))) WITH CHECK (((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) OR ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists")));

CREATE POLICY change ON poe2.comments FOR UPDATE TO guildhall_app USING (((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) OR ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists"))) WITH CHECK (((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) OR ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists")));

ALTER TABLE poe2.character_builds ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.character_leagues ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.character_snapshots ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.characters ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.comments ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.crafting_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.crafting_steps ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.crafting_strategies ENABLE ROW LEVEL SECURITY;

CREATE POLICY doorkeeper ON poe2.accounts TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

ALTER TABLE poe2.equipment_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE poe2.imported_records ENABLE ROW LEVEL SECURITY;

CREATE POLICY jobs_all ON poe2.accounts TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.build_collection_items TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.build_collections TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.build_likes TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.build_reviews TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.build_templates TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.build_versions TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.character_builds TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.character_leagues TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.character_snapshots TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.characters TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.comments TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.crafting_sessions TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.crafting_steps TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.crafting_strategies TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.equipment_changes TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON poe2.imported_records TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY moderate ON poe2.crafting_strategies FOR UPDATE TO guildhall_app USING (( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists")) WITH CHECK (( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists"));

CREATE POLICY own ON poe2.crafting_strategies TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.accounts TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.build_likes TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.character_builds TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.character_leagues TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.character_snapshots TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.characters TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.crafting_sessions TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.crafting_steps TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.equipment_changes TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON poe2.imported_records TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY remove ON poe2.build_collection_items FOR DELETE TO guildhall_app USING ((EXISTS ( SELECT
   FROM poe2.build_collections c
  WHERE ((c.id = build_collection_items.collection_id) AND (c.user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)))));

CREATE POLICY remove ON poe2.build_collections FOR DELETE TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY remove ON poe2.build_reviews FOR DELETE TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY remove ON poe2.build_templates FOR DELETE TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY see ON poe2.build_collection_items FOR SELECT TO guildhall_app USING ((EXISTS ( SELECT
   FROM poe2.build_collections c
  WHERE (c.id = build_collection_items.collection_id))));

CREATE POLICY see ON poe2.build_collections FOR SELECT TO guildhall_app USING ((is_public OR (user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)));

CREATE POLICY see ON poe2.build_reviews FOR SELECT TO guildhall_app USING ((((withheld_at IS NULL) OR (user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) OR ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists")) AND ((EXISTS ( SELECT
   FROM poe2.build_templates b
  WHERE (b.id = build_reviews.build_template_id))) OR (user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid))));

CREATE POLICY see ON poe2.build_templates FOR SELECT TO guildhall_app USING (((visibility <> 'draft'::text) OR (user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) OR ((withheld_at IS NOT NULL) AND ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists"))));

CREATE POLICY see ON poe2.build_versions FOR SELECT TO guildhall_app USING ((EXISTS ( SELECT
   FROM poe2.build_templates b
  WHERE (b.id = build_versions.build_template_id))));

CREATE POLICY see ON poe2.comments FOR SELECT TO guildhall_app USING (((EXISTS ( SELECT
   FROM poe2.build_templates b
  WHERE (b.id = comments.build_template_id))) OR (user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)));

CREATE POLICY see ON poe2.crafting_strategies FOR SELECT TO guildhall_app USING ((is_public OR ((withheld_at IS NOT NULL) AND ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists"))));

GRANT USAGE ON SCHEMA poe2 TO guildhall_app;

GRANT USAGE ON SCHEMA poe2 TO guildhall_jobs;

GRANT USAGE ON SCHEMA poe2 TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_templates TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_templates TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.accounts TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.accounts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.bases TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.bases TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmap_changes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmap_changes TO guildhall_jobs;

GRANT USAGE ON SEQUENCE poe2.build_bitmap_changes_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE poe2.build_bitmap_changes_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmap_chunks TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmap_chunks TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmap_state TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmap_state TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmap_terms TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmap_terms TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmaps TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_bitmaps TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_collection_items TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_collection_items TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_collections TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_collections TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_count_changes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_count_changes TO guildhall_jobs;

GRANT USAGE ON SEQUENCE poe2.build_count_changes_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE poe2.build_count_changes_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_likes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_likes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_rank_changes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_rank_changes TO guildhall_jobs;

GRANT USAGE ON SEQUENCE poe2.build_rank_changes_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE poe2.build_rank_changes_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_rating_changes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_rating_changes TO guildhall_jobs;

GRANT USAGE ON SEQUENCE poe2.build_rating_changes_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE poe2.build_rating_changes_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_ratings TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_ratings TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_reviews TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_reviews TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search_blocks TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search_blocks TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search_rebuild TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search_rebuild TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search_terms TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search_terms TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search_values TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_search_values TO guildhall_jobs;

GRANT SELECT,INSERT ON TABLE poe2.build_versions TO guildhall_app;

GRANT SELECT,INSERT ON TABLE poe2.build_versions TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_view_days TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_view_days TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_views TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.build_views TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.character_builds TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.character_builds TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.character_leagues TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.character_leagues TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.character_snapshots TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.character_snapshots TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.characters TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.characters TO guildhall_jobs;

GRANT SELECT,INSERT,UPDATE ON TABLE poe2.comments TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.comments TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.crafting_patches TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.crafting_patches TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.crafting_sessions TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.crafting_sessions TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE ON TABLE poe2.crafting_steps TO guildhall_app;

GRANT SELECT,INSERT,DELETE ON TABLE poe2.crafting_steps TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.crafting_strategies TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.crafting_strategies TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.equipment_changes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.equipment_changes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.ggg_calls TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.ggg_calls TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.ggg_halts TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.ggg_halts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.ggg_policies TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.ggg_policies TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.ggg_routes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.ggg_routes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.gone_builds TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.gone_builds TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.imported_records TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.imported_records TO guildhall_jobs;

GRANT USAGE ON SEQUENCE poe2.imported_records_seq_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE poe2.imported_records_seq_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.leagues TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.leagues TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.market_backfills TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.market_backfills TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.market_daily TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.market_daily TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.market_items TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.market_items TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.market_price_history TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.market_price_history TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_changes TO guildhall_jobs;

GRANT INSERT ON TABLE poe2.meta_changes TO guildhall_app;

GRANT USAGE ON SEQUENCE poe2.meta_changes_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE poe2.meta_changes_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_claims TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_claims TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_count_changes TO guildhall_jobs;

GRANT USAGE ON SEQUENCE poe2.meta_count_changes_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE poe2.meta_count_changes_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_counts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_entries TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_figures TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_figures TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_leagues TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_leagues TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_recount TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_scopes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.meta_scopes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.mods TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.mods TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.pending_revocations TO guildhall_jobs;

GRANT USAGE ON SEQUENCE poe2.publications TO guildhall_app;

GRANT USAGE ON SEQUENCE poe2.publications TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.tree_edges TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.tree_edges TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.tree_nodes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.tree_nodes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.trees TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.trees TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.visitor_keys TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.visitor_keys TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA poe2 GRANT USAGE ON SEQUENCES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA poe2 GRANT USAGE ON SEQUENCES TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA poe2 GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA poe2 GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_jobs;
