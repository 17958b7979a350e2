"""Names and types that are known."""

from datetime import datetime

from guildhall.db.query import Command, Query
from guildhall.packs.eve.schemas.names import Labelled
from guildhall.packs.eve.schemas.views.universe import NameRow, ServerStatusRow, TypeInfo

known_names = Query(
    NameRow, "select id, category, name, fetched_at from eve.names where id = any($1) order by id", list[int]
)

labels = Query(
    Labelled,
    """
    select id, name from eve.names where id = any($1)
    union all
    select type_id, name from eve.types where type_id = any($2)
    """,
    list[int],
    list[int],
    proven=("id", "name"),
)

keep_names = Command(
    """
    insert into eve.names (id, category, name, fetched_at)
    select n.id, n.category, n.name, $4
    from unnest($1::bigint[], $2::text[], $3::text[]) as n (id, category, name)
    order by n.id
    on conflict (id) do update
        set category = excluded.category, name = excluded.name, fetched_at = excluded.fetched_at
    """,
    list[int],
    list[str],
    list[str],
    datetime,
)

known_type = Query(
    TypeInfo,
    """
    select type_id, name, group_id, description, published, volume, icon_id, market_group_id, fetched_at as as_of
    from eve.types
    where type_id = $1
    """,
    int,
)

keep_type = Command(
    """
    insert into eve.types
        (type_id, name, group_id, description, published, volume, icon_id, market_group_id, fetched_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (type_id) do update
        set name = excluded.name, group_id = excluded.group_id, description = excluded.description,
            published = excluded.published, volume = excluded.volume, icon_id = excluded.icon_id,
            market_group_id = excluded.market_group_id, fetched_at = excluded.fetched_at
    """,
    int, str, int, str, bool, float | None, int | None, int | None, datetime,
)  # fmt: skip

server_status = Query(
    ServerStatusRow,
    """
    select online, players, server_version, start_time, vip, routes_down, as_of
    from eve.server_status
    """,
)
