"""The manifest of the wine pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Pack
from guildhall.packs.wine.world import part as world
from guildhall.references import Reference

WINE = Pack(
    name="wine",
    title="Wine",
    settings=Reference("guildhall.packs.wine.settings:WineSettings"),
    migrations=Branch("wine", "guildhall.packs.wine.migrations"),
    parts=(world.PART,),
)
