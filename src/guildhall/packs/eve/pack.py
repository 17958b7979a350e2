"""The manifest of the eve pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Development, Pack, Part
from guildhall.references import Reference

EVE = Pack(
    name="eve",
    title="EVE Online",
    settings=Reference("guildhall.packs.eve.settings:EveSettings"),
    migrations=Branch("eve", "guildhall.packs.eve.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.packs.eve.process:PROCESS"),
            web=Reference("guildhall.packs.eve.web:WEB"),
            worker=Reference("guildhall.packs.eve.worker:WORKER"),
        ),
    ),
    commands=Commands(
        Reference("guildhall.packs.eve.operations.cli:commands"), "EVE Online: characters, syncs, the state of ESI."
    ),
    development=Development(
        sandboxes=Reference("guildhall.packs.eve.stand_ins:SANDBOXES"),
        demo=Reference("guildhall.packs.eve.demo:DEMO"),
        seed=Reference("guildhall.packs.eve.seed:seed"),
    ),
)
