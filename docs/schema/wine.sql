-- The schema wine as the migrations make it; made by `make docs`.

CREATE SCHEMA wine;

CREATE DOMAIN wine.base_stats AS smallint[]
	CONSTRAINT base_stats_check CHECK (((array_ndims(VALUE) = 1) AND (array_lower(VALUE, 1) = 1) AND (cardinality(VALUE) = 6) AND (array_position(VALUE, NULL::smallint) IS NULL) AND (1 <= ALL (VALUE)) AND (255 >= ALL (VALUE))));

CREATE DOMAIN wine.ev_stat AS smallint
	CONSTRAINT ev_stat_check CHECK (((VALUE >= 0) AND (VALUE <= 252)));

CREATE DOMAIN wine.iv_stat AS smallint
	CONSTRAINT iv_stat_check CHECK (((VALUE >= 0) AND (VALUE <= 31)));

CREATE DOMAIN wine.percentage AS numeric(5,2)
	CONSTRAINT percentage_check CHECK (((VALUE >= (0)::numeric) AND (VALUE <= (100)::numeric)));

CREATE DOMAIN wine.price AS bigint
	CONSTRAINT price_check CHECK ((VALUE >= 0));

CREATE DOMAIN wine.wine_level AS smallint
	CONSTRAINT wine_level_check CHECK (((VALUE >= 1) AND (VALUE <= 200)));

