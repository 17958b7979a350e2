"""The objects of locations that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

PROCESS = ProcessPart(
    exports=(
        export_of(
            "locations",
            "solar_system_id, station_id, structure_id, ship_item_id, ship_type_id, ship_name, online, last_login, "
            "last_logout, logins, as_of",
            "as_of",
        ),
    ),
)
