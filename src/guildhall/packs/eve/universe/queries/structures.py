"""Structures as each pilot may know them."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.eve.ids import CharacterId


@rows(
    int,
    """
    select distinct n.id
    from (
        select location_id as id from eve.market_orders where character = :character and state in ('open', 'unknown')
        union all
        select structure_id from eve.locations where character = :character
        union all
        select facility_id from eve.industry_jobs
        where character = :character and status in ('active', 'paused', 'ready')
    ) n
    where n.id > 1000000000000
      and not exists (
        select from eve.structures s
        where s.character = :character and s.structure_id = n.id
          and (s.forbidden_until > :now or (s.forbidden_until is null and s.fetched_at > :since))
      )
    order by n.id
    limit :limit
    """,
    proven=("id",),
)
def unnamed(character: CharacterId, now: datetime, since: datetime, limit: int) -> None:
    """Ids above a million million are players' structures; stations have names that everybody may know."""


@command(
    """
    insert into eve.structures
        (character, user_id, structure_id, name, solar_system_id, type_id, owner_id, fetched_at)
    values (:character, :user, :structure, :name, :solar_system, :type, :owner, :now)
    on conflict (character, structure_id) do update
    set name = excluded.name, solar_system_id = excluded.solar_system_id, type_id = excluded.type_id,
        owner_id = excluded.owner_id, fetched_at = excluded.fetched_at, forbidden_until = null
    """,
)
def name(
    character: CharacterId,
    user: UserId,
    structure: int,
    name: str,
    solar_system: int,
    type: int | None,
    owner: int,
    now: datetime,
) -> None: ...


@command(
    """
    insert into eve.structures (character, user_id, structure_id, fetched_at, forbidden_until)
    values (:character, :user, :structure, :now, :forbidden_until)
    on conflict (character, structure_id) do update
    set fetched_at = excluded.fetched_at, forbidden_until = excluded.forbidden_until
    """,
)
def forbid(character: CharacterId, user: UserId, structure: int, now: datetime, forbidden_until: datetime) -> None: ...
