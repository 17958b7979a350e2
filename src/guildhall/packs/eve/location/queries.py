"""The location of a character."""

from guildhall.db.statements import rows
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.location.schemas.stored import Location
from guildhall.packs.eve.location.schemas.views import LocationRow


@rows(
    LocationRow,
    """
    select l.solar_system_id, n.name as solar_system_name, l.station_id, st.name as station_name, l.structure_id,
           s.name as structure_name, l.ship_type_id, t.name as ship_type_name, l.ship_name, l.online, l.last_login,
           l.last_logout
    from eve.locations l
    left join eve.names n on n.id = l.solar_system_id
    left join eve.names st on st.id = l.station_id
    left join eve.structures s on s.character = l.character and s.structure_id = l.structure_id
    left join eve.names t on t.id = l.ship_type_id
    where l.character = :character
    """,
)
def shown_location(character: CharacterId) -> None: ...


@rows(
    Location,
    """
    select solar_system_id, station_id, structure_id, ship_item_id, ship_type_id, ship_name, online, last_login,
           last_logout, logins, as_of
    from eve.locations where character = :character
    """,
)
def location(character: CharacterId) -> None: ...
