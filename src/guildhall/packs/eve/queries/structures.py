"""Structures as each pilot may know them."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query

# Ids above a million million are players' structures; stations have names that everybody may know.
unnamed = Query(
    int,
    """
    select distinct n.id
    from (
        select location_id as id from eve.market_orders where character = $1 and state in ('open', 'unknown')
        union all
        select structure_id from eve.locations where character = $1
        union all
        select facility_id from eve.industry_jobs where character = $1 and status in ('active', 'paused', 'ready')
    ) n
    where n.id > 1000000000000
      and not exists (
        select from eve.structures s
        where s.character = $1 and s.structure_id = n.id
          and (s.forbidden_until > $2 or (s.forbidden_until is null and s.fetched_at > $3))
      )
    order by n.id
    limit $4
    """,
    UUID,
    datetime,
    datetime,
    int,
    proven=("id",),
)

name = Command(
    """
    insert into eve.structures
        (character, user_id, structure_id, name, solar_system_id, type_id, owner_id, fetched_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (character, structure_id) do update
    set name = excluded.name, solar_system_id = excluded.solar_system_id, type_id = excluded.type_id,
        owner_id = excluded.owner_id, fetched_at = excluded.fetched_at, forbidden_until = null
    """,
    UUID,
    UUID,
    int,
    str,
    int,
    int | None,
    int,
    datetime,
)

forbid = Command(
    """
    insert into eve.structures (character, user_id, structure_id, fetched_at, forbidden_until)
    values ($1, $2, $3, $4, $5)
    on conflict (character, structure_id) do update
    set fetched_at = excluded.fetched_at, forbidden_until = excluded.forbidden_until
    """,
    UUID,
    UUID,
    int,
    datetime,
    datetime,
)
