"""Names and types that are known."""

from datetime import datetime
from uuid import UUID

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
    """,
    list[int],
)

# What has no name yet, and was not asked for in vain lately. Structures are not public: their ids are larger.
unnamed_of = Query(
    int,
    """
    select distinct u.id
    from unnest($1::bigint[]) as u (id)
    where u.id between 1 and 2147483647
      and not exists (select from eve.names n where n.id = u.id)
      and not exists (select from eve.nameless x where x.id = u.id and x.asked_at > $2)
    order by u.id
    """,
    list[int],
    datetime,
    proven=("id",),
)

# Where a character has colonies, where it is, and in what.
places_of = Query(
    int,
    """
    select solar_system_id as id from eve.planets where character = $1
    union
    select u.id from eve.locations l, unnest(array[l.solar_system_id, l.station_id, l.ship_type_id]) as u (id)
    where l.character = $1 and u.id is not null
    """,
    UUID,
    proven=("id",),
)

note_nameless = Command(
    """
    insert into eve.nameless (id, asked_at) select unnest($1::bigint[]), $2
    on conflict (id) do update set asked_at = excluded.asked_at
    """,
    list[int],
    datetime,
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