CREATE FUNCTION wine.evs_after(evs wine.ev_stat[], gains integer[], multiplier integer) RETURNS integer[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
declare
    result int[] := evs::int[];

    total  int := (select sum(value) from unnest(evs) value);

    place  int;

    gain   bigint;

begin
    foreach place in array array[1, 2, 3, 6, 4, 5] loop
        exit when total >= 510;

        gain := greatest(least(gains[place]::bigint * multiplier, 510 - total, 252 - result[place]), 0);

        result[place] := result[place] + gain;

        total := total + gain;

    end loop;

    return result;

end $$;

CREATE FUNCTION wine.experience_at(growth_curve text, level integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select case when level = 1 then 0 else case growth_curve
        when 'early' then 4 * n.cube / 5
        when 'steady' then n.cube
        when 'measured' then 6 * n.cube / 5 - 15 * level * level + 100 * level - 140
        when 'slow' then 5 * n.cube / 4
        when 'blooming' then case
            when level <= 50 then n.cube * (100 - level) / 50
            when level <= 68 then n.cube * (150 - level) / 100
            when level <= 98 then n.cube * ((1911 - 10 * level) / 3) / 500
            when level <= 100 then n.cube * (160 - level) / 100
            else 600000 + 8118 * (level - 100)
        end
        when 'lingering' then case
            when level <= 15 then n.cube * (24 + (level + 1) / 3) / 50
            when level <= 35 then n.cube * (14 + level) / 50
            else n.cube * (32 + level / 2) / 50
        end
    end end
    from (select level::bigint * level * level) n (cube)
$$;

CREATE FUNCTION wine.level_at(growth_curve text, experience bigint) RETURNS integer
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select l.level::int from wine.growth_levels l
    where l.growth_curve = level_at.growth_curve and l.experience <= greatest(level_at.experience, 0)
    order by l.experience desc limit 1
$$;

CREATE FUNCTION wine.meant_words(wanted text) RETURNS TABLE(word text, uses integer, fit integer)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    with q (trigrams) as materialized (select wine.trigrams_of(wanted))
    select f.word, f.uses, f.fit from (
        select v.word, v.uses, case
            when v.word = wanted then 1000
            when starts_with(v.word, wanted) then 700 + 200 * char_length(wanted) / char_length(v.word)
            when char_length(wanted) < 4 or abs(char_length(wanted) - char_length(v.word)) > 3 then 0
            else (
                select 900 * count(*) / (cardinality(v.trigrams) + cardinality(q.trigrams) - count(*))
                from unnest(v.trigrams) t where t = any(q.trigrams)
            )
        end::int as fit
        from q cross join wine.search_words v
        where v.trigrams && q.trigrams
    ) f
    where f.fit >= 290
    order by f.fit desc, f.word
    limit 50
$$;

CREATE FUNCTION wine.name_key(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select btrim(regexp_replace(
        replace(replace(replace(replace(translate(
            regexp_replace(normalize(lower(
                regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]+', '', 'g')), NFKD), '[\u0300-\u036f]+', '', 'g'),
            'øđðłıς', 'oddliσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        '[ \t\n\r\f\v\u00a0]+', ' ', 'g'), ' ')
$$;

CREATE FUNCTION wine.number_pair() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    select int4range(8 * a.position + d.position, 8 * a.position + d.position, '[]') into new.pair
    from wine.wine_types a, wine.wine_types d where a.type = new.attacking and d.type = new.defending;

    return new;

end $$;

CREATE FUNCTION wine.refuse_circle() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    -- one after the other: two that each see nothing of the other could make a circle together
    perform pg_advisory_xact_lock(hashtext('wine.region_parents'));

    if exists (
        with recursive above (region_id, id) as (
            select n.region_id, n.parent_id from added n
            union
            select a.region_id, p.parent_id from above a join wine.region_parents p on p.region_id = a.id
        )
        select from above where region_id = id
    ) then
        raise check_violation using message = 'a region does not lie within itself';

    end if;

    return null;

end $$;

CREATE FUNCTION wine.search_wines(wanted text, of_type text DEFAULT NULL::text, of_region text DEFAULT NULL::text, of_grape text DEFAULT NULL::text, of_rarity integer DEFAULT NULL::integer, of_style text DEFAULT NULL::text) RETURNS TABLE(wine_id uuid, species_id uuid, slug text, score integer)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
declare
    asked  text[] := (wine.words_of(left(wanted, 200)))[1:8];

    meant  jsonb;

    rarest text[];

begin
    if cardinality(asked) = 0 or asked is null then
        return;

    end if;

    select jsonb_agg(s order by s.uses, s.of_word) into meant from (
        select a.word as of_word, array_agg(m.word) as words, array_agg(m.fit) as fits, sum(m.uses) as uses
        from unnest(asked) a (word) cross join wine.meant_words(a.word) m group by a.word
    ) s;

    if meant is null or jsonb_array_length(meant) < cardinality(asked) then
        return;

    end if;

    -- the index finds the wines of the rarest word, and the others are looked at among those
    rarest := array(select jsonb_array_elements_text(meant -> 0 -> 'words'));

    return query
    with recursive sets as materialized (
        select o.of_word, o.words, o.fits from jsonb_to_recordset(meant) o (of_word text, words text[], fits int[])
    ), below (id) as (
        select r.id from wine.regions r where r.slug = of_region
        union
        select p.region_id from below b join wine.region_parents p on p.parent_id = b.id
    ), found as materialized (
        select s.wine_id, s.words from wine.wine_search s
        where s.words && rarest and not exists (select from sets o where not s.words && o.words)
    )
    select w.id, w.species_id, w.slug, (
        (select sum((
            select max(m.fit) from unnest(o.words, o.fits) m (word, fit) where m.word = any(f.words)
        )) from sets o) / cardinality(asked) + length(w.ratings::text) - 1
    )::int
    from found f
    join wine.catalogue_wines w on w.id = f.wine_id
    join wine.wine_species s on s.id = w.species_id
    where (of_type is null or s.primary_type = of_type or s.secondary_type = of_type)
      and (of_region is null or w.region_id in (select id from below))
      and (of_grape is null or s.grape_varieties @> array[of_grape])
      and (of_rarity is null or s.rarity_base = of_rarity)
      and (of_style is null or w.style = of_style);

end $$;

CREATE FUNCTION wine.stats_of(base wine.base_stats, ivs wine.iv_stat[], evs wine.ev_stat[], level wine.wine_level, raised text, lowered text) RETURNS integer[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select array_agg(case
        when s.position = 1 and base[1] = 1 then 1
        when s.position = 1 then c.core + level + 10
        when raised = lowered then c.core + 5
        when s.stat = raised then (c.core + 5) * 110 / 100
        when s.stat = lowered then (c.core + 5) * 90 / 100
        else c.core + 5
    end order by s.position)
    from unnest(array['body', 'acidity', 'tannin', 'aroma', 'finish', 'vigour']) with ordinality s (stat, position)
    cross join lateral (
        select ((2 * base[s.position] + ivs[s.position] + evs[s.position] / 4) * level / 100)::int as core
    ) c
$$;

CREATE FUNCTION wine.trigrams_of(word text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select coalesce(array_agg(distinct substr('  ' || word || ' ', n, 3)), '{}')
    from generate_series(1, char_length(word) + 1) n
$$;

CREATE FUNCTION wine.type_factor(attacking text, defending text, on_day date) RETURNS integer
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select e.factor::int from wine.type_effectiveness e
    where e.attacking = type_factor.attacking and e.defending = type_factor.defending and e.valid @> on_day
    order by e.season is null limit 1
$$;

CREATE FUNCTION wine.type_multiplier(attacking text, primary_type text, secondary_type text, on_day date) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select case
        when secondary_type is null or secondary_type = primary_type
            then wine.type_factor(attacking, primary_type, on_day)
        else wine.type_factor(attacking, primary_type, on_day) * wine.type_factor(attacking, secondary_type, on_day) / 100
    end
$$;

CREATE FUNCTION wine.words_of(content text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select coalesce(array_agg(distinct m[1]), '{}')
    from regexp_matches(wine.name_key(content), '[[:alnum:]]+', 'g') m
$$;

CREATE TABLE wine.catalogue_imports (
    id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    kind text NOT NULL,
    file_name text NOT NULL,
    rows_done bigint DEFAULT 0 NOT NULL,
    added bigint DEFAULT 0 NOT NULL,
    changed bigint DEFAULT 0 NOT NULL,
    known bigint DEFAULT 0 NOT NULL,
    set_aside bigint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT catalogue_imports_file_name_check CHECK (((char_length(file_name) >= 1) AND (char_length(file_name) <= 255))),
    CONSTRAINT catalogue_imports_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
    CONSTRAINT catalogue_imports_kind_check CHECK ((kind = ANY (ARRAY['wines'::text, 'ratings'::text, 'areas'::text]))),
    CONSTRAINT catalogue_imports_rows_done_check CHECK ((rows_done >= 0))
);

CREATE TABLE wine.catalogue_rejects (
    import_id uuid NOT NULL,
    row_number bigint NOT NULL,
    reason text NOT NULL,
    CONSTRAINT catalogue_rejects_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 500))),
    CONSTRAINT catalogue_rejects_row_number_check CHECK ((row_number > 0))
);

CREATE TABLE wine.catalogue_wine_grapes (
    wine_id uuid NOT NULL,
    grape_id uuid NOT NULL,
    "position" smallint NOT NULL,
    CONSTRAINT catalogue_wine_grapes_position_check CHECK ((("position" >= 1) AND ("position" <= 40)))
);

CREATE TABLE wine.catalogue_wines (
    id uuid NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    slug text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    producer_id uuid NOT NULL,
    region_id uuid NOT NULL,
    species_id uuid NOT NULL,
    style text NOT NULL,
    body smallint NOT NULL,
    acidity smallint NOT NULL,
    sweetness smallint NOT NULL,
    alcohol wine.percentage NOT NULL,
    ratings integer DEFAULT 0 NOT NULL,
    half_stars bigint DEFAULT 0 NOT NULL,
    CONSTRAINT catalogue_wines_acidity_check CHECK (((acidity >= 1) AND (acidity <= 3))),
    CONSTRAINT catalogue_wines_alcohol_check CHECK (((alcohol)::numeric <= (25)::numeric)),
    CONSTRAINT catalogue_wines_body_check CHECK (((body >= 1) AND (body <= 5))),
    CONSTRAINT catalogue_wines_check CHECK (((half_stars >= 0) AND (half_stars <= (10 * (ratings)::bigint)))),
    CONSTRAINT catalogue_wines_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT catalogue_wines_ratings_check CHECK ((ratings >= 0)),
    CONSTRAINT catalogue_wines_slug_check CHECK ((slug ~ '^[a-z0-9-]{1,140}$'::text)),
    CONSTRAINT catalogue_wines_source_check CHECK ((source ~ '^[a-z]{2,20}$'::text)),
    CONSTRAINT catalogue_wines_source_id_check CHECK ((source_id ~ '^[0-9A-Za-z_-]{1,40}$'::text)),
    CONSTRAINT catalogue_wines_style_check CHECK ((style = ANY (ARRAY['red'::text, 'white'::text, 'rose'::text, 'sparkling'::text, 'dessert'::text, 'fortified'::text]))),
    CONSTRAINT catalogue_wines_sweetness_check CHECK (((sweetness >= 0) AND (sweetness <= 4)))
);

CREATE TABLE wine.grape_names (
    name_key text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    grape_id uuid NOT NULL,
    CONSTRAINT grape_names_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT grape_names_name_key_check CHECK (((char_length(name_key) >= 1) AND (char_length(name_key) <= 400)))
);

CREATE TABLE wine.grapes (
    id uuid NOT NULL,
    slug text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    colour text,
    CONSTRAINT grapes_colour_check CHECK ((colour = ANY (ARRAY['red'::text, 'white'::text]))),
    CONSTRAINT grapes_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT grapes_slug_check CHECK ((slug ~ '^[a-z0-9-]{1,120}$'::text))
);

CREATE TABLE wine.growth_curves (
    growth_curve text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL,
    CONSTRAINT growth_curves_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 200))),
    CONSTRAINT growth_curves_growth_curve_check CHECK ((growth_curve ~ '^[a-z]{2,20}$'::text))
);

CREATE TABLE wine.growth_levels (
    growth_curve text NOT NULL COLLATE pg_catalog."C",
    level wine.wine_level NOT NULL,
    experience bigint NOT NULL,
    CONSTRAINT growth_levels_experience_check CHECK ((experience >= 0))
);

CREATE TABLE wine.natures (
    nature text NOT NULL COLLATE pg_catalog."C",
    raised text NOT NULL COLLATE pg_catalog."C",
    lowered text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT natures_lowered_check CHECK ((lowered = ANY (ARRAY['acidity'::text, 'tannin'::text, 'aroma'::text, 'finish'::text, 'vigour'::text]))),
    CONSTRAINT natures_nature_check CHECK ((nature ~ '^[a-z]{2,20}$'::text)),
    CONSTRAINT natures_raised_check CHECK ((raised = ANY (ARRAY['acidity'::text, 'tannin'::text, 'aroma'::text, 'finish'::text, 'vigour'::text])))
);

CREATE TABLE wine.producers (
    id uuid NOT NULL,
    slug text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    country_code text NOT NULL COLLATE pg_catalog."C",
    website text,
    CONSTRAINT producers_country_code_check CHECK ((country_code ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT producers_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT producers_slug_check CHECK ((slug ~ '^[a-z0-9-]{1,120}$'::text)),
    CONSTRAINT producers_website_check CHECK (((char_length(website) >= 1) AND (char_length(website) <= 310)))
);

CREATE TABLE wine.rarity_tiers (
    rarity smallint NOT NULL,
    name text NOT NULL,
    drop_weight integer NOT NULL,
    CONSTRAINT rarity_tiers_drop_weight_check CHECK ((drop_weight > 0)),
    CONSTRAINT rarity_tiers_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 40))),
    CONSTRAINT rarity_tiers_rarity_check CHECK (((rarity >= 1) AND (rarity <= 22)))
);

CREATE TABLE wine.region_parents (
    region_id uuid NOT NULL,
    parent_id uuid NOT NULL,
    CONSTRAINT region_parents_check CHECK ((region_id <> parent_id))
);

CREATE TABLE wine.regions (
    id uuid NOT NULL,
    slug text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    country_code text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    CONSTRAINT regions_country_code_check CHECK ((country_code ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT regions_kind_check CHECK ((kind = ANY (ARRAY['country'::text, 'region'::text, 'area'::text]))),
    CONSTRAINT regions_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT regions_slug_check CHECK ((slug ~ '^[a-z0-9-]{1,120}$'::text))
);

CREATE TABLE wine.search_words (
    word text NOT NULL COLLATE pg_catalog."C",
    uses integer DEFAULT 0 NOT NULL,
    trigrams text[] GENERATED ALWAYS AS (wine.trigrams_of(word)) STORED NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT search_words_uses_check CHECK ((uses >= 0)),
    CONSTRAINT search_words_word_check CHECK (((char_length(word) >= 1) AND (char_length(word) <= 200)))
);

CREATE TABLE wine.type_effectiveness (
    id integer NOT NULL,
    attacking text NOT NULL COLLATE pg_catalog."C",
    defending text NOT NULL COLLATE pg_catalog."C",
    factor smallint NOT NULL,
    season text,
    valid daterange DEFAULT '(,)'::daterange NOT NULL,
    pair int4range NOT NULL,
    CONSTRAINT type_effectiveness_check CHECK (((season IS NOT NULL) OR (valid = '(,)'::daterange))),
    CONSTRAINT type_effectiveness_factor_check CHECK ((factor = ANY (ARRAY[0, 50, 100, 200]))),
    CONSTRAINT type_effectiveness_season_check CHECK (((char_length(season) >= 1) AND (char_length(season) <= 60))),
    CONSTRAINT type_effectiveness_valid_check CHECK ((NOT isempty(valid)))
);

ALTER TABLE wine.type_effectiveness ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME wine.type_effectiveness_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE wine.vintages (
    id uuid NOT NULL,
    wine_id uuid NOT NULL,
    year smallint,
    ratings integer DEFAULT 0 NOT NULL,
    CONSTRAINT vintages_ratings_check CHECK ((ratings >= 0)),
    CONSTRAINT vintages_year_check CHECK (((year >= 1700) AND (year <= 2100)))
);

CREATE TABLE wine.wine_search (
    wine_id uuid NOT NULL,
    words text[] NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE wine.wine_species (
    id uuid NOT NULL,
    slug text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    primary_type text NOT NULL COLLATE pg_catalog."C",
    secondary_type text COLLATE pg_catalog."C",
    base_stats wine.base_stats NOT NULL,
    rarity_base smallint DEFAULT 1 NOT NULL,
    growth_curve text NOT NULL COLLATE pg_catalog."C",
    evolution_trigger text NOT NULL,
    breeding_group text[] NOT NULL COLLATE pg_catalog."C",
    grape_varieties text[] NOT NULL COLLATE pg_catalog."C",
    typical_regions text[] NOT NULL COLLATE pg_catalog."C",
    rule_version smallint NOT NULL,
    CONSTRAINT wine_species_breeding_group_check CHECK (((cardinality(breeding_group) >= 1) AND (cardinality(breeding_group) <= 2))),
    CONSTRAINT wine_species_check CHECK ((secondary_type <> primary_type)),
    CONSTRAINT wine_species_evolution_trigger_check CHECK ((evolution_trigger = ANY (ARRAY['none'::text, 'time'::text, 'experience'::text, 'level'::text, 'item'::text, 'season'::text, 'region'::text, 'victory'::text, 'trade'::text, 'guild'::text, 'friendship'::text]))),
    CONSTRAINT wine_species_grape_varieties_check CHECK (((cardinality(grape_varieties) >= 1) AND (cardinality(grape_varieties) <= 40))),
    CONSTRAINT wine_species_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT wine_species_rule_version_check CHECK ((rule_version >= 1)),
    CONSTRAINT wine_species_slug_check CHECK ((slug ~ '^[a-z0-9-]{1,140}$'::text)),
    CONSTRAINT wine_species_typical_regions_check CHECK (((cardinality(typical_regions) >= 1) AND (cardinality(typical_regions) <= 40)))
);

CREATE TABLE wine.wine_types (
    type text NOT NULL COLLATE pg_catalog."C",
    "position" smallint NOT NULL,
    description text NOT NULL,
    CONSTRAINT wine_types_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 200))),
    CONSTRAINT wine_types_position_check CHECK ((("position" >= 1) AND ("position" <= 8))),
    CONSTRAINT wine_types_type_check CHECK ((type ~ '^[a-z]{2,20}$'::text))
);

ALTER TABLE ONLY wine.catalogue_imports
    ADD CONSTRAINT catalogue_imports_fingerprint_key UNIQUE (fingerprint);

ALTER TABLE ONLY wine.catalogue_imports
    ADD CONSTRAINT catalogue_imports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY wine.catalogue_rejects
    ADD CONSTRAINT catalogue_rejects_pkey PRIMARY KEY (import_id, row_number, reason);

ALTER TABLE ONLY wine.catalogue_wine_grapes
    ADD CONSTRAINT catalogue_wine_grapes_pkey PRIMARY KEY (wine_id, grape_id);

ALTER TABLE ONLY wine.catalogue_wines
    ADD CONSTRAINT catalogue_wines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY wine.catalogue_wines
    ADD CONSTRAINT catalogue_wines_slug_key UNIQUE (slug);

ALTER TABLE ONLY wine.catalogue_wines
    ADD CONSTRAINT catalogue_wines_source_source_id_key UNIQUE (source, source_id);

ALTER TABLE ONLY wine.catalogue_wines
    ADD CONSTRAINT catalogue_wines_species_id_key UNIQUE (species_id);

ALTER TABLE ONLY wine.grape_names
    ADD CONSTRAINT grape_names_pkey PRIMARY KEY (name_key);

ALTER TABLE ONLY wine.grapes
    ADD CONSTRAINT grapes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY wine.grapes
    ADD CONSTRAINT grapes_slug_key UNIQUE (slug);

ALTER TABLE ONLY wine.growth_curves
    ADD CONSTRAINT growth_curves_pkey PRIMARY KEY (growth_curve);

ALTER TABLE ONLY wine.growth_levels
    ADD CONSTRAINT growth_levels_growth_curve_experience_key UNIQUE (growth_curve, experience);

ALTER TABLE ONLY wine.growth_levels
    ADD CONSTRAINT growth_levels_pkey PRIMARY KEY (growth_curve, level);

ALTER TABLE ONLY wine.natures
    ADD CONSTRAINT natures_pkey PRIMARY KEY (nature);

ALTER TABLE ONLY wine.natures
    ADD CONSTRAINT natures_raised_lowered_key UNIQUE (raised, lowered);

ALTER TABLE ONLY wine.type_effectiveness
    ADD CONSTRAINT one_season_a_day EXCLUDE USING gist (pair WITH &&, valid WITH &&) WHERE ((season IS NOT NULL));

ALTER TABLE ONLY wine.producers
    ADD CONSTRAINT producers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY wine.producers
    ADD CONSTRAINT producers_slug_key UNIQUE (slug);

ALTER TABLE ONLY wine.rarity_tiers
    ADD CONSTRAINT rarity_tiers_name_key UNIQUE (name);

ALTER TABLE ONLY wine.rarity_tiers
    ADD CONSTRAINT rarity_tiers_pkey PRIMARY KEY (rarity);

ALTER TABLE ONLY wine.region_parents
    ADD CONSTRAINT region_parents_pkey PRIMARY KEY (region_id, parent_id);

ALTER TABLE ONLY wine.regions
    ADD CONSTRAINT regions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY wine.regions
    ADD CONSTRAINT regions_slug_key UNIQUE (slug);

ALTER TABLE ONLY wine.search_words
    ADD CONSTRAINT search_words_pkey PRIMARY KEY (word);

ALTER TABLE ONLY wine.type_effectiveness
    ADD CONSTRAINT type_effectiveness_pkey PRIMARY KEY (id);

ALTER TABLE ONLY wine.vintages
    ADD CONSTRAINT vintages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY wine.vintages
    ADD CONSTRAINT vintages_wine_id_year_key UNIQUE NULLS NOT DISTINCT (wine_id, year);

ALTER TABLE ONLY wine.wine_search
    ADD CONSTRAINT wine_search_pkey PRIMARY KEY (wine_id);

ALTER TABLE ONLY wine.wine_species
    ADD CONSTRAINT wine_species_pkey PRIMARY KEY (id);

ALTER TABLE ONLY wine.wine_species
    ADD CONSTRAINT wine_species_slug_key UNIQUE (slug);

ALTER TABLE ONLY wine.wine_types
    ADD CONSTRAINT wine_types_pkey PRIMARY KEY (type);

ALTER TABLE ONLY wine.wine_types
    ADD CONSTRAINT wine_types_position_key UNIQUE ("position");

CREATE INDEX catalogue_wine_grapes_of_grape ON wine.catalogue_wine_grapes USING btree (grape_id);

CREATE INDEX catalogue_wines_of_producer ON wine.catalogue_wines USING btree (producer_id, slug);

CREATE INDEX catalogue_wines_of_region ON wine.catalogue_wines USING btree (region_id, slug);

CREATE INDEX grape_names_of_grape ON wine.grape_names USING btree (grape_id);

CREATE INDEX region_parents_below ON wine.region_parents USING btree (parent_id, region_id);

CREATE INDEX regions_of_country ON wine.regions USING btree (country_code, slug);

CREATE INDEX search_words_trigrams ON wine.search_words USING gin (trigrams);

CREATE INDEX type_effectiveness_seasons ON wine.type_effectiveness USING btree (attacking, defending) WHERE (season IS NOT NULL);

CREATE UNIQUE INDEX type_effectiveness_usual ON wine.type_effectiveness USING btree (attacking, defending) WHERE (season IS NULL);

CREATE INDEX wine_search_words ON wine.wine_search USING gin (words);

CREATE INDEX wine_species_of_grape ON wine.wine_species USING gin (grape_varieties);

CREATE INDEX wine_species_of_rarity ON wine.wine_species USING btree (rarity_base, slug);

CREATE INDEX wine_species_of_second_type ON wine.wine_species USING btree (secondary_type, slug) WHERE (secondary_type IS NOT NULL);

CREATE INDEX wine_species_of_type ON wine.wine_species USING btree (primary_type, slug);

CREATE TRIGGER number_pair BEFORE INSERT OR UPDATE ON wine.type_effectiveness FOR EACH ROW EXECUTE FUNCTION wine.number_pair();

CREATE TRIGGER refuse_changed_circle AFTER UPDATE ON wine.region_parents REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION wine.refuse_circle();

CREATE TRIGGER refuse_circle AFTER INSERT ON wine.region_parents REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION wine.refuse_circle();

ALTER TABLE ONLY wine.catalogue_rejects
    ADD CONSTRAINT catalogue_rejects_import_id_fkey FOREIGN KEY (import_id) REFERENCES wine.catalogue_imports(id) ON DELETE CASCADE;

ALTER TABLE ONLY wine.catalogue_wine_grapes
    ADD CONSTRAINT catalogue_wine_grapes_grape_id_fkey FOREIGN KEY (grape_id) REFERENCES wine.grapes(id);

ALTER TABLE ONLY wine.catalogue_wine_grapes
    ADD CONSTRAINT catalogue_wine_grapes_wine_id_fkey FOREIGN KEY (wine_id) REFERENCES wine.catalogue_wines(id) ON DELETE CASCADE;

ALTER TABLE ONLY wine.catalogue_wines
    ADD CONSTRAINT catalogue_wines_producer_id_fkey FOREIGN KEY (producer_id) REFERENCES wine.producers(id);

ALTER TABLE ONLY wine.catalogue_wines
    ADD CONSTRAINT catalogue_wines_region_id_fkey FOREIGN KEY (region_id) REFERENCES wine.regions(id);

ALTER TABLE ONLY wine.catalogue_wines
    ADD CONSTRAINT catalogue_wines_species_id_fkey FOREIGN KEY (species_id) REFERENCES wine.wine_species(id);

ALTER TABLE ONLY wine.grape_names
    ADD CONSTRAINT grape_names_grape_id_fkey FOREIGN KEY (grape_id) REFERENCES wine.grapes(id) ON DELETE CASCADE;

ALTER TABLE ONLY wine.growth_levels
    ADD CONSTRAINT growth_levels_growth_curve_fkey FOREIGN KEY (growth_curve) REFERENCES wine.growth_curves(growth_curve);

ALTER TABLE ONLY wine.region_parents
    ADD CONSTRAINT region_parents_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES wine.regions(id) ON DELETE CASCADE;

ALTER TABLE ONLY wine.region_parents
    ADD CONSTRAINT region_parents_region_id_fkey FOREIGN KEY (region_id) REFERENCES wine.regions(id) ON DELETE CASCADE;

ALTER TABLE ONLY wine.type_effectiveness
    ADD CONSTRAINT type_effectiveness_attacking_fkey FOREIGN KEY (attacking) REFERENCES wine.wine_types(type);

ALTER TABLE ONLY wine.type_effectiveness
    ADD CONSTRAINT type_effectiveness_defending_fkey FOREIGN KEY (defending) REFERENCES wine.wine_types(type);

ALTER TABLE ONLY wine.vintages
    ADD CONSTRAINT vintages_wine_id_fkey FOREIGN KEY (wine_id) REFERENCES wine.catalogue_wines(id) ON DELETE CASCADE;

ALTER TABLE ONLY wine.wine_search
    ADD CONSTRAINT wine_search_wine_id_fkey FOREIGN KEY (wine_id) REFERENCES wine.catalogue_wines(id) ON DELETE CASCADE;

ALTER TABLE ONLY wine.wine_species
    ADD CONSTRAINT wine_species_growth_curve_fkey FOREIGN KEY (growth_curve) REFERENCES wine.growth_curves(growth_curve);

ALTER TABLE ONLY wine.wine_species
    ADD CONSTRAINT wine_species_primary_type_fkey FOREIGN KEY (primary_type) REFERENCES wine.wine_types(type);

ALTER TABLE ONLY wine.wine_species
    ADD CONSTRAINT wine_species_rarity_base_fkey FOREIGN KEY (rarity_base) REFERENCES wine.rarity_tiers(rarity);

ALTER TABLE ONLY wine.wine_species
    ADD CONSTRAINT wine_species_secondary_type_fkey FOREIGN KEY (secondary_type) REFERENCES wine.wine_types(type);

GRANT USAGE ON SCHEMA wine TO guildhall_app;

GRANT USAGE ON SCHEMA wine TO guildhall_jobs;

GRANT USAGE ON SCHEMA wine TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.catalogue_imports TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.catalogue_rejects TO guildhall_jobs;

GRANT SELECT ON TABLE wine.catalogue_wine_grapes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.catalogue_wine_grapes TO guildhall_jobs;

GRANT SELECT ON TABLE wine.catalogue_wine_grapes TO guildhall_readonly;

GRANT SELECT ON TABLE wine.catalogue_wines TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.catalogue_wines TO guildhall_jobs;

GRANT SELECT ON TABLE wine.catalogue_wines TO guildhall_readonly;

GRANT SELECT ON TABLE wine.grape_names TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.grape_names TO guildhall_jobs;

GRANT SELECT ON TABLE wine.grape_names TO guildhall_readonly;

GRANT SELECT ON TABLE wine.grapes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.grapes TO guildhall_jobs;

GRANT SELECT ON TABLE wine.grapes TO guildhall_readonly;

GRANT SELECT ON TABLE wine.growth_curves TO guildhall_app;

GRANT SELECT ON TABLE wine.growth_curves TO guildhall_jobs;

GRANT SELECT ON TABLE wine.growth_curves TO guildhall_readonly;

GRANT SELECT ON TABLE wine.growth_levels TO guildhall_app;

GRANT SELECT ON TABLE wine.growth_levels TO guildhall_jobs;

GRANT SELECT ON TABLE wine.growth_levels TO guildhall_readonly;

GRANT SELECT ON TABLE wine.natures TO guildhall_app;

GRANT SELECT ON TABLE wine.natures TO guildhall_jobs;

GRANT SELECT ON TABLE wine.natures TO guildhall_readonly;

GRANT SELECT ON TABLE wine.producers TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.producers TO guildhall_jobs;

GRANT SELECT ON TABLE wine.producers TO guildhall_readonly;

GRANT SELECT ON TABLE wine.rarity_tiers TO guildhall_app;

GRANT SELECT ON TABLE wine.rarity_tiers TO guildhall_jobs;

GRANT SELECT ON TABLE wine.rarity_tiers TO guildhall_readonly;

GRANT SELECT ON TABLE wine.region_parents TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.region_parents TO guildhall_jobs;

GRANT SELECT ON TABLE wine.region_parents TO guildhall_readonly;

GRANT SELECT ON TABLE wine.regions TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.regions TO guildhall_jobs;

GRANT SELECT ON TABLE wine.regions TO guildhall_readonly;

GRANT SELECT ON TABLE wine.search_words TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.search_words TO guildhall_jobs;

GRANT SELECT ON TABLE wine.search_words TO guildhall_readonly;

GRANT SELECT ON TABLE wine.type_effectiveness TO guildhall_app;

GRANT SELECT ON TABLE wine.type_effectiveness TO guildhall_jobs;

GRANT SELECT ON TABLE wine.type_effectiveness TO guildhall_readonly;

GRANT USAGE ON SEQUENCE wine.type_effectiveness_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE wine.type_effectiveness_id_seq TO guildhall_jobs;

GRANT SELECT ON TABLE wine.vintages TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.vintages TO guildhall_jobs;

GRANT SELECT ON TABLE wine.vintages TO guildhall_readonly;

GRANT SELECT ON TABLE wine.wine_search TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.wine_search TO guildhall_jobs;

GRANT SELECT ON TABLE wine.wine_search TO guildhall_readonly;

GRANT SELECT ON TABLE wine.wine_species TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE wine.wine_species TO guildhall_jobs;

GRANT SELECT ON TABLE wine.wine_species TO guildhall_readonly;

GRANT SELECT ON TABLE wine.wine_types TO guildhall_app;

GRANT SELECT ON TABLE wine.wine_types TO guildhall_jobs;

GRANT SELECT ON TABLE wine.wine_types TO guildhall_readonly;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA wine GRANT USAGE ON SEQUENCES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA wine GRANT USAGE ON SEQUENCES TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA wine GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA wine GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_jobs;
