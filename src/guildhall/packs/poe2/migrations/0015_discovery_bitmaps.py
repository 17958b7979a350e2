"""Bitmaps of common words, facets and ranks, by which a search finds its builds among many."""

from guildhall.db.revision import steps

revision = "poe2_0015"
down_revision = "poe2_0014"
branch_labels = None
depends_on = None

UP = """
-- How far the bitmaps are. Each change of them has a version; a process knows by it whether its copies are of now.
create table poe2.build_bitmap_state (
    singleton  boolean primary key default true check (singleton),
    version    bigint not null,
    -- the last dictionary of terms, and the last for which all chunks have bitmaps
    generation bigint not null,
    ready      bigint not null,
    -- increases when terms come or go: copies in processes are made anew
    epoch      bigint not null
);
insert into poe2.build_bitmap_state (version, generation, ready, epoch) values (0, 0, 0, 0);
-- Terms that have bitmaps: those of many builds, and '>likes:57', the builds that have so many.
create table poe2.build_bitmap_terms (
    term       text primary key,
    generation bigint not null
);
-- Ranges of 8,192 numbers of builds, and the dictionary of which they have all terms.
create table poe2.build_bitmap_chunks (
    chunk      int primary key check (chunk >= 0),
    generation bigint not null
);
-- The builds of a chunk that have a term: 1,024 bytes, a bit for each number; or, of few, two bytes for each.
create table poe2.build_bitmaps (
    term    text not null,
    chunk   int not null,
    version bigint not null,
    bits    bytea not null,
    primary key (term, chunk)
);
-- Serves copies in processes, which take over what has changed.
create index build_bitmaps_version on poe2.build_bitmaps (version);
-- Serves the job that brings a chunk up to date.
create index build_bitmaps_chunk on poe2.build_bitmaps (chunk);
-- Builds that have changed since their bitmaps were made: a search looks at each of them.
create table poe2.build_bitmap_changes (
    id      bigint generated always as identity primary key,
    number  bigint not null,
    -- whether words may have changed, or ranks alone
    content boolean not null
);

create function poe2.note_bitmap_change() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.build_bitmap_changes (number, content)
    values (case when tg_op = 'DELETE' then old.number else new.number end, tg_argv[0]::boolean);
    return null;
end $$;
create trigger mapped after insert or delete or update of facets on poe2.build_search
    for each row execute function poe2.note_bitmap_change('true');
create trigger mapped_ranks after update of likes, rating, trending on poe2.build_search
    for each row execute function poe2.note_bitmap_change('false');
"""
DOWN = """
drop trigger mapped_ranks on poe2.build_search;
drop trigger mapped on poe2.build_search;
drop function poe2.note_bitmap_change();
drop table poe2.build_bitmap_changes;
drop table poe2.build_bitmaps;
drop table poe2.build_bitmap_chunks;
drop table poe2.build_bitmap_terms;
drop table poe2.build_bitmap_state;
"""

upgrade, downgrade = steps(UP, DOWN)
