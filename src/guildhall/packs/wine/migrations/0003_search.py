"""The search over wines: their words, and the vocabulary in which words are found in spite of typos."""

from guildhall.db.policies import APP, READONLY
from guildhall.db.revision import steps

revision = "wine_0003"
down_revision = "wine_0002"
branch_labels = None
depends_on = None

UP = f"""
-- The words of a text, each once, as names are compared.
create function wine.words_of(content text) returns text[]
language sql immutable strict parallel safe set search_path = pg_catalog as $$
    select coalesce(array_agg(distinct m[1]), '{{}}')
    from regexp_matches(wine.name_key(content), '[[:alnum:]]+', 'g') m
$$;

-- The trigrams of a word, with two blanks before it and one after it.
create function wine.trigrams_of(word text) returns text[]
language sql immutable strict parallel safe set search_path = pg_catalog as $$
    select coalesce(array_agg(distinct substr('  ' || word || ' ', n, 3)), '{{}}')
    from generate_series(1, char_length(word) + 1) n
$$;

-- The words of each wine: of its name, its producer, its region and all names of its grapes.
create table wine.wine_search (
    wine_id uuid primary key references wine.catalogue_wines on delete cascade,
    words   text[] collate "C" not null
);
create index wine_search_words on wine.wine_search using gin (words);

-- All words, how many wines have each, and their trigrams: a typo is found among these, not among the wines.
create table wine.search_words (
    word     text collate "C" primary key check (char_length(word) between 1 and 200),
    uses     int not null default 0 check (uses >= 0),
    trigrams text[] collate "C" not null generated always as (wine.trigrams_of(word)) stored
);
create index search_words_trigrams on wine.search_words using gin (trigrams);

-- Words that a word may mean, with how well each fits, from 0 to 1000: itself, words that begin with it, and such as have
-- enough trigrams in common. A word of less than four letters has no typos.
create function wine.meant_words(wanted text) returns table (word text, uses int, fit int)
language sql stable strict parallel safe set search_path = pg_catalog as $$
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

-- The wines that have every word of a text or one that it may mean, with how well they fit: the mean over the words, and a
-- point more for more than one rating of ten, a hundred and so on. A text without words finds nothing. The filters are of
-- species; a region is one with what lies within it.
create function wine.search_wines(
    wanted text, of_type text default null, of_region text default null, of_grape text default null,
    of_rarity int default null, of_style text default null
) returns table (wine_id uuid, species_id uuid, slug text, score int)
language plpgsql stable parallel safe set search_path = pg_catalog as $$
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

insert into wine.wine_search (wine_id, words)
select w.id, wine.words_of(concat_ws(' ', w.name, p.name, r.name, (
    select string_agg(n.name, ' ') from wine.catalogue_wine_grapes o join wine.grape_names n on n.grape_id = o.grape_id
    where o.wine_id = w.id
)))
from wine.catalogue_wines w
join wine.producers p on p.id = w.producer_id
join wine.regions r on r.id = w.region_id;
insert into wine.search_words (word, uses)
select word, count(*) from wine.wine_search cross join unnest(words) word where char_length(word) <= 200 group by word;

revoke insert, update, delete on wine.wine_search, wine.search_words from {APP};
grant select on wine.wine_search, wine.search_words to {READONLY};
"""

DOWN = """
drop function wine.search_wines(text, text, text, text, int, text);
drop function wine.meant_words(text);
drop table wine.search_words;
drop table wine.wine_search;
drop function wine.trigrams_of(text);
drop function wine.words_of(text);
"""

upgrade, downgrade = steps(UP, DOWN)
