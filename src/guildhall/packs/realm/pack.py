"""The manifest of the realm pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Development, Pack, Part
from guildhall.references import Reference

REALM = Pack(
    name="realm",
    title="Realm",
    settings=Reference("guildhall.packs.realm.settings:RealmSettings"),
    migrations=Branch("realm", "guildhall.packs.realm.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.packs.realm.process:PROCESS"),
            web=Reference("guildhall.packs.realm.web:WEB"),
            worker=Reference("guildhall.packs.realm.worker:WORKER"),
        ),
    ),
    commands=Commands(
        Reference("guildhall.packs.realm.cli:commands"),
        "Realm: servers, files of game servers, the archive, what operators look at.",
    ),
    development=Development(
        sandboxes=Reference("guildhall.packs.realm.stand_ins:SANDBOXES"),
        demo=Reference("guildhall.packs.realm.demo:DEMO"),
        seed=Reference("guildhall.packs.realm.seed.actions:seed"),
    ),
)
