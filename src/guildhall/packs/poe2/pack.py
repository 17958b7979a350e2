"""The manifest of the poe2 pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Development, Pack
from guildhall.packs.poe2.achievements import part as achievements
from guildhall.packs.poe2.authors import part as authors
from guildhall.packs.poe2.builds import part as builds
from guildhall.packs.poe2.characters import part as characters
from guildhall.packs.poe2.codes import part as codes
from guildhall.packs.poe2.collections import part as collections
from guildhall.packs.poe2.crafting import part as crafting
from guildhall.packs.poe2.discovery import part as discovery
from guildhall.packs.poe2.ggg import part as ggg
from guildhall.packs.poe2.insights import part as insights
from guildhall.packs.poe2.market import part as market
from guildhall.packs.poe2.opinions import part as opinions
from guildhall.packs.poe2.transfer import part as transfer
from guildhall.packs.poe2.trees import part as trees
from guildhall.references import Reference

POE2 = Pack(
    name="poe2",
    title="Path of Exile 2",
    settings=Reference("guildhall.packs.poe2.settings:Poe2Settings"),
    migrations=Branch("poe2", "guildhall.packs.poe2.migrations"),
    parts=(
        trees.PART,
        codes.PART,
        ggg.PART,
        builds.PART,
        market.PART,
        crafting.PART,
        characters.PART,
        opinions.PART,
        discovery.PART,
        collections.PART,
        authors.PART,
        insights.PART,
        transfer.PART,
        achievements.PART,
    ),
    commands=Commands(
        Reference("guildhall.packs.poe2.cli:commands"), "Path of Exile 2: builds, trees, codes, the market, crafting."
    ),
    development=Development(
        sandboxes=Reference("guildhall.packs.poe2.stand_ins:SANDBOXES"),
        demo=Reference("guildhall.packs.poe2.demo:DEMO"),
        seed=Reference("guildhall.packs.poe2.characters.seed:seed"),
    ),
)
