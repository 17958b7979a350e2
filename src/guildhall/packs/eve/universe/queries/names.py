"""Names of ids, and item types."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.eve.universe.schemas import Labelled, NameRow, TypeInfo


@rows(NameRow, "select id, category, name, fetched_at from eve.names where id = any(:ids) order by id")
def known_names(ids: list[int]) -> None: ...


@rows(
    Labelled,
    """
    select id, name from eve.names where id = any(:ids)
    """,
)
def labels(ids: list[int]) -> None: ...


@rows(
    int,
    """
    select distinct u.id
    from unnest(:ids::bigint[]) as u (id)
    where u.id between 1 and 2147483647
      and not exists (select from eve.names n where n.id = u.id)
      and not exists (select from eve.nameless x where x.id = u.id and x.asked_at > :since)
    order by u.id
    """,
    proven=("id",),
)
def unnamed_of(ids: list[int], since: datetime) -> None:
    """Select the ids without a name that were not looked up in vain lately.

    Structures have larger ids and are not public.
    """


@command(
    """
    insert into eve.nameless (id, asked_at) select unnest(:ids::bigint[]), :now
    on conflict (id) do update set asked_at = excluded.asked_at
    """,
)
def note_nameless(ids: list[int], now: datetime) -> None: ...


@command(
    """
    insert into eve.names (id, category, name, fetched_at)
    select n.id, n.category, n.name, :now
    from unnest(:ids::bigint[], :categories::text[], :names::text[]) as n (id, category, name)
    order by n.id
    on conflict (id) do update
        set category = excluded.category, name = excluded.name, fetched_at = excluded.fetched_at
    """,
)
def keep_names(ids: list[int], categories: list[str], names: list[str], now: datetime) -> None: ...


@rows(
    TypeInfo,
    """
    select type_id, name, group_id, description, published, volume, icon_id, market_group_id, fetched_at as as_of
    from eve.types
    where type_id = :type
    """,
)
def known_type(type: int) -> None: ...


@command(
    """
    insert into eve.types
        (type_id, name, group_id, description, published, volume, icon_id, market_group_id, fetched_at)
    values (:type, :name, :group, :description, :published, :volume, :icon, :market_group, :fetched_at)
    on conflict (type_id) do update
        set name = excluded.name, group_id = excluded.group_id, description = excluded.description,
            published = excluded.published, volume = excluded.volume, icon_id = excluded.icon_id,
            market_group_id = excluded.market_group_id, fetched_at = excluded.fetched_at
    """,
)
def keep_type(
    type: int,
    name: str,
    group: int,
    description: str,
    published: bool,
    volume: float | None,
    icon: int | None,
    market_group: int | None,
    fetched_at: datetime,
) -> None: ...
