"""Statements of the bitmaps: what processes copy, and the job that keeps them."""

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.discovery.schemas import (
    BitmapChange,
    BitmapState,
    BitsRow,
    Described,
    LoadedBits,
    LockedState,
    NumberOf,
    TermCount,
)


@rows(
    BitmapState,
    """
    select s.version, s.epoch, s.ready > 0 as ready,
           coalesce((select max(chunk) + 1 from poe2.build_bitmap_chunks), 0) as chunks,
           (select count(*) from (select from poe2.build_bitmap_changes limit :most + 1) c)::int as changes,
           array(select t.term from poe2.build_bitmap_terms t where t.term like '>%:%' and t.generation <= s.ready)
               as ranks
    from poe2.build_bitmap_state s
    """,
    proven=("ready", "chunks", "changes", "ranks"),
)
def state(most: int) -> None:
    """The bitmaps' place, the number of changes since, up to some, and the terms of ranks that have bitmaps."""


@rows(
    LoadedBits,
    """
    select (select s.version from poe2.build_bitmap_state s) as version, t.term, k.term is not null as kept,
           f.share::double precision, m.chunk, m.bits
    from unnest(:terms::text[]) t (term)
    left join poe2.build_bitmap_terms k
        on k.term = t.term and k.generation <= (select s.ready from poe2.build_bitmap_state s)
    left join poe2.build_bitmaps m on m.term = k.term
    left join poe2.build_search_terms f on f.term = t.term
    """,
    proven=("version", "term", "kept"),
    hot=True,
)
def load(terms: list[str]) -> None:
    """The bitmaps of terms; one row without for a term that has none."""


@rows(
    NumberOf,
    """
    select (select s.version from poe2.build_bitmap_state s) as version, t.term, s.number
    from unnest(:terms::text[], :queries::text[]) t (term, query)
    left join poe2.build_search s on s.words @@ t.query::tsquery
    """,
    proven=("version", "term"),
    hot=True,
)
def numbers_of(terms: list[str], queries: list[str]) -> None:
    """The builds of terms that few have, as tsqueries ask for them; one row without for a term that none has."""


@rows(
    BitsRow,
    """
    select m.term, m.chunk, m.bits from poe2.build_bitmaps m
    where m.version > :version and m.term = any(:terms::text[])
    """,
)
def changed_since(version: int, terms: list[str]) -> None:
    """Bitmaps of terms that have changed since a version."""


@rows(LockedState, "select version, generation, ready from poe2.build_bitmap_state for update")
def lock_state() -> None:
    """Lock the bitmaps until the transaction ends: one at a time changes them."""


@command(
    """
    update poe2.build_bitmap_state
    set version = :version, generation = :generation, ready = :ready, epoch = epoch + :epochs::int
    """
)
def move_state(version: int, generation: int, ready: int, epochs: int) -> None: ...


@rows(
    BitmapChange,
    """
    with taken as (
        delete from poe2.build_bitmap_changes
        where id in (select id from poe2.build_bitmap_changes order by id limit :limit)
        returning number, content
    )
    select number, bool_or(content) as content from taken group by number
    """,
    proven=("content",),
)
def take_changes(limit: int) -> None:
    """Take the builds of some changes, the first ones; another transaction's that is not committed stays."""


@rows(int, "select chunk from poe2.build_bitmap_chunks where chunk = any(:chunks::int[])")
def chunks_there(chunks: list[int]) -> None: ...


@rows(
    int,
    """
    select n.chunk
    from generate_series(0, coalesce((select max(number) >> 13 from poe2.build_search), -1)::int) n (chunk)
    left join poe2.build_bitmap_chunks c using (chunk)
    where coalesce(c.generation, -1) < :generation
    order by n.chunk
    limit 1
    """,
    proven=("chunk",),
)
def chunk_behind(generation: int) -> None:
    """The first chunk that does not have all terms of a dictionary."""


@command(
    """
    insert into poe2.build_bitmap_chunks (chunk, generation) values (:chunk, :generation)
    on conflict (chunk) do update set generation = excluded.generation
    """
)
def note_chunk(chunk: int, generation: int) -> None: ...


@rows(
    BitsRow,
    """
    select term, chunk, bits from poe2.build_bitmaps
    where chunk = :chunk and (not :ranks_alone::boolean or term like '>%')
    """,
)
def bits_of_chunk(chunk: int, ranks_alone: bool) -> None: ...


@rows(
    Described,
    """
    select number, case when :ranks_alone::boolean then '{}' else tsvector_to_array(words) end as words,
           likes, rating, trending
    from poe2.build_search where number >= :first and number < :end
    """,
    proven=("words",),
)
def builds_between(first: int, end: int, ranks_alone: bool) -> None: ...


@rows(
    Described,
    """
    select number, case when :ranks_alone::boolean then '{}' else tsvector_to_array(words) end as words,
           likes, rating, trending
    from poe2.build_search where number = any(:numbers::bigint[])
    """,
    proven=("words",),
)
def builds_of(numbers: list[int], ranks_alone: bool) -> None: ...


@command(
    """
    insert into poe2.build_bitmaps (term, chunk, version, bits)
    select t.term, :chunk, :version, t.bits from unnest(:terms::text[], :bits::bytea[]) t (term, bits)
    on conflict (term, chunk) do update set version = excluded.version, bits = excluded.bits
    """
)
def write_bits(chunk: int, version: int, terms: list[str], bits: list[bytes]) -> None: ...


@rows(str, "select term from poe2.build_bitmap_terms")
def kept_terms() -> None: ...


@rows(TermCount, "select term, share::double precision from poe2.build_search_terms where share >= :least::real")
def common_terms(least: float) -> None: ...


@command("insert into poe2.build_bitmap_terms (term, generation) select t, :generation from unnest(:terms::text[]) t")
def add_terms(terms: list[str], generation: int) -> None: ...


@command("delete from poe2.build_bitmap_terms where term = any(:terms::text[])")
def drop_terms(terms: list[str]) -> None: ...


@command("delete from poe2.build_bitmaps where term = any(:terms::text[])")
def drop_bits(terms: list[str]) -> None: ...
