"""`guildhall dota2 …`, of the rooms' commands."""

import typer

from guildhall.packs.dota2.heroes import cli as heroes
from guildhall.packs.dota2.players import cli as players
from guildhall.packs.dota2.sync import cli as sync
from guildhall.packs.dota2.tracking import cli as tracking
from guildhall.packs.dota2.trend_rules import cli as trend_rules
from guildhall.packs.dota2.trends import cli as trends

commands = typer.Typer(help="Dota 2: players, heroes, trend rules.", no_args_is_help=True)
for room in (sync, heroes, tracking, players, trends):
    commands.add_typer(room.commands)
commands.add_typer(trend_rules.commands, name="rules")
