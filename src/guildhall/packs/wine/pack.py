"""The manifest of the wine pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Development, Pack
from guildhall.packs.wine.catalogue import part as catalogue
from guildhall.packs.wine.world import part as world
from guildhall.references import Reference

WINE = Pack(
    name="wine",
    title="Wine",
    settings=Reference("guildhall.packs.wine.settings:WineSettings"),
    migrations=Branch("wine", "guildhall.packs.wine.migrations"),
    parts=(world.PART, catalogue.PART),
    commands=Commands(Reference("guildhall.packs.wine.cli:commands"), "Wine: the catalogue."),
    development=Development(demo=Reference("guildhall.packs.wine.demo:DEMO")),
)
