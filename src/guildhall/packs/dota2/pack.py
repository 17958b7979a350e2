"""The manifest of the dota2 pack."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Development, Pack
from guildhall.packs.dota2.analytics import part as analytics
from guildhall.packs.dota2.boards import part as boards
from guildhall.packs.dota2.heroes import part as heroes
from guildhall.packs.dota2.leaderboards import part as leaderboards
from guildhall.packs.dota2.matches import part as matches
from guildhall.packs.dota2.opendota import part as opendota
from guildhall.packs.dota2.players import part as players
from guildhall.packs.dota2.sync import part as sync
from guildhall.packs.dota2.trend_rules import part as trend_rules
from guildhall.packs.dota2.trends import part as trends
from guildhall.references import Reference

DOTA2 = Pack(
    name="dota2",
    title="Dota 2",
    settings=Reference("guildhall.packs.dota2.settings:Dota2Settings"),
    migrations=Branch("dota2", "guildhall.packs.dota2.migrations"),
    parts=(
        opendota.PART,
        boards.PART,
        heroes.PART,
        players.PART,
        matches.PART,
        sync.PART,
        trends.PART,
        leaderboards.PART,
        analytics.PART,
        trend_rules.PART,
    ),
    commands=Commands(Reference("guildhall.packs.dota2.cli:commands"), "Dota 2: players, heroes, trend rules."),
    development=Development(
        sandboxes=Reference("guildhall.packs.dota2.stand_ins:SANDBOXES"),
        demo=Reference("guildhall.packs.dota2.demo:DEMO"),
    ),
)
