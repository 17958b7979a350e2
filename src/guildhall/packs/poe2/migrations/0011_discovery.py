"""The search over public builds: a row of words and facets for each, ranks in blocks, and how common words are."""

from guildhall.db.revision import steps

revision = "poe2_0011"
down_revision = "poe2_0010"
branch_labels = None
depends_on = None

_INDEXED = (
    "title, description, author, class, ascendancy, level, main_skill, dps, ehp, gems, uniques, trees, has_notes, "
    "league, patch_version, complexity, tags, language, visibility"
)

UP = f"""
-- The place of a build in the order of first publication; it keeps it when it is published again.
create sequence poe2.publications;
alter table poe2.build_templates add column publication bigint;
-- Serves the rebuild of the search.
create unique index build_templates_publication on poe2.build_templates (publication) where publication is not null;

create function poe2.number_publication() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    new.publication := nextval('poe2.publications');
    return new;
end $$;
create trigger numbered before insert or update of visibility on poe2.build_templates
    for each row when (new.visibility = 'public' and new.publication is null)
    execute function poe2.number_publication();

create table poe2.build_search (
    build_template_id uuid primary key references poe2.build_templates on delete cascade,
    user_id           uuid not null,
    -- the order of first publication
    number            bigint not null unique check (number >= 0),
    likes             int not null check (likes >= 0),
    views             int not null check (views >= 0),
    -- a hundred times the lower end of the interval of the rating
    rating            int not null check (rating between 0 and 500),
    -- the logarithm, to the base 2, of the likes and views that decay by half every 48 hours; as all decay alike, the
    -- order stays, and nothing is written while nothing happens
    heat              double precision not null,
    -- four times the heat, as a whole number
    trending          int not null check (trending >= 0),
    -- as 'class:Ranger'; counted
    facets            text[] not null,
    -- the words of the texts; after '^' those of title, author, class and main skill; after '=' the facets in small
    -- letters, and the blocks of the ranks
    words             tsvector not null
);
alter table poe2.build_search alter column words set statistics 300;
alter table poe2.build_search set (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05);
-- Serves every search. Without a pending list, which each search would read through.
create index build_search_words on poe2.build_search using gin (words) with (fastupdate = off);
-- Serve the largest value of each rank, from which a search begins.
create index build_search_likes on poe2.build_search (likes);
create index build_search_rating on poe2.build_search (rating);
create index build_search_trending on poe2.build_search (trending);
-- Serves an author's public builds, the latest first.
create index build_search_of_user on poe2.build_search (user_id, number desc);

-- The share of builds that have a word or facet, of those that are common, as PostgreSQL's statistics know it.
create table poe2.build_search_terms (
    term  text primary key,
    share real not null check (share between 0 and 1)
);
create index build_search_terms_prefix on poe2.build_search_terms (term text_pattern_ops);
-- How many builds a block of a rank has.
create table poe2.build_search_blocks (
    sort   text not null check (sort in ('likes', 'rating', 'trending')),
    block  int not null check (block >= 0),
    builds int not null check (builds > 0),
    primary key (sort, block)
);
-- The values of facets with their numbers of builds, for completion.
create table poe2.build_search_values (
    facet  text not null,
    value  text not null,
    builds int not null check (builds > 0),
    primary key (facet, value)
);
create index build_search_values_prefix on poe2.build_search_values (facet, lower(value) text_pattern_ops);
-- The checkpoint of a rebuild.
create table poe2.build_search_rebuild (
    singleton boolean primary key default true check (singleton),
    mark      bigint not null
);
-- Builds whose ranks a job looks at again. Without a reference to the build, which may be gone by then.
create table poe2.build_rank_changes (
    id                bigint generated always as identity primary key,
    build_template_id uuid not null
);

create function poe2.text_config(language text) returns regconfig
language sql immutable parallel safe set search_path = pg_catalog as $$
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

-- The heat of one like or view at a time.
create function poe2.heat_at(at timestamptz) returns double precision
language sql immutable parallel safe set search_path = pg_catalog as $$
    select extract(epoch from at - '2024-01-01 00:00+00'::timestamptz)::double precision / (48 * 3600)
$$;

create function poe2.trending_of(heat double precision) returns int
language sql immutable parallel safe set search_path = pg_catalog as $$
    select greatest(0, floor(least(heat, 1e6) * 4))::int
$$;

-- The block of a number of likes: each number is one up to 1,023, and then there are 32 to each doubling.
create function poe2.likes_block(likes int) returns int
language sql immutable parallel safe set search_path = pg_catalog as $$
    select case when likes < 1024 then likes else (
        select 1024 + (e - 10) * 32 + (likes >> (e - 5)) - 32
        from (values (length(ltrim(likes::bit(32)::text, '0')) - 1)) v (e)
    ) end
$$;

-- The blocks of the ranks: those of 512 builds, of one number of likes, and so on, and groups of them.
create function poe2.rank_lexemes(number bigint, likes int, rating int, trending int) returns text[]
language sql immutable parallel safe set search_path = pg_catalog as $$
    select array['=n1:' || (number >> 9), '=n2:' || (number >> 13), '=l1:' || poe2.likes_block(likes),
                 '=l2:' || length(ltrim(likes::bit(32)::text, '0')),
                 '=r1:' || rating, '=r2:' || (rating >> 4), '=t1:' || trending, '=t2:' || (trending >> 4)]
$$;

create function poe2.build_facets(b poe2.build_templates) returns text[]
language sql stable set search_path = pg_catalog as $$
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

create function poe2.build_words(b poe2.build_templates) returns tsvector
language plpgsql stable set search_path = pg_catalog as $$
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

-- Put a public build into the search, or write it anew there; its ranks stay.
create function poe2.index_build(b poe2.build_templates) returns void
language plpgsql set search_path = pg_catalog as $$
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

create function poe2.follow_build() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    if new.visibility = 'public' then
        perform poe2.index_build(new);
    else
        delete from poe2.build_search s where s.build_template_id = new.id;
    end if;
    return null;
end $$;
create trigger searched_new after insert on poe2.build_templates
    for each row when (new.visibility = 'public') execute function poe2.follow_build();
create trigger searched after update of {_INDEXED} on poe2.build_templates
    for each row when (new.visibility = 'public' or old.visibility = 'public') execute function poe2.follow_build();

create function poe2.note_build_rank() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.build_rank_changes (build_template_id) values (new.id);
    return null;
end $$;
create function poe2.note_rating_rank() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.build_rank_changes (build_template_id) values (new.build_template_id);
    return null;
end $$;
create trigger counted after update of views, likes on poe2.build_templates
    for each row when (new.visibility = 'public' and (old.views <> new.views or old.likes <> new.likes))
    execute function poe2.note_build_rank();
create trigger ranked after insert or update on poe2.build_ratings
    for each row execute function poe2.note_rating_rank();

update poe2.build_templates set publication = p.number
from (
    select o.id, nextval('poe2.publications') as number
    from (select b.id from poe2.build_templates b where b.visibility = 'public' order by b.published_at, b.id) o
) p
where build_templates.id = p.id;
select poe2.index_build(b) from poe2.build_templates b where b.visibility = 'public';
"""
DOWN = """
drop trigger ranked on poe2.build_ratings;
drop trigger counted on poe2.build_templates;
drop trigger searched on poe2.build_templates;
drop trigger searched_new on poe2.build_templates;
drop trigger numbered on poe2.build_templates;
drop function poe2.note_rating_rank();
drop function poe2.note_build_rank();
drop function poe2.follow_build();
drop function poe2.index_build(poe2.build_templates);
drop function poe2.build_words(poe2.build_templates);
drop function poe2.build_facets(poe2.build_templates);
drop function poe2.rank_lexemes(bigint, int, int, int);
drop function poe2.likes_block(int);
drop function poe2.trending_of(double precision);
drop function poe2.heat_at(timestamptz);
drop function poe2.text_config(text);
drop function poe2.number_publication();
drop table poe2.build_rank_changes;
drop table poe2.build_search_rebuild;
drop table poe2.build_search_values;
drop table poe2.build_search_blocks;
drop table poe2.build_search_terms;
drop table poe2.build_search;
alter table poe2.build_templates drop column publication;
drop sequence poe2.publications;
"""

upgrade, downgrade = steps(UP, DOWN)
