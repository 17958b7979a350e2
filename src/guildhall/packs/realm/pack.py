"""The manifest of the realm pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Development, Pack, Part
from guildhall.packs.realm.access import part as access
from guildhall.packs.realm.archive import part as archive
from guildhall.packs.realm.chat import part as chat
from guildhall.packs.realm.direct import part as direct
from guildhall.packs.realm.disbanding import part as disbanding
from guildhall.packs.realm.exchange import part as exchange
from guildhall.packs.realm.follow import part as follow
from guildhall.packs.realm.game import part as game
from guildhall.packs.realm.guilds import part as guilds
from guildhall.packs.realm.moderation import part as moderation
from guildhall.packs.realm.ops import part as ops
from guildhall.packs.realm.parties import part as parties
from guildhall.packs.realm.people import part as people
from guildhall.packs.realm.raids import part as raids
from guildhall.packs.realm.sanctions import part as sanctions
from guildhall.packs.realm.search import part as search
from guildhall.packs.realm.servers import part as servers
from guildhall.packs.realm.treasury import part as treasury
from guildhall.packs.realm.wars import part as wars
from guildhall.packs.realm.writer import part as writer
from guildhall.references import Reference

REALM = Pack(
    name="realm",
    title="Realm",
    settings=Reference("guildhall.packs.realm.settings:RealmSettings"),
    migrations=Branch("realm", "guildhall.packs.realm.migrations"),
    parts=(
        Part(process=Reference("guildhall.packs.realm.process:PROCESS")),
        access.PART,
        follow.PART,
        servers.PART,
        writer.PART,
        moderation.PART,
        chat.PART,
        search.PART,
        raids.PART,
        direct.PART,
        parties.PART,
        guilds.PART,
        treasury.PART,
        wars.PART,
        disbanding.PART,
        people.PART,
        sanctions.PART,
        exchange.PART,
        archive.PART,
        game.PART,
        ops.PART,
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
