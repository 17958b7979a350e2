"""The objects of planets that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

PROCESS = ProcessPart(
    exports=(
        export_of(
            "planets",
            "planet_id, planet_type, solar_system_id, upgrade_level, num_pins, last_update, layout, layout_of",
            "planet_id",
        ),
        export_of(
            "extractors",
            "planet_id, pin_id, type_id, product_type_id, cycle_time, qty_per_cycle, install_time, expiry_time",
            "planet_id, pin_id",
        ),
    ),
)
