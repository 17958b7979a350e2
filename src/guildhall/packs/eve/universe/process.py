"""The objects of the game's public data that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

PROCESS = ProcessPart(
    exports=(
        export_of(
            "structures",
            "structure_id, name, solar_system_id, type_id, owner_id, fetched_at, forbidden_until",
            "structure_id",
        ),
    ),
)
