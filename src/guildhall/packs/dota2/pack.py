"""The manifest of the dota2 pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Development, Pack, Part
from guildhall.references import Reference

DOTA2 = Pack(
    name="dota2",
    title="Dota 2",
    settings=Reference("guildhall.packs.dota2.settings:Dota2Settings"),
    migrations=Branch("dota2", "guildhall.packs.dota2.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.packs.dota2.process:PROCESS"),
            web=Reference("guildhall.packs.dota2.web:WEB"),
            worker=Reference("guildhall.packs.dota2.worker:WORKER"),
        ),
    ),
    commands=Commands(Reference("guildhall.packs.dota2.cli:commands"), "Dota 2: players, heroes, trend rules."),
    development=Development(
        sandboxes=Reference("guildhall.packs.dota2.stand_ins:SANDBOXES"),
        demo=Reference("guildhall.packs.dota2.demo:DEMO"),
    ),
)
