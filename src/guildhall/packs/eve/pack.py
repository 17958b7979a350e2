"""The manifest of the eve pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Development, Pack
from guildhall.packs.eve.alarms import part as alarms
from guildhall.packs.eve.characters import part as characters
from guildhall.packs.eve.game_notifications import part as game_notifications
from guildhall.packs.eve.industry import part as industry
from guildhall.packs.eve.location import part as location
from guildhall.packs.eve.mails import part as mails
from guildhall.packs.eve.market import part as market
from guildhall.packs.eve.orders import part as orders
from guildhall.packs.eve.overview import part as overview
from guildhall.packs.eve.planets import part as planets
from guildhall.packs.eve.skills import part as skills
from guildhall.packs.eve.status import part as status
from guildhall.packs.eve.sync import part as sync
from guildhall.packs.eve.tokens import part as tokens
from guildhall.packs.eve.universe import part as universe
from guildhall.packs.eve.upstream import part as upstream
from guildhall.packs.eve.wallet import part as wallet
from guildhall.references import Reference

EVE = Pack(
    name="eve",
    title="EVE Online",
    settings=Reference("guildhall.packs.eve.settings:EveSettings"),
    migrations=Branch("eve", "guildhall.packs.eve.migrations"),
    parts=(
        upstream.PART,
        tokens.PART,
        characters.PART,
        universe.PART,
        market.PART,
        status.PART,
        skills.PART,
        mails.PART,
        orders.PART,
        industry.PART,
        planets.PART,
        wallet.PART,
        location.PART,
        game_notifications.PART,
        alarms.PART,
        sync.PART,
        overview.PART,
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
