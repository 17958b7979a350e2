"""The manifest of the realm pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Pack
from guildhall.references import Reference

REALM = Pack(
    name="realm",
    title="Realm",
    settings=Reference("guildhall.packs.realm.settings:RealmSettings"),
    migrations=Branch("realm", "guildhall.packs.realm.migrations"),
    process=Reference("guildhall.packs.realm.process:PROCESS"),
    web=Reference("guildhall.packs.realm.web:WEB"),
    worker=Reference("guildhall.packs.realm.worker:WORKER"),
    sandboxes=Reference("guildhall.packs.realm.stand_ins:SANDBOXES"),
    commands=Commands(
        Reference("guildhall.packs.realm.cli.commands:commands"),
        "Realm: servers, files of game servers, the archive, what operators look at.",
    ),
    demo=Reference("guildhall.packs.realm.demo:DEMO"),
    seed=Reference("guildhall.packs.realm.seed:seed"),
)
