"""Statements about the game's data of a patch."""

from datetime import datetime
from typing import Any

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.crafting.rules.game import Rules
from guildhall.packs.poe2.crafting.schemas.game import BaseLine, ModRow, PatchCard


@rows(tuple[str, datetime], "select patch, imported_at from poe2.crafting_patches")
def imported_patches() -> None: ...


@rows(
    tuple[str, str, Any, str, float, datetime],
    """
    select patch, source, rules, weight_source, usual_weight, imported_at
    from poe2.crafting_patches where patch = :patch
    """,
)
def patch_row(patch: str) -> None:
    """A patch with its rules."""


@rows(
    PatchCard,
    """
    select p.patch, p.source, p.weight_source, p.usual_weight, p.imported_at,
           m.mods::int, (select count(*) from poe2.bases b where b.patch = p.patch)::int as bases,
           coalesce(m.spawns, 0)::int as spawns, coalesce(m.weights, 0)::int as weights
    from poe2.crafting_patches p
    cross join lateral (
        select count(*) as mods, sum(cardinality(m.tags)) as spawns,
               sum(cardinality(array_remove(m.weights, null))) as weights
        from poe2.mods m where m.patch = p.patch
    ) m
    where :after::text is null or p.patch < :after
    order by p.patch desc
    limit :limit
    """,
    proven=("mods", "bases", "spawns", "weights"),
)
def patches(after: str | None, limit: int) -> None:
    """The patches, the newest first."""


@rows(
    ModRow,
    """
    select id, type, side, level, name, kind, families, stats, faction, tags, weights
    from poe2.mods where patch = :patch order by id
    """,
)
def mods_of(patch: str) -> None: ...


@rows(
    ModRow,
    """
    select id, type, side, level, name, kind, families, stats, faction, tags, weights
    from poe2.mods
    where patch = :patch and id > :after and tags && :tags
    order by id
    limit :limit
    """,
)
def mods_on(patch: str, tags: list[str], after: str, limit: int) -> None:
    """The modifiers that have any of the tags, behind one."""


@rows(BaseLine, "select id, name, item_class, tags from poe2.bases where patch = :patch order by id")
def bases_of(patch: str) -> None: ...


@rows(
    BaseLine,
    """
    select id, name, item_class, tags
    from poe2.bases
    where patch = :patch and id > :after and (:item_class::text is null or item_class = :item_class)
    order by id
    limit :limit
    """,
)
def base_page(patch: str, item_class: str | None, after: str, limit: int) -> None:
    """The bases of a patch, or of a class in it, behind one."""


@rows(bool, "delete from poe2.crafting_patches where patch = :patch returning true as gone", proven=("gone",))
def drop_patch(patch: str) -> None: ...


@command(
    """
    insert into poe2.crafting_patches (patch, source, rules, weight_source, usual_weight, imported_at)
    values (:patch, :source, :rules::jsonb, :weight_source, :usual_weight, :now)
    """
)
def add_patch(
    patch: str, source: str, rules: Rules, weight_source: str, usual_weight: float, now: datetime
) -> None: ...


@command(
    """
    insert into poe2.mods (patch, id, type, side, level, name, kind, families, stats, faction, tags, weights)
    select :patch, m.id, m.type, m.side, m.level, m.name, m.kind,
           array(select jsonb_array_elements_text(m.families)), array(select jsonb_array_elements_text(m.stats)),
           m.faction, array(select s->>'tag' from jsonb_array_elements(m.spawn) with ordinality x (s, n) order by n),
           array(select (s->>'weight')::float8 from jsonb_array_elements(m.spawn) with ordinality x (s, n) order by n)
    from jsonb_to_recordset(:mods::jsonb)
         m (id text, type text, side text, level int, name text, kind text, families jsonb, stats jsonb, faction text,
            spawn jsonb)
    """
)
def add_mods(patch: str, mods: Any) -> None:
    """Add modifiers, a list of `Mod`."""


@command(
    """
    insert into poe2.bases (patch, id, name, item_class, tags)
    select :patch, b.id, b.name, b.item_class, array(select jsonb_array_elements_text(b.tags))
    from jsonb_to_recordset(:bases::jsonb) b (id text, name text, item_class text, tags jsonb)
    """
)
def add_bases(patch: str, bases: Any) -> None:
    """Add base types, a list of `Base`."""


@command(
    """
    update poe2.crafting_patches set weight_source = :weight_source, usual_weight = :usual_weight, imported_at = :now
    where patch = :patch
    """
)
def put_weight_source(patch: str, weight_source: str, usual_weight: float, now: datetime) -> None: ...


@command(
    """
    update poe2.mods m
    set weights = array(select (w->>n)::float8
                        from generate_series(0, jsonb_array_length(given.w) - 1) n, lateral (select given.w) x (w)
                        order by n)
    from jsonb_each(:weights::jsonb) given (id, w)
    where m.patch = :patch and m.id = given.id
    """
)
def put_weights(patch: str, weights: Any) -> None:
    """Set the weights of modifiers, given by id in the order of their tags."""
