"""`guildhall poe2 …`, of the rooms' commands."""

import typer

from guildhall.packs.poe2.builds import cli as builds
from guildhall.packs.poe2.codes import cli as codes
from guildhall.packs.poe2.crafting import cli as crafting
from guildhall.packs.poe2.discovery import cli as discovery
from guildhall.packs.poe2.insights import cli as insights
from guildhall.packs.poe2.market import cli as market
from guildhall.packs.poe2.trees import cli as trees

commands = typer.Typer(help="Path of Exile 2: builds, trees, codes, the market, crafting.", no_args_is_help=True)
commands.add_typer(codes.commands)
commands.add_typer(trees.commands, name="tree")
commands.add_typer(builds.commands, name="builds")
commands.add_typer(discovery.commands, name="search")
commands.add_typer(insights.commands, name="meta")
commands.add_typer(market.commands, name="market")
commands.add_typer(crafting.commands, name="crafting")
