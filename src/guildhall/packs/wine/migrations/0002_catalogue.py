"""The catalogue: species, producers, regions, grapes, wines of the real world, their vintages, and imports."""

from guildhall.db.policies import APP, READONLY
from guildhall.db.revision import steps

revision = "wine_0002"
down_revision = "wine_0001"
branch_labels = None
depends_on = None

TABLES = (
    "grape_names", "catalogue_wine_grapes", "vintages", "catalogue_wines", "wine_species", "grapes", "producers",
    "region_parents", "regions",
)  # fmt: skip

UP = f"""
-- What names have in common that are the same: without accents, case and further blanks; no extension, no ICU.
create function wine.name_key(name text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog as $$
    select btrim(regexp_replace(
        replace(replace(replace(replace(translate(
            regexp_replace(normalize(lower(
                regexp_replace(normalize(name, NFKD), '[\\u0300-\\u036f]+', '', 'g')), NFKD), '[\\u0300-\\u036f]+', '', 'g'),
            'øđðłıς', 'oddliσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        '[ \\t\\n\\r\\f\\v\\u00a0]+', ' ', 'g'), ' ')
$$;

create table wine.regions (
    id           uuid primary key,
    slug         text collate "C" not null unique check (slug ~ '^[a-z0-9-]{{1,120}}$'),
    name         text not null check (char_length(name) between 1 and 200),
    country_code text collate "C" not null check (country_code ~ '^[A-Z]{{2}}$'),
    kind         text not null check (kind in ('country', 'region', 'area'))
);
create index regions_of_country on wine.regions (country_code, slug);

-- Regions lie within others. One may lie within several, for areas overlap, but never within itself by any way.
create table wine.region_parents (
    region_id uuid not null references wine.regions on delete cascade,
    parent_id uuid not null references wine.regions on delete cascade,
    primary key (region_id, parent_id),
    check (region_id <> parent_id)
);
create index region_parents_below on wine.region_parents (parent_id, region_id);

create function wine.refuse_circle() returns trigger
language plpgsql set search_path = pg_catalog as $$
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
create trigger refuse_circle after insert on wine.region_parents
    referencing new table as added for each statement execute function wine.refuse_circle();
create trigger refuse_changed_circle after update on wine.region_parents
    referencing new table as added for each statement execute function wine.refuse_circle();

create table wine.producers (
    id           uuid primary key,
    slug         text collate "C" not null unique check (slug ~ '^[a-z0-9-]{{1,120}}$'),
    name         text not null check (char_length(name) between 1 and 200),
    country_code text collate "C" not null check (country_code ~ '^[A-Z]{{2}}$'),
    website      text check (char_length(website) between 1 and 310)
);

create table wine.grapes (
    id     uuid primary key,
    slug   text collate "C" not null unique check (slug ~ '^[a-z0-9-]{{1,120}}$'),
    -- the prime name
    name   text not null check (char_length(name) between 1 and 200),
    colour text check (colour in ('red', 'white'))
);
-- All names of grapes, the prime ones too; a name is that of one grape.
create table wine.grape_names (
    name_key text collate "C" primary key check (char_length(name_key) between 1 and 400),
    name     text not null check (char_length(name) between 1 and 200),
    grape_id uuid not null references wine.grapes on delete cascade
);
create index grape_names_of_grape on wine.grape_names (grape_id);

create table wine.wine_species (
    id                uuid primary key,
    slug              text collate "C" not null unique check (slug ~ '^[a-z0-9-]{{1,140}}$'),
    name              text not null check (char_length(name) between 1 and 200),
    primary_type      text collate "C" not null references wine.wine_types,
    secondary_type    text collate "C" references wine.wine_types check (secondary_type <> primary_type),
    -- body, acidity, tannin, aroma, finish, vigour
    base_stats        wine.base_stats not null,
    rarity_base       smallint not null default 1 references wine.rarity_tiers,
    growth_curve      text collate "C" not null references wine.growth_curves,
    evolution_trigger text not null check (evolution_trigger in (
        'none', 'time', 'experience', 'level', 'item', 'season', 'region', 'victory', 'trade', 'guild', 'friendship')),
    breeding_group    text[] collate "C" not null check (cardinality(breeding_group) between 1 and 2),
    -- slugs of grapes and regions, for filters; the wine's own rows are what they are made of
    grape_varieties   text[] collate "C" not null check (cardinality(grape_varieties) between 1 and 40),
    typical_regions   text[] collate "C" not null check (cardinality(typical_regions) between 1 and 40),
    -- the version of the rule that made it
    rule_version      smallint not null check (rule_version >= 1)
);
create index wine_species_of_type on wine.wine_species (primary_type, slug);
create index wine_species_of_second_type on wine.wine_species (secondary_type, slug) where secondary_type is not null;
create index wine_species_of_rarity on wine.wine_species (rarity_base, slug);
create index wine_species_of_grape on wine.wine_species using gin (grape_varieties);

create table wine.catalogue_wines (
    id           uuid primary key,
    -- where it is from, and its id there
    source       text collate "C" not null check (source ~ '^[a-z]{{2,20}}$'),
    source_id    text collate "C" not null check (source_id ~ '^[0-9A-Za-z_-]{{1,40}}$'),
    slug         text collate "C" not null unique check (slug ~ '^[a-z0-9-]{{1,140}}$'),
    name         text not null check (char_length(name) between 1 and 200),
    producer_id  uuid not null references wine.producers,
    region_id    uuid not null references wine.regions,
    species_id   uuid not null unique references wine.wine_species,
    style        text not null check (style in ('red', 'white', 'rose', 'sparkling', 'dessert', 'fortified')),
    body         smallint not null check (body between 1 and 5),
    acidity      smallint not null check (acidity between 1 and 3),
    sweetness    smallint not null check (sweetness between 0 and 4),
    alcohol      wine.percentage not null check (alcohol <= 25),
    -- people who rated it, and their half stars together
    ratings      int not null default 0 check (ratings >= 0),
    half_stars   bigint not null default 0 check (half_stars between 0 and 10 * ratings::bigint),
    unique (source, source_id)
);
create index catalogue_wines_of_producer on wine.catalogue_wines (producer_id, slug);
create index catalogue_wines_of_region on wine.catalogue_wines (region_id, slug);

create table wine.catalogue_wine_grapes (
    wine_id  uuid not null references wine.catalogue_wines on delete cascade,
    grape_id uuid not null references wine.grapes,
    position smallint not null check (position between 1 and 40),
    primary key (wine_id, grape_id)
);
create index catalogue_wine_grapes_of_grape on wine.catalogue_wine_grapes (grape_id);

-- The years of a wine. A wine without a year has a vintage whose year is null: NV is no year.
create table wine.vintages (
    id      uuid primary key,
    wine_id uuid not null references wine.catalogue_wines on delete cascade,
    year    smallint check (year between 1700 and 2100),
    ratings int not null default 0 check (ratings >= 0),
    unique nulls not distinct (wine_id, year)
);

-- How far a file is: a batch of its rows and its mark are one transaction, so that a killed import goes on behind it.
create table wine.catalogue_imports (
    id          uuid primary key,
    fingerprint bytea not null unique check (octet_length(fingerprint) = 32),
    kind        text not null check (kind in ('wines', 'ratings', 'areas')),
    file_name   text not null check (char_length(file_name) between 1 and 255),
    rows_done   bigint not null default 0 check (rows_done >= 0),
    added       bigint not null default 0,
    changed     bigint not null default 0,
    known       bigint not null default 0,
    set_aside   bigint not null default 0,
    started_at  timestamptz not null,
    finished_at timestamptz
);
create table wine.catalogue_rejects (
    import_id  uuid not null references wine.catalogue_imports on delete cascade,
    row_number bigint not null check (row_number > 0),
    reason     text not null check (char_length(reason) between 1 and 500),
    primary key (import_id, row_number, reason)
);

revoke insert, update, delete on {", ".join(f"wine.{table}" for table in TABLES)} from {APP};
revoke all on wine.catalogue_imports, wine.catalogue_rejects from {APP};
grant select on {", ".join(f"wine.{table}" for table in TABLES)} to {READONLY};
"""

DOWN = f"""
drop table wine.catalogue_rejects;
drop table wine.catalogue_imports;
{"".join(f"drop table wine.{table};" for table in TABLES)}
drop function wine.refuse_circle();
drop function wine.name_key(text);
"""

upgrade, downgrade = steps(UP, DOWN)
